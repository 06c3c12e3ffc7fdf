namespace EdgePbx.EndToEnd;

/// <summary>SIGTERM and SIGHUP while calls are up.</summary>
public sealed class Signals
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Clause", "race 23")]
    public Task Sigterm_ends_the_calls_with_BYE_to_both_phones() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        using ClientScript phones = ClientScript.Start("sipp_cases.py", pbx, "--only", "ended_by_server", "--keep-registered");
        _ = await pbx.WaitForEventAsync("call_established");
        await pbx.StopAsync();
        await phones.AssertPassedAsync();
        Assert.Equal(1, pbx.Log.Count("cleanup_verified"));
    });

    [Fact]
    [Trait("Clause", "race 21")]
    public Task Sigterm_ends_a_call_that_still_rings() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        using ClientScript phones = ClientScript.Start("sipp_cases.py", pbx, "--only", "stopped_while_ringing", "--keep-registered");
        _ = await pbx.WaitForEventAsync("b2bua_call_setup");
        string missing = await pbx.WaitForGaugesAsync(
            status => status.IsRinging ? "" : "ringing", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50));
        Assert.Equal("", missing);
        await pbx.StopAsync();
        await phones.AssertPassedAsync();
        Assert.Equal(1, pbx.Log.Count("cleanup_verified"));
    });

    [Fact]
    [Trait("Clause", "race 44")]
    public Task Sighup_brings_new_extensions_and_keeps_calls() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        var third = new Account("1003", "third-secret");
        using ClientScript phones = await ClientScript.HoldCallAsync(pbx);

        pbx.WriteConfig(pbx.Options with { Accounts = [.. pbx.Options.Accounts, third] });
        pbx.Signal(ChildProcess.Sighup);
        _ = await pbx.WaitForEventAsync("config_reloaded");
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "register", "--caller", third.ToString());
        Assert.Equal(1, (await pbx.StatusAsync()).Gauge("calls"));
        await phones.HangUpAsync();
    });

    /// <summary>Nobody can be reached yet: the start measures the board first, which takes seconds.</summary>
    [Fact]
    public async Task A_signal_of_the_first_moment_is_not_lost_and_ends_nothing()
    {
        using var start = new EarlyStart();
        start.Pbx.Signal(ChildProcess.Sighup);
        Assert.True(await start.Log.WaitUntilAsync(all => all.Any(e => e.Name == "config_reloaded"), Limit), start.Pbx.Output);
        start.Pbx.Signal(ChildProcess.Sigterm);
        await start.Pbx.WaitForEndAsync(Limit);
        Assert.Equal(0, start.Pbx.ExitCode);
        Assert.Equal(1, start.Log.Count("edgepbx_stopped"));
        Assert.EndsWith("V", start.SaidToWatchdog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_of_the_first_moment_is_a_clean_end_of_what_never_began()
    {
        using var start = new EarlyStart();
        Assert.StartsWith("\n", start.SaidToWatchdog, StringComparison.Ordinal); // it watches already
        start.Pbx.Signal(ChildProcess.Sigterm);
        await start.Pbx.WaitForEndAsync(Limit);
        Assert.Equal(0, start.Pbx.ExitCode);
        Assert.Equal(0, start.Log.Count("listening"));
        Assert.False(start.HasMeasured); // who waits for a process to end waits for no more of this than one step
        Assert.EndsWith("V", start.SaidToWatchdog, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_killed_pbx_starts_again_in_its_folder() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "register");
        await pbx.KillAndStartAgainAsync();
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        Assert.Equal(0, (await pbx.StatusAsync()).Gauge("calls"));
    });

    /// <summary>A process that measures its board; back when it has begun to.</summary>
    private sealed class EarlyStart : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgepbx-e2e-early-");

        public EarlyStart()
        {
            string config = Path.Combine(_folder.FullName, "edgepbx.toml");
            string text = new PbxOptions().ToToml(LoopbackPorts.Take(2).First, LoopbackPorts.Take(150));
            File.WriteAllText(config, text.Replace("max_calls = 25", "max_calls = \"auto\"", StringComparison.Ordinal));
            File.WriteAllText(Watchdog, "");
            Pbx = ChildProcess.Start(
                Repository.Binary, ["run", "--config", config, "--watchdog", Watchdog], _folder.FullName, onOutput: line => Log.Add(LogEvent.Parse(line)));
            Assert.True(SpinWait.SpinUntil(() => Pbx.Output.Contains("never measured", StringComparison.Ordinal), Limit), Pbx.Output);
        }

        public EventLog Log { get; } = new();
        public ChildProcess Pbx { get; }

        /// <summary>All of the measurement was made.</summary>
        public bool HasMeasured => File.Exists(Path.Combine(_folder.FullName, "edgepbx.calls"));

        /// <summary>A file in its place.</summary>
        public string SaidToWatchdog => File.ReadAllText(Watchdog);

        private string Watchdog => Path.Combine(_folder.FullName, "watchdog");

        public void Dispose()
        {
            Pbx.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
