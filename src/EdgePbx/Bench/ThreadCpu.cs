using System.Globalization;

namespace EdgePbx;

/// <summary>How long threads have been on a processor, to the nanosecond (of others by schedstat of /proc: the ticks of its stat are too coarse for short wake-ups).</summary>
internal static class ThreadCpu
{
    // a clock of this kind for the thread whose number stands above, inverted (linux/posix-timers.h)
    private const int PerThread = 4;
    private const int Scheduled = 2;

    /// <summary>All threads of a process together; zero if there is none.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="thread">Only those of this name; empty: all.</param>
    public static TimeSpan Of(int process, string thread = "")
    {
        TimeSpan sum = default;
        try
        {
            foreach (string folder in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                if (thread.Length == 0 || File.ReadAllText($"{folder}/comm").Trim() == thread)
                {
                    sum += Read(folder);
                }
            }
        }
        catch (IOException)
        {
            // a thread that ended meanwhile
        }
        return sum;
    }

    /// <summary>One thread of this process, by its clock: also where there is no /proc. Zero if there is none.</summary>
    /// <param name="thread">Its number, as the kernel counts them.</param>
    public static TimeSpan OfOwn(int thread) =>
        SocketCalls.clock_gettime((~thread << 3) | PerThread | Scheduled, out SocketCalls.TimeSpec time) == 0
            ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : default;

    private static TimeSpan Read(string folder) =>
        TimeSpan.FromTicks(long.Parse(File.ReadAllText($"{folder}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 100);
}
