using System.Device.Gpio;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The display's thread, turn by turn, with each kind of display.</summary>
public sealed class DisplayLoopTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(5).Ticks);
    private readonly LedPanel _panel = new();
    private readonly RecordingLogger _log = new();

    public DisplayLoopTests()
    {
        _panel.Tell(LedPhase.Ready);
        _panel.Tell(new BoxIdentity("Büro", "10.0.0.1"));
        _panel.Tell(new EngineStatus { Registrations = 2, Calls = 1, Capacity = 9 });
    }

    public static TheoryData<string> Kinds => ["ssd1306", "hd44780", "hd44780 on lines", "tm1637"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_shows_the_page_of_now(string kind)
    {
        Display display = new(kind);
        using DisplayLoop loop = new(_panel, display.Kind, _log);
        Instant now = Start;
        for (int turn = 0; turn < 9; turn++)
        {
            Instant due = loop.Turn(now);
            Assert.Equal(display.Kind.Draw(StatusPages.Of(DisplayPolicy.PageAt(_panel.Status, now), _panel.Status, now)), display.Seen);
            Assert.Equal(now + DisplayPolicy.PageShown, due);
            now = due;
        }
        _panel.Leaf(now);
        Assert.Equal(now + DisplayPolicy.ChosenShown, loop.Turn(now));
        _panel.Tell(LedAction.SelfTestRunning, Instant.Never);
        _ = loop.Turn(now);
        Assert.Equal(display.Kind.Draw(StatusPages.Of(DisplayPage.Action, _panel.Status, now)), display.Seen);
    }

    /// <summary>Each transfer there is fails once, from the first one of the set-up to the last one of a changed page: nothing is thrown, one line is logged, a minute later it is back.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whichever_transfer_fails_the_display_comes_back(string kind)
    {
        int total = Transfers(kind);
        int step = Math.Max(1, total / 30); // a picture of pixels has many transfers that are the same
        for (int failing = 0; failing < total; failing += failing < 40 ? 1 : step)
        {
            Display display = new(kind) { FailsAt = failing };
            RecordingLogger log = new();
            using (DisplayLoop loop = new(_panel, display.Kind, log))
            {
                Instant due = loop.Turn(Start);
                _panel.Tell(LedAction.ResetWarning, Instant.Never);
                due = loop.Turn(Start);
                Assert.Equal((kind, failing, 1), (kind, failing, log.EventCount("led_driver_failed")));
                Assert.Equal(Start + Retried<IStatusPanel>.RetryAfter, due);
                Assert.Equal(display.Opened, display.Closed);
                display.FailsAt = -1;
                display.CutPower();
                _ = loop.Turn(Start + TimeSpan.FromSeconds(59));
                Assert.Equal(1, display.Opened);
                _ = loop.Turn(due);
                Assert.Equal((2, 1), (display.Opened, log.EventCount("led_driver_resumed")));
                Assert.Equal(display.Kind.Draw(StatusPages.Of(DisplayPage.Action, _panel.Status, due)), display.Seen);
                _panel.Tell(LedAction.None, Instant.Never);
            }
            Assert.Equal(display.Opened, display.Closed);
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_display_that_is_not_there_is_said_once(string kind)
    {
        Display display = new(kind) { FailsAt = 0 };
        using DisplayLoop loop = new(_panel, display.Kind, _log);
        Instant now = Start;
        for (int minute = 0; minute < 10; minute++)
        {
            Instant due = loop.Turn(now);
            Assert.Equal(now + Retried<IStatusPanel>.RetryAfter, due);
            Assert.Equal(due, loop.Turn(now + TimeSpan.FromSeconds(1))); // somebody tells something meanwhile
            now = due;
        }
        Assert.Equal((10, 10, 1), (display.Opened, display.Closed, _log.EventCount("led_driver_failed")));
    }

    [Fact]
    public void Turns_of_pages_that_say_the_same_allocate_nothing()
    {
        using DisplayLoop loop = new(_panel, new PanelKind("", static _ => new byte[4], static () => new DeafPanel()), _log);
        _panel.Tell(new EngineStatus { Registrations = 2, Capacity = 9, LastCall = new EndedCallStatus(Start, "caller hung up", 4.1) });
        Instant now = Start + TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1);
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 10; i++) // all pages, and less than a minute
            {
                now = loop.Turn(now);
            }
        }));
    }

    private int Transfers(string kind)
    {
        Display display = new(kind);
        using DisplayLoop loop = new(_panel, display.Kind, _log);
        _ = loop.Turn(Start);
        _panel.Tell(LedAction.ResetWarning, Instant.Never);
        _ = loop.Turn(Start);
        _panel.Tell(LedAction.None, Instant.Never);
        return display.Transfers;
    }

    private sealed class DeafPanel : IStatusPanel
    {
        public void Show(ReadOnlySpan<byte> face)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A kind of display with the hardware that plays it.</summary>
    private sealed class Display
    {
        private static readonly DisplayLines Lines = new(2, 3, [4, 5, 6, 7], 8);
        private readonly FakeOled _oled = new();
        private readonly FakeLcdOnI2c _lcd = new();
        private readonly FakeLcdOnLines _lines = new(Lines);
        private readonly FakeDigits _digits = new(3, 6);
        private readonly string _kind;

        public Display(string kind)
        {
            _kind = kind;
            BoardDisplay display = kind switch
            {
                "ssd1306" => new BoardDisplay(DisplayDriver.Ssd1306),
                "hd44780" => new BoardDisplay(DisplayDriver.Hd44780) { Columns = 16, Rows = 2 },
                "hd44780 on lines" => new BoardDisplay(DisplayDriver.Hd44780) { Columns = 20, Rows = 4, Chip = "c", Lines = Lines },
                _ => new BoardDisplay(DisplayDriver.Tm1637) { Chip = "c", Lines = new(-1, 3, [6], -1) },
            };
            Kind = BoardDisplays.KindOf(display, (_, _) => Opening(kind == "ssd1306" ? _oled : _lcd), _ => new GpioController(Opening(kind == "tm1637" ? _digits : _lines)));
        }

        public PanelKind Kind { get; }
        public int Opened { get; private set; }
        public int Closed => _closed + (IsOpen ? 0 : Opened - _closed);
        public int FailsAt { get; set; } = -1;

        public int Transfers => _kind switch { "ssd1306" => _oled.Transfers, "hd44780" => _lcd.Transfers, "tm1637" => _digits.Writes, _ => _lines.Count };

        public byte[] Seen => _kind switch
        {
            "ssd1306" => _oled.Picture.ToArray(),
            "hd44780" => [.. _lcd.Lcd.Line(0, 16), .. _lcd.Lcd.Line(1, 16)],
            "tm1637" => _digits.Places[..4],
            _ => [.. Enumerable.Range(0, 4).SelectMany(line => _lines.Lcd.Line(line, 20))],
        };

        private int _closed;
        private int _closedBefore;

        private bool IsOpen => _kind switch
        {
            "ssd1306" => _oled.Closed == _closedBefore,
            "hd44780" => _lcd.Closed == _closedBefore,
            "tm1637" => !_digits.IsClosed,
            _ => !_lines.IsDisposed,
        };

        public void CutPower()
        {
            _oled.CutPower();
            _lcd.Lcd.CutPower();
            _lines.Lcd.CutPower();
        }

        private FakeI2c Opening(FakeI2c chip)
        {
            (Opened, _closed, _closedBefore) = (Opened + 1, Opened, chip.Closed);
            chip.FailsAt = FailsAt;
            return chip.Again();
        }

        private GpioDriver Opening(GpioDriver chip)
        {
            (Opened, _closed) = (Opened + 1, Opened);
            _digits.FailsAt = _lines.FailsAt = FailsAt;
            _lines.Again();
            _ = _digits.Again();
            return chip;
        }
    }
}
