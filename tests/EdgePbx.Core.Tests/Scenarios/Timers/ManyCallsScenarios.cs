namespace EdgePbx.Core.Tests;

/// <summary>Many calls, one after another: what is armed is disarmed (ST-35).</summary>
public class ManyCallsScenarios
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Clause", "ST-35")]
    public void A_hundred_calls_that_end_at_random_leave_no_timer_armed(int seed)
    {
        using var world = new PbxWorld(seed: seed);
        var random = new Random(seed);
        (Phone caller, Phone callee) = world.TwoPhones();
        int before = 0;
        int during = 0;
        for (int i = 0; i < 100; i++)
        {
            if (i % 20 == 0)
            {
                callee.Register(); // an hour is soon over
            }
            caller.Allow = random.Next(2) == 0 ? TimerCall.NoUpdate : "INVITE, ACK, BYE, CANCEL, UPDATE";
            callee.Allow = random.Next(2) == 0 ? TimerCall.NoUpdate : "INVITE, ACK, BYE, CANCEL, UPDATE";
            string a = random.Next(2) == 0 ? "uac" : "uas";
            string b = random.Next(2) == 0 ? "uac" : "uas";
            TimerCall call = TimerCall.Between(world, caller, callee, TimerCall.Expires(90, a), $"Session-Expires: 90;refresher={b}\r\n");
            Live(world, call, random.Next(100), a == "uac", b == "uas");
            if (world.Gauges.Calls > 0)
            {
                before += world.Log.Count("session_refreshed");
                End(world, call, random.Next(3));
            }
            else
            {
                during++;
            }
            Assert.Equal((0, 0, 0), (world.Gauges.Calls, world.Gauges.Legs, world.Gauges.TimersSession));
            Assert.Equal(world.Log.Count("session_timer_started"), world.Log.Count("session_timer_cancelled") + world.Log.Count("session_timer_expired"));
            (caller.Answers, callee.Answers) = (null, null);
            caller.Inbox.Clear();
            callee.Inbox.Clear();
        }
        Assert.Equal(200, world.Log.Count("session_timer_started"));
        Assert.InRange(before, 1, int.MaxValue);
        Assert.InRange(during, 1, 99);
    }

    /// <summary>The phones refresh where it is theirs to do so, but one time in four they forget it, and the call may expire.</summary>
    private static void Live(PbxWorld world, TimerCall call, int seconds, bool callerRefreshes, bool calleeRefreshes)
    {
        bool forgets = seconds % 4 == 0;
        call.KeepBothAlive();
        for (int at = 0; at < seconds; at++)
        {
            world.Advance(1);
            if (at is not (44 or 89) || forgets || world.Gauges.Calls == 0)
            {
                continue;
            }
            if (callerRefreshes)
            {
                _ = call.A.Send("UPDATE", TimerCall.Expires(90, "uac"));
            }
            if (calleeRefreshes)
            {
                _ = call.B.Send("UPDATE", TimerCall.Expires(90, "uac"));
            }
        }
    }

    private static void End(PbxWorld world, TimerCall call, int how)
    {
        switch (how)
        {
            case 0:
                call.A.Bye();
                break;
            case 1:
                call.B.Bye();
                break;
            default:
                call.Callee.Answers = null;
                world.Advance(46);
                if (call.Callee.Inbox.LastOrDefault(message => message.Method is "UPDATE" or "INVITE" && !message.IsResponse) is { } refresh && world.Gauges.Calls > 0)
                {
                    call.Callee.Reply(refresh, 481);
                }
                call.A.Bye();
                break;
        }
    }
}
