namespace EdgePbx.Core;

/// <summary>What a press of the button comes to.</summary>
public enum ButtonEvent : byte
{
    None,

    /// <summary>Where there is a display, let go at once: its next page.</summary>
    Leaf,

    /// <summary>Let go in time: the self-test.</summary>
    ShortPress,

    /// <summary>Held for three seconds: seven more, and everything is reset.</summary>
    WarningBegins,

    /// <summary>Let go after the warning began: nothing happens.</summary>
    Aborted,

    /// <summary>Held to the end.</summary>
    FactoryReset,
}

/// <summary>The one button: which press means what. It knows only when the button was down.</summary>
/// <param name="leafs">There is a display to leaf through.</param>
public sealed class ButtonGesture(bool leafs = false)
{
    public static readonly TimeSpan LeafBefore = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan WarnAfter = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan ResetAfter = TimeSpan.FromSeconds(10);

    private enum State { Up, Down, Warning, Done }

    private State _state;
    private Instant _pressed;

    /// <summary>When <see cref="Tick"/> is wanted next.</summary>
    public Instant NextDue => _state switch
    {
        State.Down => _pressed + WarnAfter,
        State.Warning => _pressed + ResetAfter,
        _ => Instant.Never,
    };

    /// <summary>The button is down or up from now on; the same again means nothing.</summary>
    public ButtonEvent Change(Instant now, bool isDown)
    {
        ButtonEvent late = Tick(now); // the time has passed before the button moved
        if (late == ButtonEvent.FactoryReset)
        {
            _state = isDown ? _state : State.Up;
            return late;
        }
        if (isDown)
        {
            (_state, _pressed) = _state == State.Up ? (State.Down, now) : (_state, _pressed);
            return late;
        }
        State before = _state;
        _state = State.Up;
        return before switch
        {
            State.Down when leafs && now - _pressed < LeafBefore => ButtonEvent.Leaf,
            State.Down => ButtonEvent.ShortPress,
            State.Warning => ButtonEvent.Aborted,
            _ => ButtonEvent.None,
        };
    }

    /// <summary>Nobody knows any more whether it is down: it is up, and what was begun is not done.</summary>
    public ButtonEvent Forget()
    {
        bool wasWarning = _state == State.Warning;
        _state = State.Up;
        return wasWarning ? ButtonEvent.Aborted : ButtonEvent.None;
    }

    /// <summary>Time has passed.</summary>
    public ButtonEvent Tick(Instant now)
    {
        switch (_state)
        {
            case State.Down or State.Warning when now >= _pressed + ResetAfter:
                _state = State.Done;
                return ButtonEvent.FactoryReset;
            case State.Down when now >= _pressed + WarnAfter:
                _state = State.Warning;
                return ButtonEvent.WarningBegins;
            default:
                return ButtonEvent.None;
        }
    }
}
