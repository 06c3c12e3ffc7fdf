using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What a process that dies of a bug leaves for the next one.</summary>
public sealed class BreakdownNoteTests : IDisposable
{
    private static readonly Instant Now = new(TimeSpan.FromHours(3).Ticks);

    private readonly TemporaryFolder _folder = new();
    private string _boot = "first";

    private string NoteFile => _folder.File(BreakdownNote.FileName);

    [Fact]
    public void The_next_process_knows_when_it_was()
    {
        BreakdownNote note = NewNote();
        Assert.Null(note.Read(Now));
        note.Leave(Now);
        Assert.Equal(Now, NewNote().Read(Now + TimeSpan.FromMinutes(2)));
        note.Clear();
        note.Clear();
        Assert.Null(NewNote().Read(Now));
    }

    [Fact]
    public void Once_the_machine_was_switched_off_it_counts_no_more()
    {
        NewNote().Leave(Now);
        _boot = "second";
        Assert.Null(NewNote().Read(Now));
    }

    [Fact]
    public void One_that_dies_over_and_over_writes_once_a_minute()
    {
        foreach (int seconds in new[] { 0, 1, 59, 60, 61 })
        {
            NewNote().Leave(Now + TimeSpan.FromSeconds(seconds));
        }
        Assert.Equal(Now + TimeSpan.FromSeconds(60), NewNote().Read(Now + TimeSpan.FromSeconds(61)));
    }

    [Theory]
    [InlineData("")]
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
        Assert.Null(NewNote().Read(Now));
    }

    [Fact]
    public void A_folder_that_can_not_be_written_keeps_nobody_from_dying()
    {
        var note = new BreakdownNote(_folder.File("absent"), _folder.Path, () => _boot);
        note.Leave(Now);
        Assert.Null(note.Read(Now));
        note.Clear();
        _ = Directory.CreateDirectory(NoteFile);
        NewNote().Leave(Now);
        Assert.Null(NewNote().Read(Now));
        NewNote().Clear();
    }

    /// <summary>In memory, where whoever starts it has such a folder; that of the first name, if there are several.</summary>
    [Fact]
    public void It_is_where_nothing_wears_out()
    {
        new BreakdownNote($"{_folder.Path}:/run/other", "/absent", () => _boot).Leave(Now);
        Assert.True(File.Exists(NoteFile));
        Assert.Equal(Now, new BreakdownNote("", _folder.Path, () => _boot).Read(Now));
    }

    /// <summary>By the kernel's own name of this boot.</summary>
    [Fact]
    public void By_the_kernels_words()
    {
        new BreakdownNote(null, _folder.Path).Leave(Now);
        Assert.Equal(Now, new BreakdownNote(null, _folder.Path).Read(Now));
    }

    public void Dispose() => _folder.Dispose();

    private BreakdownNote NewNote() => new(null, _folder.Path, () => _boot);
}
