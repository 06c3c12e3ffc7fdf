using System.Numerics;

namespace EdgePbx;

/// <summary>Counts durations in buckets that are 1.6 % wide, from 100 ns to hours, in a fixed array.</summary>
internal sealed class LatencyHistogram
{
    private const int StepsPerDoubling = 64;
    private const int Doublings = 40;

    private readonly long[] _counts = new long[StepsPerDoubling * Doublings];
    private long _total;
    private long _largest;

    public long Count => _total;

    public TimeSpan Largest => TimeSpan.FromTicks(_largest);

    /// <param name="ticks">Of 100 ns; below 0 counts as 0.</param>
    public void Add(long ticks)
    {
        ticks = Math.Max(0, ticks);
        _counts[BucketOf(ticks)]++;
        _total++;
        _largest = Math.Max(_largest, ticks);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (_total, _largest) = (0, 0);
    }

    /// <summary>The duration that this part of all did not exceed, rounded up to the end of its bucket; zero of none.</summary>
    /// <param name="part">0 to 1.</param>
    public TimeSpan Percentile(double part)
    {
        long wanted = (long)Math.Ceiling(part * _total);
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length && _total > 0; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted && seen > 0)
            {
                return TimeSpan.FromTicks(Math.Min(EndOf(bucket), _largest));
            }
        }
        return TimeSpan.Zero;
    }

    // Below one doubling each tick has its own bucket; above it the highest seven bits say which.
    private static int BucketOf(long ticks)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - 6);
        return Math.Min((shift * StepsPerDoubling) + (int)(ticks >> shift), (StepsPerDoubling * Doublings) - 1);
    }

    private static long EndOf(int bucket)
    {
        if (bucket < 2 * StepsPerDoubling)
        {
            return bucket;
        }
        int shift = (bucket / StepsPerDoubling) - 1;
        long start = (long)(bucket - (shift * StepsPerDoubling)) << shift;
        return start + (1L << shift) - 1;
    }
}
