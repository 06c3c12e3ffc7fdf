namespace EdgePbx.Core.Tests;

/// <summary>A peer that makes both legs, or two calls, look alike by their Call-ID.</summary>
[Trait("Clause", "ST-36")]
public class SameCallIdScenarios
{
    [Fact]
    public void Two_legs_of_one_call_with_the_same_call_id_have_timers_of_their_own()
    {
        string predicted;
        using (var before = new PbxWorld(seed: 5))
        {
            TimerCall call = TimerCall.Establish(before);
            predicted = call.B.CallId;
            call.HangUp();
        }
        using var world = new PbxWorld(seed: 5);
        (Phone caller, Phone callee) = world.TwoPhones();
        TimerCall same = TimerCall.Between(world, caller, callee, TimerCall.Expires(90, "uac"), "Session-Expires: 90;refresher=uas\r\n", callId: predicted);
        Assert.Equal(same.A.CallId, same.B.CallId);
        world.Advance(45);
        _ = same.A.Send("UPDATE", TimerCall.Expires(90, "uac"));
        _ = caller.NextStatus(200);
        Assert.Equal((60, 15), Expiries(world));
        _ = same.B.Send("UPDATE", TimerCall.Expires(90, "uac"));
        _ = callee.NextStatus(200);
        Assert.Equal((60, 60), Expiries(world));
        same.HangUp();
        Assert.Equal((2, 0), (world.Log.Count("session_timer_cancelled"), world.Gauges.TimersSession));
    }

    [Fact]
    public void A_second_call_with_the_call_id_of_the_first_ends_alone()
    {
        using var world = new PbxWorld();
        Phone third = world.Phone("1003", 13);
        third.Register();
        TimerCall first = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), "Session-Expires: 90;refresher=uac\r\n");
        first.KeepBothAlive();
        // the callee of the first call calls out with the names that the box gave it: the Call-ID, and both tags the other way round
        PhoneDialog a = first.Callee.Invite("1003", extra: TimerCall.Expires(90, "uas"), callId: first.B.CallId, tag: first.B.LocalTag);
        PhoneDialog b = third.Take();
        b.Accept("Session-Expires: 90;refresher=uac\r\n");
        _ = third.NextRequest("ACK");
        _ = a.Answered();
        Assert.Equal((2, 8), (world.Gauges.Calls, world.Gauges.TimersSession));
        a.Bye();
        _ = first.Callee.NextStatus(200);
        third.Reply(third.NextRequest("BYE"), 200);
        Assert.Equal((1, 4, 2), (world.Gauges.Calls, world.Gauges.TimersSession, world.Log.Count("session_timer_cancelled")));
        world.Advance(100);
        Assert.Equal([45, 90], first.Requests(first.Caller, "UPDATE").Select(request => request.At));
        Assert.Equal([44, 88], first.Requests(first.Callee, "UPDATE").Select(request => request.At));
        Assert.Empty(third.Inbox);
        first.HangUp();
    }

    [Fact]
    public void Two_callers_with_one_call_id_are_two_calls()
    {
        using var world = new PbxWorld();
        Phone third = world.Phone("1003", 13);
        third.Register();
        (Phone one, Phone two) = world.TwoPhones();
        TimerCall first = TimerCall.Between(world, one, third, TimerCall.Expires(90, "uac"), callId: "one-for-all", tag: "t");
        TimerCall second = TimerCall.Between(world, two, third, TimerCall.Expires(90, "uac"), callId: "one-for-all", tag: "t", cseq: 10);
        world.Advance(45);
        _ = second.A.Send("UPDATE", TimerCall.Expires(90, "uac"));
        _ = two.NextStatus(200);
        world.Advance(15);
        Assert.True(one.HasRequest("BYE"));
        Assert.False(two.HasRequest("BYE"));
        one.Reply(one.NextRequest("BYE"), 200);
        third.Reply(third.NextRequest("BYE"), 200);
        Assert.Equal(1, world.Gauges.Calls);
        second.HangUp();
    }

    private static (double Caller, double Callee) Expiries(PbxWorld world)
    {
        IReadOnlyList<LegSnapshot> legs = world.Engine.Snapshot(world.Now).Calls.Single().Legs;
        return (legs[0].SessionTimer!.SecondsToExpiry!.Value, legs[1].SessionTimer!.SecondsToExpiry!.Value);
    }
}
