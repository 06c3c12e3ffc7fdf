using Microsoft.Extensions.Logging;

namespace EdgePbx.Core.Tests;

/// <summary>
/// What is remembered of a call that is over decides how many calls a second a box can take: it is held for half a minute (RFC
/// 3261 17.2), and each collection of the heap carries it on.
/// </summary>
public class RememberedCallScenarios
{
    /// <summary>Bytes, while copies of its requests may come. Raise it only for a reason that is worth the calls.</summary>
    private const long MostInHalfAMinute = 2_800;

    /// <summary>Bytes, when its receipt is settled: the room that is kept for those to come.</summary>
    private const long MostAfterwards = 100;

    [Fact]
    public void A_call_that_is_over_is_remembered_in_few_bytes()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false }; // which counts events, and none is noted
        world.Log.IsClosed = true;
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < EndedCalls.Kept + 50; i++)
        {
            ConnectedCall.Begin(caller, callee).HangUp(); // the list of the last calls is full
        }
        world.Advance(200);
        caller.Register();
        callee.Register();
        world.Advance(40);
        const int Calls = 100;

        HeldBytes before = Held(world);
        long shelved = Shelved(world);
        for (int i = 0; i < Calls; i++)
        {
            ConnectedCall.Begin(caller, callee).HangUp();
        }
        world.Advance(6); // the BYE of ours is forgotten (timer K)
        HeldBytes first = Held(world);
        long bytes = (first.Total - before.Total + Shelved(world) - shelved) / Calls;
        world.Advance(30);
        HeldBytes later = Held(world);

        Assert.True(bytes <= MostInHalfAMinute, $"{bytes} bytes, {(Shelved(world) - shelved) / Calls} of them shelved; {first.Since(before, Calls)}");
        Assert.True((later.Total - before.Total) / Calls <= MostAfterwards, $"{(later.Total - before.Total) / Calls} bytes; {later.Since(before, Calls)}");
    }

    // what is on shelves is counted by itself: a shelf is there before it is full
    private static HeldBytes Held(PbxWorld world) => HeldBytes.Of(world.Engine, typeof(ILogger), typeof(MessageShelf));

    private static long Shelved(PbxWorld world) => world.Engine.Context.Transactions.Remembered.Bytes;
}
