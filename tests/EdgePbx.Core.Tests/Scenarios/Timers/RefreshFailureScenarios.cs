using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>Refreshes of ours that are not answered with 2xx (RFC 4028 section 10).</summary>
public class RefreshFailureScenarios
{
    public static TheoryData<string, int> Fatal => new() { { "UPDATE", 408 }, { "UPDATE", 481 }, { "INVITE", 408 }, { "INVITE", 481 } };

    public static TheoryData<string, int> Survivable
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string method in (string[])["UPDATE", "INVITE"])
            {
                foreach (int status in (int[])[401, 403, 407, 480, 488, 500, 503, 603])
                {
                    data.Add(method, status);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Fatal))]
    [Trait("Clause", "ST-26")]
    [Trait("Clause", "C-22")]
    public void A_peer_that_no_longer_knows_the_call_ends_it_on_both_legs(string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, method);
        world.Advance(45);
        call.Callee.Reply(call.Callee.NextRequest(method), status);
        call.TakeByes();
        Assert.Equal(45, call.Age);
        Assert.Contains(world.Log.Events, e => e.Name == "cleanup_call_start" && e.Text.Contains($"1002 answered {status} to the session refresh", StringComparison.Ordinal));
        Assert.Equal(1, world.Log.Count("session_refresh_failed"));
        world.Advance(1800);
        AssertSilence(call);
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("INVITE")]
    [Trait("Clause", "ST-26")]
    [Trait("Clause", "race 5")]
    public void A_refresh_that_times_out_ends_the_call_on_both_legs(string method)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, method, interval: 300);
        call.Callee.Answers = message => message.Method == method;
        world.Advance(150 + 31.999);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        call.TakeByes();
        Assert.Contains(world.Log.Events, e => e.Name == "cleanup_call_start" && e.Text.EndsWith("1002 stopped answering the session refresh; both legs were closed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("INVITE")]
    [Trait("Clause", "ST-29")]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "race 5")]
    public void A_silent_peer_is_given_up_at_the_guard_time_and_hears_nothing_but_the_bye(string method)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, method);
        world.Advance(59.999);
        Assert.False(call.Caller.HasRequest("BYE"));
        world.Advance(0.001);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        Assert.Equal([45, 45.5, 46.5, 48.5, 52.5], call.Requests(call.Callee, method).Select(request => request.At).Take(5));
        world.Advance(120);
        Assert.All(call.Requests(call.Callee, method), request => Assert.True(request.At <= 60));
        Assert.Equal([60, 60.5, 61.5, 63.5, 67.5, 71.5, 75.5, 79.5, 83.5, 87.5, 91.5], call.Requests(call.Callee, "BYE").Select(request => request.At));
    }

    [Theory]
    [MemberData(nameof(Survivable))]
    [Trait("Clause", "ST-27")]
    [Trait("Clause", "race 6")]
    public void Another_refusal_is_tried_again_and_the_next_2xx_saves_the_call(string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, method);
        world.Advance(45);
        call.Callee.Reply(call.Callee.NextRequest(method), status);
        Assert.Equal(1, world.Log.Count("session_refresh_failed"));
        world.Advance(9);
        call.Callee.Reply(call.Callee.NextRequest(method), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: Body(call, method));
        Assert.Equal(54, call.Age);
        world.Advance(44.999);
        Assert.False(call.Callee.HasRequest(method));
        world.Advance(0.001);
        call.Callee.Reply(call.Callee.NextRequest(method), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: Body(call, method));
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Survivable))]
    [Trait("Clause", "ST-27")]
    public void A_peer_that_always_refuses_is_not_asked_endlessly(string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, method, interval: 1800);
        call.Callee.Answers = message =>
        {
            if (!message.IsResponse && message.Method == method)
            {
                call.Callee.Reply(message, status);
            }
            return message.Method != "BYE";
        };
        world.Advance(1768);
        Assert.Equal([900, 1080, 1260, 1440, 1620], call.Requests(call.Callee, method).Select(request => request.At));
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
        world.Advance(45);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), status, extra: string.Create(CultureInfo.InvariantCulture, $"Retry-After: {retryAfter}\r\n"));
        world.Advance(15);
        if (retriedAfter is { } delay)
        {
            Assert.Equal([45, 45 + delay], call.Requests(call.Callee, "UPDATE").Select(request => request.At).Take(2));
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
        world.Advance(45);
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
        world.Advance(45);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 503, extra: "Retry-After: 14\r\n");
        world.Advance(5);
        _ = call.B.Send("UPDATE", TimerCall.Expires(90, "uac"));
        _ = call.Callee.NextStatus(200);
        world.Advance(50);
        Assert.Single(call.Requests(call.Callee, "UPDATE"));
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    private static TimerCall Call(PbxWorld world, string method, int interval = 90) =>
        TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), TimerCall.Expires(interval, "uac"), method == "INVITE" ? TimerCall.NoUpdate : null);

    private static string Body(TimerCall call, string method) => method == "INVITE" ? call.B.Sdp : "";

    private static void AssertSilence(TimerCall call)
    {
        Assert.DoesNotContain(call.Caller.Inbox, message => !message.IsResponse);
        Assert.DoesNotContain(call.Callee.Inbox, message => !message.IsResponse);
    }
}
