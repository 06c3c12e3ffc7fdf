namespace EdgePbx.Core.Tests;

/// <summary>
/// What a person can tell apart: another number of flashes in a cycle, or a part of it that lasts half as long again. When
/// the cycle began nobody knows.
/// </summary>
internal static class LedEyes
{
    private const double Noticed = 1.5;

    public static bool CanTellApart(LedPattern one, LedPattern other)
    {
        (double[] a, double[] b) = (Runs(one), Runs(other));
        return a.Length != b.Length || (a.Length == 1
            ? one.IsLitAt(default) != other.IsLitAt(default)
            : Rotations(b).All(turned => a.Zip(turned).Any(pair => Math.Max(pair.First, pair.Second) >= Noticed * Math.Min(pair.First, pair.Second))));
    }

    /// <summary>Milliseconds lit, dark, lit … of the shortest cycle that there is; one value for a steady lamp.</summary>
    private static double[] Runs(LedPattern pattern)
    {
        if (pattern.IsSteady)
        {
            return [0];
        }
        List<double> runs = [];
        TimeSpan time = pattern.IsLitAt(default) ? TimeSpan.Zero : pattern.NextChange(default);
        for (TimeSpan end = time + pattern.Cycle; time < end; time += pattern.NextChange(time))
        {
            runs.Add(pattern.NextChange(time).TotalMilliseconds);
        }
        for (int length = 2; length < runs.Count; length += 2)
        {
            if (runs.Count % length == 0 && Enumerable.Range(0, runs.Count).All(i => runs[i] == runs[i % length]))
            {
                return [.. runs.Take(length)];
            }
        }
        return [.. runs];
    }

    private static IEnumerable<double[]> Rotations(double[] runs)
    {
        for (int by = 0; by < runs.Length; by += 2)
        {
            yield return [.. runs[by..], .. runs[..by]];
        }
    }
}
