using System.Runtime.Versioning;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The record file after a power cut, when it is full, and when its disk is.</summary>
[Collection("/dev/full")] // one process at a time writes to a file
public sealed class CallRecordFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("calls.jsonl");

    [Fact]
    public void A_file_that_was_cut_at_any_byte_loses_that_line_and_no_other()
    {
        byte[] whole = [.. Line(1), .. Line(2), .. Line(3)];
        int second = Line(1).Length, third = second + Line(2).Length;
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(Path, whole[..cut]);
            using (var file = new CallRecordFile(Path, 1 << 20, 5))
            {
                Assert.True(file.TryAppend(Line(9), out _));
                Assert.True(file.TrySync(out _));
            }
            // a line that only lacks its line feed is whole
            int kept = cut >= whole.Length - 1 ? 3 : cut >= third - 1 ? 2 : cut >= second - 1 ? 1 : 0;
            Assert.Equal([.. Enumerable.Range(1, kept), 9], NumbersIn(Path));
        }
    }

    [Fact, SupportedOSPlatform("linux")]
    public void What_was_cut_off_is_kept_beside_the_file()
    {
        File.WriteAllBytes(Path, [.. Line(1), .. "{\"n\":2,\"x\""u8]);
        using var file = new CallRecordFile(Path, 1 << 20, 5);
        Assert.True(file.TryOpen(out _));
        Assert.Equal(10, file.Repaired);
        Assert.Equal("{\"n\":2,\"x\"", File.ReadAllText(Path + ".torn"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path + ".torn"));
    }

    [Theory]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("\0\0\0\0\0\0\0\n")]
    [InlineData("{\"n\":2}{\"n\":3}\n")]
    [InlineData("\n")]
    public void A_tail_that_is_no_record_is_cut_off(string tail)
    {
        File.WriteAllBytes(Path, [.. Line(1), .. Encoding.UTF8.GetBytes(tail)]);
        Assert.Equal(tail.Length, TornLine.Repair(Path));
        Assert.Equal([1], NumbersIn(Path));
        Assert.Equal(0, TornLine.Repair(Path));
    }

    [Fact]
    public void Only_the_end_of_a_long_file_is_read()
    {
        byte[] lines = [.. Enumerable.Range(1, 20_000).SelectMany(Line)];
        File.WriteAllBytes(Path, lines);
        Assert.Equal(0, TornLine.Repair(Path));
        File.WriteAllBytes(Path, lines[..^5]);
        Assert.Equal(Line(20_000).Length - 5, TornLine.Repair(Path));
        Assert.Equal(19_999, NumbersIn(Path).Count);
    }

    [Fact]
    public void A_full_file_gets_a_number_and_the_oldest_one_goes()
    {
        using var file = new CallRecordFile(Path, largest: 3 * Line(10).Length, kept: 2);
        for (int i = 10; i < 22; i++)
        {
            Assert.True(file.TryAppend(Line(i), out string problem), problem);
        }
        Assert.Equal([19, 20, 21], NumbersIn(Path));
        Assert.Equal([16, 17, 18], NumbersIn(Path + ".1"));
        Assert.Equal([13, 14, 15], NumbersIn(Path + ".2"));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_power_cut_between_the_renames_costs_no_file()
    {
        File.WriteAllBytes(Path, Line(30));
        File.WriteAllBytes(Path + ".2", Line(20)); // .1 has become .2, and the newest has not become .1 yet
        File.WriteAllBytes(Path + ".3", Line(10));
        using var file = new CallRecordFile(Path, largest: 1, kept: 3);
        Assert.True(file.TryOpen(out _));
        Assert.True(file.TryAppend(Line(40), out _));
        Assert.Equal([40, 30, 20, 10], new[] { Path, Path + ".1", Path + ".2", Path + ".3" }.SelectMany(NumbersIn));
    }

    [Fact]
    public void A_line_that_is_longer_than_a_file_may_be_is_written_all_the_same()
    {
        using var file = new CallRecordFile(Path, largest: 1, kept: 1);
        Assert.True(file.TryAppend(Line(1), out _));
        Assert.True(file.TryAppend(Line(2), out _));
        Assert.Equal([2], NumbersIn(Path));
        Assert.Equal([1], NumbersIn(Path + ".1"));
    }

    [Fact]
    public void A_full_disk_is_a_problem_and_no_exception()
    {
        using var file = new CallRecordFile("/dev/full", 1 << 20, 5);
        Assert.False(file.TryAppend(Line(1), out string problem));
        Assert.Equal("No space left on device", problem);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_problem_until_it_is()
    {
        string missing = _folder.File("later/calls.jsonl");
        using var file = new CallRecordFile(missing, 1 << 20, 5);
        Assert.False(file.TryAppend(Line(1), out _));
        _ = Directory.CreateDirectory(_folder.File("later"));
        Assert.True(file.TryAppend(Line(2), out _));
        Assert.Equal([2], NumbersIn(missing));
    }

    [Fact]
    public void A_torn_line_is_cut_off_however_long_it_is()
    {
        File.WriteAllBytes(Path, [.. Line(1), .. "{\"n\":2,\"x\":\""u8, .. Enumerable.Repeat((byte)'x', 700_000)]);
        Assert.Equal(700_012, TornLine.Repair(Path));
        Assert.Equal([1], NumbersIn(Path));
    }

    [Fact]
    public void A_file_of_something_else_is_left_as_it_is()
    {
        File.WriteAllText(Path, "[sip]\nrealm = \"x\"");
        using var file = new CallRecordFile(Path, 1 << 20, 5);
        Assert.False(file.TryAppend(Line(1), out string problem));
        Assert.Contains("something else than call records", problem, StringComparison.Ordinal);
        Assert.Equal("[sip]\nrealm = \"x\"", File.ReadAllText(Path));
    }

    [Fact]
    public void A_file_that_was_moved_or_deleted_is_opened_anew()
    {
        using var file = new CallRecordFile(Path, 1 << 20, 5);
        Assert.True(file.TryAppend(Line(1), out _));
        File.Move(Path, Path + ".old");
        Assert.True(file.TryAppend(Line(2), out _));
        File.Delete(Path);
        Assert.True(file.TryAppend(Line(3), out _));
        Assert.Equal([1, 3], [.. NumbersIn(Path + ".old"), .. NumbersIn(Path)]);
    }

    [Fact]
    public void Where_names_cannot_be_changed_the_file_grows_on()
    {
        _ = Directory.CreateDirectory(Path + ".1");
        using var file = new CallRecordFile(Path, largest: 1, kept: 1);
        for (int i = 1; i <= 4; i++)
        {
            Assert.True(file.TryAppend(Line(i), out string problem), problem);
        }
        Assert.Equal([1, 2, 3, 4], NumbersIn(Path));
    }

    [Fact]
    public void A_link_to_the_file_is_followed_in_all()
    {
        string real = _folder.File("real.jsonl");
        File.WriteAllBytes(real, [.. Line(1), .. Line(2)]);
        _ = File.CreateSymbolicLink(Path, real);
        using var file = new CallRecordFile(Path, largest: 1 << 20, kept: 1);
        Assert.True(file.TryAppend(Line(3), out _));
        Assert.True(file.TryAppend(Line(4), out _));
        Assert.Equal([1, 2, 3, 4], NumbersIn(real));
    }

    [Fact]
    public void A_second_writer_is_told_that_there_is_one()
    {
        using var first = new CallRecordFile(Path, 1 << 20, 5);
        using var second = new CallRecordFile(Path, 1 << 20, 5);
        Assert.True(first.TryAppend(Line(1), out _));
        Assert.False(second.TryAppend(Line(2), out string problem));
        Assert.Equal("another process writes its records there", problem);
    }

    [Fact, SupportedOSPlatform("linux")]
    public void Only_its_owner_may_read_who_talked_with_whom()
    {
        using var file = new CallRecordFile(Path, 1 << 20, 5);
        Assert.True(file.TryAppend(Line(1), out _));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Line(int number) => Encoding.UTF8.GetBytes($"{{\"n\":{number},\"x\":\"é\"}}\n");

    private static List<int> NumbersIn(string path) =>
        [.. File.ReadAllLines(path).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("n").GetInt32())];
}
