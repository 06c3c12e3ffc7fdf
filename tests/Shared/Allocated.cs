namespace EdgePbx;

/// <summary>What a piece of code allocates on this thread each time, once it is warm.</summary>
/// <remarks>
/// What is counted for a thread is not only what its code asks for: the runtime allocates on whichever thread meets the occasion. Seen: 6192 bytes
/// for its table of casts, which other threads had filled, when this one looked up a cast that it had made before; a look-up in a dictionary by a
/// span casts the comparer each time. So code is run in several rounds, and the round that took least counts: what
/// the code itself allocates falls into each of them, and a single object is found; what falls into one by chance is not the code's.
/// </remarks>
internal static class Allocated
{
    private const int Rounds = 6;

    /// <summary>Bytes of the round that took least.</summary>
    /// <param name="round">Called several times, the first time to warm up; it does what is tested often enough to meet all that recurs.</param>
    public static long InEach(Action round)
    {
        round();
        return InEach(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    /// <summary>Bytes of the round that took least, of rounds that count by themselves what of them is tested. They must be warm.</summary>
    public static long InEach(Func<long> round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            least = Math.Min(least, round());
        }
        return least;
    }
}
