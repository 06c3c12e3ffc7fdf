using System.Text;

namespace EdgePbx.Tests;

/// <summary>A box and a USB stick that comes to it.</summary>
public sealed class StickTests : IDisposable
{
    private const string Code = "code-of-this-box";

    private const string Present = $"""
        [stick]
        code = "{Code}"
        [[extension]]
        number = "1001"
        name = "Reception"
        secret = "hush-hush"

        """;

    private const string InBoxAlready = "the stick has the configuration that is in this box already; nothing was changed, and nothing had to be read anew";

    private const string Wanted = Present + """
        [[extension]]
        number = "1004"
        name = "Kitchen"
        secret = "hush-too"

        """;

    private readonly TemporaryFolder _box = new();
    private readonly TemporaryFolder _stick = new();
    private StatusDocument? _running = new() { ProcessId = 42 };
    private int _hungUp;
    private string[] _awaitsRestart = [];
    private bool _isCured; // whatever was wrong with what is in force, the next reload finds it gone

    public StickTests()
    {
        File.WriteAllText(_box.File("edgepbx.toml"), Present);
        Put("edgepbx.code", Code + "\r\n");
    }

    private string Answer => File.ReadAllText(_stick.File("edgepbx-answer.txt"));

    [Fact]
    public void Who_has_the_code_changes_the_configuration_and_is_told_what()
    {
        Put("edgepbx.toml", Wanted);

        Assert.Equal((ExitCode.Done, "the configuration of the stick is in force"), Run());

        Assert.Equal((Wanted, Present), (BoxFile("edgepbx.toml"), BoxFile("edgepbx.toml.former")));
        Assert.Equal(42, _hungUp);
        Assert.Contains("  extension 1004 is added: Kitchen\r\n", Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", Answer, StringComparison.Ordinal);
        Assert.Equal(["edgepbx-answer.txt", "edgepbx.code", "edgepbx.toml.taken"], Names(_stick));
    }

    [Theory]
    [InlineData(null, "the stick is refused: there is no edgepbx.code on it")]
    [InlineData("", "the stick is refused: what is in edgepbx.code is not the code of this box")]
    [InlineData("code-of-this-bo", "the stick is refused: what is in edgepbx.code is not the code of this box")]
    [InlineData("code-of-this-box2", "the stick is refused: what is in edgepbx.code is not the code of this box")]
    public void Who_has_not_changes_nothing_and_learns_nothing(string? code, string expected)
    {
        File.Delete(_stick.File("edgepbx.code"));
        if (code is not null)
        {
            Put("edgepbx.code", code);
        }
        Put("edgepbx.toml", Wanted);
        Put("edgepbx.want-backup", "");

        Assert.Equal((ExitCode.Failed, expected), Run());

        Assert.Equal((Present, 0), (BoxFile("edgepbx.toml"), _hungUp));
        Assert.Equal(["edgepbx.toml"], Names(_box));
        Assert.Equal(
            new[] { "edgepbx-answer.txt", "edgepbx.code", "edgepbx.toml", "edgepbx.want-backup" }.Where(name => code is not null || name != "edgepbx.code"), Names(_stick));
    }

    [Fact]
    public void A_box_whose_configuration_has_no_code_takes_nothing()
    {
        string closed = Present[Present.IndexOf("[[", StringComparison.Ordinal)..];
        File.WriteAllText(_box.File("edgepbx.toml"), closed);
        Put("edgepbx.toml", Wanted);

        Assert.Equal((ExitCode.Failed, "the stick is refused: the configuration of this box has no [stick] code, so it takes nothing from sticks"), Run());

        Assert.Equal(closed, BoxFile("edgepbx.toml"));
    }

    [Theory]
    [InlineData(Wanted + "surprise = 1\n", "edgepbx.toml:11:1: extension[1].surprise: there is no such key\r\n")]
    [InlineData(Wanted + "[sip]\nring_timeout = 0\n", "edgepbx.toml:12:16: sip.ring_timeout: 0 is out of range (1 to 3600)\r\n")]
    [InlineData("[stick]\ncode = \"short\"\n[[extension]]\nnumber = \"1\"\nsecret = \"hush-hush\"\n", "edgepbx.toml:2:8: stick.code: 12 to 64 letters, digits and -\r\n")]
    [InlineData("[stick]\ncode = \"code-of-this-box\"\n", "edgepbx.toml: no [[extension]] is in it, and there were some before\r\n")]
    [InlineData("", "edgepbx.toml: no [[extension]] is in it, and there were some before\r\n")]
    [InlineData("\0\u0001[[", "edgepbx.toml:1:")]
    public void A_configuration_with_mistakes_changes_nothing_and_each_is_named_with_its_place(string text, string mistake)
    {
        Put("edgepbx.toml", text);

        (int code, string sentence) = Run();

        Assert.Equal(ExitCode.Configuration, code);
        Assert.StartsWith("the configuration of the stick has mistakes, ", sentence, StringComparison.Ordinal);
        Assert.Contains(mistake, Answer, StringComparison.Ordinal);
        Assert.Equal((Present, 0), (BoxFile("edgepbx.toml"), _hungUp));
        Assert.Equal(["edgepbx.toml"], Names(_box));
        Assert.Equal(text, File.ReadAllText(_stick.File("edgepbx.toml")));
    }

    [Fact]
    public void A_file_of_any_bytes_is_refused_and_no_bug()
    {
        var chance = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[chance.Next(300)];
            chance.NextBytes(bytes);
            File.WriteAllBytes(_stick.File("edgepbx.toml"), bytes);
            Assert.Equal(ExitCode.Configuration, Run().Code);
            File.WriteAllBytes(_stick.File("edgepbx.code"), bytes);
            Assert.Equal(ExitCode.Failed, Run().Code);
            Put("edgepbx.code", Code);
        }
        using (FileStream large = File.Create(_stick.File("edgepbx.toml")))
        {
            large.SetLength(1L << 33);
        }
        Assert.Equal(ExitCode.Configuration, Run().Code);
        Assert.Contains("is too long", Answer, StringComparison.Ordinal);
        Assert.Equal(Present, BoxFile("edgepbx.toml"));
    }

    [Fact]
    public void A_backup_comes_only_when_it_is_asked_for_and_only_once()
    {
        Put("edgepbx.want-backup", "");

        Assert.Equal((ExitCode.Done, "the stick has the backup that it asked for"), Run());

        Assert.Equal(Present, File.ReadAllText(_stick.File("edgepbx-present.toml")));
        Assert.NotNull(BackupFile.Parse(File.ReadAllBytes(_stick.File("edgepbx.backup")), out _));
        Assert.Equal(["edgepbx-answer.txt", "edgepbx-present.toml", "edgepbx.backup", "edgepbx.code", "edgepbx.want-backup.taken"], Names(_stick));
        Assert.Equal(ExitCode.Failed, Run().Code);
        Assert.StartsWith("EdgePbx 0.1.0: the stick asks for nothing", Answer, StringComparison.Ordinal);
    }

    /// <summary>As some editors leave them.</summary>
    [Fact]
    public void Names_with_txt_behind_and_a_mark_of_the_byte_order_are_understood()
    {
        File.Move(_stick.File("edgepbx.code"), _stick.File("edgepbx.code.txt"));
        string text = Wanted.ReplaceLineEndings("\r\n");
        File.WriteAllText(_stick.File("edgepbx.toml.txt"), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal((ExitCode.Done, "the configuration of the stick is in force"), Run());

        Assert.Equal(text, BoxFile("edgepbx.toml"));
        Assert.Equal((byte)'[', File.ReadAllBytes(_box.File("edgepbx.toml"))[0]);
    }

    [Fact]
    public void A_stick_that_can_not_be_written_changes_nothing()
    {
        Put("edgepbx.toml", Wanted);
        Directory.CreateDirectory(_stick.File("edgepbx-answer.txt.new"));

        (int code, string sentence) = Run();

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("the stick can't be written, so nothing was done: ", sentence, StringComparison.Ordinal);
        Assert.Equal((Present, 0), (BoxFile("edgepbx.toml"), _hungUp));
    }

    [Fact]
    public void A_card_that_can_not_be_written_is_told_and_the_old_configuration_stays()
    {
        Put("edgepbx.toml", Wanted);
        Directory.CreateDirectory(_box.File("edgepbx.toml.new"));

        (int code, string sentence) = Run();

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("the configuration of the stick is good, but can't be written: ", sentence, StringComparison.Ordinal);
        Assert.Equal((Present, 0), (BoxFile("edgepbx.toml"), _hungUp));
        Assert.True(File.Exists(_stick.File("edgepbx.toml")));
    }

    [Fact]
    public void What_waits_for_a_restart_is_said()
    {
        _awaitsRestart = ["sip.listen"];
        Put("edgepbx.toml", "[sip]\nlisten = [\"udp://0.0.0.0:5070\"]\n" + Wanted);
        Assert.Equal((ExitCode.Done, "the configuration of the stick is in force, except sip.listen: switch the box off and on"), Run());
    }

    [Fact]
    public void What_is_in_the_box_already_is_not_written_again()
    {
        Put("edgepbx.toml", Present);
        Assert.Equal((ExitCode.Done, InBoxAlready), Run());
        Assert.Equal(0, _hungUp);
        Assert.Equal(["edgepbx.toml"], Names(_box));
        Assert.StartsWith($"EdgePbx 0.1.0: {InBoxAlready}", Answer, StringComparison.Ordinal);
    }

    /// <summary>It may not have been good for something then, such as an address that was not there.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_is_in_the_box_and_yet_not_in_force_is_put_into_force(bool lastGoodUsed, bool reloadRejected)
    {
        _running = _running! with { Configuration = new ConfigurationSnapshot { LastGoodUsed = lastGoodUsed, ReloadRejected = reloadRejected } };
        _isCured = true;
        Put("edgepbx.toml", Present);
        Assert.Equal((ExitCode.Done, "the configuration of the stick is in force"), Run());
        Assert.Equal((42, Present), (_hungUp, BoxFile("edgepbx.toml")));
    }

    [Theory]
    [InlineData(Present)]
    [InlineData(Wanted)]
    public void A_box_whose_card_can_not_be_used_says_that_nothing_stays(string text)
    {
        File.WriteAllText(_box.File("in-memory"), "");
        Put("edgepbx.toml", text);
        Put("edgepbx.want-backup", "");
        Assert.Equal(ExitCode.Done, Run().Code);
        Assert.Contains("in memory only, and gone with the power", Answer, StringComparison.Ordinal);
        Put("edgepbx.code", "a-stranger-has-none");
        Put("edgepbx.toml", text);
        Assert.Equal(ExitCode.Failed, Run().Code);
        Assert.DoesNotContain("memory", Answer, StringComparison.Ordinal);
    }

    /// <summary>It runs with the last one that worked, which is what a backup is of.</summary>
    [Fact]
    public void A_box_whose_own_configuration_has_mistakes_can_be_saved_and_put_right_at_once()
    {
        KeepAsLastGood(Present);
        File.WriteAllText(_box.File("edgepbx.toml"), Wanted + "surprise = 1\n[[");
        Put("edgepbx.want-backup", "");
        Put("edgepbx.toml", Wanted);

        Assert.Equal((ExitCode.Done, "the configuration of the stick is in force"), Run());

        BackupFile backup = BackupFile.Parse(File.ReadAllBytes(_stick.File("edgepbx.backup")), out _)!;
        Assert.Equal(Present, Encoding.UTF8.GetString(backup.Find(BackupParts.Configuration)!.Bytes));
        Assert.Equal(Present, File.ReadAllText(_stick.File("edgepbx-present.toml")));
        Assert.Equal(Wanted + "surprise = 1\n[[", File.ReadAllText(_stick.File("edgepbx-refused.toml")));
        Assert.Contains("edgepbx-refused.toml:12:", Answer, StringComparison.Ordinal);
        Assert.Equal((Wanted, Wanted + "surprise = 1\n[["), (BoxFile("edgepbx.toml"), BoxFile("edgepbx.toml.former")));
        Assert.Equal(42, _hungUp);
    }

    /// <summary>And there is no other one: what it has is given, and its code is read from what is left of the file.</summary>
    [Fact]
    public void A_box_with_nothing_but_mistakes_gives_them_away_and_takes_a_configuration()
    {
        File.WriteAllText(_box.File("edgepbx.toml"), Present + "[[");
        _running = null;
        Put("edgepbx.want-backup", "");

        Assert.Equal((ExitCode.Configuration, "the configuration of this box has mistakes, so there is no backup of it; the stick has it as it is"), Run());
        Assert.Contains("edgepbx-refused.toml:7:", Answer, StringComparison.Ordinal);
        Assert.Equal(Present + "[[", File.ReadAllText(_stick.File("edgepbx-refused.toml")));
        Assert.Equal(["edgepbx-answer.txt", "edgepbx-refused.toml", "edgepbx.code", "edgepbx.want-backup.taken"], Names(_stick));

        Put("edgepbx.want-backup", "");
        Put("edgepbx.toml", Wanted);
        Assert.Equal(ExitCode.Done, Run().Code);
        Assert.Equal(Wanted, BoxFile("edgepbx.toml"));
    }

    [Theory]
    [InlineData("[sip\n[stick]\n code = \"code-of-this-box\" # mine\n", "code-of-this-box")]
    [InlineData("stick.code = \"code-of-this-box\"\n[[[\n", "code-of-this-box")]
    [InlineData("[stick]\r\ncode=\"code-of-this-box\"\r\n[[[", "code-of-this-box")]
    [InlineData("[recording]\ncode = \"code-of-this-box\"\n[[[\n", null)]
    [InlineData("code = \"code-of-this-box\"\n[[[\n", null)]
    [InlineData("[stick]\n#code = \"code-of-this-box\"\n[[[\n", null)]
    [InlineData("[stick]\ncode = \"short\"\n[[[\n", null)]
    [InlineData("[stick]\ncode = \"code-of-this-b\u00f6x\"\n[[[\n", null)]
    [InlineData("[stick]\ncode = code-of-this-box\n", null)]
    [InlineData("[stick]\ncode\n=\n\"", null)]
    public void The_code_is_found_in_a_file_that_is_not_TOML_any_more(string text, string? code) =>
        Assert.Equal(code, ConfigLoader.Parse(text, "f.toml", _box.Path).StickCode);

    /// <summary>Of one that was pulled out too early.</summary>
    [Fact]
    public void What_a_stick_kept_of_secrets_that_were_not_written_wholly_goes()
    {
        foreach (string name in new[] { "edgepbx-answer.txt", "edgepbx.backup", "edgepbx-present.toml", "edgepbx-refused.toml" })
        {
            Put(name + ".new", "secret = \"hush");
        }
        Put("edgepbx.toml.new", "somebody else's");
        Put("edgepbx.want-backup", "");
        File.Delete(_stick.File("edgepbx.code"));
        Assert.Equal(ExitCode.Failed, Run().Code);
        Assert.Equal(["edgepbx-answer.txt", "edgepbx.toml.new", "edgepbx.want-backup"], Names(_stick));
    }

    /// <summary>A secret is never looked for where reading has no end, or does something.</summary>
    [Theory]
    [InlineData("/dev/zero", "is a device or a pipe, not a file")]
    [InlineData("/dev/stdin", "is a device or a pipe, not a file")]
    [InlineData("/", "is a folder, not a file")]
    [InlineData("huge", "is too long, more than 4096 bytes")]
    public void A_secret_that_is_no_plain_file_is_a_mistake_with_its_place(string name, string problem)
    {
        using (FileStream huge = File.Create(_box.File("huge")))
        {
            huge.SetLength(1L << 33);
        }
        Put("edgepbx.toml", $"{Present}[[extension]]\nnumber = \"1004\"\nsecret_file = \"{name}\"\n");
        Assert.Equal(ExitCode.Configuration, Run().Code);
        Assert.Contains($"edgepbx.toml:9:15: extension[1].secret_file: '{name}': {problem}\r\n", Answer, StringComparison.Ordinal);
        Assert.Equal(Present, BoxFile("edgepbx.toml"));
    }

    [Fact]
    public void Whoever_takes_the_code_out_is_told_that_it_was_the_last_time()
    {
        Put("edgepbx.toml", Wanted[Wanted.IndexOf("[[", StringComparison.Ordinal)..]);
        Assert.Equal(ExitCode.Done, Run().Code);
        Assert.Contains("stick.code goes", Answer, StringComparison.Ordinal);
        Assert.Contains("this was the last time", Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_whose_own_configuration_has_mistakes_can_be_put_right()
    {
        File.WriteAllText(_box.File("edgepbx.toml"), Present + "surprise = 1\n");
        _running = null;
        Put("edgepbx.toml", Wanted);
        Assert.Equal((ExitCode.Done, "the configuration of the stick is taken; EdgePbx does not run at present, its next start uses it"), Run());
        Assert.Equal(Wanted, BoxFile("edgepbx.toml"));
    }

    [Fact]
    public async Task The_process_that_runs_takes_it_at_once()
    {
        using var log = new LineStream();
        string file = _box.File("edgepbx.toml");
        string lab = "[sip]\nlisten = [\"udp://127.0.0.1:0\"]\n[session_timer]\nlab = true\n[media]\nports = \"30000-30011\"\nmax_calls = 2\n";
        File.WriteAllText(file, lab + Present);
        var writes = new WriteBudget(() => default);
        var config = new ConfigFile(file, new LastGoodConfig(file + ".good", writes[WriteCause.Configuration]));
        using var watchdog = new HardwareWatchdog();
        using var host = new PbxHost(config, config.Load(out _)!, log, TextWriter.Null, _box.Path, writes, watchdog) { EndProcess = static _ => { } };
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = log.Next("edgepbx_started");
        RunningBox real = RunningBox.Of(file);
        Assert.Equal(Environment.ProcessId, real.Ask()!.ProcessId);
        Put("edgepbx.toml", lab + Wanted);

        Assert.Equal((ExitCode.Done, "the configuration of the stick is in force"), Run(real with { HangUp = _ => host.Reload() }));

        Assert.Equal(2, log.Next("config_reloaded").GetProperty("extensions").GetInt32());
        Assert.Contains("Kitchen", BoxFile("edgepbx.toml.good"), StringComparison.Ordinal);
        host.Stop("test");
        Assert.Equal(ExitCode.Done, await running);
    }

    public void Dispose()
    {
        _box.Dispose();
        _stick.Dispose();
    }

    private (int Code, string Sentence) Run() => Run(new RunningBox(() => _running, process =>
    {
        _hungUp = process;
        ConfigurationSnapshot was = _isCured ? new ConfigurationSnapshot() : _running!.Configuration;
        _running = _running! with { Configuration = was with { Reloads = _running.Configuration.Reloads + 1, AwaitsRestart = _awaitsRestart } };
    }));

    private (int Code, string Sentence) Run(RunningBox running) =>
        new StickErrand(new StickFolder(_stick.Path), _box.File("edgepbx.toml"), _box.Path, running).Run();

    private void Put(string name, string text) => File.WriteAllText(_stick.File(name), text);

    private void KeepAsLastGood(string text) => Assert.True(new LastGoodConfig(_box.File("edgepbx.toml.good"), new WriteMeter(() => default))
        .TryKeep(new ConfigSource(text, new Dictionary<string, string>()), out _));

    private string BoxFile(string name) => File.ReadAllText(_box.File(name));

    private static IEnumerable<string?> Names(TemporaryFolder folder) =>
        Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
