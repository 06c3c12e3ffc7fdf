using System.Text;

namespace EdgePbx.Tests;

/// <summary>What is left of a file that could not be replaced.</summary>
public sealed class AppendFileTests
{
    [Fact]
    public void A_medium_that_is_full_keeps_nothing_of_what_was_begun()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            using (var whole = new AppendFile("/box/file", disk, new WriteMeter(() => default)))
            {
                Assert.True(whole.TryReplace("secret"u8, out _));
            }
            disk.FailsOneOf = 1;
            using var file = new AppendFile("/box/file", disk, new WriteMeter(() => default));
            Assert.False(file.TryReplace("another secret"u8, out string problem));
            Assert.Equal("No space left on device", problem);
            Assert.Equal(["/box/file"], disk.Names);
        }
    }

    /// <summary>Somebody else writes it just now.</summary>
    [Fact]
    public void What_another_process_is_writing_is_left_to_it()
    {
        using var folder = new TemporaryFolder();
        using var other = new AppendFile(folder.File("file.new"), SystemFiles.Instance, new WriteMeter(() => default));
        Assert.True(other.TryOpen(out _));
        using var file = new AppendFile(folder.File("file"), SystemFiles.Instance, new WriteMeter(() => default));
        Assert.False(file.TryReplace("secret"u8, out _));
        Assert.True(File.Exists(folder.File("file.new")));
    }

    [Fact]
    public void Only_plain_files_of_a_sensible_size_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("good"), "1234");
        _ = File.CreateSymbolicLink(folder.File("link"), folder.File("good"));
        Assert.Equal("1234", Encoding.UTF8.GetString(SystemFiles.Instance.Read(folder.File("link"), 4)!));
        Assert.Null(SystemFiles.Instance.Read(folder.File("absent"), 4));
        foreach ((string path, string why) in new[]
        {
            (folder.File("good"), "is too long, more than 3 bytes"), (folder.Path, "is a folder, not a file"),
            ("/dev/zero", "is a device or a pipe, not a file"), ("/dev/full", "is a device or a pipe, not a file"),
        })
        {
            Assert.Equal(why, Assert.Throws<NoPlainFileException>(() => SystemFiles.Instance.Read(path, 3)).Why);
        }
    }
}
