using System.Globalization;

namespace EdgePbx;

/// <summary>How much memory there is for this process: the machine's, or less where a cgroup says so (a container, systemd's MemoryMax).</summary>
internal static class MachineMemory
{
    private static readonly Lazy<long> Found = new(static () => Read("/"));

    /// <summary>Looked at once: a process does not see its machine grow.</summary>
    public static long Bytes => Found.Value;

    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are.</param>
    internal static long Read(string root)
    {
        long least = Physical(Path.Combine(root, "proc/meminfo")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (string line in Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            // 0::/system.slice/edgepbx.service, or with version 1 a list of what it counts in the middle
            if (line.Split(':', 3) is [_, var counted, var group])
            {
                least = counted.Length == 0
                    ? Math.Min(least, LeastOf(Path.Combine(root, "sys/fs/cgroup"), group, "memory.max"))
                    : counted.Split(',').Contains("memory") ? Math.Min(least, LeastOf(Path.Combine(root, "sys/fs/cgroup/memory"), group, "memory.limit_in_bytes")) : least;
            }
        }
        return least;
    }

    /// <summary>A group may take no more than each that contains it. In a container the folder of its own group is the root.</summary>
    private static long LeastOf(string folder, string group, string file)
    {
        long least = Limit(Path.Combine(folder, file));
        foreach (string part in group.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = Path.Combine(folder, part);
            least = Math.Min(least, Limit(Path.Combine(folder, file)));
        }
        return least;
    }

    private static long Limit(string file) =>
        Lines(file) is [var text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : long.MaxValue;

    // MemTotal:         437568 kB
    private static long? Physical(string file)
    {
        foreach (string line in Lines(file))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["MemTotal:", var text, "kB"]
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes))
            {
                return kilobytes << 10;
            }
        }
        return null;
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // it is not there: nothing is limited by it
        }
    }
}
