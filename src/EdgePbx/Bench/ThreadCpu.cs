using System.Globalization;

namespace EdgePbx;

/// <summary>How long threads have been on a processor, to the nanosecond (schedstat of /proc: the ticks of its stat are too coarse for short wake-ups).</summary>
internal static class ThreadCpu
{
    /// <summary>All threads of a process together; zero if there is none.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="thread">Only those of this name; empty: all.</param>
    public static TimeSpan Of(int process, string thread = "")
    {
        long nanoseconds = 0;
        try
        {
            foreach (string folder in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                if (thread.Length == 0 || File.ReadAllText($"{folder}/comm").Trim() == thread)
                {
                    string first = File.ReadAllText($"{folder}/schedstat").Split(' ')[0];
                    nanoseconds += long.Parse(first, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (IOException)
        {
            // a thread that ended meanwhile
        }
        return TimeSpan.FromTicks(nanoseconds / 100);
    }
}
