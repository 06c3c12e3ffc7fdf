namespace EdgePbx.Core.Tests;

/// <summary>Calls one after the other: whatever one has taken is what the next one takes.</summary>
public class ManyCallsInARowScenarios
{
    [Fact]
    [Trait("Clause", "MUT-11")]
    [Trait("Clause", "MUT-12")]
    [Trait("Clause", "MUT-18")]
    [Trait("Clause", "MUT-22")]
    public void The_places_of_a_call_are_used_again_and_no_name_stays()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        for (int i = 0; i < 50; i++)
        {
            call.HangUp();
            call = ConnectedCall.Begin(call.Caller, call.Callee);
        }
        PbxContext context = world.Engine.Context;
        Assert.Equal(((1, 0), (2, 0)), (context.Calls.Slots, context.Relays.Slots));
        Assert.Equal(0, context.Transactions.Unmeasured.Answered);
        call.HangUp();
        world.Advance(70);
        Assert.Equal((0, 0, 0), context.Transactions.Unmeasured);
    }

    /// <summary>Slots are numbered with 16 bits: a table that gave none back would have two calls in one.</summary>
    [Fact]
    [Trait("Clause", "MUT-12")]
    public void The_seventy_thousandth_call_is_found_by_its_key_and_no_other_is()
    {
        using var world = new PbxWorld();
        CallTable calls = world.Engine.Context.Calls;
        CallKey former = default;
        for (int i = 0; i < 70_000; i++)
        {
            Call call = calls.TryCreate(world.Now)!;
            Assert.Same(call, calls.Find(call.Key));
            Assert.Null(calls.Find(former));
            former = call.Key;
            call.End(world.Now, EndReason.Shutdown);
        }
        Assert.Equal((1, 1), calls.Slots);
        world.EndsWithNothingOwned = false; // they were set up by nobody
    }
}
