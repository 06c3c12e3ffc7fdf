namespace EdgePbx.Core.Tests;

/// <summary>What <c>status</c> shows of the session timer of each leg.</summary>
public class TimerInspectorScenarios
{
    [Fact]
    [Trait("Clause", "ST-20")]
    public void Each_leg_shows_interval_refresher_method_deadlines_and_the_last_result()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(300, "uac"), "Session-Expires: 600;refresher=uac\r\n");
        world.Advance(10);
        SessionTimerSnapshot caller = Timer(world, "caller");
        SessionTimerSnapshot callee = Timer(world, "callee");
        Assert.Equal((300, "peer", 10), (caller.IntervalSeconds, caller.Refresher, caller.SecondsSinceLastResult));
        Assert.Equal((null, 258), (caller.SecondsToRefresh, caller.SecondsToExpiry!.Value));
        Assert.Equal((600, "us", "UPDATE"), (callee.IntervalSeconds, callee.Refresher, callee.Method));
        Assert.Equal((289, 558), (callee.SecondsToRefresh!.Value, callee.SecondsToExpiry!.Value));
        Assert.Equal(("agreed when the call was answered", 0), (callee.LastResult, callee.Refreshes));
        call.HangUp();
    }

    [Fact]
    public void A_refresh_of_the_phone_is_the_last_result()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(300, "uac"));
        world.Advance(100);
        _ = call.A.Send("UPDATE", TimerCall.Expires(300, "uac"));
        _ = call.Caller.NextStatus(200);
        world.Advance(5);
        Assert.Equal(("refreshed by the phone", 5.0, 1), Last(world, "caller"));
        call.HangUp();
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("INVITE")]
    public void A_refresh_of_ours_shows_what_the_phone_answered(string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(
            world, callee: "Require: timer\r\nSession-Expires: 300;refresher=uac\r\n", allow: method == "INVITE" ? TimerCall.NoUpdate : null);
        Assert.Equal(method, Timer(world, "callee").Method);
        world.Advance(150);
        call.Callee.Reply(call.Callee.NextRequest(method), 500);
        Assert.Equal(("500", 0.0, 0), Last(world, "callee"));
        call.KeepAlive(call.Callee);
        world.Advance(31);
        Assert.Equal(("200", 1.0, 1), Last(world, "callee"));
        call.HangUp();
        TimerRecord record = world.Records[0].Callee.SessionTimer!;
        Assert.Equal(new TimerRecord(300, "us", method, 1, "200"), record);
    }

    [Fact]
    public void A_phone_that_says_nothing_is_shown_as_such()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, callee: "Require: timer\r\nSession-Expires: 300;refresher=uac\r\n");
        call.Callee.Answers = message => !message.IsResponse && message.Method == "UPDATE";
        world.Advance(182);
        Assert.Equal("no answer", world.Records[0].Callee.SessionTimer!.LastResult);
        call.TakeByes();
    }

    private static SessionTimerSnapshot Timer(PbxWorld world, string role) =>
        world.Engine.Snapshot(world.Now).Calls.Single().Legs.Single(leg => leg.Role == role).SessionTimer!;

    private static (string, double, int) Last(PbxWorld world, string role)
    {
        SessionTimerSnapshot timer = Timer(world, role);
        return (timer.LastResult, timer.SecondsSinceLastResult, timer.Refreshes);
    }
}
