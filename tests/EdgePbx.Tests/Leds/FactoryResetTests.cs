using System.Runtime.Versioning;

namespace EdgePbx.Tests;

public sealed class FactoryResetTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    private string Config => _folder.File("edgepbx.toml");
    private string Records => _folder.File("calls.jsonl");

    [Fact, SupportedOSPlatform("linux")]
    public void The_old_configuration_is_put_aside_and_a_new_one_is_in_force()
    {
        Write(Config, "old");
        foreach (string name in new[] { "calls.jsonl", "calls.jsonl.1", "calls.jsonl.torn", "calls.jsonlines", "board.toml" })
        {
            Write(_folder.File(name), name);
        }
        _ = Directory.CreateDirectory(_folder.File("recordings"));
        Write(_folder.File("recordings/one.wav"), "sound");
        (string folder, StarterConfig starter) = FactoryReset.Run(Config, [Records], [_folder.File("recordings")], Now);

        Assert.Equal(_folder.File("factory-reset-20260102-120000"), folder);
        Assert.Equal(["calls.jsonl", "calls.jsonl.1", "calls.jsonl.torn", "edgepbx.toml"], Names(folder));
        Assert.Equal(["board.toml", "calls.jsonlines", "edgepbx.toml"], Names(_folder.Path));
        Assert.Equal(("old", "sound"), (File.ReadAllText(Path.Combine(folder, "edgepbx.toml")), File.ReadAllText(Path.Combine(folder, "recordings/one.wav"))));
        Assert.False(Directory.Exists(_folder.File("recordings")));
        Assert.Equal(starter.Accounts.Select(account => account.Secret), ConfigLoader.Load(Config).Config!.Extensions.Select(extension => extension.Secret));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Config));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void The_new_one_has_its_socket_where_a_first_start_would_have_put_it()
    {
        Write(Config, "old");
        _ = FactoryReset.Run(Config, [Records], [], Now, runFolder: "/run/edgepbx");
        Assert.Equal("/run/edgepbx/edgepbx.sock", ConfigLoader.Load(Config).Config!.Status.Socket);
    }

    [Fact]
    public void A_second_one_leaves_nothing_of_what_was_before_the_first()
    {
        Write(Config, "old secrets");
        _ = FactoryReset.Run(Config, [Records], [_folder.File("recordings")], Now);
        string first = File.ReadAllText(Config);
        (string folder, _) = FactoryReset.Run(Config, [Records], [_folder.File("recordings")], Now.AddMinutes(1));
        Assert.Equal([folder], Directory.GetDirectories(_folder.Path));
        Assert.Equal(first, File.ReadAllText(Path.Combine(folder, "edgepbx.toml")));
    }

    [Fact]
    public void What_a_power_cut_left_of_one_does_not_disturb_the_next()
    {
        Write(Config, "old");
        Write(Config + ".new", "half a fi");
        _ = FactoryReset.Run(Config, [Records], [_folder.File("recordings")], Now);
        Assert.Equal(["edgepbx.toml"], Names(_folder.Path));
        Assert.Equal(3, ConfigLoader.Load(Config).Config!.Extensions.Count);
    }

    [Fact]
    public void A_medium_that_refuses_leaves_the_old_configuration_in_force()
    {
        Write(Config, "old");
        Write(_folder.File("factory-reset-20260102-120000"), "a file where the folder should be");
        _ = Assert.ThrowsAny<IOException>(() => FactoryReset.Run(Config, [Records], [_folder.File("recordings")], Now));
        Assert.Equal("old", File.ReadAllText(Config));
    }

    public void Dispose() => _folder.Dispose();

    private static void Write(string file, string text) => File.WriteAllText(file, text);

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
