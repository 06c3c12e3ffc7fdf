using System.Text.Json;

namespace EdgePbx.Tests;

/// <summary>A start, and a reload, with a configuration that can't be used.</summary>
public sealed class LastGoodStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HardwareWatchdog _watchdog = new();
    private LineStream _log = new();

    private string Config => _folder.File("edgepbx.toml");
    private string Good => _folder.File("edgepbx.toml.good");

    public static TheoryData<string> Broken => new("", "\0\0\0\0", "[sip]\nrealm = \"cut o", "[sip]\nrealm = \"no extension\"\n", "surprise = 1\n", "[sip]\nlisten = [\"udp://192.0.2.1:5060\"]\n[[extension]]\nnumber = \"1\"\nsecret = \"hush-hush\"\n");

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_with_mistakes_leaves_the_box_working_with_the_last_good_one(string text)
    {
        RunOnce(WriteGood, status => Assert.False(status.Configuration.LastGoodUsed));
        byte[] kept = File.ReadAllBytes(Good);
        RunOnce(() => File.WriteAllText(Config, text), status =>
        {
            Assert.True(status.Configuration.LastGoodUsed);
            Assert.NotEmpty(status.Configuration.Problems);
            Assert.Contains("configuration is wrong", Lamps(), StringComparison.Ordinal);
            Assert.Equal("error", _log.Next("config_last_good_used").GetProperty("level").GetString());
            Assert.Equal(2, _log.Next("edgepbx_started").GetProperty("extensions").GetInt32());
        });
        Assert.Equal(text, File.ReadAllText(Config)); // the technician finds his mistakes
        Assert.Equal(kept, File.ReadAllBytes(Good));
    }

    [Fact]
    public void A_file_that_is_gone_does_too_and_so_does_a_secret()
    {
        File.WriteAllText(_folder.File("1002.secret"), "pssst-pssst\n");
        RunOnce(WriteGood);
        File.Delete(_folder.File("1002.secret"));
        RunOnce(() => { }, status => Assert.Contains("1002.secret", status.Configuration.Problems.Single(), StringComparison.Ordinal));
        RunOnce(() => File.Delete(Config), status => Assert.True(status.Configuration.LastGoodUsed));
    }

    [Fact]
    public void Status_finds_a_box_whose_configuration_nobody_can_read()
    {
        RunOnce(WriteGood);
        RunOnce(() => File.WriteAllText(Config, "[sip\n"), _ =>
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            Assert.Equal((ExitCode.Done, ""), (StatusVerb.Run(Config, asJson: false, output, error), error.ToString()));
            Assert.Contains("THE CONFIGURATION CAN'T BE USED, the last one that worked is in force:", output.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Without_a_whole_copy_the_mistakes_are_all_that_is_left()
    {
        RunOnce(WriteGood);
        File.AppendAllText(Good, "x");
        File.WriteAllText(Config, "surprise = 1\n");
        Assert.Null(NewFile().Load(out IReadOnlyList<ConfigError> errors));
        Assert.Single(errors);
    }

    [Fact]
    public void A_file_without_extensions_is_a_first_one_where_there_was_none_before()
    {
        File.WriteAllText(Config, "[sip]\nrealm = \"new\"\n");
        Assert.Empty(NewFile().Load(out _)!.Problems);
    }

    [Fact]
    public void A_start_that_changes_nothing_writes_nothing()
    {
        Assert.Equal(1, RunOnce(WriteGood).Configuration.Syncs);
        Assert.All(RunOnce(() => { }).All(), one => Assert.Equal((one.Cause, 0, 0), (one.Cause, one.Value.Bytes, one.Value.Syncs)));
    }

    [Fact]
    public void A_reload_of_a_broken_file_is_flagged_until_a_good_one_comes_which_is_kept()
    {
        WriteGood();
        using PbxHost host = NewHost(new WriteBudget(() => default));
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        _ = _log.Next("edgepbx_started");
        string good = File.ReadAllText(Config);

        File.WriteAllText(Config, "");
        host.Reload();
        _ = _log.Next("config_rejected");
        ConfigurationSnapshot flagged = WaitFor(status => status.Configuration.ReloadRejected).Configuration;
        Assert.Equal((false, 1), (flagged.LastGoodUsed, flagged.Problems.Count));

        File.WriteAllText(Config, good + "[[extension]]\nnumber = \"1003\"\nsecret = \"hush-hush\"\n");
        host.Reload();
        _ = _log.Next("config_reloaded");
        Assert.False(WaitFor(status => !status.Configuration.ReloadRejected).Configuration.LastGoodUsed);
        Assert.Contains("1003", File.ReadAllText(Good), StringComparison.Ordinal);

        File.WriteAllText(Config, good.Replace("30000-30011", "30000-30013", StringComparison.Ordinal));
        host.Reload();
        _ = _log.Next("config_reloaded");
        Assert.Contains("1003", File.ReadAllText(Good), StringComparison.Ordinal); // new ports are not tried before the next start
        End(host, running);
    }

    [Fact]
    public void An_address_that_is_not_there_is_waited_for_and_not_for_ever()
    {
        RunOnce(WriteGood);
        File.WriteAllText(Config, File.ReadAllText(Config).Replace("udp://127.0.0.1:0", "udp://192.0.2.1:5060", StringComparison.Ordinal));
        RunOnce(() => { }, status =>
        {
            Assert.True(status.Configuration.LastGoodUsed);
            _ = _log.Next("address_awaited");
        });
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _folder.Dispose();
        _log.Dispose();
    }

    /// <returns>What the whole life has written.</returns>
    private WritesSnapshot RunOnce(Action before, Action<StatusDocument>? look = null)
    {
        _log.Dispose();
        _log = new LineStream();
        before();
        var writes = new WriteBudget(() => default);
        using PbxHost host = NewHost(writes);
        Task<int> running = Task.Run(host.Run, TestContext.Current.CancellationToken);
        StatusDocument status = WaitFor(_ => File.Exists(Good));
        look?.Invoke(status);
        End(host, running);
        return writes.Snapshot();
    }

    private StatusDocument WaitFor(Func<StatusDocument, bool> condition)
    {
        StatusDocument? last = null;
        Assert.True(SpinWait.SpinUntil(
            () => StatusClient.Ask(_folder.File("edgepbx.sock")) is { } json && condition(last = StatusClient.Parse(json)), TimeSpan.FromSeconds(30)));
        return last!;
    }

    private void End(PbxHost host, Task<int> running)
    {
        host.Stop("test");
        Assert.True(running.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "the host does not end");
        Assert.Equal(ExitCode.Done, running.Result);
    }

    private string Lamps() =>
        LedWatch.Describe(LedWatch.Parse(StatusClient.Ask(_folder.File("edgepbx.sock"), StatusRequest.Leds)!), MonotonicClock.Now);

    private ConfigFile NewFile(WriteBudget? writes = null) =>
        new(Config, new LastGoodConfig(Good, (writes ?? new WriteBudget(() => default))[WriteCause.Configuration]));

    private PbxHost NewHost(WriteBudget writes)
    {
        ConfigFile file = NewFile(writes);
        return new PbxHost(file, file.Load(out _)!, _log, TextWriter.Null, _folder.Path, writes, _watchdog)
        {
            EndProcess = static _ => { }, AddressPatience = TimeSpan.FromMilliseconds(300),
        };
    }

    private void WriteGood()
    {
        File.WriteAllText(_folder.File("1002.secret"), "pssst-pssst\n");
        File.WriteAllText(Config, """
            [sip]
            listen = ["udp://127.0.0.1:0"]
            [session_timer]
            lab = true
            [media]
            ports = "30000-30011"
            max_calls = 2
            [records]
            enabled = false
            [[extension]]
            number = "1001"
            secret = "hush-hush"
            [[extension]]
            number = "1002"
            secret_file = "1002.secret"

            """);
    }
}
