using EdgePbx.Core;

namespace EdgePbx;

/// <summary><c>edgepbx run</c>: the configuration, or a first one, then the host.</summary>
internal sealed class RunVerb
{
    private readonly string _path;
    private readonly string? _board;
    private readonly string _state;
    private readonly HardwareWatchdog _watchdog;
    private readonly HostRequests _requests;
    private readonly TextWriter _error;

    private RunVerb(string path, string? board, string state, HardwareWatchdog watchdog, HostRequests requests, TextWriter error) =>
        (_path, _board, _state, _watchdog, _requests, _error) = (path, board, state, watchdog, requests, error);

    /// <param name="run">What it is told.</param>
    /// <param name="output">For the log.</param>
    /// <param name="error">For whoever started it.</param>
    public static int Run(RunArguments run, TextWriter output, TextWriter error)
    {
        string path = run.Config ?? StarterConfig.FileName;
        output.Flush();
        using var requests = new HostRequests();
        using IDisposable signals = requests.OnSignals(); // before anything is opened: a signal that nobody waits for ends a process without a word
        using var watchdog = new HardwareWatchdog();
        watchdog.Open(run.Watchdog); // it watches over the start too: what follows waits for the card
        int code = new RunVerb(path, BoardLoader.Find(run.Board, path), StateFolder.Of(path, run.State), watchdog, requests, error)
            .Run(isWrittenIfMissing: run.Config is null, run.TestsItself);
        if (code is ExitCode.Done or ExitCode.StartAgain)
        {
            watchdog.Stop();
        }
        return code;
    }

    private int Run(bool isWrittenIfMissing, bool testsItself)
    {
        var writes = new WriteBudget(() => MonotonicClock.Now);
        FinishRestore(writes[WriteCause.Configuration]);
        var good = new LastGoodConfig(StateFolder.GoodOf(_state, _path), writes[WriteCause.Configuration]);
        if (isWrittenIfMissing && !File.Exists(_path) && !File.Exists(good.Path) && !TryWriteStarter())
        {
            return EndWithoutConfig(LedFault.CannotWrite, () => File.Exists(_path));
        }
        var configFile = new ConfigFile(_path, good);
        LoadedConfig? loaded = configFile.Load(out IReadOnlyList<ConfigError> errors);
        CheckConfigVerb.WriteErrors(errors, _error);
        if (loaded is null)
        {
            return EndWithoutConfig(LedFault.NoConfiguration, () => configFile.Load(out _) is not null);
        }
        _watchdog.Open(loaded.Config.Watchdog.Device);
        if (loaded.Config.Media.MaxCalls == 0)
        {
            using StartLamps lamps = NewLamps(loaded.Config);
            if (Measured(loaded) is { } measured)
            {
                loaded = measured;
            }
            else if (!_requests.IsStopWanted)
            {
                return lamps.Hold(LedFault.CannotMeasure, ExitCode.CannotListen, static () => false, log => Reset(loaded.Config, log));
            }
        }
        if (_requests.IsStopWanted)
        {
            return ExitCode.Done;
        }
        using var host = new PbxHost(configFile, loaded, Console.OpenStandardOutput(), _error, _state, writes, _watchdog, testsItself, _requests)
        {
            BoardFile = _board,
        };
        return host.Run();
    }

    private StartLamps NewLamps(PbxConfig? config) => new(_board, config?.Log, _watchdog, _requests, Console.OpenStandardOutput());

    private void Reset(PbxConfig? config, EventLog log) => FactoryReset.RunAndTell(_path, config, _state, log, _error);

    private int EndWithoutConfig(LedFault why, Func<bool> isGone)
    {
        using StartLamps lamps = NewLamps(null);
        return lamps.Hold(why, ExitCode.Configuration, isGone, log => Reset(null, log));
    }

    private LoadedConfig? Measured(LoadedConfig loaded)
    {
        MediaSection media = loaded.Config.Media;
        if (BenchVerb.MeasureOnce(Path.GetDirectoryName(Path.GetFullPath(_path))!, media.Io, _error, () => _requests.IsStopWanted) is not { } calls)
        {
            return null;
        }
        media = media with { MaxCalls = Math.Min(calls, ConfigLoader.MostCallsOf(media.FirstPort, media.LastPort)) };
        return loaded with { Config = loaded.Config with { Media = media } };
    }

    // the power went, or somebody killed it, while a backup was restored
    private void FinishRestore(WriteMeter meter)
    {
        if (new PendingRestore(_path, _state, meter).Finish(out string? problem))
        {
            _error.WriteLine(problem is null ? "edgepbx: a restore that was cut off is finished now" : $"edgepbx: a restore that was cut off can't be finished: {problem}");
        }
    }

    private bool TryWriteStarter() => NewConfigVerb.TryWrite(
        StarterConfig.Create(StarterConfig.RunFolderHere), _path,
        $"There was no {_path}, so a new one was written with three extensions.", _error);
}
