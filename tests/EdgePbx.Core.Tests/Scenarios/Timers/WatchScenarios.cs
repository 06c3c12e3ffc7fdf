namespace EdgePbx.Core.Tests;

/// <summary>
/// A leg without a session timer: its phone knows none, or has switched it off. No session ends there, but the box looks now
/// and then whether the phone is still there (RFC 4028 7.2; ST-16, ST-25).
/// </summary>
[Trait("Clause", "ST-16")]
public class WatchScenarios
{
    private static readonly PbxSettings Settings = PbxWorld.DefaultSettings with { SessionInterval = TimeSpan.FromSeconds(300), WatchInterval = TimeSpan.FromSeconds(1000) };

    public static TheoryData<bool, string> Legs => new() { { true, "UPDATE" }, { true, "INVITE" }, { false, "UPDATE" }, { false, "INVITE" } };

    public static TheoryData<string, int> Refusals => new() { { "UPDATE", 405 }, { "UPDATE", 501 }, { "UPDATE", 491 }, { "UPDATE", 500 }, { "INVITE", 401 }, { "INVITE", 488 }, { "INVITE", 491 }, { "INVITE", 503 } };

    [Theory]
    [MemberData(nameof(Legs))]
    [Trait("Clause", "ST-25")]
    public void A_2xx_without_an_interval_switches_the_timer_off_on_that_leg_only(bool atCaller, string method)
    {
        using var world = new PbxWorld(Settings);
        TimerCall call = TimerCall.Establish(
            world, TimerCall.Expires(atCaller ? 90 : 300, "uas"), TimerCall.Expires(atCaller ? 300 : 90, "uac"), method == "INVITE" ? TimerCall.NoUpdate : null);
        (Phone phone, PhoneDialog dialog, Phone other) = atCaller ? (call.Caller, call.A, call.Callee) : (call.Callee, call.B, call.Caller);
        call.KeepAlive(other);
        double at = atCaller ? 45 : 44;
        world.Advance(at);
        Accept(phone, dialog, method);
        Assert.Equal((1, 3), (world.Log.Count("session_timer_cancelled"), world.Log.Count("session_timer_started")));
        double look = atCaller ? 500 : 499;
        world.Advance(look - 0.001);
        Assert.DoesNotContain(phone.Inbox, message => !message.IsResponse && message.Method is not "ACK"); // no refresh, no BYE: nothing ends
        Assert.Equal(atCaller ? [149, 298, 447] : [150, 300, 450], call.Requests(other, method).Select(request => request.At));
        world.Advance(0.001);
        WireMessage refresh = Accept(phone, dialog, method);
        Assert.Equal("300", refresh["Session-Expires"]); // as to a phone that was never asked
        world.Advance(look);
        Accept(phone, dialog, method);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Legs))]
    public void A_phone_without_timers_that_vanishes_is_noticed(bool atCaller, string method)
    {
        using var world = new PbxWorld(Settings);
        TimerCall call = TimerCall.Establish(
            world, atCaller ? "" : TimerCall.Expires(300, "uas"), atCaller ? TimerCall.Expires(300, "uac") : "", method == "INVITE" ? TimerCall.NoUpdate : null);
        (Phone phone, PhoneDialog dialog, Phone other) = atCaller ? (call.Caller, call.A, call.Callee) : (call.Callee, call.B, call.Caller);
        call.KeepAlive(other);
        if (atCaller)
        {
            world.Advance(150); // the answer to its INVITE named an interval, with us as the refresher (table 2); it is the 2xx to this that ends it
            Accept(phone, dialog, method);
        }
        double look = atCaller ? 500 : 499;
        world.Advance(look);
        Accept(phone, dialog, method);
        world.Advance(look);
        phone.Answers = message => message.Method == method; // it has lost its power
        world.Advance(31.999);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Single(call.Requests(other, "BYE"));
        phone.Reply(phone.NextRequest("BYE"), 200);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Whatever_a_watched_phone_answers_it_is_there(string method, int status)
    {
        using var world = new PbxWorld(Settings);
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(7200, "uac", minimum: 7200), allow: method == "INVITE" ? TimerCall.NoUpdate : null);
        for (int i = 1; i <= 5; i++)
        {
            world.Advance(499);
            call.Callee.Reply(call.Callee.NextRequest(method), status);
            Assert.Equal(i, call.Requests(call.Callee, method).Count);
        }
        Assert.Equal((0, 1), (world.Log.Count("session_refresh_failed"), world.Gauges.Calls));
        call.HangUp();
    }

    [Theory]
    [InlineData(408)]
    [InlineData(481)]
    [Trait("Clause", "ST-26")]
    public void A_watched_phone_that_no_longer_knows_the_call_ends_it(int status)
    {
        using var world = new PbxWorld(Settings);
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(7200, "uac", minimum: 7200));
        world.Advance(499);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), status);
        call.TakeByes();
    }

    /// <summary>What can't be sent was not answered.</summary>
    [Fact]
    [Trait("Clause", "ST-29")]
    public void A_watched_phone_that_cannot_be_reached_is_given_up_before_the_interval_is_over()
    {
        using var world = new PbxWorld(Settings);
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12, SipTransport.Tcp);
        caller.Register();
        callee.Register();
        TimerCall call = TimerCall.Between(world, caller, callee, TimerCall.Expires(7200, "uac", minimum: 7200));
        world.Fails = (_, to) => to == callee.At;
        world.Advance(967.999);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "ST-24")]
    public void A_watched_phone_that_names_an_interval_after_all_is_held_to_it()
    {
        using var world = new PbxWorld(Settings);
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(7200, "uac", minimum: 7200));
        world.Advance(499);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 200, extra: "Session-Expires: 90;refresher=uas\r\n");
        world.Advance(59.999);
        Assert.Empty(call.Callee.Inbox);
        world.Advance(0.001);
        call.TakeByes();
    }

    private static WireMessage Accept(Phone phone, PhoneDialog dialog, string method)
    {
        WireMessage refresh = phone.NextRequest(method);
        phone.Reply(refresh, 200, body: method == "INVITE" ? dialog.Sdp : "");
        return refresh;
    }
}
