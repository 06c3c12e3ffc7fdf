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
    private readonly WakeSignal? _displayWake;
    private readonly string _name = Environment.MachineName;
    private readonly LedThread? _thread;
    private readonly LedThread? _display;
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
        (_known, _look) = (known | NetworkWatch.Known, () => LookAtNetwork() | look());
        BoardConfig? board = boardFile is null ? null : ReadBoard(boardFile);
        _wake = board is { IsBare: false } ? new WakeSignal() : null;
        _displayWake = board is { Display: not null } ? new WakeSignal() : null;
        _name = board is { Name.Length: > 0 } ? board.Name : _name;
        Panel = new LedPanel(_wake is null ? null : Wake);
        _selfTest = new LampSelfTest(selfTest ?? new SelfTest(new SelfTestOptions()).Check, Panel, log, now ?? (static () => MonotonicClock.Now));
        if (board is null || _wake is null)
        {
            return;
        }
#pragma warning disable CA2000 // the loops own lamps, button and display, and the threads the loops
        IReadOnlyList<Expander> expanders = BoardLamps.ExpandersOf(board);
        var loop = new LedLoop(
            Panel, BoardLamps.Of(board, expanders, log), BoardLamps.ButtonOf(board, expanders, log), _known, LookAround, OnButton, leafs: board.Display is not null);
        _thread = new LedThread(loop, _wake, log);
        if (board.Display is { } display && _displayWake is not null)
        {
            _display = new LedThread(new DisplayLoop(Panel, BoardDisplays.KindOf(display), log), _displayWake, log, "display");
        }
#pragma warning restore CA2000
        HasLamps = board.Leds.Count > 0 || board.Display is not null;
    }

    public LedPanel Panel { get; }

    /// <summary>The address that phones are told, if the configuration says which; empty: the machine's own.</summary>
    public string Address { get; set => Volatile.Write(ref field, value); } = "";

    /// <summary>Somebody can see what the panel is told.</summary>
    public bool HasLamps { get; }

    /// <summary>Any thread: the button is pressed, or what it has begun is not over.</summary>
    public bool IsInUse => _thread is { IsButtonDown: true } || (Panel.Status is { Action: not LedAction.None, ActionUntil: var until } && MonotonicClock.Now < until);

    /// <summary>Any thread: the self-test of the button is being made.</summary>
    public bool IsTesting => _selfTest.IsRunning;

    /// <summary>The signs of life of its threads; null where there is none.</summary>
    public IReadOnlyList<Pulse?> Pulses => [_thread?.Pulse, _display?.Pulse];

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
        _display?.Dispose();
        _thread?.Dispose();
        _displayWake?.Dispose();
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

    private void Wake()
    {
        _wake!.Set();
        _displayWake?.Set();
    }

    private LedTroubles LookAtNetwork()
    {
        LedTroubles troubles = NetworkWatch.OfThisMachine.Look(out string address);
        Panel.Tell(new BoxIdentity(_name, Address.Length > 0 ? Address : address));
        return troubles;
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
            case ButtonEvent.Leaf:
                Panel.Leaf(MonotonicClock.Now);
                break;
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
