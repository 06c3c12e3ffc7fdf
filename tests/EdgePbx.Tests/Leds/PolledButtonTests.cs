using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The button on a line of an expander, from the bus up to what a press comes to. It is active low, as a button to ground is.</summary>
public sealed class PolledButtonTests : IDisposable
{
    private const int Line = 7;
    private static readonly Instant Start = new(TimeSpan.FromHours(27).Ticks);
    private readonly List<ButtonEvent> _pressed = [];
    private readonly RecordingLogger _log = new();
    private Instant _now = Start;
    private FakePort _port = new FakeMcp();
    private LedLoop? _loop;

    [Theory]
    [InlineData("mcp23008")]
    [InlineData("mcp23017")]
    [InlineData("pcf8574")]
    [InlineData("pcf8575")]
    [InlineData("tca9554")]
    [InlineData("tca9555")]
    public void A_short_press_is_seen(string type)
    {
        Begin(type);
        Hold(0.2);
        Run(0.2);
        Assert.Equal([ButtonEvent.ShortPress], _pressed);
        Assert.Equal(-1, _loop!.ButtonDescriptor);
    }

    [Theory]
    [InlineData("mcp23008")]
    [InlineData("mcp23017")]
    [InlineData("tca9554")]
    [InlineData("tca9555")]
    public void Held_it_warns_and_resets(string type)
    {
        Begin(type);
        Hold(10.2);
        Assert.Equal([ButtonEvent.WarningBegins, ButtonEvent.FactoryReset], _pressed);
    }

    /// <summary>It can't prove that what it reads is the button and not a bus with a short circuit.</summary>
    [Theory]
    [InlineData("pcf8574")]
    [InlineData("pcf8575")]
    public void Behind_a_chip_that_proves_nothing_it_resets_nothing(string type)
    {
        Begin(type);
        Hold(12);
        Run(1);
        Assert.Empty(_pressed);
        Hold(0.2);
        Run(0.2);
        Assert.Equal([ButtonEvent.ShortPress], _pressed);
    }

    [Theory]
    [InlineData("mcp23008")]
    [InlineData("mcp23017")]
    [InlineData("pcf8574")]
    [InlineData("pcf8575")]
    [InlineData("tca9554")]
    [InlineData("tca9555")]
    public void A_short_circuit_of_the_bus_resets_nothing(string type)
    {
        Begin(type);
        Run(1);
        _port.IsShort = true;
        Run(60);
        Assert.Empty(_pressed);
    }

    /// <summary>Its pull-up went with its power, and the line floats.</summary>
    [Fact]
    public void A_chip_that_lost_its_power_resets_nothing()
    {
        Begin("mcp23017");
        Run(1);
        _port.CutPower();
        Hold(11);
        Assert.DoesNotContain(ButtonEvent.FactoryReset, _pressed);
        Assert.DoesNotContain(ButtonEvent.WarningBegins, _pressed);
        Assert.Equal(2, _log.EventCount("led_driver_failed")); // the lamps, too
    }

    [Fact]
    public void A_button_that_is_down_from_the_start_says_nothing_until_it_was_let_go()
    {
        _port.Inputs = 0;
        Begin("mcp23017");
        Run(15);
        Assert.Empty(_pressed);
        _port.Inputs = 0xffff;
        Run(0.2);
        Hold(0.2);
        Run(0.2);
        Assert.Equal([ButtonEvent.ShortPress], _pressed);
    }

    [Fact]
    public void What_it_did_while_the_thread_was_held_up_resets_nothing()
    {
        Begin("mcp23017");
        Hold(1);
        _now += TimeSpan.FromSeconds(12); // let go and pressed again, for all that anybody knows
        Hold(12);
        Assert.DoesNotContain(ButtonEvent.FactoryReset, _pressed);
        Run(1);
        Hold(0.2);
        Run(0.2);
        Assert.Equal(ButtonEvent.ShortPress, _pressed[^1]);
    }

    [Fact]
    public void A_move_that_is_seen_once_is_none()
    {
        Begin("mcp23017");
        Run(0.1);
        _port.Inputs = 0;
        Turn();
        _port.Inputs = 0xffff;
        Run(1);
        Assert.Empty(_pressed);
    }

    /// <summary>Whichever fails, both are given up and both come back; lamps on lines of the board notice nothing.</summary>
    [Theory]
    [InlineData("mcp23017")]
    [InlineData("pcf8574")]
    [InlineData("tca9555")]
    public void Lamps_and_button_share_a_chip_that_fails(string type)
    {
        FakeChip board = new();
        Begin(type, new LampGroup("gpio", [new LedLamp(LedId.All, IsRed: false)], hasBar: false, () => new GpioLamps(new(board), [ExpanderTests.Led(0)], bar: null), _log));
        Run(1);
        Assert.Equal((0, "0=1", '1'), (_log.EventCount("led_driver_failed"), board.Levels, _port.Lines[4]));
        _port.IsDead = true;
        Run(30);
        Assert.Equal((2, "0=1"), (_log.EventCount("led_driver_failed"), board.Levels)); // the button, and then the lamps
        _port.IsDead = false;
        _port.CutPower();
        Run(40);
        Assert.Equal((2, 2, '1'), (_log.EventCount("led_driver_failed"), _log.EventCount("led_driver_resumed"), _port.Lines[4]));
        Hold(0.2);
        Run(0.2);
        Assert.Equal(ButtonEvent.ShortPress, Assert.Single(_pressed));
    }

    [Theory]
    [InlineData("mcp23017")]
    [InlineData("pcf8574")]
    [InlineData("tca9555")]
    public void To_ask_it_allocates_nothing(string type)
    {
        _port = ExpanderTests.PortOf(type);
        using var button = new PolledButton(ExpanderTests.ExpanderOf(type, _port), Button, () => _now);
        _port.IsSilent = true;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _now += button.AskEvery;
                _ = button.TryTake(out _, out _);
            }
        }));
    }

    public void Dispose() => _loop?.Dispose();

    private static BoardButton Button { get; } = new("front", Line, IsActiveLow: true, ButtonPull.Up);

    private void Begin(string type, LampGroup? other = null)
    {
        FakePort port = ExpanderTests.PortOf(type);
        port.Inputs = _port.Inputs;
        _port = port;
        Expander expander = ExpanderTests.ExpanderOf(type, _port);
        LampGroup lamps = new("expander", [new LedLamp(LedId.All, IsRed: false)], hasBar: false, () => GpioLamps.Open(expander, [ExpanderTests.Led(4)], bar: null), _log);
        LedPanel panel = new();
        panel.Tell(LedPhase.Ready);
        panel.Tell(new EngineStatus { Registrations = 1, Calls = 6, Capacity = 10 });
        _loop = new LedLoop(
            panel, other is null ? [lamps] : [lamps, other], new Retried<IButtonLine>("button", () => new PolledButton(expander, Button, () => _now), _log),
            LedTroubles.None, () => LedTroubles.None, _pressed.Add);
        Turn();
    }

    private void Hold(double seconds)
    {
        _port.Inputs = 0;
        Run(seconds);
        _port.Inputs = 0xffff;
    }

    // the thread sleeps as long as it is told, and never longer than it says itself
    private void Run(double seconds)
    {
        for (Instant end = _now + TimeSpan.FromSeconds(seconds); _now < end;)
        {
            Instant due = _loop!.Turn(_now);
            _now = due < end ? due : end;
        }
    }

    private void Turn() => _now = _loop!.Turn(_now);
}
