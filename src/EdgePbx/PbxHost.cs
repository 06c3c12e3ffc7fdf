using System.Diagnostics;
using System.Security.Cryptography;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>Starts the threads in order, does what is asked for, and stops the threads in reverse.</summary>
internal sealed class PbxHost : IDisposable
{
    private static readonly TimeSpan AddressGlance = TimeSpan.FromMilliseconds(100);

    private readonly ConfigFile _file;
    private readonly string _state;
    private readonly WriteBudget _writes;
    private readonly TextWriter _error;
    private readonly bool _testsItself;
    private readonly bool _isInMemory;
    private readonly EventLog _log;
    private readonly HostRequests _requests;
    private readonly HardwareWatchdog _watchdog;
    private readonly BreakdownNote _note;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private LoadedConfig _loaded;
    private PbxConfig _config;
    private volatile ConfigurationSnapshot _configuration = new();
    private CallRecordWriter? _records;
    private HostLamps? _lamps;
    private volatile Func<bool> _isStorageFailing = static () => false;
    private bool _isResetWanted;
    private volatile bool _isDisposed;
    private Readiness? _readiness;
    private readonly Pulse _pulse;

    /// <param name="file">The configuration, for reloads and for the copy of what worked.</param>
    /// <param name="loaded">What to begin with.</param>
    /// <param name="stdout">For the log.</param>
    /// <param name="error">For whoever started it.</param>
    /// <param name="state">The folder of what must survive.</param>
    /// <param name="writes">Counts what is written to the medium.</param>
    /// <param name="watchdog">The hardware's; one that is not open yet is the one in the configuration. It stays the caller's, and the last word to it.</param>
    /// <param name="testsItself">It calls itself ready only after a self-test.</param>
    /// <param name="requests">With what was asked for since the process began; null: nobody can have asked. The host disposes of it.</param>
    public PbxHost(
        ConfigFile file, LoadedConfig loaded, Stream stdout, TextWriter error, string state, WriteBudget writes, HardwareWatchdog watchdog, bool testsItself = false,
        HostRequests? requests = null)
    {
        _requests = requests ?? new HostRequests();
        (_file, _loaded, _config, _error, _state, _writes, _watchdog, _testsItself) = (file, loaded, loaded.Config, error, state, writes, watchdog, testsItself);
        _log = new EventLog(stdout, TimeProvider.System);
        _note = new BreakdownNote(StarterConfig.RunFolderHere, state, MonotonicClock.Now);
        _pulse = new Pulse("main", () => _requests.Post(HostRequest.SignOfLife));
        ConfigureLog(_config);
        NoteSource();
        foreach (string warning in ConfigRights.Warnings(file.Path, loaded.Source.Secrets.Keys))
        {
            _log.ConfigOpenToOthers(warning);
        }
        writes.Tell(_log);
        _isInMemory = StateFolder.IsInMemory(file.Path);
        if (_isInMemory)
        {
            _log.DataInMemory();
        }
    }

    /// <summary>What lamps and button there are; null: none.</summary>
    public string? BoardFile { get; init; }

    /// <summary>How long an address that this machine does not have yet is waited for, before the last good configuration is taken.</summary>
    public TimeSpan AddressPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How the self-test is conducted, if there is one.</summary>
    public SelfTestOptions SelfTest { get; init; } = new();

    /// <summary>Any thread: the names of the threads that must live for the watchdog to be fed; empty where nobody waits to be fed.</summary>
    public IReadOnlyList<string> Watched { get; private set; } = [];

    /// <summary>The last that is done about a bug, with the exit code. Whoever shares the process with others may want something else.</summary>
    public Action<int> EndProcess { get; init; } = Environment.Exit;

    /// <summary>Where a factory reset finds everything: the medium.</summary>
    public IFiles Files { get; init; } = SystemFiles.Instance;

    /// <summary>What lamps are told; null: not yet.</summary>
    public LedPanel? Lamps => _lamps?.Panel;

    /// <summary>Back when the process shall end, with its exit code.</summary>
    public int Run()
    {
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            EndWithBug(Thread.CurrentThread.Name ?? "main", (Exception)unhandled.ExceptionObject);
        try
        {
            return Serve();
        }
        catch (Exception failure) when (!_isDisposed && EndsProcess(failure)) // else whoever runs it wants no more of it
        {
            throw;
        }
    }

    private int Serve()
    {
        _watchdog.Open(_config.Watchdog.Device);
        using HostLamps lamps = new(BoardFile, _log, LedTroubles.StorageFailed, LookAtStorage, ResetToFactory);
        _lamps = lamps;
        TellLampsOfConfiguration();
        TellLampsOfBreakdown();
        using var store = new RegistrationStore(Path.Combine(_state, StateFolder.Registrations), _log, _writes[WriteCause.Registrations]);
        using RunningPbx? pbx = TryListen(store);
        if (pbx is null)
        {
            _isResetWanted = new FaultHold(lamps, _requests, _log, watchdog: _watchdog).Show(LedFault.CannotListen, ExitCode.CannotListen, CanListen) == HostRequest.FactoryReset;
            if (_isResetWanted)
            {
                ResetEverything();
            }
            return _isResetWanted ? ExitCode.StartAgain : ExitCode.CannotListen;
        }
        _isStorageFailing = () => pbx.IsRecorderFailing || store.IsFailing;
        // not before we listen: a second process of this folder must not touch the files of the first
        using CallRecordWriter? records = _config.Records.IsOn ? NewRecords() : null;
        _records = records;
        RunWith(pbx, store);
        if (_isResetWanted)
        {
            records?.Dispose();
            store.Dispose();
            ResetEverything();
        }
        _note.Clear();
        _log.Stopped();
        return _isResetWanted ? ExitCode.StartAgain : ExitCode.Done;
    }

    /// <summary>Any thread: <see cref="Run"/> shall end all calls and return.</summary>
    public void Stop(string reason) => _requests.Post(HostRequest.Stop, reason);

    /// <summary>Any thread: the file has changed.</summary>
    public void Reload() => _requests.Post(HostRequest.Reload);

    /// <summary>Any thread: <see cref="Run"/> shall end all calls, put everything aside, write a new configuration and return.</summary>
    public void ResetToFactory() => _requests.Post(HostRequest.FactoryReset, "factory reset");

    public void Dispose()
    {
        _isDisposed = true;
        _lamps?.Dispose();
        _requests.Dispose();
        _note.Dispose();
        _readiness?.Dispose();
        _records?.Dispose();
        _log.Dispose();
    }

    private CallRecordWriter NewRecords() => new(_config.Records, TimeProvider.System, _log, meter: _writes[WriteCause.CallRecords]);

    // an address that can't be had is a mistake too, which only the attempt shows
    private RunningPbx? TryListen(RegistrationStore store)
    {
        RunningPbx? pbx = TryListen(store, out ListenException? refused);
        if (refused is null || _loaded.IsLastGood || _file.LastGood([refused.Message]) is not { } good || good.Config.Sip.Listen.SequenceEqual(_config.Sip.Listen))
        {
            return pbx;
        }
        // the network may just be coming up: whoever takes the last good one now keeps it for his whole life
        if (refused.IsAddressMissing && AwaitAddress())
        {
            pbx = TryListen(store, out refused);
        }
        if (refused is not null)
        {
            (_loaded, _config) = (good, good.Config);
            NoteSource();
            pbx = TryListen(store, out _);
        }
        return pbx;
    }

    private RunningPbx? TryListen(RegistrationStore store, out ListenException? refused)
    {
        try
        {
            refused = null;
            return NewPbx(store);
        }
        catch (ListenException failure)
        {
            refused = failure;
            _log.ListenFailed(failure.Message);
            _error.WriteLine($"edgepbx: {failure.Message}");
            return null;
        }
    }

    private bool AwaitAddress()
    {
        _log.AddressAwaited(AddressPatience.TotalSeconds);
        Instant until = MonotonicClock.Now + AddressPatience;
        bool canListen;
        while (!(canListen = SipSocket.CanListen(_config.Sip.Listen)) && MonotonicClock.Now < until && !_requests.IsStopWanted)
        {
            Thread.Sleep(AddressGlance);
        }
        return canListen;
    }

    private RunningPbx NewPbx(RegistrationStore store) =>
        new(
            _config, _log, EndWithBug, onRecord: record => _records?.Post(record), onRecording: KeepLine,
            onStatus: _lamps!.Panel.Tell, store: store, recordings: _writes[WriteCause.Recordings]);

    private bool KeepLine(RecordingLine line)
    {
        _records?.Post(line);
        return _records is null;
    }

    private void NoteSource()
    {
        _configuration = new ConfigurationSnapshot { LastGoodUsed = _loaded.IsLastGood, Problems = _loaded.Problems };
        foreach (string problem in _loaded.Problems)
        {
            _log.ConfigLastGoodUsed(_file.Path, problem);
        }
        TellLampsOfConfiguration();
    }

    private void TellLampsOfConfiguration()
    {
        if (_lamps is { } lamps)
        {
            lamps.Address = _config.Sip.Announced;
            lamps.Panel.Tell(
                LedTroubles.ConfigRefused, _configuration.LastGoodUsed || _configuration.ReloadRejected ? LedTroubles.ConfigRefused : LedTroubles.None);
        }
    }

    private void TellLampsOfBreakdown()
    {
        Instant now = MonotonicClock.Now;
        if (_note.Last is { } at && now < at + LedPolicy.BreakdownShown)
        {
            _log.BrokeDown(Math.Round((now - at).TotalSeconds));
            _lamps!.Panel.Tell(LedFault.BrokeDown, at + LedPolicy.BreakdownShown);
        }
    }

    // as the file is now: who has put it right need not wait
    private bool CanListen() => SipSocket.CanListen((_file.LoadFile(static () => true).Config ?? _config).Sip.Listen);

    private void Keep(ConfigSource source)
    {
        if (!_file.TryKeep(source, out string problem))
        {
            _log.ConfigNotKept(problem);
        }
    }

    private void RunWith(RunningPbx pbx, RegistrationStore store)
    {
        _note.Open(); // before any thread may die of having no descriptor left
        pbx.Start();
        // what follows is done while phones are answered already
        _records?.Start();
        var desk = new StatusDesk(pbx, _lamps!, _log, _writes, _records)
        {
            StartedAt = _startedAt, Reload = Reload, CurrentConfiguration = () => _configuration, CurrentReadiness = () => _readiness,
        };
        using (var status = new StatusServer(_config.Status.Socket, desk.Answer, _log))
        {
            // OpenSSL is loaded now: where it is missing, the start fails and not the first password
            _ = SHA256.HashData([]);
            LogStart(pbx);
            using (_readiness = new Readiness(_testsItself, new SelfTest(SelfTest).Check, SayReady, _lamps!.TellSelfTest, _log))
            {
                using ServiceWatchdog? watchdog = NewWatchdog(pbx, status, store);
                if (!_loaded.IsLastGood)
                {
                    _pulse.BeginWaiting(); // a card that is slow is no reason to bite
                    Keep(_loaded.Source);  // it works
                    _pulse.EndWaiting();
                }
                ServeRequests(pbx);
            }
            _lamps!.Panel.Tell(LedPhase.Stopping);
            ServiceNotice.Send(ServiceNotice.Stopping, NotifySocket);
        }
        Instant began = MonotonicClock.Now;
        _ = pbx.TryStop();
        _records?.LastWords = ShutdownLimits.RecordsAfter(MonotonicClock.Now - began);
    }

    private void SayReady()
    {
        ServiceNotice.Send(ServiceNotice.Ready, NotifySocket);
        _lamps!.Panel.Tell(LedPhase.Ready);
    }

    /// <returns>Null: nobody waits to be fed.</returns>
    private ServiceWatchdog? NewWatchdog(RunningPbx pbx, StatusServer status, RegistrationStore store)
    {
        IWatchdogFeeder[] feeders = [.. WatchdogFeeders.Find(_watchdog, Environment.GetEnvironmentVariable, _log)];
        bool lacks = status.Pulse is null || (_watchdog.Device is not null && feeders.All(feeder => feeder is SystemdFeeder));
        _lamps!.Panel.Tell(LedTroubles.Degraded, lacks ? LedTroubles.Degraded : LedTroubles.None);
        Pulse?[] pulses = [.. pbx.Pulses, _pulse, _log.Pulse, store.Pulse, _records?.Pulse, status.Pulse, .. _lamps.Pulses];
        if (feeders.Length == 0)
        {
            return null;
        }
        var watchdog = new ServiceWatchdog(feeders, [.. pulses.OfType<Pulse>()], pbx.Listening, _log);
        Watched = watchdog.Threads;
        _ = pbx.TryPost(new SignallingCommand.Expect(watchdog.Probe));
        return watchdog;
    }

    private void ServeRequests(RunningPbx pbx)
    {
        while (true)
        {
            (HostRequest what, string why) = _requests.Take();
            if (what is HostRequest.Stop or HostRequest.FactoryReset)
            {
                _isResetWanted = what == HostRequest.FactoryReset;
                _log.Stopping(why);
                return;
            }
            _pulse.BeginWaiting(); // a reload reads and writes the medium
            if (what == HostRequest.Reload)
            {
                Reload(pbx);
                _configuration = _configuration with { Reloads = _configuration.Reloads + 1 };
            }
            _pulse.EndWaiting();
        }
    }

    private void Reload(RunningPbx pbx)
    {
        var reload = ConfigReload.Of(_file, _loaded.Config, _config, _configuration);
        _configuration = reload.Snapshot;
        if (reload is not { Config: { } config, Source: { } source })
        {
            foreach (string problem in _configuration.Problems)
            {
                _log.ConfigRejected(problem);
            }
            TellLampsOfConfiguration();
            return;
        }
        _config = config;
        ConfigureLog(config);
        _ = pbx.TryPost(new SignallingCommand.Reload(config));
        if (_configuration.AwaitsRestart.Count > 0)
        {
            _log.ConfigRestartNeeded(string.Join(", ", _configuration.AwaitsRestart));
        }
        TellLampsOfConfiguration();
        if (_configuration.AwaitsRestart.Count == 0)
        {
            Keep(source); // all of it is in force, so it works
        }
        _log.ConfigReloaded(_file.Path, config.Extensions.Count);
    }

    // systemd's own, which is no setting of ours
    private static string? NotifySocket => Environment.GetEnvironmentVariable("NOTIFY_SOCKET");

    private void ConfigureLog(PbxConfig config)
    {
        bool isDebug = Environment.GetEnvironmentVariable("EDGEPBX_LOG") == "debug";
        _log.Configure(config.Log.Format, isDebug ? LogLevel.Debug : config.Log.Level);
        if (config.SessionTimer.IsLab)
        {
            _log.LabModeEnabled((int)config.SessionTimer.Minimum.TotalSeconds);
        }
    }

    private void LogStart(RunningPbx pbx)
    {
        foreach (ListenUrl url in pbx.Listening)
        {
            _log.Listening(url.Transport == SipTransport.Udp ? "udp" : "tcp", url.Endpoint);
        }
        _log.Started(
            ProductVersion.Version,
            ProductVersion.Commit,
            ProductVersion.Architecture,
            _config.Extensions.Count,
            _config.Media.MaxCalls,
            $"{_config.Media.FirstPort}-{_config.Media.LastPort}");
    }

    /// <summary>Whoever else writes to the medium adds himself here.</summary>
    private LedTroubles LookAtStorage() =>
        _isInMemory || _records is { IsFailing: true } || _isStorageFailing() ? LedTroubles.StorageFailed : LedTroubles.None;

    private void ResetEverything()
    {
        _watchdog.Renew(); // a card that hangs just then must not leave the box unwatched
        FactoryReset.RunAndTell(_file.Path, _loaded.Config, _state, _log, _error, Files); // where records and recordings really went
    }

    // before anything is closed, which may hang then
    private bool EndsProcess(Exception failure)
    {
        EndWithBug("main", failure);
        return false;
    }

    private void EndWithBug(string thread, Exception failure)
    {
        _note.Leave(MonotonicClock.Now); // first: what follows may fail as well
        _log.ThreadFailed(thread, failure);
        _lamps?.Dispose();
        _records?.Dispose();
        _log.Dispose();
        EndProcess(ExitCode.Bug);
    }
}
