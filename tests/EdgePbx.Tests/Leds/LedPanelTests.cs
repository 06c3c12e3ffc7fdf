using EdgePbx.Core;

namespace EdgePbx.Tests;

public class LedPanelTests
{
    private int _woken;

    [Fact]
    public void What_is_told_is_there_and_wakes_once()
    {
        var panel = new LedPanel(() => _woken++);
        panel.Tell(LedPhase.Ready);
        panel.Tell(LedTroubles.ConfigRefused | LedTroubles.NoLink, LedTroubles.ConfigRefused);
        panel.Tell(LedTroubles.NoLink | LedTroubles.NoAddress, LedTroubles.NoLink);
        panel.Tell(new EngineStatus { Calls = 3 });
        Assert.Equal(
            (LedPhase.Ready, LedTroubles.ConfigRefused | LedTroubles.NoLink, 3),
            (panel.Status.Phase, panel.Status.Troubles, panel.Status.Engine.Calls));
        Assert.Equal(4, _woken);
    }

    [Fact]
    public void The_same_again_wakes_nobody()
    {
        var panel = new LedPanel(() => _woken++);
        panel.Tell(LedPhase.Starting);
        panel.Tell(LedTroubles.NoLink, LedTroubles.None);
        panel.Tell(new EngineStatus());
        Assert.Equal(0, _woken);
    }

    [Fact]
    public void A_warning_is_not_hidden_by_a_self_test_that_ends()
    {
        var panel = new LedPanel();
        panel.Tell(LedAction.SelfTestRunning, Instant.Never);
        panel.Tell(LedAction.ResetWarning, Instant.Never);
        panel.Tell(LedAction.SelfTestPassed, new Instant(5));
        Assert.Equal(LedAction.ResetWarning, panel.Status.Action);
        panel.Tell(LedAction.None, Instant.Never);
        panel.Tell(LedAction.SelfTestFailed, new Instant(5));
        Assert.Equal((LedAction.SelfTestFailed, new Instant(5)), (panel.Status.Action, panel.Status.ActionUntil));
    }

    [Fact]
    public void Many_threads_lose_nothing_of_each_other()
    {
        var panel = new LedPanel();
        LedTroubles[] flags = [LedTroubles.ConfigRefused, LedTroubles.NoLink, LedTroubles.NoAddress, LedTroubles.TimeNotSet];
        _ = Parallel.ForEach(flags, flag =>
        {
            for (int i = 0; i < 20_001; i++)
            {
                panel.Tell(flag, i % 2 == 0 ? flag : LedTroubles.None);
            }
        });
        Assert.Equal(flags.Aggregate((a, b) => a | b), panel.Status.Troubles);
    }

    /// <summary>What crosses to <c>leds watch</c> and back is the same status.</summary>
    [Fact]
    public void The_document_says_all_of_it()
    {
        var now = new Instant(TimeSpan.FromHours(1).Ticks);
        var status = new LedStatus
        {
            Phase = LedPhase.Ready,
            Action = LedAction.SelfTestPassed,
            ActionUntil = now + TimeSpan.FromSeconds(4),
            Troubles = LedTroubles.ConfigRefused | LedTroubles.TimeNotSet | LedTroubles.SelfTestFailed,
            Fault = LedFault.BrokeDown,
            FaultUntil = now + TimeSpan.FromSeconds(99),
            Box = new BoxIdentity("front-desk", "10.0.0.1"),
            Page = DisplayPage.LastCall,
            PageUntil = now + TimeSpan.FromSeconds(7),
            Engine = new EngineStatus
            {
                Calls = 3,
                Capacity = 9,
                SessionTimers = 5,
                LateMoments = new([now + TimeSpan.FromSeconds(-1), now + TimeSpan.FromSeconds(6)]),
                LastCall = new EndedCallStatus(now + TimeSpan.FromSeconds(-60), "caller hung up", 4.25),
                LastRefresh = now + TimeSpan.FromSeconds(-2),
                LastExpiry = now + TimeSpan.FromSeconds(-3),
                Registrations = 7,
                IsOverloaded = true,
                HasLeftovers = true,
            },
        };
        Assert.Equal(status, LedDocument.From(status, now).ToStatus(now));
        Assert.Equal(new LedStatus(), LedDocument.From(new LedStatus(), now).ToStatus(now));
        Assert.Equal(["config_refused", "time_not_set", "self_test_failed"], LedDocument.From(status, now).Troubles);
        Assert.Equal(("ready", "self_test_passed", "broke_down"), (LedDocument.From(status, now).Phase, LedDocument.From(status, now).Action, LedDocument.From(status, now).Fault));
    }
}
