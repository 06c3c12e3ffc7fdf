using System.Text.RegularExpressions;

namespace EdgePbx.Core.Tests;

/// <summary>Header fields that are malformed, in messages that do not need them: they cost nothing.</summary>
public class OddFieldScenarios
{
    public static TheoryData<string> OddLines => new()
    {
        "a line without a colon",
        "X Foo: bar",
        ": nameless",
        "X-Bare: carriage\rreturn",
        "X-Bare: line\nfeed",
        "X-Tab:\tvalue\t \t",
        " a blank at its start: and no line to continue",
        "Supported: ;;,,",
        "Date: whenever",
        "User-Agent: \"never closed",
        "P-Asserted-Identity: \"never closed <sip:9999@office.example>",
        "Call-Info: <<<",
        "Session-ID:",
        "X-Folded: one\r\n two\r\n\t\r\n three",
    };

    /// <summary>What can't be understood, and so leaves the phone where it was found before.</summary>
    public static TheoryData<string> UnusableContacts => new()
    {
        "",
        "*",
        "1002",
        "<sip:1002@192.0.2.12",
        "<>",
        "\"never closed <sip:1002@192.0.2.12>",
        "Lastname, Firstname",
        "<sip:1002@>;expires=60",
        ",,;",
    };

    /// <summary>What is malformed, or looks so, and can mean only one thing: sip:office@HOST.</summary>
    public static TheoryData<string> OddContacts => new()
    {
        "Lastname, Firstname <sip:office@HOST>",
        "Dr. Lastname, Firstname, Room 3 <sip:office@HOST>",
        "<sip:office@HOST>;",
        "<sip:office@HOST>;;expires=3600;",
        "sip:office@HOST;+sip.instance=\"<urn:uuid:0001>\"",
        "sip:office@HOST;x=\"a;b<c>,\\\"<\";+sip.instance=\"<urn:uuid:0001>\"",
        "< sip:office@HOST >",
        "\"First\" Last <sip:office@HOST>",
        "sip:office@HOST?Subject=hello",
        "<sip:office@HOST?Route=%3Csip:evil.example%3E>",
        "\t<sip:office@HOST>\t",
        "<sip:office@HOST>, ",
    };

    [Theory]
    [Trait("Clause", "BUG-08")]
    [MemberData(nameof(OddLines))]
    public void A_call_with_such_a_line_in_each_message_is_like_any_other(string line)
    {
        using var world = new PbxWorld { Changes = (_, text) => WithLine(text, line) };
        ConnectedCall call = ConnectedCall.Begin(world);
        call.B.Learn(call.B.Invitation!);
        call.B.RemoteAddress = call.B.Invitation!["From"];
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        _ = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        _ = call.A.Answered();
        call.B.Bye();
        _ = call.Callee.NextStatus(200);
        _ = call.Caller.Takes("BYE");
        Assert.Equal(0, world.Gauges.Calls);

        PhoneDialog a = call.Caller.Invite("1002");
        PhoneDialog b = call.Callee.Take();
        b.Ring();
        Calling.Cancelled(call.Caller, a, (call.Callee, b));
    }

    [Theory]
    [Trait("Clause", "BUG-08")]
    [MemberData(nameof(UnusableContacts))]
    public void A_call_goes_on_and_ends_though_no_later_contact_can_be_read(string contact)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Changes = (_, text) => IsFirstInvite(text) ? text : WithContact(text, contact);
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal("sip:1002@192.0.2.12:5060", call.Ack.RequestUri);
        call.A.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        _ = callee.Takes("INVITE", body: callee.Sdp(41000, 2, "recvonly"));
        _ = callee.NextRequest("ACK");
        _ = call.A.Answered();
        call.A.Bye();
        _ = caller.NextStatus(200);
        _ = callee.Takes("BYE");
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [Trait("Clause", "BUG-01")]
    [Trait("Clause", "BUG-08")]
    [MemberData(nameof(OddContacts))]
    public void An_odd_contact_that_can_be_understood_is_followed(string contact)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Changes = (from, text) => WithContact(text, contact.Replace("HOST", $"{from.Remote.Address}:5062", StringComparison.Ordinal));
        _ = world.PhoneAt("1001", new NetEndpoint(caller.At.Address, 5062)); // where it says that it wants to be called
        Phone moved = world.PhoneAt("1002", new NetEndpoint(callee.At.Address, 5062));
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        Assert.Equal("sip:office@192.0.2.12:5062", moved.NextRequest("ACK").RequestUri);
        _ = a.Answered();
        a.Bye();
        WireMessage bye = moved.Takes("BYE");
        Assert.Equal("sip:office@192.0.2.12:5062", bye.RequestUri);
        Assert.DoesNotContain(world.Sent, sent => sent.Message.ToString().Contains("evil", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Clause", "BUG-01")]
    [Trait("Clause", "BUG-08")]
    [Trait("Clause", "BUG-32")]
    [MemberData(nameof(OddContacts))]
    public void A_phone_registers_with_it_and_is_called_there(string contact)
    {
        using var world = new PbxWorld();
        world.Changes = (from, text) => WithContact(text, contact.Replace("HOST", $"{from.Remote.Address}:{from.Remote.Port}", StringComparison.Ordinal));
        (Phone caller, Phone callee) = world.TwoPhones();
        Assert.Equal(2, world.Engine.Snapshot(world.Now).Registrations.Count);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        Assert.Equal("sip:office@192.0.2.12:5060", b.Invitation!.RequestUri);
        b.Reply(486);
        _ = callee.NextRequest("ACK");
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Theory]
    [Trait("Clause", "BUG-08")]
    [MemberData(nameof(UnusableContacts))]
    public void A_registration_that_names_no_place_is_refused_and_one_that_can_be_read_beside_it_is_not_taken_alone(string contact)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        world.Changes = (_, text) => WithContact(text, contact);
        phone.AskToRegister();
        _ = phone.NextStatus(400);
        Assert.Empty(world.Engine.Snapshot(world.Now).Registrations);
    }

    [Theory]
    [Trait("Clause", "BUG-01")]
    [InlineData("Lee, Ann <sip:1001@office.example>")]
    [InlineData("sip:1001@office.example ; x=\"<a>\"")]
    [InlineData("\"Lee, \\\"Ann\\\" <x>\" < sip:1001@office.example >")]
    [InlineData("Lee <sip:1001@office.example>;;x=y")]
    public void Odd_names_of_both_parties_are_understood_and_not_passed_on(string from)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.Dial(caller, $"{from};tag=odd", from.Replace("1001", "1002", StringComparison.Ordinal));
        PhoneDialog b = callee.Take();
        Assert.DoesNotContain("Lee", b.Invitation!.ToString(), StringComparison.Ordinal);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        b.Bye();
        _ = callee.NextStatus(200);
        WireMessage bye = caller.Takes("BYE");
        Assert.Equal("odd", bye.ToTag);
        Assert.False(bye["To"].StartsWith("Lee, Ann", StringComparison.Ordinal), "the error is passed on");
    }

    [Theory]
    [Trait("Clause", "BUG-08")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: many")]
    [InlineData("Content-Length: 0", "Content-Length: none")]
    [InlineData("Content-Length: 0", "Content-Length: 400")]
    [InlineData("Content-Length: 0", "Content-Length: 0\r\nContent-Length: 7")]
    [InlineData("Content-Length: 0\r\n\r\n", "Content-Length: 0\r\n")]
    [InlineData("BYE sip:", "BYE ")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 70\r\nRequire: what-nobody-knows")]
    [InlineData("From: ", "From: \"never closed ")]
    [InlineData("To: <sip:", "To: <")]
    [InlineData("CSeq: 3 BYE", "CSeq: 1 BYE")]
    [InlineData("CSeq: 3 BYE", "CSeq: 3 BYE\r\nCSeq: 3 BYE")]
    public void A_bye_ends_the_call_whatever_it_is_answered(string good, string bad)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Changes = (_, text) => text.StartsWith("BYE", StringComparison.Ordinal) ? Replaced(text, good, bad) : text;
        call.A.Bye();
        Assert.Contains(call.Caller.Inbox, message => message.Status >= 200);
        _ = call.Callee.Takes("BYE");
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [Trait("Clause", "BUG-08")]
    [InlineData("From: \"", "From: ")]
    [InlineData("From: ", "Fr om: ")]
    [InlineData("To: <", "To: \"never closed <")]
    [InlineData("Content-Type: application/sdp", "Content-Type: application/sdp; charset=\"")]
    [InlineData("Content-Type: application/sdp", "Content Type: application/sdp")]
    [InlineData("Content-Length: ", "Content-Length: 9")]
    [InlineData("Content-Length: ", "Content-Length: -")]
    [InlineData("Allow: ", "Record-Route: <sip:open\r\nAllow: ")]
    [InlineData("Allow: ", "Session-Expires: soon\r\nAllow: ")]
    [InlineData("Allow: ", "Require: what-nobody-knows\r\nAllow: ")]
    [InlineData("Allow: ", "RSeq: none\r\nRSeq: 7\r\nAllow: ")]
    public void A_2xx_makes_a_call_whatever_else_is_in_it(string good, string bad)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Changes = (from, text) => from == callee.Flow && text.StartsWith("SIP/2.0 200", StringComparison.Ordinal) && text.Contains(" INVITE\r\n", StringComparison.Ordinal)
            ? Replaced(text, good, bad) : text;
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        world.RepeatLast();
        call.HangUp();
    }

    /// <summary>The tag is gone with the rest: the phone may not know what we mean, but it hears an ACK, and each copy brings one more.</summary>
    [Theory]
    [Trait("Clause", "BUG-08")]
    [InlineData(true, "To:")]
    [InlineData(false, "To: <sip:1002@office.example>;tag=\"never closed")]
    [InlineData(true, "T o: nobody")]
    public void A_2xx_without_a_name_is_acknowledged_each_time(bool hasRung, string to)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        if (hasRung)
        {
            b.Ring();
        }
        world.Changes = (_, text) => text.StartsWith("SIP/2.0 200", StringComparison.Ordinal) ? Regex.Replace(text, "(?m)^To: [^\r]*", to) : text;
        b.Accept();
        Assert.Equal(hasRung ? b.LocalTag : "", callee.NextRequest("ACK").ToTag);
        b.Accept();
        _ = callee.NextRequest("ACK");
        world.Changes = null;
        _ = a.Answered();
        a.Bye();
        _ = callee.Takes("BYE");
    }

    private static string WithLine(string text, string line) => text.Insert(text.IndexOf("\r\n", StringComparison.Ordinal) + 2, line + "\r\n");

    private static string WithContact(string text, string contact) => Regex.Replace(text, "(?m)^Contact: [^\r]*", $"Contact: {contact}".Replace("$", "$$", StringComparison.Ordinal));

    private static bool IsFirstInvite(string text) => text.StartsWith("INVITE sip:1002@office.example", StringComparison.Ordinal);

    private static string Replaced(string text, string good, string bad)
    {
        Assert.Contains(good, text, StringComparison.Ordinal);
        return text.Replace(good, bad, StringComparison.Ordinal);
    }
}
