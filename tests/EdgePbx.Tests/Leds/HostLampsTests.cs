using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What a press of the button does to the lamps.</summary>
public sealed class HostLampsTests : IDisposable
{
    private static readonly SelfTestResult Good = new("call 1", Passed: true, "fine");
    private static readonly SelfTestResult Bad = new("call 1: set-up", Passed: false, "nobody rang");

    private readonly RecordingLogger _log = new();
    private readonly HostLamps _lamps;
    private IReadOnlyList<SelfTestResult> _results = [Good];

    public HostLampsTests() => _lamps = new HostLamps(null, _log, LedTroubles.None, () => LedTroubles.None, () => { }, () => _results);

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

    [Fact]
    public void Another_self_test_that_passes_counts_as_well()
    {
        _lamps.Panel.Tell(LedPhase.Ready);
        _lamps.TellSelfTest(hasPassed: false);
        Assert.Equal(LedMeaning.SelfTestFailed, MeaningOf(LedId.System, default));
        _lamps.TellSelfTest(hasPassed: true);
        Assert.Equal(LedMeaning.Ready, MeaningOf(LedId.System, default));
    }

    public void Dispose() => _lamps.Dispose();

    private Instant AfterAction => _lamps.Panel.Status.ActionUntil;

    private LedMeaning MeaningOf(LedId led, Instant at) => LedPolicy.MeaningOf(led, _lamps.Panel.Status, at);

    private void Press(LedAction outcome)
    {
        _lamps.OnButton(ButtonEvent.ShortPress);
        Assert.True(SpinWait.SpinUntil(() => _lamps.Panel.Status.Action == outcome, TimeSpan.FromSeconds(30)));
    }
}
