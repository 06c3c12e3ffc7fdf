namespace EdgePbx.Simulation.Tests;

public class WorldTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(17)]
    public void The_same_plan_is_the_same_run_and_another_seed_another(ulong seed)
    {
        Outcome first = Runner.Try(new Plan(seed, 20));
        Assert.Null(first.Violation);
        Assert.True(first.Messages > 100);
        Assert.Equal(first, Runner.Try(new Plan(seed, 20)));
        Assert.NotEqual(first.Fingerprint, Runner.Try(new Plan(seed + 1, 20)).Fingerprint);
    }

    /// <summary>A fault that is never injected would prove nothing.</summary>
    [Fact]
    public void Every_kind_of_fault_is_chosen_by_some_seed_and_calm_worlds_exist()
    {
        Kinds[] worlds = [.. Enumerable.Range(1, 100).Select(seed => new Weather(new Plan((ulong)seed, 1)).Present)];
        Assert.Contains(Kinds.None, worlds);
        Assert.All(Enum.GetValues<Kinds>().Where(kind => kind != Kinds.None), kind => Assert.Contains(worlds, world => world.HasFlag(kind)));
    }

    [Fact]
    public void In_a_calm_world_most_calls_are_answered_and_nothing_is_overdue()
    {
        World world = Runner.Run(new Plan(1, 40, Kinds.None), keepsTrace: true);
        Assert.Null(world.Violation);
        Assert.True(world.CallsEstablished > 25, $"{world.CallsEstablished} of {world.CallsMade} calls were answered");
        Assert.DoesNotContain(world.Trace!.Lines, line => line.Text.StartsWith("cleanup_overdue", StringComparison.Ordinal));
    }

    /// <summary>"Never" is said: then the watchdog reports it, and after the relay's restart all goes back.</summary>
    [Fact]
    public void A_relay_that_never_confirms_is_reported_and_its_restart_gives_everything_back()
    {
        World[] worlds = [.. Enumerable.Range(1, 20).Select(seed => Runner.Run(new Plan((ulong)seed, 20, Kinds.RelayNever), keepsTrace: true))];
        Assert.All(worlds, world => Assert.Null(world.Violation));
        Assert.Contains(worlds, world => world.Trace!.Lines.Exists(line => line.Text.StartsWith("cleanup_overdue", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_failing_plan_is_shrunk_to_what_it_needs()
    {
        static bool Fails(Plan plan) => plan.Has(17) && plan.Calls == 40 && new Weather(plan).Has(Kinds.Loss);
        var plan = new Plan(3, 40, Kinds.Loss | Kinds.Cancel | Kinds.Glare | Kinds.Garbage);
        Assert.True(Fails(plan));
        Plan small = Shrinker.Shrink(plan, Fails);
        Assert.Equal([17], small.Only!);
        Assert.Equal(Kinds.Loss, small.With);
    }

    [Fact]
    public void A_ladder_shows_who_said_what_to_whom()
    {
        World world = Runner.Run(new Plan(1, 1, Kinds.None), keepsTrace: true);
        string[] lines = Ladder.Draw(world).Split('\n');
        Assert.Contains("box", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(" INVITE ", StringComparison.Ordinal) && line.Contains('<', StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("200 INVITE", StringComparison.Ordinal) && line.Contains("->|", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("cleanup_verified", StringComparison.Ordinal));
    }
}
