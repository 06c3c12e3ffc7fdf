using System.Diagnostics;

namespace EdgePbx.Simulation;

/// <summary>What became of one world.</summary>
internal sealed record Outcome(Plan Plan, Kinds Present, Violation? Violation, int Calls, int Established, long Messages, ulong Fingerprint);

/// <summary>The sum of many.</summary>
internal sealed class Tally
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _usedBefore = Environment.CpuUsage.TotalTime;

    public int Worlds { get; private set; }
    public long Calls { get; private set; }
    public long Established { get; private set; }
    public long Messages { get; private set; }
    public SortedDictionary<int, Outcome> Failures { get; } = [];
    public double Seconds => _watch.Elapsed.TotalSeconds;

    public void Add(int index, Outcome outcome)
    {
        Worlds++;
        Calls += outcome.Calls;
        Established += outcome.Established;
        Messages += outcome.Messages;
        if (outcome.Violation is not null)
        {
            Failures.Add(index, outcome);
        }
    }

    /// <summary>Of all threads, so that a busy machine can be told from a slow program.</summary>
    public double ProcessorSeconds => (Environment.CpuUsage.TotalTime - _usedBefore).TotalSeconds;

    public override string ToString() => FormattableString.Invariant(
        $"simulation: {Worlds} worlds, {Calls} calls, {Established} of them answered, {Messages} messages in {Seconds:0.0} s: {Calls / Seconds:0} calls simulated per second ({Calls / ProcessorSeconds:0} per second of processor time)");
}

/// <summary>Runs worlds, each in one thread, several side by side.</summary>
internal static class Runner
{
    public static World Run(Plan plan, bool keepsTrace = false)
    {
        var world = new World(plan, keepsTrace);
        world.Run();
        return world;
    }

    public static Outcome Try(Plan plan)
    {
        World world = Run(plan);
        return new Outcome(plan, world.Weather.Present, world.Violation, world.CallsMade, world.CallsEstablished, world.Messages, world.Fingerprint);
    }

    /// <summary>World after world until there were so many, <paramref name="isEnough"/> says so, or too many have failed.</summary>
    /// <param name="calls">How many calls each world plans.</param>
    public static Tally RunMany(ulong firstSeed, int worlds, int calls, int workers, int mostFailures, Func<Tally, bool> isEnough)
    {
        var tally = new Tally();
        int next = 0;
        void Work()
        {
            while (true)
            {
                int index;
                lock (tally)
                {
                    if (next >= worlds || isEnough(tally) || tally.Failures.Count >= mostFailures)
                    {
                        return;
                    }
                    index = next++;
                }
                Outcome outcome = Try(new Plan(firstSeed + (ulong)index, calls));
                lock (tally)
                {
                    tally.Add(index, outcome);
                }
            }
        }
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return tally;
    }
}
