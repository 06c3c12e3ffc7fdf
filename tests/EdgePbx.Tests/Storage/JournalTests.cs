using System.Runtime.Versioning;
using System.Text;

namespace EdgePbx.Tests;

/// <summary>The journal's file as a power cut, a bad card, another process or a technician may leave it.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("test.journal");

    [Fact, SupportedOSPlatform("linux")]
    public void The_last_of_each_key_counts_and_what_is_gone_is_gone()
    {
        using (Journal journal = Open())
        {
            Commit(journal, ("1001", "one"), ("1002", "two"));
            Commit(journal, ("1001", "three"), ("1002", ""));
        }
        Assert.Equal(["1001 three"], Read());
        Assert.StartsWith("edgepbx-journal 1 test\n", File.ReadAllText(Path), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void A_file_that_was_cut_at_any_byte_has_all_that_was_whole_before()
    {
        long[] ends = Write();
        byte[] whole = File.ReadAllBytes(Path);
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(Path, whole[..cut]);
            // a line that only lacks its line feed is whole
            int good = ends.Count(end => end - 1 <= cut);
            Assert.Equal(Expected(good), Read());
            using Journal journal = Open();
            Commit(journal, ("9", "new"));
            Assert.Equal([.. Expected(good), "9 new"], Read());
        }
    }

    [Fact]
    public void A_byte_that_has_changed_costs_its_line_and_no_other()
    {
        long[] ends = Write();
        byte[] whole = File.ReadAllBytes(Path);
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] bad = [.. whole];
            bad[place] ^= 0x11;
            File.WriteAllBytes(Path, bad);
            using Journal journal = Open();
            int line = ends.Count(end => end <= place); // 0 is the first line, which names the kind
            Assert.InRange(journal.Damaged, 1, 2); // a line feed that is gone joins two lines
            string[] there = [.. journal.Table.Select(entry => entry.Key)];
            Assert.All(Enumerable.Range(1, 5).Where(number => number != line && number != line + 1), number => Assert.Contains($"{number}", there));
        }
    }

    [Fact]
    public void A_damaged_file_is_kept_beside_and_mended_with_the_next_commit()
    {
        _ = Write();
        File.AppendAllText(Path, "torn");
        string damaged = File.ReadAllText(Path);
        using (Journal journal = Open())
        {
            Assert.Equal(1, journal.Damaged);
            Assert.True(journal.TryCommit(out _));
        }
        Assert.Equal(damaged, File.ReadAllText(Path + ".damaged"));
        using Journal again = Open();
        Assert.Equal((0, 5), (again.Damaged, again.Table.Count));
    }

    [Fact]
    public void It_is_replaced_when_most_of_it_is_out_of_date_and_never_grows_for_good()
    {
        using Journal journal = Open();
        long largest = 0;
        for (int i = 0; i < 5000; i++)
        {
            Commit(journal, ($"{i % 20}", new string('x', 150)));
            largest = Math.Max(largest, new FileInfo(Path).Length);
        }
        Assert.InRange(largest, 60_000, 70_000);
        Assert.Equal(20, Read().Length);
        Assert.Equal(["test.journal"], Directory.GetFiles(_folder.Path).Select(System.IO.Path.GetFileName));
    }

    [Fact]
    public void Several_changes_cost_one_write_and_one_sync()
    {
        var meter = new WriteMeter(() => default);
        using var journal = new Journal(Path, "test", SystemFiles.Instance, meter);
        Assert.True(journal.TryOpen(out _));
        Commit(journal, ("1", "x"));
        WriteSnapshot before = meter.Snapshot();
        Commit(journal, ("1", "y"), ("2", "z"), ("3", "z"));
        Assert.Equal((before.Syncs + 1, before.Bytes + 39), (meter.Snapshot().Syncs, meter.Snapshot().Bytes));
        Assert.True(journal.TryCommit(out _)); // nothing has changed
        Assert.Equal(before.Syncs + 1, meter.Snapshot().Syncs);
    }

    [Fact]
    public void Opening_it_writes_nothing()
    {
        _ = Write();
        DateTime before = File.GetLastWriteTimeUtc(Path);
        using (Open())
        {
        }
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path));
    }

    [Fact]
    public void A_second_process_writes_nothing()
    {
        using Journal first = Open();
        Commit(first, ("1", "first"));
        using var second = new Journal(Path, "test", SystemFiles.Instance, new WriteMeter(() => default));
        Assert.False(second.TryOpen(out string problem));
        Assert.Contains("another process", problem, StringComparison.Ordinal);
        second.Put("1", "second"u8);
        Assert.False(second.TryCommit(out _));
        Commit(first, ("2", "first"));
        Assert.Equal(["1 first", "2 first"], Read());
    }

    [Fact]
    public void What_was_deleted_while_it_was_open_is_written_anew()
    {
        using Journal journal = Open();
        Commit(journal, ("1", "one"));
        File.Delete(Path);
        Commit(journal, ("2", "two"));
        Assert.Equal(["1 one", "2 two"], Read());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_problem_until_it_is()
    {
        string later = _folder.File("later/test.journal");
        using var journal = new Journal(later, "test", SystemFiles.Instance, new WriteMeter(() => default));
        Assert.False(journal.TryOpen(out _));
        journal.Put("1", "one"u8);
        Assert.False(journal.TryCommit(out string problem));
        Assert.Equal("No such file or directory", problem);
        _ = Directory.CreateDirectory(_folder.File("later"));
        Assert.True(journal.TryCommit(out problem), problem);
        Assert.EndsWith(" 1 one\n", File.ReadAllText(later), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_changes_while_it_can_not_be_written_costs_no_memory()
    {
        using var journal = new Journal(_folder.File("never/test.journal"), "test", SystemFiles.Instance, new WriteMeter(() => default));
        for (int i = 0; i < 1000; i++)
        {
            journal.Put("1", "one"u8);
            Assert.False(journal.TryCommit(out _));
        }
        Assert.Equal(0, journal.Pending);
    }

    [Fact]
    public void A_file_that_could_not_be_read_is_kept_beside()
    {
        using (var huge = new FileStream(Path, FileMode.Create))
        {
            huge.SetLength(17 << 20); // more than any journal of ours
        }
        using var journal = new Journal(Path, "test", SystemFiles.Instance, new WriteMeter(() => default));
        Assert.False(journal.TryOpen(out _));
        Commit(journal, ("1", "one"));
        Assert.Equal(["1 one"], Read());
        Assert.Equal(17 << 20, new FileInfo(Path + ".damaged").Length);
    }

    [Fact]
    public void The_checksum_is_that_of_RFC_3720() => Assert.Equal(0xE3069283, JournalText.Checksum("123456789"u8));

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Expected(int lines) => Enumerable.Range(1, Math.Max(lines - 1, 0)).Select(number => $"{number} text-{number}");

    private static void Commit(Journal journal, params (string Key, string Text)[] changes)
    {
        foreach ((string key, string text) in changes)
        {
            journal.Put(key, Encoding.ASCII.GetBytes(text));
        }
        Assert.True(journal.TryCommit(out string problem), problem);
    }

    /// <summary>Five entries, one line each; where each line ends, the first line's included.</summary>
    private long[] Write()
    {
        using Journal journal = Open();
        List<long> ends = [];
        Commit(journal, ("1", "text-1"));
        ends.Add(File.ReadAllText(Path).IndexOf('\n', StringComparison.Ordinal) + 1);
        ends.Add(new FileInfo(Path).Length);
        for (int number = 2; number <= 5; number++)
        {
            Commit(journal, ($"{number}", $"text-{number}"));
            ends.Add(new FileInfo(Path).Length);
        }
        return [.. ends];
    }

    private Journal Open()
    {
        var journal = new Journal(Path, "test", SystemFiles.Instance, new WriteMeter(() => default));
        Assert.True(journal.TryOpen(out string problem), problem);
        return journal;
    }

    private string[] Read()
    {
        string copy = _folder.File("copy");
        File.Copy(Path, copy, overwrite: true); // the one under test holds its lock
        using var journal = new Journal(copy, "test", SystemFiles.Instance, new WriteMeter(() => default));
        Assert.True(journal.TryOpen(out string problem), problem);
        string[] lines = [.. journal.Table.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key} {Encoding.ASCII.GetString(entry.Value)}")];
        File.Delete(copy);
        File.Delete(copy + ".damaged");
        return lines;
    }
}
