using EdgePbx.Core;

namespace EdgePbx.Tests;

public sealed class LampGroupTests : IDisposable
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);
    private readonly FakeLamps _driver = new();
    private readonly FakeFaces _faces = new();
    private readonly RecordingLogger _log = new();
    private readonly LampGroup _group;
    private bool _canOpen = true;
    private int _opened;

    public LampGroupTests() => _group = new LampGroup(
        "the lamps", [new LedLamp(LedId.System, IsRed: false), new LedLamp(LedId.Calls, IsRed: false)], hasBar: true, Open, _log);

    [Fact]
    public void Everything_is_written_once_and_then_only_what_changes()
    {
        _faces.Faces[LedId.System] = new LedFace(LedPattern.Blink(500), LedColor.Error, Start);
        Assert.Equal(At(0.5), _group.Update(_faces, At(0)));
        Assert.Equal(["0 Error", "1 Dark", "bar 00000000"], _driver.Take());
        Assert.Equal(At(0.5), _group.Update(_faces, At(0.2)));
        Assert.Empty(_driver.Take());
        Assert.Equal(At(1), _group.Update(_faces, At(0.5)));
        Assert.Equal(["0 Dark"], _driver.Take());
        _faces.Faces[LedId.System] = new LedFace(LedPattern.Steady, LedColor.Normal, Start);
        _faces.Bar = 3;
        Assert.Equal(Instant.Never, _group.Update(_faces, At(0.6)));
        Assert.Equal(["0 Normal", "bar 00000011"], _driver.Take());
    }

    [Fact]
    public void What_the_driver_blinks_by_itself_wakes_nobody()
    {
        _driver.Blinks = face => face.Pattern == LedPattern.Blink(500);
        _faces.Faces[LedId.System] = new LedFace(LedPattern.Blink(500), LedColor.Normal, Start);
        Assert.Equal(Instant.Never, _group.Update(_faces, At(0)));
        Assert.Equal(["0 blinks", "1 Dark", "bar 00000000"], _driver.Take());
        Assert.Equal(Instant.Never, _group.Update(_faces, At(7.6)));
        Assert.Empty(_driver.Take());
        _faces.Faces[LedId.System] = default;
        _ = _group.Update(_faces, At(8));
        Assert.Equal(["0 Dark"], _driver.Take());
    }

    [Fact]
    public void Ticks_of_a_working_driver_allocate_nothing()
    {
        var quiet = new FakeFaces();
        quiet.Faces[LedId.System] = new LedFace(LedLanguage.Of(LedMeaning.FiveCalls).Pattern, LedColor.Normal, Start);
        using var group = new LampGroup("", [new LedLamp(LedId.System, IsRed: false)], hasBar: true, static () => new DeafLamps(), _log);
        Instant now = Start;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                now = group.Update(quiet, now);
            }
        }));
    }

    [Fact]
    public void A_driver_that_fails_is_logged_once_closed_and_tried_again_each_minute()
    {
        _ = _group.Update(_faces, At(0));
        _driver.IsBroken = true;
        _faces.Bar = 1;
        Assert.Equal(At(61), _group.Update(_faces, At(1)));
        Assert.True(_driver.IsDisposed);
        _canOpen = false;
        Assert.Equal(At(61), _group.Update(_faces, At(60.9)));
        Assert.Equal(1, _opened);
        Assert.Equal(At(121), _group.Update(_faces, At(61)));
        Assert.Equal((2, 1, 0), (_opened, _log.EventCount("led_driver_failed"), _log.EventCount("led_driver_resumed")));

        (_canOpen, _driver.IsBroken) = (true, false);
        _ = _driver.Take();
        Assert.Equal(Instant.Never, _group.Update(_faces, At(121)));
        Assert.Equal(["0 Dark", "1 Dark", "bar 00000001"], _driver.Take()); // all of it, whatever it showed before
        Assert.Equal((3, 1, 1), (_opened, _log.EventCount("led_driver_failed"), _log.EventCount("led_driver_resumed")));

        _driver.IsBroken = true;
        _faces.Bar = 2;
        _ = _group.Update(_faces, At(122));
        Assert.Equal(2, _log.EventCount("led_driver_failed")); // a new failure is news
    }

    [Fact]
    public void Steady_lamps_that_are_seen_no_more_are_opened_anew()
    {
        _group.Check(At(0)); // not open yet
        Assert.Equal(0, _opened);
        _ = _group.Update(_faces, At(0));
        _group.Check(At(5));
        Assert.Equal((1, 0), (_opened, _log.EventCount("led_driver_failed")));
        _driver.IsLost = true;
        _group.Check(At(10));
        Assert.Equal((true, 1), (_driver.IsDisposed, _log.EventCount("led_driver_failed")));
        _driver.IsLost = false;
        _ = _driver.Take();
        Assert.Equal(At(70), _group.Update(_faces, At(11)));
        _ = _group.Update(_faces, At(70));
        Assert.Equal(["0 Dark", "1 Dark", "bar 00000000"], _driver.Take());
    }

    [Fact]
    public void A_driver_that_is_not_there_from_the_start_is_logged_once()
    {
        _canOpen = false;
        for (int minute = 0; minute < 10; minute++)
        {
            Assert.Equal(At(60 * (minute + 1)), _group.Update(_faces, At(60 * minute)));
        }
        Assert.Equal((10, 1), (_opened, _log.EventCount("led_driver_failed")));
    }

    public void Dispose() => _group.Dispose();

    private static Instant At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private FakeLamps Open()
    {
        _opened++;
        return _canOpen ? _driver : throw new LampException("there is no such lamp");
    }

    private sealed class DeafLamps : ILampDriver
    {
        public void Show(int lamp, LedColor color)
        {
        }

        public bool TryBlink(int lamp, in LedFace face) => false;

        public void ShowBar(byte bits)
        {
        }

        public void Check()
        {
        }

        public void Dispose()
        {
        }
    }
}
