namespace EdgePbx.Core.Tests;

/// <summary>OPTIONS asks what the box can do, inside and outside of a call (RFC 3261 11).</summary>
public class OptionsScenarios
{
    [Fact]
    [Trait("Clause", "C-20")]
    public void Outside_of_a_call_the_answer_says_what_we_are_able_to_do()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        _ = phone.Ask("OPTIONS", "sip:office.example", "o-1");
        AssertTellsAll(phone.NextStatus(200));
        Assert.Empty(phone.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-20")]
    public void Inside_of_a_call_each_leg_is_answered_here()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        _ = call.A.Send("OPTIONS");
        AssertTellsAll(call.Caller.NextStatus(200));
        _ = call.B.Send("OPTIONS");
        AssertTellsAll(call.Callee.NextStatus(200));
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-24")]
    public void In_a_dialog_that_is_not_known_it_gets_481()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        _ = call.A.Send("OPTIONS");
        _ = call.Caller.NextStatus(481);
    }

    private static void AssertTellsAll(WireMessage answer)
    {
        foreach (string method in new[] { "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "PRACK", "UPDATE", "INFO" })
        {
            Assert.True(answer.HasToken("Allow", method), method);
        }
        Assert.True(answer.HasToken("Accept", "application/sdp"));
        Assert.True(answer.HasToken("Supported", "timer"));
        Assert.True(answer.HasToken("Supported", "100rel"));
        Assert.NotEqual("", answer["Accept-Encoding"]);
        Assert.NotEqual("", answer["Accept-Language"]);
    }
}
