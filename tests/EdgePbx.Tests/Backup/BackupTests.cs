using System.Runtime.Versioning;
using System.Text;

namespace EdgePbx.Tests;

/// <summary>A box, its backup, and the box that it is restored to.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _box = new();
    private readonly TemporaryFolder _around = new(); // the other box, so that what is above that is the test's own too
    private readonly TemporaryFolder _other;
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public BackupTests() => _other = new TemporaryFolder(_around.File("box"));

    private string Backup => _box.File("box.backup");

    [Fact, SupportedOSPlatform("linux")]
    public void What_was_backed_up_comes_back_in_another_box_whole()
    {
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup(withRecords: true));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        Assert.Equal(ExitCode.Done, Restore(_other));
        foreach (string name in (string[])["edgepbx.toml", "1002.secret", "registrations.journal", "calls.jsonl", "calls.jsonl.1"])
        {
            Assert.Equal(File.ReadAllText(_box.File(name)), File.ReadAllText(_other.File(name)));
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_other.File("1002.secret")));
        Assert.False(File.Exists(_other.File("restore.pending")));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void A_dry_run_says_what_would_change_without_a_secret_and_changes_nothing()
    {
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup(withRecords: true));
        Fill(_other);
        File.WriteAllText(_other.File("edgepbx.toml"), """
            [sip]
            realm = "other"
            [[extension]]
            number = "1001"
            name = "Desk"
            secret = "other-secret"
            [[extension]]
            number = "1003"
            secret = "hush-hush"

            """);
        File.Delete(_other.File("registrations.journal"));
        string[] before = Contents(_other);

        Assert.Equal(ExitCode.Done, Restore(_other, isDryRun: true));
        Assert.Equal(
            $"""
            registered are then 1 phone(s), now 0
            the call records in {_other.File("calls.jsonl")} stay, those of the backup are left out
            {_other.File("edgepbx.toml")} is replaced:
              sip.realm changes from other to office
              extension 1001 is called Reception instead of Desk and gets another secret
              extension 1002 is added: 1002
              extension 1003 (1003) goes
            Nothing was changed.

            """,
            AfterFirstLine(_output.ToString()));
        Assert.DoesNotContain("secret-", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Contents(_other));
    }

    [Fact]
    public void What_was_before_can_be_restored_too()
    {
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup());
        File.WriteAllText(_other.File("edgepbx.toml"), "[[extension]]\nnumber = \"7\"\nsecret = \"seven-seven-x\"\n");
        string[] before = [File.ReadAllText(_other.File("edgepbx.toml"))];
        Assert.Equal(ExitCode.Done, Restore(_other));
        Assert.Equal(ExitCode.Done, RestoreVerb.Run(_other.File("before-restore.backup"), _other.File("edgepbx.toml"), null, isDryRun: false, _output, _error));
        Assert.Equal(before[0], File.ReadAllText(_other.File("edgepbx.toml")));
    }

    [Fact]
    public void Any_byte_that_is_wrong_is_noticed_and_nothing_is_changed()
    {
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup());
        byte[] whole = File.ReadAllBytes(Backup);
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] bad = [.. whole];
            bad[place] ^= 0x01;
            Assert.Null(BackupFile.Parse(bad, out string problem));
            Assert.NotEmpty(problem);
            Assert.Null(BackupFile.Parse(whole.AsSpan(0, place), out _));
        }
        File.WriteAllBytes(Backup, whole[..^3]);
        Assert.Equal(ExitCode.Configuration, Restore(_other));
        Assert.Empty(Directory.GetFiles(_other.Path));
    }

    [Theory]
    [InlineData("EdgePbx backup, format 2\n", "this is a backup of format 2, which a later EdgePbx has made; this one knows format 1")]
    [InlineData("[sip]\n", "this is no backup of EdgePbx")]
    [InlineData("", "this is no backup of EdgePbx")]
    public void What_is_no_backup_of_ours_is_told_so(string text, string expected)
    {
        Assert.Null(BackupFile.Parse(Encoding.UTF8.GetBytes(text), out string problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("part secret 3 x\nabc\n")]          // no configuration
    [InlineData("part configuration 9\n[sip]\n\n")]  // too short
    [InlineData("part configuration -1\n\n")]
    [InlineData("part surprise 0\n\n")]
    [InlineData("part configuration 6\n[spi]\n\n")]  // mistakes in it
    [InlineData("part configuration 0\n\npart registrations 3\nabc\n")]
    [InlineData("part configuration 52\n[[extension]]\nnumber = \"1\"\nsecret_file = \"/etc/xyz\"\n\npart secret 4 /etc/xyz\nhush\n")]
    [InlineData("part configuration 52\n[[extension]]\nnumber = \"1\"\nsecret_file = \"../a.xyz\"\n\npart secret 4 ../a.xyz\nhush\n")]
    [InlineData("part configuration 0\n\npart records 0 ../../x\n\n")]
    public void What_cannot_be_restored_changes_nothing(string parts)
    {
        byte[] head = Encoding.UTF8.GetBytes($"EdgePbx backup, format 1\nmade now by EdgePbx 0\n{parts}");
        File.WriteAllBytes(Backup, [.. head, .. Encoding.UTF8.GetBytes($"end sha256 {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(head))}\n")]);
        Assert.Equal(ExitCode.Configuration, Restore(_other));
        Assert.NotEqual("", _error.ToString());
        Assert.Empty(Directory.GetFiles(_other.Path));
    }

    /// <summary>A backup names its files itself; whoever made it may not be whoever restores it.</summary>
    [Theory, Trait("Clause", "SEC-12")]
    [InlineData("OUT/calls.jsonl", "{}\n", "in none of the folders of this box")]
    [InlineData("OUT/new/../calls.jsonl", "{}\n", "in none of the folders of this box")]
    [InlineData("../calls.jsonl", "{}\n", "in none of the folders of this box")]
    [InlineData("link/calls.jsonl", "{}\n", "in none of the folders of this box")]
    [InlineData("inner/../link/calls.jsonl", "{}\n", "in none of the folders of this box")]
    [InlineData("calls.jsonl", "* * * * * root id\n", "are no call records")]
    [InlineData("calls.jsonl", "{}\n* * * * * root id\n", "are no call records")]
    [InlineData("calls.jsonl", "{}\n{\"a\":", "are no call records")]
    [InlineData("calls.jsonl", "{}", "are no call records")]
    [InlineData("calls.jsonl", "[1]\n", "are no call records")]
    [InlineData("calls.jsonl", "\n", "are no call records")]
    [InlineData("calls.jsonl", "\0\0\0", "are no call records")]
    [InlineData("edgepbx.toml", "{}\n", "two things of the backup would go to")]
    [InlineData("registrations.journal", "{}\n", "two things of the backup would go to")]
    [InlineData("inner/../edgepbx.toml.good", "{}\n", "two things of the backup would go to")]
    [InlineData("before-restore.backup", "{}\n", "two things of the backup would go to")]
    [InlineData("1002.secret", "{}\n", "two things of the backup would go to")]
    public void Nothing_but_call_records_is_restored_and_only_into_the_folders_of_the_box(string file, string bytes, string problem)
    {
        using var elsewhere = new TemporaryFolder();
        _ = Directory.CreateSymbolicLink(_other.File("link"), elsewhere.Path);
        _ = Directory.CreateDirectory(_other.File("inner"));
        _ = Directory.CreateDirectory(elsewhere.File("new"));
        foreach (string part in (string[])["", "1"])
        {
            WriteBackup(
                $"[records]\nfile = \"{file.Replace("OUT", elsewhere.Path, StringComparison.Ordinal)}\"\n[[extension]]\nnumber = \"7\"\nsecret_file = \"1002.secret\"\n",
                new BackupPart(BackupParts.Secret, "1002.secret", "vu7n2kqs5tzbx3ma"u8.ToArray()), new BackupPart(BackupParts.Records, part, Encoding.UTF8.GetBytes(bytes)));

            if (part.Length == 0 || problem[0] != 't')
            {
                Assert.Equal(ExitCode.Configuration, Restore(_other));
                Assert.Contains(problem, $"{_error}", StringComparison.Ordinal);
            }
            Assert.Empty(Directory.GetFiles(elsewhere.Path));
            Assert.Empty(Directory.GetFiles(_other.Path));
            // and a restore that somebody else has put there is none either
            File.Copy(Backup, _other.File("restore.pending"));
            Assert.True(new PendingRestore(_other.File("edgepbx.toml"), _other.Path, new WriteMeter(() => default)).Finish(out string? why) && (why is not null || part.Length > 0));
            Assert.Empty(Directory.GetFiles(elsewhere.Path));
            Assert.Empty(Directory.GetFiles(_around.Path));
            Array.ForEach(Directory.GetFiles(_other.Path), File.Delete);
        }
    }

    /// <summary>Wherever they are: they stay as they are, and nothing is put beside them.</summary>
    [Theory, Trait("Clause", "SEC-12")]
    [InlineData("AROUND/calls.jsonl")]
    [InlineData("../calls.jsonl")]
    public void Call_records_that_are_there_already_are_not_touched(string file)
    {
        const string Kept = "{\"id\":\"kept\"}\n";
        File.WriteAllText(_around.File("calls.jsonl"), Kept);
        WriteBackup(
            $"[records]\nfile = \"{file.Replace("AROUND", _around.Path, StringComparison.Ordinal)}\"\n[[extension]]\nnumber = \"7\"\nsecret = \"vu7n2kqs5tzbx3ma\"\n",
            new BackupPart(BackupParts.Records, "", "{\"id\":\"2\"}\n"u8.ToArray()), new BackupPart(BackupParts.Records, "1", "{\"id\":\"1\"}\n"u8.ToArray()));
        Assert.True(Restore(_other) == ExitCode.Done, $"{_error}");
        Assert.Contains("stay, those of the backup are left out", $"{_output}", StringComparison.Ordinal);
        Assert.Equal(["calls.jsonl"], Directory.GetFiles(_around.Path).Select(Path.GetFileName));
        Assert.Equal(Kept, File.ReadAllText(_around.File("calls.jsonl")));
    }

    [Theory, Trait("Clause", "SEC-12")]
    [InlineData("link/secret")]
    [InlineData("link/../OUT/secret")]
    public void A_secret_goes_through_no_link(string name)
    {
        using var elsewhere = new TemporaryFolder();
        _ = Directory.CreateSymbolicLink(_other.File("link"), elsewhere.Path);
        name = name.Replace("OUT", Path.GetFileName(elsewhere.Path), StringComparison.Ordinal);
        WriteBackup($"[[extension]]\nnumber = \"7\"\nsecret_file = \"{name}\"\n", new BackupPart(BackupParts.Secret, name, "vu7n2kqs5tzbx3ma"u8.ToArray()));
        Assert.Equal(ExitCode.Configuration, Restore(_other));
        Assert.Empty(Directory.GetFiles(elsewhere.Path));
        Assert.Empty(Directory.GetFiles(_other.Path));
    }

    [Fact, Trait("Clause", "SEC-12")]
    public void Call_records_come_back_to_where_the_box_has_them()
    {
        using var medium = new TemporaryFolder();
        string text = $"[records]\nfile = \"{medium.File("calls.jsonl")}\"\n[[extension]]\nnumber = \"7\"\nsecret = \"vu7n2kqs5tzbx3ma\"\n";
        WriteBackup(text, new BackupPart(BackupParts.Records, "", "{\"id\":\"1\"}\n"u8.ToArray()));
        File.WriteAllText(_other.File("edgepbx.toml"), text);
        Assert.True(Restore(_other) == ExitCode.Done, $"{_error}");
        Assert.Equal("{\"id\":\"1\"}\n", File.ReadAllText(medium.File("calls.jsonl")));
    }

    [Fact]
    public void A_box_that_runs_is_not_touched()
    {
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup());
        using var running = new Journal(_other.File("registrations.journal"), "registrations", SystemFiles.Instance, new WriteMeter(() => default));
        Assert.True(running.TryOpen(out _));
        Assert.Equal(ExitCode.Failed, Restore(_other));
        Assert.Contains("stop it first", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["registrations.journal"], Directory.GetFiles(_other.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_restore_that_was_cut_off_anywhere_is_finished_by_the_next_start()
    {
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup(withRecords: true));
        BackupFile backup = BackupFile.Parse(File.ReadAllBytes(Backup), out _)!;
        var plan = RestorePlan.For(backup, BoxState.Read(_other.File("edgepbx.toml"), _other.Path, withRecords: false), _other.File("edgepbx.toml"), _other.Path);
        Assert.Equal(5, plan.Files.Count);
        for (int done = 0; done <= plan.Files.Count; done++)
        {
            Array.ForEach(Directory.GetFiles(_other.Path), File.Delete);
            File.WriteAllText(_other.File("edgepbx.toml"), "[[extension]]\nnumber = \"7\"\nsecret = \"seven-seven-x\"\n");
            var pending = new PendingRestore(_other.File("edgepbx.toml"), _other.Path, new WriteMeter(() => default));
            Assert.False(pending.Finish(out _));
            Assert.True(pending.TryCommit(backup, out _));
            foreach ((string path, byte[] bytes) in plan.Files.Take(done))
            {
                File.WriteAllBytes(path, bytes);
            }
            Assert.True(pending.Finish(out string? problem));
            Assert.Null(problem);
            Assert.All(plan.Files, file => Assert.Equal(file.Bytes, File.ReadAllBytes(file.Path)));
            Assert.False(pending.Finish(out _));
        }
    }

    [Fact]
    public void A_configuration_with_mistakes_is_not_worth_a_backup()
    {
        File.WriteAllText(_box.File("edgepbx.toml"), "surprise = 1\n");
        Assert.Equal(ExitCode.Configuration, DoBackup());
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void A_replaced_file_keeps_its_rights()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        Fill(_box);
        Assert.Equal(ExitCode.Done, DoBackup());
        File.WriteAllText(_other.File("edgepbx.toml"), "");
        const UnixFileMode Rights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(_other.File("edgepbx.toml"), Rights);
        Assert.Equal(ExitCode.Done, Restore(_other));
        Assert.Equal(Rights, File.GetUnixFileMode(_other.File("edgepbx.toml")));
    }

    /// <summary>Each format that was ever released stays restorable. A new format gets a new file here, made by the release that brings it.</summary>
    [Fact]
    public void A_backup_of_each_format_that_was_ever_released_can_be_restored()
    {
        string[] formats = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Backup", "Formats")).Order()];
        Assert.Equal(Enumerable.Range(1, BackupFile.Format).Select(number => $"format-{number}.backup"), formats.Select(Path.GetFileName));
        foreach (string file in formats)
        {
            using var box = new TemporaryFolder();
            Assert.True(RestoreVerb.Run(file, box.File("edgepbx.toml"), null, isDryRun: false, _output, _error) == ExitCode.Done, _error.ToString());
            // its secrets are such as nobody may choose any more: the box works with them all the same
            Assert.Null(ConfigLoader.Load(box.File("edgepbx.toml")).Config);
            LoadedConfig loaded = new ConfigFile(box.File("edgepbx.toml"), new LastGoodConfig(box.File("edgepbx.toml.good"))).Load(out _)!;
            Assert.Equal(2, loaded.Problems.Count);
            PbxConfig config = loaded.Config;
            Assert.Equal([("1001", "Reception", "secret-of-1001"), ("1002", "1002", "secret-of-1002")], config.Extensions.Select(one => (one.Number, one.Name, one.Secret)));
            Assert.Equal("office", config.Sip.Realm);
            using var store = new RegistrationStore(box.File("registrations.journal"), new RecordingLogger(), new WriteMeter(() => default));
            Assert.Equal([("1001", "sip:1001@192.0.2.11:5062", 3600.0)], store.Load([]).SelectMany(one => one.Bindings.Select(phone => (one.Extension, phone.Contact, phone.Granted.TotalSeconds))));
            Assert.Equal(2, File.ReadAllLines(box.File("calls.jsonl")).Length);
            Assert.Single(File.ReadAllLines(box.File("calls.jsonl.1")));
        }
    }

    public void Dispose()
    {
        _box.Dispose();
        _other.Dispose();
        _around.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private static void Fill(TemporaryFolder box)
    {
        File.WriteAllText(box.File("edgepbx.toml"), """
            [sip]
            realm = "office"
            [[extension]]
            number = "1001"
            name = "Reception"
            secret = "secret-of-one"
            [[extension]]
            number = "1002"
            secret_file = "1002.secret"

            """);
        File.WriteAllText(box.File("1002.secret"), "secret-of-two\n");
        File.WriteAllBytes(box.File("registrations.journal"), JournalText.Write("registrations", new Dictionary<string, byte[]> { ["1001"] = """
            [{"contact":"sip:1001@192.0.2.11:5062","from":"udp://192.0.2.11:5062","at":"udp://0.0.0.0:5060","seconds":3600,"q":1,"user_agent":"Phone","instance":"","reg_id":0}]
            """u8.ToArray() }));
        File.WriteAllText(box.File("calls.jsonl"), "{\"id\":\"2\"}\n{\"id\":\"3\"}\n");
        File.WriteAllText(box.File("calls.jsonl.1"), "{\"id\":\"1\"}\n");
    }

    private static string[] Contents(TemporaryFolder box) =>
        [.. Directory.GetFiles(box.Path).Order().Select(file => $"{Path.GetFileName(file)} {File.ReadAllText(file)}")];

    private static string AfterFirstLine(string text) => text[(text.LastIndexOf(" by EdgePbx ", StringComparison.Ordinal) is var at ? text.IndexOf('\n', at) + 1 : 0)..];

    /// <summary>The configuration, named by a slip of the hand; a folder; an older backup, which goes.</summary>
    [Fact, SupportedOSPlatform("linux")]
    public void Nothing_but_a_backup_is_ever_overwritten()
    {
        Fill(_box);
        string config = _box.File("edgepbx.toml");
        string before = File.ReadAllText(config);
        foreach (string name in new[] { config, _box.Path })
        {
            Assert.Equal(ExitCode.Failed, BackupVerb.Run(name, config, null, withRecords: false, _output, _error));
            Assert.EndsWith($"edgepbx: {name} is there already, and is no backup: nothing was written; give another name\n", $"{_error}", StringComparison.Ordinal);
        }
        Assert.Equal(before, File.ReadAllText(config));
        Assert.Equal((ExitCode.Done, ExitCode.Done), (DoBackup(), DoBackup()));
    }

    private void WriteBackup(string config, params BackupPart[] parts) => File.WriteAllBytes(
        Backup, new BackupFile("made now by EdgePbx 0", [new BackupPart(BackupParts.Configuration, "", Encoding.UTF8.GetBytes(config)), .. parts]).ToBytes());

    private int DoBackup(bool withRecords = false) => BackupVerb.Run(Backup, _box.File("edgepbx.toml"), null, withRecords, _output, _error);

    private int Restore(TemporaryFolder box, bool isDryRun = false) => RestoreVerb.Run(Backup, box.File("edgepbx.toml"), null, isDryRun, _output, _error);
}
