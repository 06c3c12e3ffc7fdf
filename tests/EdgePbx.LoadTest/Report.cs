using System.Globalization;

namespace EdgePbx.LoadTest;

/// <summary>The figures as a table: costs as ratios to the floor of the same round, since times depend on the machine.</summary>
internal static class Report
{
    public static void Head(TextWriter output) => output.WriteLine(
        $"{"relay",-22}{"calls",6}{"short/s",8}{"lost",6}{"lost else",10}{"CPU",8}{"p50",8}{"p99",8}{"p99.9",9}{"max",9}{"late",8}{"memory",9}");

    public static void Row(TextWriter output, LoadRun run)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{run.Relay,-22}{run.Calls,6}{run.ShortCalls,8}{run.Voices.Lost,6}{run.Voices.LostOutside,10}{Micro(run.CpuPerPacket),8:F2}"
            + $"{Micro(run.Voices.Latency.Percentile(0.5)),8:F0}{Micro(run.Voices.Latency.Percentile(0.99)),8:F0}{Micro(run.Voices.Latency.Percentile(0.999)),9:F0}"
            + $"{Micro(run.Voices.Latency.Largest),9:F0}{Micro(run.Voices.SenderLate),8:F0}{run.Memory / 1e6,9:F1}"));
        if (run.Remarks.Length > 0)
        {
            output.WriteLine($"    {run.Remarks}");
        }
    }

    /// <summary>Of each relay and load the median over the rounds, each round's figures divided by those of its reference.</summary>
    public static void Ratios(TextWriter output, IReadOnlyList<IReadOnlyList<LoadRun>> rounds, string reference, string what, Func<LoadRun, double> figure)
    {
        output.WriteLine($"{what}, as a ratio to {reference} in the same round (median of {rounds.Count}; least to most)");
        foreach (var group in rounds.SelectMany(round => round).GroupBy(run => (run.Calls, run.ShortCalls, run.Relay)).OrderBy(g => (g.Key.Calls, g.Key.ShortCalls)))
        {
            double[] ratios = [.. rounds
                .Select(round => (Run: Find(round, group.Key, group.Key.Relay), Reference: Find(round, group.Key, reference)))
                .Where(pair => pair.Run is not null && pair.Reference is not null && figure(pair.Reference) > 0)
                .Select(pair => figure(pair.Run!) / figure(pair.Reference!))
                .Order()];
            if (ratios.Length > 0 && group.Key.Relay != reference)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {group.Key.Relay,-22}{group.Key.Calls,6} calls{group.Key.ShortCalls,4} short/s  {ratios[ratios.Length / 2],6:F2}  ({ratios[0]:F2} to {ratios[^1]:F2})"));
            }
        }
    }

    private static LoadRun? Find(IEnumerable<LoadRun> round, (int Calls, int ShortCalls, string Relay) key, string relay) =>
        round.FirstOrDefault(run => (run.Calls, run.ShortCalls, run.Relay) == (key.Calls, key.ShortCalls, relay));

    private static double Micro(TimeSpan time) => time.TotalMicroseconds;
}
