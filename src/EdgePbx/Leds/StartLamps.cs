using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The lamps and the button of a process that has not come so far as to have a host: it measures the board, or finds no configuration.</summary>
internal sealed class StartLamps : IDisposable
{
    private readonly EventLog _log;
    private readonly HostRequests _requests;
    private readonly HostLamps _lamps;
    private readonly HardwareWatchdog _watchdog;

    /// <param name="boardFile">Null: there is none.</param>
    /// <param name="section">How the log shall look; null: nobody knows yet.</param>
    /// <param name="watchdog">The hardware's, which is told that somebody waits on purpose while a fault is shown; it stays the caller's.</param>
    /// <param name="requests">With what was asked for since the process began; they stay the caller's.</param>
    /// <param name="output">For the log.</param>
    public StartLamps(string? boardFile, LogSection? section, HardwareWatchdog watchdog, HostRequests requests, Stream output)
    {
        (_watchdog, _requests) = (watchdog, requests);
        _log = new EventLog(output, TimeProvider.System);
        if (section is not null)
        {
            _log.Configure(section.Format, section.Level);
        }
        _lamps = new HostLamps(
            boardFile, _log, LedTroubles.None, static () => LedTroubles.None, () => _requests.Post(HostRequest.FactoryReset, "factory reset"));
    }

    /// <summary>Shows why the process can't go on, for as long as <see cref="FaultHold"/> says, and does what was wanted at the button.</summary>
    /// <param name="isGone">Whether it would work now.</param>
    /// <param name="reset">The factory reset; told where to log.</param>
    /// <returns>The exit code: the one given, unless everything was reset.</returns>
    public int Hold(LedFault fault, int exitCode, Func<bool> isGone, Action<EventLog> reset)
    {
        if (new FaultHold(_lamps, _requests, _log, watchdog: _watchdog).Show(fault, exitCode, isGone) != HostRequest.FactoryReset)
        {
            return exitCode;
        }
        _watchdog.Renew();
        reset(_log);
        return ExitCode.StartAgain;
    }

    public void Dispose()
    {
        _lamps.Dispose();
        _log.Dispose();
    }
}
