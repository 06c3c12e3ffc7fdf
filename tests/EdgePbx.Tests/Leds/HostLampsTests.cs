using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What a press of the button does to the lamps.</summary>
public sealed class HostLampsTests : IDisposable
{
    private static readonly SelfTestResult Good = new("call 1", Passed: true, "fine");
    private static readonly SelfTestResult Bad = new("call 1: set-up", Passed: false, "nobody rang");

    private readonly RecordingLogger _log = new();
    private readonly HostLamps _lamps;
    private readonly ManualResetEventSlim _mayEnd = new(initialState: true);
    private IReadOnlyList<SelfTestResult> _results = [Good];
    private TimeSpan _now = TimeSpan.FromHours(1);

    public HostLampsTests() => _lamps = new HostLamps(null, _log, LedTroubles.None, () => LedTroubles.None, () => { }, Test, () => new Instant(_now.Ticks));

    [Fact]
    public void A_self_test_that_fails_is_shown_until_one_passes()
    {
        _lamps.Panel.Tell(LedPhase.Ready);
        _results = [Good, Bad];
        Press(LedAction.SelfTestFailed);
        Assert.Equal(LedMeaning.SelfTestFailed, MeaningOf(LedId.Calls, default));
        Assert.Equal(LedMeaning.SelfTestFailed, MeaningOf(LedId.System, AfterAction));
        Assert.Equal(LedMeaning.NoCall, MeaningOf(LedId.Calls, AfterAction));
        _results = [Good, Good];
        Press(LedAction.SelfTestPassed);
        Assert.Equal(LedMeaning.Ready, MeaningOf(LedId.System, AfterAction));
        Assert.Equal((1, 1), (_log.EventCount("self_test_failed"), _log.EventCount("self_test_passed")));
    }

    /// <summary>No such bus: calls have lamps, a button and a display that are not there, each said once, and a box that can be asked all the same.</summary>
    [Fact]
    public void A_display_and_an_expander_that_are_not_there_cost_nothing_else()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("board.toml"), """
            name = "Box"
            [[expander]]
            name = "front"
            type = "mcp23017"
            bus = 254
            address = 0x20
            [[led]]
            shows = ["system", "calls", "timer", "network"]
            chip = "front"
            line = 0
            [button]
            chip = "front"
            line = 1
            [display]
            driver = "ssd1306"
            bus = 254
            """);
        using (var lamps = new HostLamps(folder.File("board.toml"), _log, LedTroubles.None, () => LedTroubles.None, () => { }, Test))
        {
            Assert.True(lamps.HasLamps);
            Assert.Equal(2, lamps.Pulses.Count(pulse => pulse is not null));
            Assert.True(SpinWait.SpinUntil(() => _log.EventCount("led_driver_failed") == 3, TimeSpan.FromSeconds(30)));
            lamps.Address = "192.0.2.7";
            Assert.Equal(new BoxIdentity("Box", "192.0.2.7"), lamps.Look().Box);
        }
        Assert.Equal(3, _log.EventCount("led_driver_failed"));
        Assert.Equal(0, _log.EventCount("board_refused"));
    }

    [Fact]
    public void A_tap_turns_the_page()
    {
        _lamps.Panel.Tell(LedPhase.Ready);
        LedStatus before = _lamps.Panel.Status;
        _lamps.OnButton(ButtonEvent.Leaf);
        LedStatus after = _lamps.Panel.Status;
        Assert.True(after.PageUntil > MonotonicClock.Now);
        Assert.Equal((before.Engine, before.Action, LedAction.None), (after.Engine, after.Action, after.Action)); // and no self-test begins
    }

    [Fact]
    public void Another_self_test_that_passes_counts_as_well()
    {
        _lamps.Panel.Tell(LedPhase.Ready);
        _lamps.TellSelfTest(hasPassed: false);
        Assert.Equal(LedMeaning.SelfTestFailed, MeaningOf(LedId.System, default));
        _lamps.TellSelfTest(hasPassed: true);
        Assert.Equal(LedMeaning.Ready, MeaningOf(LedId.System, default));
    }

    [Fact]
    public void One_that_failed_is_made_again_by_itself_until_one_passes()
    {
        _lamps.Panel.Tell(LedPhase.Ready);
        _results = [Bad];
        Press(LedAction.SelfTestFailed);
        AssertNoMore(after: 1, TimeSpan.FromSeconds(29));
        Later(TimeSpan.FromSeconds(1));
        Assert.True(SpinWait.SpinUntil(() => Tests == 2, TimeSpan.FromSeconds(30)));
        Assert.Equal(LedMeaning.SelfTestFailed, MeaningOf(LedId.System, AfterAction));

        _results = [Good];
        Assert.True(SpinWait.SpinUntil(IsReadyAfterAnother, TimeSpan.FromSeconds(30)));
        AssertNoMore(after: 3);

        bool IsReadyAfterAnother()
        {
            Later(LampSelfTest.Pause); // it is logged a moment before the next one is due
            return MeaningOf(LedId.System, AfterAction) == LedMeaning.Ready;
        }
    }

    /// <summary>Nobody has asked for it: all lamps at once would be for somebody who stands there.</summary>
    [Fact]
    public void What_is_made_by_itself_is_not_shown_unless_somebody_presses_the_button_meanwhile()
    {
        _results = [Bad];
        Press(LedAction.SelfTestFailed);
        Instant shownUntil = AfterAction;
        _mayEnd.Reset();
        Later(LampSelfTest.Pause);
        Assert.Equal((LedAction.SelfTestFailed, shownUntil), (_lamps.Panel.Status.Action, AfterAction));

        _lamps.OnButton(ButtonEvent.ShortPress);
        Assert.Equal((LedAction.SelfTestRunning, Instant.Never), (_lamps.Panel.Status.Action, AfterAction));
        _results = [Good];
        _mayEnd.Set();
        Assert.True(SpinWait.SpinUntil(() => _lamps.Panel.Status.Action == LedAction.SelfTestPassed, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, Tests);
    }

    [Fact]
    public void It_is_not_made_again_when_another_one_has_passed()
    {
        _results = [Bad];
        Press(LedAction.SelfTestFailed);
        _lamps.TellSelfTest(hasPassed: true);
        AssertNoMore(after: 1);
    }

    /// <summary>Whoever else makes self-tests makes them again himself.</summary>
    [Fact]
    public void Another_ones_failure_is_the_other_ones_to_try_again()
    {
        _lamps.TellSelfTest(hasPassed: false);
        AssertNoMore(after: 0);
    }

    public void Dispose()
    {
        _mayEnd.Set();
        _lamps.Dispose();
    }

    private Instant AfterAction => _lamps.Panel.Status.ActionUntil;

    private LedMeaning MeaningOf(LedId led, Instant at) => LedPolicy.MeaningOf(led, _lamps.Panel.Status, at);

    private int Tests => _log.EventCount("self_test_failed") + _log.EventCount("self_test_passed");

    private IReadOnlyList<SelfTestResult> Test()
    {
        _mayEnd.Wait();
        return _results;
    }

    private void Later(TimeSpan by)
    {
        _now += by;
        _ = _lamps.LookAround();
    }

    private void AssertNoMore(int after, TimeSpan? by = null)
    {
        Later(by ?? TimeSpan.FromDays(1)); // where it would begin, at once
        Assert.False(_lamps.IsTesting);
        Assert.Equal(after, Tests);
    }

    private void Press(LedAction outcome)
    {
        _lamps.OnButton(ButtonEvent.ShortPress);
        Assert.True(SpinWait.SpinUntil(() => _lamps.Panel.Status.Action == outcome, TimeSpan.FromSeconds(30)));
    }
}
