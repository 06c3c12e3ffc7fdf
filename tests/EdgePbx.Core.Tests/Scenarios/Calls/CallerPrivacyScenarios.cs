namespace EdgePbx.Core.Tests;

/// <summary>Who calls is who has authenticated; From says what shall be shown, and can make nobody look like somebody else (RFC 3323).</summary>
public class CallerPrivacyScenarios
{
    [Theory]
    [Trait("Clause", "BUG-07")]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "")]
    [InlineData("sip:anonymous@anonymous.invalid", "")]
    [InlineData("<sip:Anonymous@office.example>", "")]
    [InlineData("<sip:someone@anonymous.invalid>", "")]
    [InlineData("<sip:1001@anonymous.invalid>", "")]
    [InlineData("\"Reception\" <sip:1001@office.example>", "Privacy: id\r\n")]
    [InlineData("\"Reception\" <sip:1001@office.example>", "Privacy: header; user ;critical\r\n")]
    [InlineData("<sip:anonymous@anonymous.invalid>", "Privacy: none\r\n")]
    public void A_caller_without_a_name_is_put_through_and_the_callee_does_not_see_who_it_is(string from, string extra)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.Dial(caller, $"{from};tag=hidden", "<sip:1002@office.example>", extra);
        PhoneDialog b = callee.Take();
        Assert.StartsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", b.Invitation!["From"], StringComparison.Ordinal);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Send("INVITE", body: caller.Sdp(40010, 2));
        _ = callee.Takes("INVITE", body: callee.Sdp(41000, 2));
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        b.Learn(b.Invitation!);
        b.RemoteAddress = b.Invitation!["From"];
        b.Send("OPTIONS"); // what we answer, too
        _ = callee.NextStatus(200);
        a.Bye();
        _ = callee.Takes("BYE");
        Assert.All(world.Sent.Where(sent => sent.To == callee.At).Select(sent => sent.Message.ToString() + sent.Message.Body + sent.Message["From"] + sent.Message["Contact"]),
            text => Assert.False(text.Contains("1001", StringComparison.Ordinal) || text.Contains("Reception", StringComparison.Ordinal), text));
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal("1001", record.Caller.Number); // whoever keeps the box knows
        Assert.Contains(world.Log.Events, e => e.Name == "b2bua_call_setup" && e.Text.Contains("1001", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Clause", "BUG-07")]
    [InlineData("<sip:1001@office.example>", "")]
    [InlineData("\"President\" <sip:1001@elsewhere.example>", "")]
    [InlineData("\"President\" <sip:president@office.example>", "")]
    [InlineData("<sip:office.example>", "")]
    [InlineData("<tel:+49301234>", "")]
    [InlineData("<sip:1001@office.example>", "Privacy: none\r\n")]
    [InlineData("<sip:1001@office.example>", "Privacy: header;session\r\n")]
    [InlineData("<sip:1001@office.example>", "P-Asserted-Identity: <sip:1003@office.example>\r\nRemote-Party-ID: <sip:1003@office.example>\r\nDiversion: <sip:1003@office.example>\r\n")]
    public void Whatever_else_it_says_of_itself_the_extension_is_shown(string from, string extra)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.Dial(caller, $"{from};tag=x", "<sip:1002@office.example>", extra);
        PhoneDialog b = callee.Take();
        Assert.StartsWith("\"Reception\" <sip:1001@192.0.2.1>;tag=", b.Invitation!["From"], StringComparison.Ordinal);
        b.Reply(486);
        _ = callee.NextRequest("ACK");
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Theory]
    [Trait("Clause", "BUG-07")]
    [InlineData("<sip:1003@office.example>", "")]
    [InlineData("<sip:100%33@office.example>", "")]
    [InlineData("\"Anonymous\" <sip:1003@anonymous.invalid>", "")]
    [InlineData("<tel:1003>", "")]
    [InlineData("<sip:1003@office.example>", "Privacy: id\r\n")]
    [InlineData("<sip:1002@elsewhere.example>", "")]
    public void Nobody_can_call_as_another_extension(string from, string extra)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.Dial(caller, $"{from};tag=liar", "<sip:1002@office.example>", extra);
        a.SendAckToFailure(caller.NextStatus(403));
        Assert.Empty(callee.Inbox);
    }
}
