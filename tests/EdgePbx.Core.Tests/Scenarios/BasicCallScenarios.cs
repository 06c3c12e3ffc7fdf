namespace EdgePbx.Core.Tests;

/// <summary>The main job, told as stories.</summary>
public class BasicCallScenarios
{
    [Fact]
    [Trait("Clause", "C-01")]
    public void Two_calls_in_a_row_between_the_same_phones_work_alike()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 2; i++)
        {
            PhoneDialog a = caller.Invite("1002");
            PhoneDialog b = callee.Take();
            Assert.NotEqual(a.CallId, b.CallId);
            b.Ring();
            _ = caller.NextStatus(180);
            b.Accept();
            _ = callee.NextRequest("ACK");
            WireMessage ok = a.Answered();
            Assert.Equal("192.0.2.1", ok.Sdp("c=IN IP4 "));
            a.Bye();
            _ = caller.NextStatus(200);
            callee.Reply(callee.NextRequest("BYE"), 200);
            Assert.Equal(i + 1, world.Log.Count("cleanup_verified"));
            Assert.Equal(0, world.Gauges.Calls);
        }
    }

    [Fact]
    public void The_callee_hangs_up_first()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        b.Bye();
        _ = callee.NextStatus(200);
        caller.Reply(caller.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-15")]
    public void A_cancelled_call_rings_no_longer_and_owns_nothing()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        _ = caller.NextStatus(180);
        a.Cancel();
        _ = caller.NextStatus(200);
        a.SendAckToFailure(caller.NextStatus(487));
        WireMessage cancel = callee.NextRequest("CANCEL");
        callee.Reply(cancel, 200);
        b.Reply(487);
        _ = callee.NextRequest("ACK");
    }
}
