namespace EdgePbx.Core.Tests;

/// <summary>A phone that agreed to no session timer may refuse whatever we send it: that it answers shows that it is there (ADR 8).</summary>
public class RefusedWatchScenarios
{
    [Theory]
    [InlineData(488)]
    [InlineData(500)]
    [Trait("Clause", "ST-16")]
    public void A_caller_without_timers_that_refuses_each_refresh_keeps_its_call(int status)
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { SessionInterval = TimeSpan.FromSeconds(300) });
        TimerCall call = TimerCall.Establish(world, allow: TimerCall.NoUpdate);
        call.Caller.Answers = message => Answer(call.Caller, message, status);
        call.Callee.Answers = message => Answer(call.Callee, message, status);
        world.Advance(4000);
        Assert.Equal(1, world.Gauges.Calls);
        Assert.InRange(call.Requests(call.Caller, "INVITE").Count, 2, 6); // the first by the session's interval, then at the pace of the watch
        call.HangUp();
    }

    private static bool Answer(Phone phone, WireMessage message, int status)
    {
        if (message.IsResponse || message.Method != "INVITE")
        {
            return !message.IsResponse && message.Method == "ACK";
        }
        phone.Reply(message, status, "x");
        return true;
    }
}
