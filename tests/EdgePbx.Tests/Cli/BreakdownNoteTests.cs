using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What a process that dies of a bug leaves for the next one.</summary>
public sealed class BreakdownNoteTests : IDisposable
{
    private static readonly Instant Now = new(TimeSpan.FromHours(3).Ticks);

    private readonly TemporaryFolder _folder = new();

    private string NoteFile => _folder.File(BreakdownNote.FileName);

    [Fact]
    public void The_next_process_knows_when_it_was()
    {
        Assert.Null(Read(Now));
        Leave(Now);
        Assert.Equal(Now, Read(Now + TimeSpan.FromMinutes(2)));
        Clear();
        Clear();
        Assert.Null(Read(Now));
    }

    [Fact]
    public void A_process_that_only_has_a_place_for_it_says_nothing()
    {
        using (var note = new BreakdownNote(null, _folder.Path, Now, "first"))
        {
            note.Open();
            note.Open();
            Assert.True(File.Exists(NoteFile));
        }
        Assert.Null(Read(Now));
    }

    [Fact]
    public void Once_the_machine_was_switched_off_it_counts_no_more()
    {
        Leave(Now);
        Assert.Null(Read(Now, "second"));
        Leave(new Instant(7), "second");
        Assert.Equal(new Instant(7), Read(Now, "second"));
    }

    [Fact]
    public void One_that_dies_over_and_over_writes_once_a_minute()
    {
        foreach (int seconds in new[] { 0, 1, 59, 60, 61 })
        {
            Leave(Now + TimeSpan.FromSeconds(seconds));
        }
        Assert.Equal(Now + TimeSpan.FromSeconds(60), Read(Now + TimeSpan.FromSeconds(61)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 7\n")]
    [InlineData("first")]
    [InlineData("first \n")]
    [InlineData("first soon\n")]
    [InlineData("first -7\n")]
    [InlineData("first 108000000001\n")] // that would be later than now
    [InlineData("first 99999999999999999999999999\n")]
    [InlineData("first 7\nand more\n")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public void What_makes_no_sense_says_nothing(string text)
    {
        File.WriteAllText(NoteFile, text);
        Assert.Null(Read(Now));
        File.WriteAllText(NoteFile, text + new string('x', 300));
        Assert.Null(Read(Now));
    }

    [Fact]
    public void A_folder_that_can_not_be_written_keeps_nobody_from_dying()
    {
        using var note = new BreakdownNote(_folder.File("absent"), _folder.Path, Now, "first");
        note.Leave(Now);
        note.Clear();
        _ = Directory.CreateDirectory(NoteFile);
        Leave(Now);
        Assert.Null(Read(Now));
        Clear();
    }

    /// <summary>In memory, where whoever starts it has such a folder; that of the first name, if there are several.</summary>
    [Fact]
    public void It_is_where_nothing_wears_out()
    {
        using (var note = new BreakdownNote($"{_folder.Path}:/run/other", "/absent", Now, "first"))
        {
            note.Leave(Now);
        }
        Assert.Equal(Now, Read(Now));
        using var other = new BreakdownNote("", _folder.Path, Now, "first");
        Assert.Equal(Now, other.Last);
    }

    [Fact]
    public void The_kernel_names_the_boot()
    {
        Leave(Now, null);
        Assert.StartsWith($"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} ", File.ReadAllText(NoteFile), StringComparison.Ordinal);
        Assert.Equal(Now, Read(Now, null));
    }

    public void Dispose() => _folder.Dispose();

    private Instant? Read(Instant now, string? boot = "first")
    {
        using var note = new BreakdownNote(null, _folder.Path, now, boot);
        return note.Last;
    }

    private void Leave(Instant now, string? boot = "first")
    {
        using var note = new BreakdownNote(null, _folder.Path, now, boot);
        note.Leave(now);
    }

    private void Clear()
    {
        using var note = new BreakdownNote(null, _folder.Path, Now, "first");
        note.Clear();
    }
}
