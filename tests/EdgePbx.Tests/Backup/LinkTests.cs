using System.Runtime.Versioning;
using System.Text;

namespace EdgePbx.Tests;

/// <summary>
/// The service's user has its folder and puts things into it; whoever administers the box makes a backup or restores one, by root's hand.
/// As root these tests give the folder to a user of its own; as anybody else they see that no link is followed.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LinkTests : IDisposable
{
    private const uint Service = 4711;

    private readonly TemporaryFolder _service = new();
    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    private static bool IsRoot => FileCalls.geteuid() == 0;

    private string Config => _service.File("edgepbx.toml");

    private string Victim => _root.File("victim");

    public static TheoryData<string, string> Traps()
    {
        var traps = new TheoryData<string, string>();
        foreach (string name in (string[])
            ["registrations.journal", "restore.pending", "before-restore.backup", "edgepbx.toml", "calls.jsonl", "calls.jsonl.1", "1002.secret", "broke-down"])
        {
            foreach (string suffix in (string[])["", ".new", ".torn", ".damaged", ".1", ".new.new"])
            {
                foreach (string kind in (string[])["symbolic link", "hard link", "link to nothing", "link to a folder", "pipe", "folder"])
                {
                    traps.Add(name + suffix, kind);
                }
            }
        }
        return traps;
    }

    [Theory, Trait("Clause", "SEC-11"), MemberData(nameof(Traps))]
    public void Nothing_that_lies_in_the_folder_leads_a_restore_out_of_it(string name, string kind)
    {
        string backup = MakeBackup();
        if (kind is "hard link" or "symbolic link" && name is "edgepbx.toml")
        {
            return; // it is the configuration then, and no trap
        }
        Trap(_service.File(name), kind);
        string before = Root();

        int code = RestoreVerb.Run(backup, Config, null, isDryRun: false, _output, _error);

        Assert.Equal(before, Root());
        Assert.True(code == ExitCode.Done || $"{_error}".Length > 0);
        AssertAllBelongsToTheService();
    }

    [Theory, Trait("Clause", "SEC-11"), MemberData(nameof(Traps))]
    public void Nothing_that_lies_in_the_folder_leads_a_backup_out_of_it(string name, string kind)
    {
        Fill();
        string target = _service.File("box.backup");
        string trap = name.StartsWith("restore.pending", StringComparison.Ordinal) ? target + name["restore.pending".Length..] : _service.File(name);
        Trap(trap, kind);
        string before = Root();

        _ = BackupVerb.Run(target, Config, null, withRecords: true, _output, _error);

        Assert.Equal(before, Root());
        if (IsRoot && FileCalls.FactsOf(target, followsLinks: false) is { Kind: FileCalls.S_IFREG, Links: 1 })
        {
            Assert.DoesNotContain("root's", File.ReadAllText(target), StringComparison.Ordinal);
        }
    }

    [Theory, Trait("Clause", "SEC-11")]
    [InlineData("victim")]
    [InlineData("link")]
    [InlineData("folder/victim")]
    public void A_file_that_the_configurations_owner_can_not_read_is_in_no_backup(string name)
    {
        Assert.SkipUnless(IsRoot, "only root reads what others can't");
        Fill();
        File.WriteAllText(Victim, "root's secret\n");
        _ = File.CreateSymbolicLink(_service.File("link"), Victim);
        _ = Directory.CreateSymbolicLink(_service.File("folder"), _root.Path);
        string path = name == "victim" ? Victim : _service.File(name);
        File.WriteAllText(Config, $"[[extension]]\nnumber = \"1001\"\nsecret_file = \"{path}\"\n");

        Assert.Equal(ExitCode.Configuration, BackupVerb.Run(_root.File("box.backup"), Config, null, withRecords: true, _output, _error));

        Assert.Contains("not readable by this user", $"{_error}", StringComparison.Ordinal);
        Assert.False(File.Exists(_root.File("box.backup")));
    }

    [Fact, Trait("Clause", "SEC-11")]
    public void Call_records_that_are_a_link_to_roots_file_are_in_no_backup()
    {
        Assert.SkipUnless(IsRoot, "only root reads what others can't");
        foreach (string name in (string[])["calls.jsonl", "calls.jsonl.1", "registrations.journal"])
        {
            Fill();
            File.WriteAllText(Victim, "{\"root's\":1}\n");
            File.Delete(_service.File(name));
            _ = File.CreateSymbolicLink(_service.File(name), Victim);
            Assert.NotEqual(ExitCode.Done, BackupVerb.Run(_root.File("box.backup"), Config, null, withRecords: true, _output, _error));
            Assert.False(File.Exists(_root.File("box.backup")));
            File.Delete(_service.File(name));
        }
    }

    /// <summary>The folder's owner does not wait for us: links come and go while a restore is at work.</summary>
    [Theory, Trait("Clause", "SEC-11")]
    [InlineData("restore.pending.new")]
    [InlineData("registrations.journal.new")]
    [InlineData("before-restore.backup.new")]
    public void Links_that_are_swapped_in_meanwhile_lead_nowhere(string name)
    {
        string backup = MakeBackup();
        string before = Root();
        using var done = new ManualResetEventSlim();
        var swapper = new Thread(() =>
        {
            while (!done.IsSet)
            {
                _ = FileCalls.unlink(_service.File(name));
                try
                {
                    _ = File.CreateSymbolicLink(_service.File(name), Victim);
                }
                catch (IOException)
                {
                    // the other one was faster
                }
            }
        });
        swapper.Start();
        for (int i = 0; i < 40; i++)
        {
            _ = RestoreVerb.Run(backup, Config, null, isDryRun: false, _output, _error);
        }
        done.Set();
        swapper.Join();
        Assert.Equal(before, Root());
    }

    /// <summary>A folder of root's, which the service's group may read: so what root makes there can be read by it.</summary>
    [Fact, Trait("Clause", "SEC-11")]
    public void In_a_folder_of_roots_own_nobody_else_has_a_say()
    {
        Assert.SkipUnless(IsRoot, "only root can make such a folder");
        Fill();
        Give(_root.Path, 0, Service, 0x1E8); // 0750
        File.WriteAllText(_root.File("edgepbx.toml"), "");
        Assert.Null(FileIdentity.OwnerOf(_root.File("edgepbx.toml")));
        Assert.Equal((Service, Service), FileIdentity.OwnerOf(_service.File("absent/deep")));
        using (var file = new AppendFile(_root.File("new"), SystemFiles.Instance, new WriteMeter(() => default)))
        {
            Assert.True(file.TryReplace("x"u8, out _));
        }
        FileCalls.FileFacts made = FileCalls.FactsOf(_root.File("new"))!.Value;
        Assert.Equal((0u, Service, 0x1A0u), (made.User, made.Group, made.Rights)); // 0640
        _ = File.CreateSymbolicLink(_root.File("link"), _service.Path);
        Assert.Equal((Service, Service), FileIdentity.OwnerOf(_root.File("link/any")));
        Assert.Equal((Service, Service), FileIdentity.OwnerOf(_root.File($"link/../{Path.GetFileName(_root.Path)}/x")));
    }

    /// <summary>What one thread does as somebody else is no matter of another, not even of one that it starts meanwhile.</summary>
    [Fact, Trait("Clause", "SEC-11")]
    public void Rights_are_given_back_and_are_the_threads_own()
    {
        Assert.SkipUnless(IsRoot, "only root has rights to give away");
        Fill();
        using var isSomebodyElse = new ManualResetEventSlim();
        Exception? ofEarlier = null;
        Exception? ofLater = null;
        var earlier = new Thread(() =>
        {
            isSomebodyElse.Wait();
            ofEarlier = Record.Exception(ReadVictim);
        });
        var later = new Thread(() => ofLater = Record.Exception(ReadVictim)); // has its creator's rights at first
        earlier.Start();
        using (FileIdentity.Of(_service.Path))
        {
            Assert.Throws<UnauthorizedAccessException>(() => SystemFiles.Instance.Read(Victim, 10));
            using (FileIdentity.Of(_service.File("nested")))
            {
            }
            Assert.Throws<UnauthorizedAccessException>(() => SystemFiles.Instance.Read(Victim, 10));
            isSomebodyElse.Set();
            later.Start();
            earlier.Join();
            later.Join();
            Assert.Throws<UnauthorizedAccessException>(() => SystemFiles.Instance.Read(Victim, 10));
        }
        Assert.Null(ofEarlier);
        Assert.Null(ofLater);
        ReadVictim();

        void ReadVictim() => Assert.NotNull(SystemFiles.Instance.Read(Victim, 10));
    }

    public void Dispose()
    {
        _service.Dispose();
        _root.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private string MakeBackup()
    {
        Fill();
        string backup = _root.File("box.backup");
        Assert.True(BackupVerb.Run(backup, Config, null, withRecords: true, _output, _error) == ExitCode.Done, $"{_error}");
        foreach (string name in (string[])["calls.jsonl", "calls.jsonl.1", "1002.secret"])
        {
            File.Delete(_service.File(name));
        }
        return backup;
    }

    private void Fill()
    {
        Give(_service.Path, Service, Service, 0x1C0);
        File.WriteAllText(Victim, "root's own");
        File.SetUnixFileMode(Victim, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("edgepbx.toml", "[[extension]]\nnumber = \"1001\"\nsecret = \"vu7n2kqs5tzbx3ma\"\n[[extension]]\nnumber = \"1002\"\nsecret_file = \"1002.secret\"\n");
        Write("1002.secret", "w3hd8fkz2mqp6txn\n");
        Write("registrations.journal", Encoding.UTF8.GetString(JournalText.Write("registrations", new Dictionary<string, byte[]>())));
        Write("calls.jsonl", "{\"id\":\"2\"}\n");
        Write("calls.jsonl.1", "{\"id\":\"1\"}\n");
    }

    private void Write(string name, string text)
    {
        File.WriteAllText(_service.File(name), text);
        Give(_service.File(name), Service, Service, 0x180);
    }

    private void Trap(string path, string kind)
    {
        _ = FileCalls.unlink(path);
        switch (kind)
        {
            case "symbolic link":
                _ = File.CreateSymbolicLink(path, Victim);
                break;
            case "hard link":
                Assert.Equal(0, Links.link(Victim, path));
                break;
            case "link to nothing":
                _ = File.CreateSymbolicLink(path, _root.File("planted"));
                break;
            case "link to a folder":
                _ = Directory.CreateSymbolicLink(path, _root.Path);
                break;
            case "pipe":
                Assert.Equal(0, Links.mkfifo(path, 0x1B6));
                break;
            default:
                _ = Directory.CreateDirectory(path);
                break;
        }
    }

    /// <summary>All that must not change: what is in root's folder, whose it is, who may do what.</summary>
    private string Root() => string.Join('\n', Directory.GetFileSystemEntries(_root.Path).Order().Select(path =>
        $"{path} {FileCalls.FactsOf(path)!.Value with { Links = 1 }} {Convert.ToHexString(File.ReadAllBytes(path))}"));

    private void AssertAllBelongsToTheService()
    {
        if (IsRoot)
        {
            foreach (string name in (string[])["edgepbx.toml", "1002.secret", "registrations.journal", "before-restore.backup", "calls.jsonl", "restore.pending"])
            {
                if (FileCalls.FactsOf(_service.File(name), followsLinks: false) is { Kind: FileCalls.S_IFREG, Links: 1 } facts)
                {
                    Assert.Equal((name, Service), (name, facts.User));
                }
            }
        }
    }

    private static void Give(string path, uint user, uint group, uint rights)
    {
        int descriptor = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        if (IsRoot)
        {
            Assert.Equal(0, FileCalls.fchown(descriptor, user, group));
        }
        Assert.Equal(0, FileCalls.fchmod(descriptor, rights));
        _ = Native.close(descriptor);
    }
}

/// <summary>What tests make of names.</summary>
internal static partial class Links
{
    [System.Runtime.InteropServices.LibraryImport("libc", StringMarshalling = System.Runtime.InteropServices.StringMarshalling.Utf8)]
    internal static partial int link(string existing, string path);

    [System.Runtime.InteropServices.LibraryImport("libc", StringMarshalling = System.Runtime.InteropServices.StringMarshalling.Utf8)]
    internal static partial int mkfifo(string path, uint mode);
}
