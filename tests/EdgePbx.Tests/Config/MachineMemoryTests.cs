namespace EdgePbx.Tests;

public class MachineMemoryTests
{
    private const string Service = "0::/system.slice/edgepbx.service\n";

    [Fact]
    public void A_machine_has_what_it_says() => Assert.Equal(437568L << 10, Read(("proc/meminfo", "MemTotal:         437568 kB\nMemFree: 7 kB\n")));

    [Theory]
    [InlineData("sys/fs/cgroup/system.slice/edgepbx.service/memory.max")]
    [InlineData("sys/fs/cgroup/system.slice/memory.max")]
    [InlineData("sys/fs/cgroup/memory.max")]
    public void A_group_or_one_that_contains_it_may_have_less(string file) => Assert.Equal(64 << 20, Read(
        ("proc/meminfo", "MemTotal: 437568 kB\n"),
        ("proc/self/cgroup", Service),
        ("sys/fs/cgroup/system.slice/edgepbx.service/memory.max", "max\n"),
        (file, "67108864\n")));

    [Fact]
    public void The_first_kind_of_groups_says_it_elsewhere() => Assert.Equal(64 << 20, Read(
        ("proc/meminfo", "MemTotal: 437568 kB\n"),
        ("proc/self/cgroup", "7:cpu,cpuacct:/a\n4:memory:/box\n"),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "67108864\n")));

    [Fact]
    public void A_group_that_may_have_more_than_there_is_changes_nothing() => Assert.Equal(437568L << 10, Read(
        ("proc/meminfo", "MemTotal: 437568 kB\n"), ("proc/self/cgroup", Service), ("sys/fs/cgroup/memory.max", "99999999999\n")));

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal:\n")]
    [InlineData("MemTotal: many kB\n")]
    public void Where_it_is_not_said_the_runtime_knows(string text) =>
        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Read(("proc/meminfo", text), ("proc/self/cgroup", "nonsense\n0::\n")));

    [Fact]
    public void This_machine_has_some() => Assert.InRange(MachineMemory.Bytes, 1 << 20, long.MaxValue / 2);

    private static long Read(params (string File, string Text)[] files)
    {
        using var root = new TemporaryFolder();
        foreach ((string file, string text) in files)
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(root.File(file))!);
            File.WriteAllText(root.File(file), text);
        }
        return MachineMemory.Read(root.Path);
    }
}
