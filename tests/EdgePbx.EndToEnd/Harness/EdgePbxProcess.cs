using System.Diagnostics;

namespace EdgePbx.EndToEnd;

/// <summary>The published binary, running in a folder of its own on ports of its own.</summary>
internal sealed class EdgePbxProcess : IDisposable
{
    // how long a test waits for what must come, on a machine that may be busy with other things; no measure of anything
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ChildProcess _process;
    private int _starts = 1;

    private EdgePbxProcess(PbxOptions options, string folder, int sipPort, PortBlock media)
    {
        (Options, Folder, SipPort, Media) = (options, folder, sipPort, media);
        WriteConfig(options);
        _process = StartProcess();
    }

    public PbxOptions Options { get; }
    public string Folder { get; }
    public int SipPort { get; }
    public PortBlock Media { get; }
    public EventLog Log { get; } = new();
    public string ConfigFile => Path.Combine(Folder, "edgepbx.toml");
    public string Server => $"127.0.0.1:{SipPort}";
    public bool HasEnded => _process.HasEnded;
    public int ProcessId => _process.Id;

    /// <summary>Back when it listens.</summary>
    public static async Task<EdgePbxProcess> StartAsync(PbxOptions options)
    {
        int sipPort = LoopbackPorts.Take(2).First;
        var pbx = new EdgePbxProcess(
            options, Directory.CreateTempSubdirectory("edgepbx-e2e-").FullName, sipPort, LoopbackPorts.Take(options.MediaPorts));
        await pbx.WaitUntilItListensAsync(pbx._starts);
        return pbx;
    }

    /// <summary>As after a power cut: no last words, and the same folder.</summary>
    /// <param name="meanwhile">What happens to its folder while it is dead.</param>
    public async Task KillAndStartAgainAsync(Action? meanwhile = null)
    {
        Signal(ChildProcess.Sigkill);
        _ = await WaitForEndAsync();
        meanwhile?.Invoke();
        await StartAgainAsync();
    }

    /// <summary>What supervises it does, when it has ended. Back when it listens.</summary>
    public Task StartAgainAsync()
    {
        _process.Dispose();
        _process = StartProcess();
        return WaitUntilItListensAsync(++_starts);
    }

    /// <summary>It ends by itself. -> Its exit code.</summary>
    public async Task<int> WaitForEndAsync()
    {
        await _process.WaitForEndAsync(Patience);
        return _process.ExitCode;
    }

    public void WriteConfig(PbxOptions options) => File.WriteAllText(ConfigFile, options.ToToml(SipPort, Media));

    public void Signal(int signal) => _process.Signal(signal);

    public async Task<LogEvent> WaitForEventAsync(string name, int count = 1)
    {
        bool came = await Log.WaitUntilAsync(all => all.Count(e => e.Name == name) >= count, Patience);
        Assert.True(came, $"{Log.Count(name)} of {count} {name} within {Patience.TotalSeconds} s");
        return Log.All.Where(e => e.Name == name).ElementAt(count - 1);
    }

    public async Task<PbxStatus> StatusAsync()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            Repository.Binary, ["status", "--json", "--config", ConfigFile], Folder, Patience);
        Assert.True(code == 0, $"status ended with {code}: {output}");
        return PbxStatus.Parse(output);
    }

    /// <summary>
    /// The end of each story: every call was cleaned up exactly once, nothing of a call is held, and nothing went wrong on the way.
    /// Transactions linger as the RFCs want; <see cref="Lingering"/> looks at those later.
    /// </summary>
    public async Task AssertReleasedAsync()
    {
        if (Options.ReadsLog)
        {
            _ = await Log.WaitUntilAsync(
                all => CallsOf(all, "b2bua_call_setup").Except(CallsOf(all, "cleanup_verified")).Any() == false, Patience);
        }
        string held = await WaitForGaugesAsync(status => status.HeldByCalls(), Patience, TimeSpan.FromMilliseconds(100));
        Assert.True(held.Length == 0, $"still held after the last call: {held}");

        Assert.Equal(CallsOf(Log.All, "b2bua_call_setup").Order(), CallsOf(Log.All, "cleanup_verified").Order());
        Assert.DoesNotContain(Log.All, e => (e.IsError && !Options.ExpectedErrors.Contains(e.Name)) || e.Name == "cleanup_overdue");
        Assert.Equal(Log.Count("session_timer_started"), Log.Count("session_timer_cancelled") + Log.Count("session_timer_expired"));
        PbxStatus status = await StatusAsync();
        Assert.Equal(status.Counter("calls_set_up"), status.Counter("calls_released"));
        Assert.Equal(0, status.Counter("cleanups_overdue"));
        Assert.Equal(0, status.Counter("calls_faulted"));
    }

    /// <returns>What is still held at the deadline; empty when nothing is.</returns>
    public async Task<string> WaitForGaugesAsync(Func<PbxStatus, string> held, TimeSpan deadline, TimeSpan pace)
    {
        long start = Stopwatch.GetTimestamp();
        using var clock = new PeriodicTimer(pace);
        string left;
        while ((left = held(await StatusAsync())).Length > 0 && Stopwatch.GetElapsedTime(start) < deadline)
        {
            _ = await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        return left;
    }

    /// <summary>SIGTERM: it ends, with 0.</summary>
    public async Task StopAsync()
    {
        Signal(ChildProcess.Sigterm);
        Assert.Equal(0, await WaitForEndAsync());
    }

    /// <summary>What a reader of a failed test wants to see.</summary>
    public string Describe() => $"the PBX on port {SipPort} in {Folder}{(HasEnded ? ", ended" : "")}, last lines of its log:\n"
        + string.Join('\n', _process.Output.Split('\n').TakeLast(60));

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private ChildProcess StartProcess()
    {
        string[] command = [Repository.Binary, "run", "--config", ConfigFile];
        if (Options.RecordingDisk.Length > 0)
        {
            // mounted where nobody but this process sees it, and gone with it
            string mount = $"mkdir -p recordings && mount -t tmpfs -o size={Options.RecordingDisk} tmpfs recordings && exec \"$@\"";
            command = ["unshare", "--mount", "sh", "-c", mount, "sh", .. command];
        }
        return ChildProcess.Start(command[0], command[1..], Folder, Options.ReadsLog, line => Log.Add(LogEvent.Parse(line)));
    }

    private async Task WaitUntilItListensAsync(int starts)
    {
        bool listens = Options.ReadsLog
            ? await Log.WaitUntilAsync(all => all.Count(e => e.Name == "listening") == 2 * starts || HasEnded, Patience)
            : await AnswersStatusAsync();
        Assert.True(listens && !HasEnded, $"the PBX does not listen; it printed:\n{_process.Output}");
    }

    private static IEnumerable<string?> CallsOf(IEnumerable<LogEvent> events, string name) =>
        events.Where(e => e.Name == name).Select(e => e.Call);

    private async Task<bool> AnswersStatusAsync()
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            (int code, _) = await ChildProcess.RunAsync(
                Repository.Binary, ["status", "--json", "--config", ConfigFile], Folder, Patience);
            if (code == 0)
            {
                return true;
            }
            _ = await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        return false;
    }
}
