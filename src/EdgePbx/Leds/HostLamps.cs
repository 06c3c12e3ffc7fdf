using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The lamps and the button of a running process. Without a board nothing runs, and what lamps would show can be asked for all the same.</summary>
internal sealed class HostLamps : IDisposable
{
    private readonly ILogger _log;
    private readonly Func<LedTroubles> _look;
    private readonly LedTroubles _known;
    private readonly Action _onFactoryReset;
    private readonly WakeSignal? _wake;
    private readonly LedThread? _thread;
    private readonly LampSelfTest _selfTest;

    /// <param name="boardFile">Null: there is none. One that is wrong costs the lamps, and never a call.</param>
    /// <param name="known">The troubles of the host that <paramref name="look"/> knows; it gives those that there are.</param>
    /// <param name="onFactoryReset">The button was held to the end; called on the LED thread.</param>
    /// <param name="selfTest">What a short press starts; null: the real one.</param>
    /// <param name="now">The monotonic clock; null: the system's.</param>
    public HostLamps(
        string? boardFile, ILogger log, LedTroubles known, Func<LedTroubles> look, Action onFactoryReset,
        Func<IReadOnlyList<SelfTestResult>>? selfTest = null, Func<Instant>? now = null)
    {
        (_log, _onFactoryReset) = (log, onFactoryReset);
        (_known, _look) = (known | NetworkWatch.Known, () => NetworkWatch.OfThisMachine.Look() | look());
        BoardConfig? board = boardFile is null ? null : ReadBoard(boardFile);
        _wake = board is { IsBare: false } ? new WakeSignal() : null;
        Panel = new LedPanel(_wake is null ? null : _wake.Set);
        _selfTest = new LampSelfTest(selfTest ?? new SelfTest(new SelfTestOptions()).Check, Panel, log, now ?? (static () => MonotonicClock.Now));
        if (board is null || _wake is null)
        {
            return;
        }
#pragma warning disable CA2000 // the loop owns lamps and button, and the thread the loop
        IReadOnlyList<Expander> expanders = BoardLamps.ExpandersOf(board);
        var loop = new LedLoop(
            Panel, BoardLamps.Of(board, expanders, log), BoardLamps.ButtonOf(board, expanders, log), _known, LookAround, OnButton);
#pragma warning restore CA2000
        _thread = new LedThread(loop, _wake, log);
        HasLamps = board.Leds.Count > 0;
    }

    public LedPanel Panel { get; }

    /// <summary>Somebody can see what the panel is told.</summary>
    public bool HasLamps { get; }

    /// <summary>Any thread: the button is pressed, or what it has begun is not over.</summary>
    public bool IsInUse => _thread is { IsButtonDown: true } || (Panel.Status is { Action: not LedAction.None, ActionUntil: var until } && MonotonicClock.Now < until);

    /// <summary>Any thread: the self-test of the button is being made.</summary>
    public bool IsTesting => _selfTest.IsRunning;

    /// <summary>The LED thread's sign of life; null: there is none.</summary>
    public Pulse? Pulse => _thread?.Pulse;

    /// <summary>For whoever asks, on his thread: the status with what there is to be seen right now.</summary>
    public LedStatus Look()
    {
        Panel.Tell(_known, _look());
        return Panel.Status;
    }

    /// <summary>Any thread: how a self-test ended that somebody else has made. One that failed is shown until one passes.</summary>
    public void TellSelfTest(bool hasPassed) => _selfTest.Tell(hasPassed);

    /// <summary>Leaves the lamps dark.</summary>
    public void Dispose()
    {
        _thread?.Dispose();
        _wake?.Dispose();
    }

    private BoardConfig? ReadBoard(string file)
    {
        BoardResult result = BoardLoader.Load(file);
        foreach (ConfigError error in result.Errors)
        {
            _log.BoardRefused(error.ToString());
        }
        return result.Board;
    }

    /// <summary>The LED thread, each few seconds.</summary>
    internal LedTroubles LookAround()
    {
        _selfTest.Tick();
        return _look();
    }

    internal void OnButton(ButtonEvent what)
    {
        switch (what)
        {
            case ButtonEvent.ShortPress:
                _log.ButtonPressed("short press, the self-test starts");
                _selfTest.Press();
                break;
            case ButtonEvent.WarningBegins:
                _log.ButtonPressed("held for 3 s, factory reset in 7 s");
                Panel.Tell(LedAction.ResetWarning, Instant.Never);
                break;
            case ButtonEvent.Aborted:
                _log.ButtonPressed("let go, no factory reset");
                Panel.Tell(LedAction.None, Instant.Never);
                break;
            default:
                _log.ButtonPressed("held for 10 s, factory reset");
                _onFactoryReset();
                break;
        }
    }
}
