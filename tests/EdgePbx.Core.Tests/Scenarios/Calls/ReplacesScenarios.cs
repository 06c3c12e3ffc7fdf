namespace EdgePbx.Core.Tests;

/// <summary>A call that wants to take the place of another one (RFC 3891), which the box does not do.</summary>
[Trait("Clause", "U-18")]
public class ReplacesScenarios
{
    [Fact]
    public void Whoever_requires_it_is_told_that_it_is_not_there()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string branch = call.Caller.Ask("INVITE", "sip:1002@office.example", "instead", extra: Replaces(call) + "Require: replaces\r\n");
        Assert.Equal("replaces", call.Caller.NextStatus(420)["Unsupported"]);
        _ = call.Caller.Ask("ACK", "sip:1002@office.example", "instead", branch: branch);
        Assert.False(call.Callee.HasRequest("INVITE"));
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    [Fact]
    public void Whoever_only_asks_for_it_makes_an_ordinary_call_and_the_other_one_stays()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        PhoneDialog attempt = call.Caller.Invite("1002", extra: Replaces(call));
        PhoneDialog taken = call.Callee.Take();
        Assert.False(taken.Invitation!.Has("Replaces")); // it names a dialog that the other phone does not have
        taken.Reply(486);
        attempt.SendAckToFailure(call.Caller.NextStatus(486));
        Assert.Equal(1, world.Gauges.Calls);
        Assert.False(call.Caller.HasRequest("BYE"));
        call.HangUp();
    }

    private static string Replaces(ConnectedCall call) =>
        $"Replaces: {call.A.CallId};from-tag={call.A.LocalTag};to-tag={WireMessage.Parameter(call.A.RemoteAddress, "tag")}\r\n";
}
