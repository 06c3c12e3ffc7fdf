using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class CommandLineTests
{
    private const string OrChanged = "(or [status] socket in the file was changed since it was started)";

    [Fact]
    public void A_good_configuration_is_said_to_be_good()
    {
        using var folder = new TemporaryFolder();
        StarterConfig.Create().Write(folder.File("edgepbx.toml"));

        (int code, string output, string error) = Run("check-config", folder.File("edgepbx.toml"));

        Assert.Equal((ExitCode.Done, $"{folder.File("edgepbx.toml")}: good, 3 extensions\n", ""), (code, output, error));
    }

    [Fact]
    public void What_is_no_mistake_of_the_file_and_may_be_one_of_the_box_is_a_warning()
    {
        using var folder = new TemporaryFolder();
        string config = folder.File("edgepbx.toml");
        File.WriteAllText(config, "[sip]\nlisten = [\"udp://192.0.2.1:5060\", \"udp://127.0.0.1:5060\"]\n");
        Assert.Equal(
            (ExitCode.Done, $"{config}: good, 0 extensions\n",
                $"{config}: warning: no [[extension]] is in it, so nobody can call; a box that had some before refuses it\n"
                + $"{config}: warning: sip.listen: this machine does not have 192.0.2.1 now\n"),
            Run("check-config", config));
    }

    [Fact]
    public void A_board_beside_the_configuration_is_checked_with_it()
    {
        using var folder = new TemporaryFolder();
        (string config, string board) = (folder.File("edgepbx.toml"), folder.File("board.toml"));
        StarterConfig.Create().Write(config);
        File.WriteAllText(board, "chip = \"c\"\n[[led]]\nshows = [\"system\", \"calls\", \"timer\", \"network\"]\nline = 1\n[button]\nline = 2\n");
        Assert.Equal((ExitCode.Done, $"{board}: good, 1 LEDs, a button\n{config}: good, 3 extensions\n", ""), Run("check-config", config));

        File.WriteAllText(board, "[button]\nline = 2\n");
        (int code, string output, string error) = Run("check-config", config);
        Assert.Equal((ExitCode.Configuration, $"{config}: good, 3 extensions\n"), (code, output));
        Assert.StartsWith($"{board}:1:1: button.chip: missing", error, StringComparison.Ordinal);
        Assert.Equal((code, "", error), Run("leds", "test", "--board", board));
        Assert.Equal((ExitCode.Configuration, $"{config}: good, 3 extensions\n", "/absent: there is no such file\n"), Run("check-config", config, "--board", "/absent"));
    }

    [Fact]
    public void Leds_explain_prints_the_card() => Assert.Equal((ExitCode.Done, LedCard.Text, ""), Run("leds", "explain"));

    [Fact]
    public void Leds_watch_of_something_prints_a_line_for_scripts()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");
        StarterConfig.Create().Write(file);
        Assert.Equal(
            (ExitCode.Failed, "", $"edgepbx: no EdgePbx runs here: nothing answers at {folder.File("edgepbx.sock")} {OrChanged}\n"),
            Run("leds", "watch", "--once", "--config", file));

        var document = new LedDocument { Phase = "ready", Calls = 1, Capacity = 9, Registrations = 2 };
        using var server = new StatusServer(
            folder.File("edgepbx.sock"),
            (request, _) => request == StatusRequest.Leds ? JsonSerializer.SerializeToUtf8Bytes(document, LedJson.Default.LedDocument) : null,
            new RecordingLogger());
        (int code, string output, string error) = Run("leds", "watch", "--once", "--config", file);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Equal(
            "system: ready (one short flash each 4 s); calls: one call (one flash, then dark); timer: no session timer is armed (dark); "
            + "network: network and phones are there (one short flash each 4 s)\n",
            output);
    }

    [Fact]
    public void A_bad_configuration_shows_all_its_errors()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("bad.toml");
        File.WriteAllText(file, "[sip]\nring_timeout = 0\n[log]\nlevel = \"loud\"\n");

        (int code, string output, string error) = Run("check-config", file);

        Assert.Equal((ExitCode.Configuration, ""), (code, output));
        Assert.Equal(
            $"{file}:2:16: sip.ring_timeout: 0 is out of range (1 to 3600)\n"
            + $"{file}:4:9: log.level: 'loud' is not one of info, trace, debug, warning, error\n",
            error);
        Assert.Equal((ExitCode.Configuration, "", error), Run("run", "--config", file));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_configuration_error()
    {
        Assert.Equal((ExitCode.Configuration, "", "/absent.toml: there is no such file\n"), Run("check-config", "/absent.toml"));
        Assert.Equal((ExitCode.Configuration, "", "/absent.toml: there is no such file\n"), Run("run", "--config", "/absent.toml"));
        Assert.Equal((ExitCode.Configuration, "", "/absent.toml: there is no such file\n"), Run("status", "--config", "/absent.toml"));
    }

    [Fact]
    public void Status_of_nothing_says_that_nothing_runs()
    {
        using var folder = new TemporaryFolder();
        StarterConfig.Create().Write(folder.File("edgepbx.toml"));

        Assert.Equal(
            (ExitCode.Failed, "", $"edgepbx: no EdgePbx runs here: nothing answers at {folder.File("edgepbx.sock")} {OrChanged}\n"),
            Run("status", "--config", folder.File("edgepbx.toml")));
    }

    [Fact]
    public void Status_of_something_prints_words_or_json()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");
        StarterConfig.Create().Write(file);
        using var server = new StatusServer(
            folder.File("edgepbx.sock"),
            (_, _) => JsonSerializer.SerializeToUtf8Bytes(StatusSocketTests.Example, StatusJson.Default.StatusDocument),
            new RecordingLogger());

        Assert.StartsWith("EdgePbx 0.1.0, running for 3 h 12 min\n", Run("status", "--config", file).Output, StringComparison.Ordinal);
        (int code, string json, _) = Run("status", "--json", "--config", file);
        Assert.Equal((ExitCode.Done, "0.1.0"), (code, StatusClient.Parse(json).Version));
    }

    [Theory]
    [InlineData(true, "passed", ExitCode.Done, "EdgePbx 0.1.0 is ready; self-test passed\n", "")]
    [InlineData(false, "running", ExitCode.Failed, "", "edgepbx: not ready, the self-test is: running\n")]
    [InlineData(false, "failed: call 1: no", ExitCode.Failed, "", "edgepbx: not ready, the self-test is: failed: call 1: no\n")]
    public void Ready_says_whether_it_is_and_why_not(bool ready, string test, int code, string output, string error)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");
        StarterConfig.Create().Write(file);
        var status = new StatusDocument { Version = "0.1.0", Ready = ready, SelfTest = test };
        using var server = new StatusServer(
            folder.File("edgepbx.sock"),
            (_, _) => JsonSerializer.SerializeToUtf8Bytes(status, StatusJson.Default.StatusDocument),
            new RecordingLogger());

        Assert.Equal((code, output, error), Run("ready", "--config", file));
    }

    [Theory, Trait("Clause", "BUG-33")]
    [InlineData(false, "", "media.ports", ExitCode.Done, "The configuration is read anew:\n  extension 1001 gets another secret\nOnly the next start takes media.ports.\n")]
    [InlineData(true, "edgepbx.toml:3:1: wibble: there is no such key", "", ExitCode.Configuration, "Nothing was changed: what was in force before still is.\n")]
    public void A_reload_says_what_came_of_it(bool isRejected, string problem, string awaits, int code, string expected)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");
        StarterConfig.Create().Write(file);
        int reloads = 0;
        using var server = new StatusServer(
            folder.File("edgepbx.sock"),
            (request, _) =>
            {
                reloads += request == StatusRequest.Reload ? 1 : 0;
                var configuration = new ConfigurationSnapshot
                {
                    Reloads = reloads, ReloadRejected = isRejected, Problems = problem.Length > 0 ? [problem] : [], AwaitsRestart = awaits.Length > 0 ? [awaits] : [],
                    Changes = isRejected ? [] : ["extension 1001 gets another secret"],
                };
                return JsonSerializer.SerializeToUtf8Bytes(new StatusDocument { Configuration = configuration }, StatusJson.Default.StatusDocument);
            },
            new RecordingLogger());

        Assert.Equal((code, expected, problem.Length > 0 ? problem + "\n" : ""), Run("reload", "--config", file));
        Assert.Equal(1, reloads);
    }

    [Theory]
    [InlineData("audit", "Audit", 0, ExitCode.Done)]
    [InlineData("audit", "Audit", 1, ExitCode.Unclean)]
    [InlineData("audit --acknowledge", "Acknowledge", 0, ExitCode.Done)]
    public void An_audit_prints_words_or_json_and_ends_with_4_while_something_is_unseen(string line, string expected, int unseen, int code)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");
        StarterConfig.Create().Write(file);
        StatusRequest asked = default;
        var document = new AuditDocument { Version = "0.1.0", Kinds = ByKind.From(static _ => new AuditCount(0, 0, 0)), Calls = new AuditCalls { Unclean = 1, UncleanUnseen = unseen } };
        using var server = new StatusServer(
            folder.File("edgepbx.sock"),
            (request, _) =>
            {
                asked = request;
                return JsonSerializer.SerializeToUtf8Bytes(document, AuditJson.Default.AuditDocument);
            },
            new RecordingLogger());

        (int words, string output, _) = Run([.. line.Split(' '), "--config", file]);
        (int json, string text, _) = Run([.. line.Split(' '), "--json", "--config", file]);

        Assert.Equal((code, code, expected), (words, json, asked.ToString()));
        Assert.StartsWith("EdgePbx 0.1.0, audited since its start 0 s ago\n", output, StringComparison.Ordinal);
        Assert.Equal(1, JsonSerializer.Deserialize(text, AuditJson.Default.AuditDocument)!.Calls.Unclean);
    }

    [Theory]
    [Trait("Clause", "AB-07")]
    [InlineData("bans", StatusWord.Bans)]
    [InlineData("bans --clear 192.0.2.66", StatusWord.ClearBans)]
    public void Bans_are_shown_in_words_or_json_and_lifted(string line, object expected)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");
        StarterConfig.Create().Write(file);
        StatusRequest asked = default;
        var document = new BansDocument
        {
            Bans =
            [
                new BanSnapshot { Source = "192.0.2.66", State = "banned", Reason = "wrong secrets for several extensions", SecondsLeft = 599.5 },
                new BanSnapshot { Source = "192.0.2.67", Extension = "1001", State = "slowed", Reason = "wrong secret, or no such extension", SecondsLeft = 61 },
            ],
            CredentialsRefused = 25,
            CredentialsWithheld = 1000,
        };
        using var server = new StatusServer(
            folder.File("edgepbx.sock"),
            (request, _) =>
            {
                asked = request;
                return JsonSerializer.SerializeToUtf8Bytes(document, BansJson.Default.BansDocument);
            },
            new RecordingLogger());

        (int words, string output, _) = Run([.. line.Split(' '), "--config", file]);
        (int json, string text, _) = Run([.. line.Split(' '), "--json", "--config", file]);

        Assert.Equal((ExitCode.Done, ExitCode.Done, expected), (words, json, asked.Word));
        Assert.Equal(
            """
              from 192.0.2.66               nothing is heard for another 9 min 59 s: wrong secrets for several extensions (edgepbx bans --clear 192.0.2.66)
              from 192.0.2.67               1001 is slowed for another 1 min 1 s: wrong secret, or no such extension (edgepbx bans --clear 192.0.2.67)
            Since the start: 25 wrong credentials, 1000 requests not looked at.

            """,
            output);
        Assert.Equal(2, JsonSerializer.Deserialize(text, BansJson.Default.BansDocument)!.Bans.Count);
    }

    [Fact]
    public void What_is_no_address_is_not_lifted() => Assert.Equal(
        (ExitCode.Configuration, "", "edgepbx: 'everybody' is neither an address nor all\n"), Run("bans", "--clear", "everybody", "--config", "/absent"));

    [Fact]
    public void The_clock_is_synchronised_or_nobody_vouches_for_it()
    {
        (int code, string output, _) = Run("clock");

        Assert.Contains((code, output), new[] { (ExitCode.Done, "the clock is synchronised\n"), (ExitCode.Failed, "nobody vouches for the clock\n") });
    }

    [Fact]
    public void A_machine_without_slots_says_so() => Assert.Equal(
        (ExitCode.Failed, "", "edgepbx: this machine was not started from a slot of the image, and there is no /absent\n"),
        Run("slot", "--card", "/absent"));

    [Fact]
    public void Version_names_what_runs()
    {
        (int code, string output, _) = Run("version");

        Assert.Equal(ExitCode.Done, code);
        Assert.Matches("^EdgePbx [0-9.]+\ncommit +[0-9a-z]+\nruntime +.NET [0-9.]+\narchitecture linux-(x64|arm64)\n$", output);
    }

    [Theory]
    [InlineData("statsu", "edgepbx: 'statsu' means nothing here; did you mean status?\nTry: edgepbx --help\n")]
    [InlineData("run --cnofig x", "edgepbx: '--cnofig' means nothing here; did you mean --config?\nedgepbx: 'x' means nothing here\nTry: edgepbx run --help\n")]
    [InlineData("new-config", "edgepbx: Required argument 'FILE' missing for command: 'new-config'.\nTry: edgepbx new-config --help\n")]
    [InlineData("leds watch --onec", "edgepbx: '--onec' means nothing here; did you mean --once?\nTry: edgepbx leds watch --help\n")]
    [InlineData("bench relay --oi x", "edgepbx: '--oi' means nothing here; did you mean --io?\nedgepbx: 'x' means nothing here\nTry: edgepbx bench relay --help\n")]
    public void A_mistyped_command_line_is_an_error_of_one_line(string line, string expected) =>
        Assert.Equal((ExitCode.Configuration, "", expected), Run(line.Split(' ')));

    [Fact]
    public void Verbs_that_ask_a_running_process_need_the_configuration_of_here_or_of_the_service()
    {
        using var empty = new TemporaryFolder(); // for this machine may have one
        string file = empty.File("edgepbx.toml");
        string[][] verbs = [["status"], ["audit"], ["reload"], ["leds", "watch"], ["ready"], ["backup", "b"], ["check-config"]];
        foreach (string[] verb in verbs)
        {
            string give = verb[0] == "check-config" ? "FILE" : "--config FILE";
            Assert.Equal(
                (ExitCode.Configuration, "", $"edgepbx: there is no edgepbx.toml here and no /etc/edgepbx/edgepbx.toml: give {give}\n"),
                Run(named => FoundConfig.Of(named, file, file, empty.Path), verb));
        }
    }

    [Fact]
    public void The_configuration_of_here_goes_before_that_of_the_service_and_a_file_before_a_copy()
    {
        using var folder = new TemporaryFolder();
        string Made(string name) => Directory.CreateDirectory(folder.File(name)).FullName;
        (string here, string service, string state) = (Path.Combine(Made("here"), "edgepbx.toml"), Path.Combine(Made("etc"), "edgepbx.toml"), Made("state"));
        string? Found(string? named = null) => FoundConfig.Of(named, here, service, state);
        Assert.Equal((null, "named"), (Found(), Found("named")));

        File.WriteAllText(Path.Combine(state, "edgepbx.toml.good"), "");
        Assert.Equal(service, Found());
        File.WriteAllText(here + ".good", "");
        Assert.Equal(here, Found());
        File.WriteAllText(service, "");
        Assert.Equal(service, Found());
        File.WriteAllText(here, "");
        Assert.Equal(here, Found());
    }

    [Fact]
    public void Without_a_verb_it_shows_what_there_is()
    {
        (int code, string output, string error) = Run();

        Assert.Equal((ExitCode.Configuration, "", Run("--help").Output), (code, output, error));
    }

    internal static (int Code, string Output, string Error) Run(params string[] arguments) => Run(find: null, arguments);

    private static (int Code, string Output, string Error) Run(Func<string?, string?>? find, string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(arguments, output, error, find);
        return (code, output.ToString(), error.ToString());
    }
}
