using Microsoft.Extensions.Logging;

namespace EdgePbx.Core.Tests;

/// <summary>The totals that follow from the budget, each at its limit and one past it, and that they keep within the budget.</summary>
public class MemoryBudgetScenarios
{
    private static readonly MemoryBudget Small = MemoryBudget.Of(MemoryBudget.Least);
    private static readonly PbxSettings SmallBox = PbxWorld.DefaultSettings with { Memory = Small };

    [Fact]
    public void Calls_are_taken_up_to_their_share_and_not_one_more()
    {
        using var world = new PbxWorld(SmallBox.WithoutShares());
        (Phone caller, Phone callee) = Warm(world);
        FillWithCalls(world, caller, callee);
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
        Assert.Equal(Small.CallTransactions, world.Engine.Snapshot(world.Now).Memory.CallRequests);

        caller.Send(caller.Request("INVITE", "sip:1002@office.example", "x1", "<sip:1001@office.example>;tag=f", "<sip:1002@office.example>", 1, caller.NewBranch(),
            $"Contact: <{caller.ContactUri}>\r\n", ""));
        _ = caller.NextStatus(503);
        Assert.Contains($"too many requests within half a minute ({Small.CallTransactions} of {Small.CallTransactions})",
            world.Log.Events.Single(e => e.Name == "overload_began").Text, StringComparison.Ordinal);
        world.Advance(33);
        callee.Register();
        ConnectedCall.Begin(caller, callee).HangUp();
    }

    [Fact]
    public void A_reload_with_more_memory_counts_at_once()
    {
        using var world = new PbxWorld(SmallBox.WithoutShares());
        (Phone caller, Phone callee) = Warm(world);
        FillWithCalls(world, caller, callee);
        world.Engine.Reload(world.Now, SmallBox.WithoutShares() with { Memory = MemoryBudget.Of(2 * MemoryBudget.Least) });
        ConnectedCall.Begin(caller, callee).HangUp();
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
    }

    [Fact]
    public void Whatever_is_remembered_at_most_fits_into_half_of_it()
    {
        using var world = new PbxWorld(SmallBox.WithoutShares()) { EndsWithNothingOwned = false };
        (Phone caller, Phone callee) = Warm(world);
        world.Log.IsClosed = true;
        long before = Held(world);
        FillWithCalls(world, caller, callee);
        world.Advance(33); // their receipts are still open
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        FillWithCalls(world, caller, callee);
        while (world.Engine.Snapshot(world.Now).Memory.RegisterRequests < Small.RegisterTransactions && world.Gauges.ServerTransactions < Small.ServerTransactions)
        {
            caller.Register();
            world.Advance(0.001);
        }
        while (world.Gauges.ServerTransactions < Small.ServerTransactions)
        {
            call.B.Send("OPTIONS");
        }
        Assert.InRange(Held(world) - before, Small.Bytes / 16, Small.Bytes / 2);
    }

    [Fact]
    public void What_is_remembered_is_shown_beside_its_limits()
    {
        using var world = new PbxWorld(SmallBox.WithoutShares());
        world.Phone("1001", 11).Register();
        MemorySnapshot shown = world.Engine.Snapshot(world.Now).Memory;
        Assert.Equal((Small.Bytes, 1, Small.RegisterTransactions), (shown.BudgetBytes, shown.RegisterRequests, shown.RegisterRequestLimit));
        Assert.Equal((0, Small.CallTransactions, Small.HeldBytes), (shown.CallRequests, shown.CallRequestLimit, shown.MessageByteLimit));
        Assert.InRange(shown.MessageBytes, 100, 2048);
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(32, 16)]
    [InlineData(512, 128)]
    [InlineData(437, 109)]
    [InlineData(1024, 256)]
    [InlineData(65536, 256)]
    public void A_machine_gives_a_quarter_and_not_too_much(long mebibytes, long given) =>
        Assert.Equal(given, MemoryBudget.ForMachine(mebibytes << 20).Bytes >> 20);

    [Theory]
    [InlineData(16)]
    [InlineData(128)]
    [InlineData(4096)]
    public void The_shares_leave_room_for_what_is_up(long mebibytes)
    {
        var budget = MemoryBudget.Of(mebibytes << 20);
        Assert.True(budget.CallTransactions + (budget.RegisterTransactions / 2) < budget.ServerTransactions);
        Assert.True(budget.RegisterTransactions >= 1024);
        Assert.True(budget.HeldBytes < budget.Bytes);
    }

    private static (Phone Caller, Phone Callee) Warm(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Advance(70);
        caller.Register();
        callee.Register();
        world.Advance(33);
        return (caller, callee);
    }

    private static void FillWithCalls(PbxWorld world, Phone caller, Phone callee)
    {
        while (world.Engine.Snapshot(world.Now).Memory is { } memory && memory.CallRequests < memory.CallRequestLimit)
        {
            ConnectedCall.Begin(caller, callee).HangUp();
            world.Advance(0.001); // nonces of one moment are used up together
        }
    }

    private static long Held(PbxWorld world) => HeldBytes.Of(world.Engine, typeof(ILogger)).Total;
}
