namespace EdgePbx.Core.Tests;

/// <summary>What RFC 3261 wants remembered of a call that is over costs little: it is what a stream of short calls is made of.</summary>
public class MemoryScenarios
{
    private const int Calls = 200;

    // the heap belongs to all tests of the run, so no other may run meanwhile
    [Fact(DisableParallelization = true)]
    public void A_finished_call_is_remembered_in_few_bytes()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false }; // its log is thrown away
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 20; i++)
        {
            CallAndHangUp(world, caller, callee);
        }
        world.Advance(70);
        callee.Register();
        var perCall = new long[5]; // what other tests left is collected in one round or the other, not in most of them
        for (int round = 0; round < perCall.Length; round++)
        {
            long before = Held(world, caller, callee);
            for (int i = 0; i < Calls; i++)
            {
                CallAndHangUp(world, caller, callee);
            }
            perCall[round] = (Held(world, caller, callee) - before) / Calls;
            world.Advance(70);
        }
        Assert.InRange(perCall.Order().ElementAt(perCall.Length / 2), 1, 8192);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
    }

    private static void CallAndHangUp(PbxWorld world, Phone caller, Phone callee)
    {
        ConnectedCall.Begin(caller, callee).HangUp();
        world.Advance(0.1);
    }

    private static long Held(PbxWorld world, Phone caller, Phone callee)
    {
        world.Sent.Clear();
        world.Sent.TrimExcess();
        world.Log.Events.Clear();
        world.Log.Events.TrimExcess();
        caller.Inbox.Clear();
        callee.Inbox.Clear();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
