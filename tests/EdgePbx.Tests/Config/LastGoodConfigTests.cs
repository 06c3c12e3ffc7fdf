using System.Runtime.Versioning;

namespace EdgePbx.Tests;

/// <summary>The copy of the configuration that last worked.</summary>
public sealed class LastGoodConfigTests : IDisposable
{
    private static readonly ConfigSource Source = new(
        "[sip]\nrealm = \"x\" # ü\n[[extension]]\nnumber = \"1001\"\nsecret_file = \"a b.secret\"",
        new Dictionary<string, string> { ["a b.secret"] = "hush-hush\n", ["#secret_file x"] = "ü" });

    private readonly TemporaryFolder _folder = new();
    private readonly WriteMeter _meter = new(() => default);

    private LastGoodConfig Good => new(_folder.File("edgepbx.toml.good"), _meter);

    [Fact, SupportedOSPlatform("linux")]
    public void It_comes_back_as_it_was_with_the_secrets_and_for_its_owner_only()
    {
        Assert.True(Good.TryKeep(Source, out string problem), problem);
        ConfigSource back = Good.Read()!;
        Assert.Equal(Source.Text, back.Text);
        Assert.Equal(Source.Secrets.OrderBy(entry => entry.Key), back.Secrets.OrderBy(entry => entry.Key));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Good.Path));
        Assert.DoesNotContain("hush", back.ToString(), StringComparison.Ordinal);
        Assert.NotNull(ConfigLoader.Parse(File.ReadAllText(Good.Path), Good.Path, _folder.Path, back.Secrets).Config); // a technician may copy it
    }

    [Fact]
    public void The_same_again_writes_nothing()
    {
        Assert.True(Good.TryKeep(Source, out _));
        WriteSnapshot before = _meter.Snapshot();
        Assert.True(Good.TryKeep(Source, out _));
        Assert.Equal(before, _meter.Snapshot());
        Assert.True(Good.TryKeep(Source with { Text = "" }, out _));
        Assert.Equal(before.Syncs + 1, _meter.Snapshot().Syncs);
        Assert.Equal("", Good.Read()!.Text);
    }

    [Fact]
    public void What_is_not_whole_is_none()
    {
        Assert.Null(Good.Read());
        Assert.True(Good.TryKeep(Source, out _));
        byte[] whole = File.ReadAllBytes(Good.Path);
        for (int cut = 0; cut < whole.Length; cut++)
        {
            File.WriteAllBytes(Good.Path, whole[..cut]);
            Assert.Null(Good.Read());
            byte[] bad = [.. whole];
            bad[cut] ^= 0x01;
            File.WriteAllBytes(Good.Path, bad);
            Assert.Null(Good.Read());
        }
    }

    [Fact]
    public void A_folder_that_takes_nothing_is_a_problem_and_no_exception()
    {
        var good = new LastGoodConfig(_folder.File("absent/edgepbx.toml.good"), _meter);
        Assert.False(good.TryKeep(Source, out string problem));
        Assert.Equal("No such file or directory", problem);
        Assert.Null(good.Read());
    }

    public void Dispose() => _folder.Dispose();
}
