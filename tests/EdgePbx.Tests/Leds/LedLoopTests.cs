using EdgePbx.Core;

namespace EdgePbx.Tests;

public sealed class LedLoopTests : IDisposable
{
    private static readonly Instant Start = new(TimeSpan.FromHours(27).Ticks);
    private readonly LedPanel _panel = new();
    private readonly FakeLamps _lamps = new();
    private readonly FakeButton _button = new();
    private readonly RecordingLogger _log = new();
    private readonly List<ButtonEvent> _pressed = [];
    private readonly LedLoop _loop;
    private LedTroubles _troubles;

    public LedLoopTests()
    {
        LampGroup group = new("lamps", [new LedLamp(LedId.All, IsRed: false)], hasBar: false, () => _lamps, _log);
        _loop = new LedLoop(_panel, [group], new Retried<IButtonLine>("button", () => _button, _log), NetworkWatch.Known, () => _troubles, _pressed.Add);
        _panel.Tell(LedPhase.Ready);
        _panel.Tell(new EngineStatus { Registrations = 1 });
    }

    [Fact]
    public void It_looks_around_every_five_seconds_and_shows_what_it_sees()
    {
        _troubles = LedTroubles.NoLink;
        _ = _loop.Turn(At(0));
        Assert.Equal(LedTroubles.NoLink, _panel.Status.Troubles);
        Assert.Equal(["0 Error"], _lamps.Take());
        _troubles = LedTroubles.None;
        _ = _loop.Turn(At(4.9));
        Assert.Equal(LedTroubles.NoLink, _panel.Status.Troubles);
        _ = _loop.Turn(At(5));
        Assert.Equal(LedTroubles.None, _panel.Status.Troubles);
    }

    [Fact]
    public void A_steady_lamp_lets_it_sleep_until_it_looks_around()
    {
        _panel.Tell(new EngineStatus { Calls = 6, Capacity = 100, Registrations = 1 });
        Assert.Equal(At(5), _loop.Turn(At(0)));
        Assert.Equal(At(5), _loop.Turn(At(3)));
        Assert.Equal(["0 Normal"], _lamps.Take());
    }

    [Fact]
    public void It_wakes_when_a_meaning_ends_by_itself()
    {
        _panel.Tell(new EngineStatus { Calls = 6, Capacity = 100, Registrations = 1, SessionTimers = 2, RefreshLateAt = At(2) });
        Assert.Equal(At(2), _loop.Turn(At(0)));
        _ = _loop.Turn(At(2));
        Assert.Equal(["0 Normal", "0 Attention"], _lamps.Take());
    }

    [Fact]
    public void The_button_is_read_before_time_is_counted()
    {
        _ = _loop.Turn(At(0));
        Assert.Equal(FakeButton.Handle, _loop.ButtonDescriptor);
        _button.Move(At(1), isDown: true);
        Assert.True(_loop.Turn(At(1)) <= At(4));
        _button.Move(At(3), isDown: false);
        _ = _loop.Turn(At(30)); // the thread hung in between
        Assert.Equal([ButtonEvent.ShortPress], _pressed);
    }

    [Fact]
    public void A_button_that_is_held_warns_and_resets()
    {
        _button.Move(At(0), isDown: true);
        _ = _loop.Turn(At(0));
        _ = _loop.Turn(At(3));
        _ = _loop.Turn(At(9.9));
        Assert.Equal([ButtonEvent.WarningBegins], _pressed);
        _ = _loop.Turn(At(10));
        Assert.Equal([ButtonEvent.WarningBegins, ButtonEvent.FactoryReset], _pressed);
    }

    [Fact]
    public void A_release_whose_edge_was_lost_resets_nothing()
    {
        _button.Move(At(0), isDown: true);
        _ = _loop.Turn(At(0));
        _ = _loop.Turn(At(3));
        _button.IsDown = false;
        _ = _loop.Turn(At(10));
        _ = _loop.Turn(At(20));
        Assert.Equal([ButtonEvent.WarningBegins, ButtonEvent.Aborted], _pressed);
    }

    [Fact]
    public void A_button_that_breaks_while_it_is_held_resets_nothing()
    {
        _button.Move(At(0), isDown: true);
        _ = _loop.Turn(At(0));
        _button.IsBroken = true;
        _ = _loop.Turn(At(11));
        Assert.Empty(_pressed);
        Assert.Equal((-1, 1), (_loop.ButtonDescriptor, _log.EventCount("led_driver_failed")));
        _button.IsBroken = false;
        _ = _loop.Turn(At(71));
        Assert.Equal((FakeButton.Handle, 1), (_loop.ButtonDescriptor, _log.EventCount("led_driver_resumed")));
    }

    public void Dispose() => _loop.Dispose();

    private static Instant At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private sealed class FakeButton : IButtonLine
    {
        public const int Handle = 77;
        private readonly Queue<(Instant At, bool IsDown)> _moves = new();

        public bool IsBroken { get; set; }
        public bool IsDown { get; set; }
        public int Descriptor => Handle;
        public TimeSpan AskEvery { get; init; }

        public void Move(Instant at, bool isDown)
        {
            _moves.Enqueue((at, isDown));
            IsDown = isDown;
        }

        public bool TryTake(out Instant at, out bool isDown)
        {
            if (IsBroken)
            {
                throw new LampException("the button is gone");
            }
            bool isThere = _moves.TryDequeue(out (Instant At, bool IsDown) move);
            (at, isDown) = move;
            return isThere;
        }

        public void Dispose()
        {
        }
    }
}
