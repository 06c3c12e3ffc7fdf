using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The whole host with its threads, in this process.</summary>
public sealed class PbxHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LineStream _log = new();
    private readonly HardwareWatchdog _watchdog = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    private string ConfigFile => _folder.File("edgepbx.toml");

    [Fact]
    public void It_listens_answers_status_and_stops_when_told()
    {
        WriteConfig(port: 0, realm: "one");
        using PbxHost host = NewHost();
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);

        Assert.Equal("listening", _log.Next("listening").GetProperty("event").GetString());
        JsonElement started = _log.Next("edgepbx_started");
        Assert.Equal((1, 2, "30000-30011"), (
            started.GetProperty("extensions").GetInt32(), started.GetProperty("max_calls").GetInt32(), started.GetProperty("media_ports").GetString()));
        Assert.Equal(0, StatusClient.Parse(StatusClient.Ask(_folder.File("edgepbx.sock"))!).Gauges.Calls);
        host.Stop("test");

        Assert.Equal(ExitCode.Done, Finish(running));
        Assert.Equal("test", _log.Next("edgepbx_stopping").GetProperty("reason").GetString());
        _ = _log.Next("edgepbx_stopped");
        Assert.False(File.Exists(_folder.File("edgepbx.sock")));
    }

    [Fact]
    public void One_that_tests_itself_serves_at_once_and_is_ready_when_the_test_has_passed()
    {
        WriteConfig(port: 0, realm: "one");
        using PbxHost host = NewHost(testsItself: true);
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);

        _ = _log.Next("edgepbx_started");
        Assert.Equal(Readiness.Running, StatusClient.Parse(StatusClient.Ask(_folder.File("edgepbx.sock"))!).SelfTest);
        (int code, string output, _) = CommandLineTests.Run("ready", "--within", "300", "--config", ConfigFile);
        Assert.Equal((ExitCode.Done, "EdgePbx 0.1.0 is ready; self-test passed\n"), (code, output));
        _ = _log.Next("self_test_passed");
        host.Stop("test");

        Assert.Equal(ExitCode.Done, Finish(running));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_card_that_can_not_be_used_is_said_and_shown(bool isInMemory)
    {
        WriteConfig(port: 0, realm: "one");
        if (isInMemory)
        {
            File.WriteAllText(_folder.File("in-memory"), "");
        }
        using PbxHost host = NewHost();
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = _log.Next(isInMemory ? "data_in_memory" : "edgepbx_started");
        _ = isInMemory ? _log.Next("edgepbx_started") : default;

        LedStatus status = LedWatch.Parse(StatusClient.Ask(_folder.File("edgepbx.sock"), StatusRequest.Leds)!);
        host.Stop("test");

        Assert.Equal(isInMemory, status.Troubles.HasFlag(LedTroubles.StorageFailed));
        Assert.Equal(ExitCode.Done, Finish(running));
    }

    /// <summary>All that has to work for calls: one that hangs while it is fed would hang for ever.</summary>
    [Theory]
    [Trait("Clause", "MUT-102")]
    [Trait("Clause", "MUT-104")]
    [InlineData("", "log, main, recorder, records, relay, signalling, status, store")]
    [InlineData("[records]\nenabled = false\n", "log, main, recorder, relay, signalling, status, store")]
    public void Each_of_its_threads_is_watched(string section, string expected)
    {
        WriteConfig(port: 0, realm: "one");
        File.AppendAllText(ConfigFile, section);
        File.WriteAllText(_folder.File("watchdog"), "");
        using var watchdog = new HardwareWatchdog();
        watchdog.Open(_folder.File("watchdog"));
        using PbxHost host = NewHost(watchdog: watchdog);
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => host.Watched.Count > 0 || running.IsCompleted, TimeSpan.FromMinutes(5)));
        Assert.Equal(expected, string.Join(", ", host.Watched.Order()));
        host.Stop("test");
        Assert.Equal(ExitCode.Done, Finish(running));
    }

    /// <summary>Whoever starts it says which, not who edits extensions; it is told of an end that is meant.</summary>
    [Fact]
    public void The_watchdog_that_it_was_started_with_is_fed_whatever_the_configuration_says()
    {
        WriteConfig(port: 0, realm: "one");
        File.AppendAllText(ConfigFile, $"[watchdog]\ndevice = \"{_folder.File("absent")}\"\n");
        string device = _folder.File("watchdog");
        File.WriteAllText(device, "");
        using var watchdog = new HardwareWatchdog();
        watchdog.Open(device);
        using PbxHost host = NewHost(watchdog: watchdog);
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);

        _ = _log.Next("edgepbx_started");
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(device).Length > 1, TimeSpan.FromSeconds(30)), "it is not fed by the service");
        host.Stop("test");

        Assert.Equal(ExitCode.Done, Finish(running));
        watchdog.Stop(); // whoever has opened it has the last word: no start of the box is at an end before
        Assert.Matches("^\n+V$", File.ReadAllText(device));
    }

    /// <summary>A card that hangs just then.</summary>
    [Fact]
    public void A_factory_reset_that_hangs_is_watched_and_fed_for_a_while_only()
    {
        WriteConfig(port: 0, realm: "one");
        string device = _folder.File("watchdog");
        File.WriteAllText(device, "");
        var clock = new FakeClock();
        using var watchdog = new HardwareWatchdog(interval: TimeSpan.FromMilliseconds(20), now: clock.Now);
        watchdog.Open(device);
        using var card = new HangingFiles(SystemFiles.Instance, ConfigFile);
        using PbxHost host = NewHost(watchdog: watchdog, files: card);
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = _log.Next("edgepbx_started");
        host.ResetToFactory();

        Assert.True(SpinWait.SpinUntil(() => card.IsHanging, TimeSpan.FromMinutes(5)), "it does not begin");
        Assert.Single(Directory.GetDirectories(_folder.Path, "factory-reset-*"));
        int fed = Meals();
        Assert.True(SpinWait.SpinUntil(() => Meals() > fed + 20, TimeSpan.FromMinutes(5)), "it is not fed while it is reset");
        clock.Advance(TimeSpan.FromMinutes(5).TotalSeconds);
        Assert.True(SpinWait.SpinUntil(() => !watchdog.IsFeeding, TimeSpan.FromMinutes(5)), "it is fed for ever");
        Assert.False(running.IsCompleted);
        Assert.DoesNotContain('V', File.ReadAllText(device));
        card.GoOn();
        Assert.Equal(ExitCode.StartAgain, Finish(running));
        _ = _log.Next("factory_reset");

        int Meals() => File.ReadAllText(device).Length;
    }

    [Fact]
    public void A_laboratory_is_warned_of()
    {
        WriteConfig(port: 0, realm: "one");
        using PbxHost host = NewHost();
        host.Stop("at once");

        Assert.Equal(ExitCode.Done, host.Run());
        Assert.Equal("warning", _log.Next("lab_mode_enabled").GetProperty("level").GetString());
    }

    [Fact]
    public void An_address_that_is_taken_ends_it_with_3()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        WriteConfig(port, realm: "one");
        using PbxHost host = NewHost();

        Assert.Equal(ExitCode.CannotListen, host.Run());
        Assert.Equal($"edgepbx: cannot listen on udp://127.0.0.1:{port}: Address already in use (`ss -lunp` shows who has it)\n", _error.ToString());
        Assert.Equal("error", _log.Next("listen_failed").GetProperty("level").GetString());
    }

    /// <summary>Where there are lamps they say why, until the address is free, somebody stops it, or the button resets all.</summary>
    [Theory]
    [InlineData("free", ExitCode.CannotListen)]
    [InlineData("stop", ExitCode.CannotListen)]
    [InlineData("another address", ExitCode.CannotListen)]
    [InlineData("reset", ExitCode.StartAgain)]
    public void An_address_that_is_taken_is_shown_until_that_changes(string change, int code)
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        WriteConfig(((IPEndPoint)taken.LocalEndPoint!).Port, realm: "one");
        File.WriteAllText(_folder.File("board.toml"), "chip = \"no-such-chip\"\n[[led]]\nshows = [\"system\", \"calls\", \"timer\", \"network\"]\nline = 1\n");
        using PbxHost host = NewHost(board: _folder.File("board.toml"));
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);

        JsonElement shown = _log.Next("fault_shown");
        Assert.Equal((ExitCode.CannotListen, "it cannot listen"), (shown.GetProperty("exit_code").GetInt32(), shown.GetProperty("fault").GetString()));
        Assert.False(running.IsCompleted);
        switch (change)
        {
            case "free": taken.Close(); break;
            case "stop": host.Stop("test"); break;
            case "another address": WriteConfig(port: 0, realm: "one"); break;
            default: host.ResetToFactory(); break;
        }
        Assert.Equal(code, Finish(running));
        if (code == ExitCode.StartAgain)
        {
            _ = _log.Next("factory_reset");
        }
    }

    [Fact]
    public void One_that_broke_down_is_told_of_by_the_next_until_an_orderly_end()
    {
        WriteConfig(port: 0, realm: "one");
        using (var note = new BreakdownNote(null, _folder.Path, MonotonicClock.Now))
        {
            note.Leave(MonotonicClock.Now);
        }
        using (PbxHost host = NewHost())
        {
            Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
            Assert.Equal("error", _log.Next("broke_down").GetProperty("level").GetString());
            _ = _log.Next("edgepbx_started");
            Assert.StartsWith("system: it broke down and was started again", Lamps(), StringComparison.Ordinal);
            host.Stop("test");
            Assert.Equal(ExitCode.Done, Finish(running));
        }
        Assert.False(File.Exists(_folder.File(BreakdownNote.FileName)));
    }

    [Fact]
    [Trait("Clause", "race 44")]
    public void A_reload_takes_a_good_file_and_refuses_a_bad_one()
    {
        using PbxHost host = Serve(out Task<int> running);

        File.AppendAllText(ConfigFile, "surprise = 1\nsecond = 2\n");
        host.Reload();
        Assert.EndsWith("extension[0].surprise: there is no such key", _log.Next("config_rejected").GetProperty("problem").GetString(), StringComparison.Ordinal);
        _ = _log.Next("config_rejected");

        WriteConfig(port: 5061, realm: "two");
        string good = File.ReadAllText(ConfigFile);
        File.WriteAllText(ConfigFile, good.Replace("127.0.0.1:5061", "192.0.2.1:5061", StringComparison.Ordinal));
        host.Reload();
        Assert.EndsWith("sip.listen: this machine does not have 192.0.2.1", _log.Next("config_rejected").GetProperty("problem").GetString(), StringComparison.Ordinal);

        File.WriteAllText(ConfigFile, good);
        host.Reload();
        Assert.Equal("sip.listen", _log.Next("config_restart_needed").GetProperty("keys").GetString());
        Assert.Equal(ConfigFile, _log.Next("config_reloaded").GetProperty("file").GetString());

        host.Reload(); // nothing has changed since, and it is not in force all the same
        Assert.Equal("sip.listen", _log.Next("config_restart_needed").GetProperty("keys").GetString());
        _ = _log.Next("config_reloaded");
        Assert.Equal(["sip.listen"], StatusClient.Parse(StatusClient.Ask(_folder.File("edgepbx.sock"))!).Configuration.AwaitsRestart);
        WriteConfig(port: 0, realm: "two");
        host.Reload();
        _ = _log.Next("config_reloaded");
        Assert.Empty(StatusClient.Parse(StatusClient.Ask(_folder.File("edgepbx.sock"))!).Configuration.AwaitsRestart);

        host.Stop("test");
        Assert.Equal(ExitCode.Done, Finish(running));
    }

    /// <summary>What lamps would show is told, with lamps or without.</summary>
    [Fact]
    public void Whoever_asks_is_told_what_the_lamps_show()
    {
        using PbxHost host = Serve(out Task<int> running);
        Assert.StartsWith("system: ready", Eventually("system: ready"), StringComparison.Ordinal);
        Assert.Contains("calls: no call", Lamps(), StringComparison.Ordinal);

        File.AppendAllText(ConfigFile, "surprise = 1\n");
        host.Reload();
        _ = _log.Next("config_rejected");
        Assert.StartsWith("system: the changed configuration is wrong", Eventually("system: the changed"), StringComparison.Ordinal);
        WriteConfig(port: 0, realm: "two");
        host.Reload();
        Assert.StartsWith("system: ready", Eventually("system: ready"), StringComparison.Ordinal);

        host.Stop("test");
        Assert.Equal(ExitCode.Done, Finish(running));
    }

    /// <summary>A chip that is not there, a button that is not there, or a file that makes no sense: logged, and calls are served.</summary>
    [Theory]
    [InlineData("chip = \"no-such-chip\"\n[[led]]\nshows = [\"system\", \"calls\", \"timer\", \"network\"]\nline = 1\n", "led_driver_failed")]
    [InlineData("chip = \"no-such-chip\"\n[button]\nline = 1\n", "led_driver_failed")]
    [InlineData("chip = 7\n", "board_refused")]
    public void A_broken_board_costs_no_call(string board, string expected)
    {
        WriteConfig(port: 0, realm: "one");
        File.WriteAllText(_folder.File("board.toml"), board);
        using PbxHost host = NewHost(board: _folder.File("board.toml"));
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = _log.Next(expected);
        Assert.StartsWith("system: ready", Eventually("system: ready"), StringComparison.Ordinal);
        host.Stop("test");
        Assert.Equal(ExitCode.Done, Finish(running));
        Assert.Equal(1, _log.Everything.Split($"\"{expected}\"").Length - 1);
    }

    [Theory]
    [InlineData("[watchdog]\ndevice = \"/absent/watchdog\"\n")]
    [InlineData("[status]\nsocket = \"/absent/edgepbx.sock\"\n")]
    public void Something_that_was_asked_for_and_is_missing_is_shown_as_a_limit(string section)
    {
        WriteConfig(port: 0, realm: "one");
        File.AppendAllText(ConfigFile, section);
        using PbxHost host = NewHost();
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = _log.Next("edgepbx_started");

        Assert.True(SpinWait.SpinUntil(() => host.Lamps?.Status.Troubles.HasFlag(LedTroubles.Degraded) == true, TimeSpan.FromSeconds(30)));
        host.Stop("test");
        Assert.Equal(ExitCode.Done, Finish(running));
    }

    [Fact]
    public void A_factory_reset_ends_it_with_a_new_configuration_to_start_again_with()
    {
        WriteConfig(port: 0, realm: "one");
        using PbxHost host = NewHost();
        host.ResetToFactory();
        Assert.Equal(ExitCode.StartAgain, host.Run());

        JsonElement reset = _log.Next("factory_reset");
        string folder = reset.GetProperty("folder").GetString()!;
        Assert.Contains("realm = \"one\"", File.ReadAllText(Path.Combine(folder, "edgepbx.toml")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "calls.jsonl")));
        Assert.True(File.Exists(StateFolder.GoodOf(folder, ConfigFile))); // else the box would come up as it was
        Assert.All(StateFolder.Files(_folder.Path, ConfigFile), file => Assert.False(File.Exists(file)));
        PbxConfig fresh = ConfigLoader.Load(ConfigFile).Config!;
        Assert.Equal(["1001", "1002", "1003"], fresh.Extensions.Select(extension => extension.Number));
        Assert.All(fresh.Extensions, extension => Assert.Contains(extension.Secret, _error.ToString(), StringComparison.Ordinal));
        Assert.All(fresh.Extensions, extension => Assert.DoesNotContain(extension.Secret, _log.Everything, StringComparison.Ordinal));
    }

    [Fact]
    public void A_factory_reset_puts_aside_what_was_written_and_not_what_a_reload_has_named_since()
    {
        using PbxHost host = Serve(out Task<int> running);
        File.AppendAllText(ConfigFile, "[records]\nfile = \"others.jsonl\"\n");
        host.Reload();
        Assert.Equal("records", _log.Next("config_restart_needed").GetProperty("keys").GetString());
        host.ResetToFactory();
        Assert.Equal(ExitCode.StartAgain, Finish(running));
        string folder = _log.Next("factory_reset").GetProperty("folder").GetString()!;
        Assert.True(File.Exists(Path.Combine(folder, "calls.jsonl")));
        Assert.False(File.Exists(_folder.File("calls.jsonl")));
    }

    [Fact]
    public void No_line_of_the_log_has_a_secret_in_it()
    {
        WriteConfig(port: 0, realm: "one");
        using (PbxHost host = NewHost())
        {
            host.Stop("at once");
            _ = host.Run();
        }

        Assert.DoesNotContain("hush", _log.Everything, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _folder.Dispose();
        _error.Dispose();
        _log.Dispose();
    }

    private static int Finish(Task<int> running)
    {
        Assert.True(running.Wait(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken), "the host does not end");
        return running.Result;
    }

    // empty: nobody answers yet
    private string Lamps() => StatusClient.Ask(_folder.File("edgepbx.sock"), StatusRequest.Leds) is { } answer
        ? LedWatch.Describe(LedWatch.Parse(answer), MonotonicClock.Now)
        : "";

    // a reload is logged a moment before the lamps are told
    private string Eventually(string beginning)
    {
        string lamps = "";
        Assert.True(SpinWait.SpinUntil(
            () => (lamps = Lamps()).StartsWith(beginning, StringComparison.Ordinal), TimeSpan.FromMinutes(5)));
        return lamps;
    }

    private PbxHost NewHost(bool testsItself = false, string? board = null, HardwareWatchdog? watchdog = null, IFiles? files = null)
    {
        var writes = new WriteBudget(() => default);
        var file = new EdgePbx.ConfigFile(ConfigFile, new LastGoodConfig(ConfigFile + ".good", writes[WriteCause.Configuration]));
        return new PbxHost(file, file.Load(out _)!, _log, _error, _folder.Path, writes, watchdog ?? _watchdog, testsItself)
        {
            BoardFile = board, EndProcess = static _ => { }, SelfTest = SelfTestOptionsOf.APatientOne,
            Files = files ?? SystemFiles.Instance,
        };
    }

    private PbxHost Serve(out Task<int> running)
    {
        WriteConfig(port: 0, realm: "one");
        PbxHost host = NewHost();
        running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = _log.Next("edgepbx_started");
        return host;
    }

    private void WriteConfig(int port, string realm) => File.WriteAllText(ConfigFile, $"""
        [sip]
        listen = ["udp://127.0.0.1:{port}"]
        realm = "{realm}"
        [session_timer]
        lab = true
        [media]
        ports = "30000-30011"
        max_calls = 2
        [log]
        level = "debug"
        [[extension]]
        number = "1001"
        secret = "hush-hush"

        """);
}
