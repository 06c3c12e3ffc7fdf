using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>Refreshes of ours that are not answered with 2xx (RFC 4028 section 10).</summary>
public class RefreshFailureScenarios
{
    public static TheoryData<bool, string> Legs => new() { { true, "UPDATE" }, { true, "INVITE" }, { false, "UPDATE" }, { false, "INVITE" } };

    public static TheoryData<bool, string, int> Fatal => Each(408, 481);

    /// <summary>The box has no credentials, so a challenge is a refusal like others.</summary>
    public static TheoryData<bool, string, int> Survivable => Each(401, 403, 404, 407, 480, 488, 500, 503, 603);

    [Theory]
    [MemberData(nameof(Fatal))]
    [Trait("Clause", "ST-26")]
    [Trait("Clause", "C-22")]
    public void A_peer_that_no_longer_knows_the_call_ends_it_on_both_legs(bool atCaller, string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Refreshed(world, atCaller, method, 90, out Leg leg);
        world.Advance(leg.Half(90));
        leg.Phone.Reply(leg.Phone.NextRequest(method), status);
        call.TakeByes();
        Assert.Equal(leg.Half(90), call.Age);
        Assert.Contains(world.Log.Events, e => e.Name == "cleanup_call_start" && e.Text.Contains($"{leg.Phone.Number} answered {status} to the session refresh", StringComparison.Ordinal));
        Assert.Equal(1, world.Log.Count("session_refresh_failed"));
        world.Advance(1800);
        AssertSilence(call);
    }

    /// <summary>Both legs have the same interval: the BYE after the refusal on one does not find a refresh of the other under way.</summary>
    [Theory]
    [MemberData(nameof(Fatal))]
    [Trait("Clause", "ST-26")]
    public void The_end_of_one_leg_meets_no_refresh_of_the_other(bool atCaller, string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), TimerCall.Expires(90, "uac"), method == "INVITE" ? TimerCall.NoUpdate : null);
        world.Advance(44);
        Assert.Empty(call.Requests(call.Caller, method));
        WireMessage first = call.Callee.NextRequest(method);
        call.Callee.Reply(first, atCaller ? 200 : status, extra: atCaller ? "Session-Expires: 90;refresher=uac\r\n" : "", body: atCaller && method == "INVITE" ? call.B.Sdp : "");
        if (atCaller)
        {
            world.Advance(1);
            call.Caller.Reply(call.Caller.NextRequest(method), status);
        }
        call.TakeByes();
        Assert.Equal((atCaller ? 1 : 0, 1), (call.Requests(call.Caller, method).Count, call.Requests(call.Callee, method).Count));
    }

    [Theory]
    [MemberData(nameof(Legs))]
    [Trait("Clause", "ST-26")]
    [Trait("Clause", "race 5")]
    public void A_refresh_that_times_out_ends_the_call_on_both_legs(bool atCaller, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = Refreshed(world, atCaller, method, 300, out Leg leg);
        leg.Phone.Answers = message => message.Method == method;
        world.Advance(leg.Half(300) + 31.999);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        call.TakeByes();
        Assert.Contains(world.Log.Events, e => e.Name == "cleanup_call_start" && e.Text.EndsWith($"{leg.Phone.Number} stopped answering the session refresh; both legs were closed", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Legs))]
    [Trait("Clause", "ST-29")]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "race 5")]
    public void A_silent_peer_is_given_up_at_the_guard_time_and_hears_nothing_but_the_bye(bool atCaller, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = Refreshed(world, atCaller, method, 90, out Leg leg);
        world.Advance(59.999);
        Assert.False(leg.Other.HasRequest("BYE"));
        world.Advance(0.001);
        leg.Other.Reply(leg.Other.NextRequest("BYE"), 200);
        double half = leg.Half(90);
        Assert.Equal([half, half + 0.5, half + 1.5, half + 3.5, half + 7.5], call.Requests(leg.Phone, method).Select(request => request.At).Take(5));
        world.Advance(120);
        Assert.All(call.Requests(leg.Phone, method), request => Assert.True(request.At <= 60));
        Assert.Equal([60, 60.5, 61.5, 63.5, 67.5, 71.5, 75.5, 79.5, 83.5, 87.5, 91.5], call.Requests(leg.Phone, "BYE").Select(request => request.At));
    }

    [Theory]
    [MemberData(nameof(Survivable))]
    [Trait("Clause", "ST-27")]
    [Trait("Clause", "race 6")]
    public void Another_refusal_is_tried_again_and_the_next_2xx_saves_the_call(bool atCaller, string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Refreshed(world, atCaller, method, 90, out Leg leg);
        world.Advance(leg.Half(90));
        leg.Phone.Reply(leg.Phone.NextRequest(method), status);
        Assert.Equal(1, world.Log.Count("session_refresh_failed"));
        world.Advance(9);
        leg.Accept(method);
        Assert.Equal(leg.Half(90) + 9, call.Age);
        world.Advance(leg.Half(90) - 0.001);
        Assert.False(leg.Phone.HasRequest(method));
        world.Advance(0.001);
        leg.Accept(method);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Survivable))]
    [Trait("Clause", "ST-27")]
    public void A_peer_that_always_refuses_is_not_asked_endlessly(bool atCaller, string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Refreshed(world, atCaller, method, 1800, out Leg leg);
        leg.Phone.Answers = message =>
        {
            if (!message.IsResponse && message.Method == method)
            {
                leg.Phone.Reply(message, status);
            }
            return message.Method != "BYE";
        };
        world.Advance(1768);
        double half = leg.Half(1800);
        Assert.Equal([half, half + 180, half + 360, half + 540, half + 720], call.Requests(leg.Phone, method).Select(request => request.At));
        call.TakeByes();
    }

    [Theory]
    [InlineData(503, 7, 7)]
    [InlineData(500, 0, 4)]
    [InlineData(503, 1, 4)]
    [InlineData(503, 100000, null)]
    [Trait("Clause", "ST-27")]
    public void It_waits_as_long_as_the_peer_wants(int status, int retryAfter, int? retriedAfter)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, "UPDATE");
        world.Advance(44);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), status, extra: string.Create(CultureInfo.InvariantCulture, $"Retry-After: {retryAfter}\r\n"));
        world.Advance(16);
        if (retriedAfter is { } delay)
        {
            Assert.Equal([44, 44 + delay], call.Requests(call.Callee, "UPDATE").Select(request => request.At).Take(2));
        }
        else
        {
            Assert.Single(call.Requests(call.Callee, "UPDATE"));
        }
        call.TakeByes(); // what was tried again got no answer
    }

    [Fact]
    [Trait("Clause", "ST-27")]
    public void A_refresh_that_cannot_be_sent_is_tried_again()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12, SipTransport.Tcp);
        caller.Register();
        callee.Register();
        TimerCall call = TimerCall.Between(world, caller, callee, TimerCall.Expires(1800, "uac"), "Session-Expires: 90;refresher=uac\r\n");
        bool isDown = true;
        world.Fails = (_, to) => isDown && to == callee.At;
        world.Advance(44);
        Assert.Equal(1, world.Gauges.Calls);
        isDown = false;
        callee.Inbox.Clear();
        world.Advance(9);
        callee.Reply(callee.NextRequest("UPDATE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-27")]
    [Trait("Clause", "ST-23")]
    public void The_peers_own_refresh_in_the_meantime_counts()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, "UPDATE");
        world.Advance(44);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 503, extra: "Retry-After: 14\r\n");
        world.Advance(5);
        _ = call.B.Send("UPDATE", TimerCall.Expires(90, "uac"));
        _ = call.Callee.NextStatus(200);
        world.Advance(50);
        Assert.Single(call.Requests(call.Callee, "UPDATE"));
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    private static TheoryData<bool, string, int> Each(params int[] statuses)
    {
        var data = new TheoryData<bool, string, int>();
        foreach (bool atCaller in (bool[])[true, false])
        {
            foreach (string method in (string[])["UPDATE", "INVITE"])
            {
                foreach (int status in statuses)
                {
                    data.Add(atCaller, method, status);
                }
            }
        }
        return data;
    }

    /// <summary>The box refreshes one leg; the other one has two hours, and its phone the duty.</summary>
    private static TimerCall Refreshed(PbxWorld world, bool atCaller, string method, int interval, out Leg leg)
    {
        TimerCall call = atCaller
            ? TimerCall.Establish(world, TimerCall.Expires(interval, "uas"), TimerCall.Expires(7200, "uas"), method == "INVITE" ? TimerCall.NoUpdate : null)
            : TimerCall.Establish(world, TimerCall.Expires(7200, "uac", minimum: 7200), TimerCall.Expires(interval, "uac"), method == "INVITE" ? TimerCall.NoUpdate : null);
        leg = atCaller ? new Leg(call.Caller, call.A, call.Callee) : new Leg(call.Callee, call.B, call.Caller);
        return call;
    }

    private static TimerCall Call(PbxWorld world, string method) => Refreshed(world, atCaller: false, method, 90, out _);

    private static void AssertSilence(TimerCall call)
    {
        Assert.DoesNotContain(call.Caller.Inbox, message => !message.IsResponse);
        Assert.DoesNotContain(call.Callee.Inbox, message => !message.IsResponse);
    }

    /// <summary>The leg that the box refreshes, and the phone on the other one.</summary>
    private sealed record Leg(Phone Phone, PhoneDialog Dialog, Phone Other)
    {
        /// <summary>When the refresh leaves: the callee's a second before half time.</summary>
        public double Half(int interval) => (interval / 2.0) - (Dialog.IsCaller ? 0 : 1);

        public void Accept(string method) =>
            Phone.Reply(Phone.NextRequest(method), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: method == "INVITE" ? Dialog.Sdp : "");
    }
}
