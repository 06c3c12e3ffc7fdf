namespace EdgePbx.Core.Tests;

/// <summary>
/// Garbage is collected while all threads stand still, the relay's too: what a call of a few seconds leaves behind is
/// heard by those who talk meanwhile.
/// </summary>
public class GarbageScenarios
{
    /// <summary>Bytes. Raise it only for a reason that is worth the silence.</summary>
    private const long MostPerCall = 16_300;

    [Fact]
    public void A_call_leaves_little_garbage()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false }; // which counts events, and none is noted
        world.Log.IsClosed = true;
        (Phone caller, Phone callee) = world.TwoPhones();
        const int Calls = 20;

        long most = Allocated.InEach(() =>
        {
            callee.Register(); // simulated hours go by
            long before = world.Garbage;
            for (int i = 0; i < Calls; i++)
            {
                ConnectedCall.Begin(caller, callee).HangUp();
                world.Advance(100); // what remembers the call forgets it, and is used again for the next
            }
            return (world.Garbage - before) / Calls;
        });

        Assert.InRange(most, 1, MostPerCall);
    }
}
