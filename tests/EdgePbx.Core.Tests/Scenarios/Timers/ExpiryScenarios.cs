namespace EdgePbx.Core.Tests;

/// <summary>Nobody refreshes: the call ends a little before the session does (RFC 4028 section 10).</summary>
public class ExpiryScenarios
{
    [Theory]
    [InlineData(90, 60)]
    [InlineData(93, 62)]
    [InlineData(96, 64)]
    [InlineData(99, 67)]
    [InlineData(300, 268)]
    [InlineData(1800, 1768)]
    [Trait("Clause", "ST-28")]
    public void A_caller_that_does_not_refresh_is_given_up(int interval, int expiresAt)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(interval, "uac"));
        call.KeepAlive(call.Callee);
        world.Advance(expiresAt - 0.001);
        Assert.Empty(call.Requests(call.Caller, "BYE"));
        Assert.Empty(call.Requests(call.Callee, "BYE"));
        world.Advance(0.001);
        Assert.Equal([expiresAt], call.Requests(call.Caller, "BYE").Select(bye => bye.At));
        Assert.Equal([expiresAt], call.Requests(call.Callee, "BYE").Select(bye => bye.At));
        WireMessage bye = call.Caller.NextRequest("BYE");
        Assert.Contains("Session expired", bye["Reason"], StringComparison.Ordinal);
        Assert.True(bye.HasToken("Supported", "timer"));
        call.Caller.Reply(bye, 200);
        Assert.Equal((1, 1, 0), (world.Log.Count("session_timer_expired"), world.Log.Count("session_timer_cancelled"), world.Gauges.TimersSession));
        Assert.Equal(1, world.Counters.SessionsExpired);
    }

    [Theory]
    [InlineData(90, 60)]
    [InlineData(1800, 1768)]
    [Trait("Clause", "ST-28")]
    public void A_callee_that_does_not_refresh_is_given_up(int interval, int expiresAt)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, callee: TimerCall.Expires(interval, "uas"));
        call.KeepAlive(call.Caller);
        world.Advance(expiresAt - 0.001);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        Assert.Equal((0, 0), (world.Gauges.Calls, world.Gauges.TimersSession));
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        Assert.Single(call.Requests(call.Caller, "BYE"));
    }

    [Fact]
    [Trait("Clause", "race 4")]
    public void Each_new_interval_replaces_the_old_one()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), "Session-Expires: 90;refresher=uas\r\n");
        Assert.Equal(2, world.Gauges.TimersSession); // an expiry each
        for (int i = 0; i < 10; i++)
        {
            world.Advance(20);
            _ = call.A.Send("UPDATE", TimerCall.Expires(90, i % 2 == 0 ? "uas" : "uac"));
            _ = call.B.Send("UPDATE", TimerCall.Expires(90, "uac"));
            Assert.Equal(i % 2 == 0 ? 3 : 2, world.Gauges.TimersSession); // and our own refresh
        }
        call.KeepAlive(call.Callee);
        world.Advance(59.999);
        Assert.Equal(1, world.Gauges.Calls);
        Assert.Empty(call.Requests(call.Caller, "UPDATE"));
        world.Advance(0.001);
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(1, world.Log.Count("session_timer_expired") + world.Log.Count("session_timer_cancelled") - 1);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "race 9")]
    public void A_refresh_that_is_due_in_the_moment_in_which_the_other_leg_expires_is_not_sent()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(120, "uas"), "Session-Expires: 90;refresher=uas\r\n");
        world.Advance(60);
        Assert.Empty(call.Requests(call.Caller, "UPDATE"));
        call.TakeByes();
        world.Advance(1800);
        Assert.Empty(call.Requests(call.Caller, "UPDATE"));
    }

    [Fact]
    [Trait("Clause", "race 9")]
    [Trait("Clause", "race 2")]
    public void A_refresh_that_left_in_the_moment_in_which_the_other_leg_expires_is_not_repeated()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), "Session-Expires: 122;refresher=uac\r\n");
        world.Advance(60);
        WireMessage refresh = call.Callee.NextRequest("UPDATE");
        call.TakeByes();
        world.Advance(1);
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 122;refresher=uac\r\n");
        Assert.Equal(0, world.Gauges.TimersSession);
        world.Advance(1800);
        Assert.Single(call.Requests(call.Callee, "UPDATE"));
    }
}
