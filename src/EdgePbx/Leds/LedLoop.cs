using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One turn of the LED thread: looks around now and then, takes what the button says, brings the lamps up to now.</summary>
internal sealed class LedLoop : ILedTurns
{
    /// <summary>How often link, address, clock and medium are looked at.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly LedPanel _panel;
    private readonly IReadOnlyList<LampGroup> _groups;
    private readonly Retried<IButtonLine>? _button;
    private readonly Func<LedTroubles> _look;
    private readonly LedTroubles _known;
    private readonly Action<ButtonEvent> _onButton;
    private readonly ButtonGesture _gesture;
    private readonly StatusFaces _faces = new();
    private volatile bool _isButtonDown;
    private Instant _lookDue = new(long.MinValue);

    /// <param name="panel">What is shown.</param>
    /// <param name="groups">The lamps.</param>
    /// <param name="button">Null: there is none.</param>
    /// <param name="known">The troubles that <paramref name="look"/> knows; it gives those that there are.</param>
    /// <param name="onButton">Told what a press came to; it must not wait.</param>
    /// <param name="leafs">There is a display to leaf through.</param>
    public LedLoop(
        LedPanel panel, IReadOnlyList<LampGroup> groups, Retried<IButtonLine>? button, LedTroubles known, Func<LedTroubles> look, Action<ButtonEvent> onButton,
        bool leafs = false) =>
        (_panel, _groups, _button, _known, _look, _onButton, _gesture) = (panel, groups, button, known, look, onButton, new ButtonGesture(leafs));

    /// <summary>Readable when the button has moved; -1: there is no button that works.</summary>
    public int ButtonDescriptor { get; private set; } = -1;

    int ILedTurns.Descriptor => ButtonDescriptor;

    /// <summary>Any thread: something will come of the button that has not come yet.</summary>
    public bool IsButtonDown => _isButtonDown;

    /// <summary>When it is wanted next, if nothing happens.</summary>
    public Instant Turn(Instant now)
    {
        if (now >= _lookDue)
        {
            _lookDue = now + LookInterval;
            _panel.Tell(_known, _look());
            foreach (LampGroup group in _groups)
            {
                group.Check(now);
            }
        }
        Instant due = Earliest(_lookDue, TakeButton(now));
        _faces.Status = _panel.Status;
        due = Earliest(due, LedPolicy.NextChange(_faces.Status, now));
        foreach (LampGroup group in _groups)
        {
            due = Earliest(due, group.Update(_faces, now));
        }
        return due;
    }

    /// <summary>Leaves all lamps dark.</summary>
    public void Dispose()
    {
        foreach (LampGroup group in _groups)
        {
            group.Dispose();
        }
        _button?.Dispose();
    }

    private static Instant Earliest(Instant a, Instant b) => a < b ? a : b;

    // edges first, each at its own moment: a release that waited behind a slow lamp must not look like a button held on
    private Instant TakeButton(Instant now)
    {
        if (_button is null)
        {
            return Instant.Never;
        }
        IButtonLine? button = _button.Get(now);
        ButtonDescriptor = button?.Descriptor ?? -1;
        try
        {
            while (button is not null && button.TryTake(out Instant at, out bool isDown))
            {
                Tell(_gesture.Change(at, isDown));
            }
            if (_gesture.NextDue <= now && button is not { IsDown: true })
            {
                Tell(_gesture.Forget()); // an edge was lost: better no reset than one that nobody wanted
            }
        }
#pragma warning disable CA1031 // whatever is wrong with a button, calls go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _button.Fail(now, failure);
            ButtonDescriptor = -1;
            Tell(_gesture.Forget());
        }
        Tell(_gesture.Tick(now));
        _isButtonDown = _gesture.NextDue != Instant.Never;
        TimeSpan askEvery = _button.Current?.AskEvery ?? TimeSpan.Zero;
        return Earliest(askEvery > TimeSpan.Zero ? now + askEvery : Instant.Never, Earliest(_gesture.NextDue, _button.RetryAt));
    }

    private void Tell(ButtonEvent what)
    {
        if (what != ButtonEvent.None)
        {
            _onButton(what);
        }
    }
}
