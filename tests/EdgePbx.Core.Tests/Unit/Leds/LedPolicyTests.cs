namespace EdgePbx.Core.Tests;

public class LedPolicyTests
{
    private static readonly Instant Now = LedStatuses.Now;
    private static readonly LedStatus Fine = new() { Phase = LedPhase.Ready, Engine = new EngineStatus { Capacity = 8, Registrations = 2 } };

    [Theory]
    [InlineData(LedTroubles.None, LedMeaning.Ready)]
    [InlineData(LedTroubles.ConfigRefused, LedMeaning.ConfigRefused)]
    [InlineData(LedTroubles.StorageFailed, LedMeaning.StorageFailed)]
    [InlineData(LedTroubles.StorageFailed | LedTroubles.ConfigRefused, LedMeaning.StorageFailed)]
    [InlineData(LedTroubles.Degraded, LedMeaning.Degraded)]
    [InlineData(LedTroubles.Degraded | LedTroubles.ConfigRefused, LedMeaning.ConfigRefused)]
    [InlineData(LedTroubles.NoLink, LedMeaning.Ready)]
    [InlineData(LedTroubles.SelfTestFailed, LedMeaning.SelfTestFailed)]
    [InlineData(LedTroubles.SelfTestFailed | LedTroubles.StorageFailed, LedMeaning.SelfTestFailed)]
    public void System_says_what_the_host_knows(LedTroubles troubles, LedMeaning meaning) =>
        Assert.Equal(meaning, LedPolicy.MeaningOf(LedId.System, Fine with { Troubles = troubles }, Now));

    [Theory]
    [InlineData(LedPhase.Starting, LedMeaning.Starting)]
    [InlineData(LedPhase.Ready, LedMeaning.Ready)]
    [InlineData(LedPhase.Stopping, LedMeaning.Starting)]
    public void System_says_where_the_process_is(LedPhase phase, LedMeaning meaning) =>
        Assert.Equal(meaning, LedPolicy.MeaningOf(LedId.System, Fine with { Phase = phase }, Now));

    /// <summary>A box that can't serve says why, whatever else is wrong; and what is over is said for a while.</summary>
    [Theory]
    [InlineData(LedFault.None, LedMeaning.StorageFailed)]
    [InlineData(LedFault.NoConfiguration, LedMeaning.NoConfiguration)]
    [InlineData(LedFault.CannotListen, LedMeaning.CannotListen)]
    [InlineData(LedFault.CannotWrite, LedMeaning.CannotWrite)]
    [InlineData(LedFault.CannotMeasure, LedMeaning.CannotMeasure)]
    [InlineData(LedFault.BrokeDown, LedMeaning.BrokeDown)]
    public void System_says_why_it_can_not_go_on(LedFault fault, LedMeaning meaning)
    {
        foreach (LedPhase phase in Enum.GetValues<LedPhase>())
        {
            LedStatus status = Fine with { Phase = phase, Fault = fault, Troubles = (LedTroubles)63 };
            Assert.Equal((meaning, Instant.Never), (LedPolicy.MeaningOf(LedId.System, status, Now), LedPolicy.NextChange(status, Now)));
            LedStatus over = status with { FaultUntil = Now + LedPolicy.BreakdownShown };
            Assert.Equal((meaning, over.FaultUntil), (LedPolicy.MeaningOf(LedId.System, over, Now), LedPolicy.NextChange(over, Now)));
            Assert.Equal(LedMeaning.StorageFailed, LedPolicy.MeaningOf(LedId.System, over, over.FaultUntil));
        }
    }

    [Fact]
    public void A_self_test_that_failed_comes_before_all_but_the_button()
    {
        LedStatus status = Fine with { Troubles = (LedTroubles)127, Fault = LedFault.CannotListen };
        Assert.Equal(LedMeaning.SelfTestFailed, LedPolicy.MeaningOf(LedId.System, status, Now));
        Assert.Equal(LedMeaning.SelfTestFailed, LedPolicy.MeaningOf(LedId.All, status, Now));
        Assert.Equal(LedMeaning.NoLink, LedPolicy.MeaningOf(LedId.Network, status, Now)); // theirs is not hidden
        Assert.Equal(LedMeaning.SelfTestRunning, LedPolicy.MeaningOf(LedId.System, status with { Action = LedAction.SelfTestRunning }, Now));
    }

    /// <summary>Each hides all that come after it: of two, people are shown what they can do something about.</summary>
    [Fact]
    [Trait("Clause", "MUT-81")]
    public void Of_any_two_things_that_are_wrong_the_worse_one_is_shown()
    {
        (LedMeaning Meaning, Func<LedStatus, LedStatus> Happens)[] worstFirst =
        [
            (LedMeaning.SelfTestFailed, static status => status with { Troubles = status.Troubles | LedTroubles.SelfTestFailed }),
            (LedMeaning.CannotListen, static status => status with { Fault = LedFault.CannotListen, FaultUntil = Instant.Never }),
            (LedMeaning.StorageFailed, static status => status with { Troubles = status.Troubles | LedTroubles.StorageFailed }),
            (LedMeaning.ConfigRefused, static status => status with { Troubles = status.Troubles | LedTroubles.ConfigRefused }),
            (LedMeaning.LeftBehind, static status => status with { Engine = status.Engine with { HasLeftovers = true } }),
            (LedMeaning.Starting, static status => status with { Phase = LedPhase.Stopping }),
            (LedMeaning.Degraded, static status => status with { Engine = status.Engine with { IsOverloaded = true } }),
        ];
        for (int worse = 0; worse < worstFirst.Length; worse++)
        {
            for (int other = worse; other < worstFirst.Length; other++)
            {
                LedStatus status = worstFirst[worse].Happens(worstFirst[other].Happens(Fine));
                Assert.Equal((worse, other, worstFirst[worse].Meaning), (worse, other, LedPolicy.MeaningOf(LedId.System, status, Now)));
            }
        }
    }

    [Fact]
    public void System_says_what_the_engine_knows()
    {
        Assert.Equal(LedMeaning.Degraded, MeaningOf(LedId.System, Fine.Engine with { IsOverloaded = true }));
        Assert.Equal(LedMeaning.LeftBehind, MeaningOf(LedId.System, Fine.Engine with { IsOverloaded = true, HasLeftovers = true }));
    }

    [Theory]
    [InlineData(0, LedMeaning.NoCall)]
    [InlineData(1, LedMeaning.OneCall)]
    [InlineData(2, LedMeaning.TwoCalls)]
    [InlineData(3, LedMeaning.ThreeCalls)]
    [InlineData(4, LedMeaning.FourCalls)]
    [InlineData(5, LedMeaning.FiveCalls)]
    [InlineData(6, LedMeaning.ManyCalls)]
    [InlineData(7, LedMeaning.ManyCalls)]
    [InlineData(8, LedMeaning.AtCapacity)]
    [InlineData(9, LedMeaning.AtCapacity)]
    public void Calls_are_counted_up_to_five(int calls, LedMeaning meaning) =>
        Assert.Equal(meaning, MeaningOf(LedId.Calls, Fine.Engine with { Calls = calls }));

    [Fact]
    public void A_box_for_two_calls_is_full_with_two() =>
        Assert.Equal(LedMeaning.AtCapacity, MeaningOf(LedId.Calls, Fine.Engine with { Calls = 2, Capacity = 2 }));

    [Fact]
    public void The_timer_is_dark_without_timers_and_pulses_with_some()
    {
        Assert.Equal(LedMeaning.NoTimer, MeaningOf(LedId.Timer, Fine.Engine));
        Assert.Equal(LedMeaning.TimersHealthy, MeaningOf(LedId.Timer, Fine.Engine with { SessionTimers = 1 }));
    }

    [Theory]
    [InlineData(0, LedMeaning.Refreshed)]
    [InlineData(799, LedMeaning.Refreshed)]
    [InlineData(800, LedMeaning.TimersHealthy)]
    public void A_refresh_is_a_wink(int millisecondsAgo, LedMeaning meaning)
    {
        EngineStatus engine = Fine.Engine with { SessionTimers = 2, LastRefresh = Now + TimeSpan.FromMilliseconds(-millisecondsAgo) };
        Assert.Equal(meaning, MeaningOf(LedId.Timer, engine));
        Assert.Equal(meaning == LedMeaning.Refreshed, LedPolicy.BeginningOf(meaning, Fine with { Engine = engine }) == engine.LastRefresh);
        Assert.Equal(LedMeaning.NoTimer, MeaningOf(LedId.Timer, engine with { SessionTimers = 0 }));
    }

    [Theory]
    [InlineData(0, LedMeaning.SessionExpired)]
    [InlineData(299.9, LedMeaning.SessionExpired)]
    [InlineData(300, LedMeaning.NoTimer)]
    public void An_expiry_is_shown_for_five_minutes(double secondsAgo, LedMeaning meaning) =>
        Assert.Equal(meaning, MeaningOf(LedId.Timer, Fine.Engine with { LastExpiry = Now + TimeSpan.FromSeconds(-secondsAgo) }));

    [Fact]
    public void A_late_refresh_comes_before_everything_that_is_over()
    {
        EngineStatus engine = Fine.Engine with { SessionTimers = 2, LastExpiry = Now, LastRefresh = Now, RefreshLateAt = Now };
        Assert.Equal(LedMeaning.RefreshLate, MeaningOf(LedId.Timer, engine));
        Assert.Equal(LedMeaning.SessionExpired, MeaningOf(LedId.Timer, engine with { RefreshLateAt = Now + TimeSpan.FromTicks(1) }));
    }

    [Theory]
    [InlineData(LedTroubles.None, 0, LedMeaning.NoPhone)]
    [InlineData(LedTroubles.None, 1, LedMeaning.Online)]
    [InlineData(LedTroubles.TimeNotSet, 1, LedMeaning.TimeNotSet)]
    [InlineData(LedTroubles.TimeNotSet, 0, LedMeaning.NoPhone)]
    [InlineData(LedTroubles.NoAddress | LedTroubles.TimeNotSet, 0, LedMeaning.NoAddress)]
    [InlineData(LedTroubles.NoLink | LedTroubles.NoAddress | LedTroubles.TimeNotSet, 1, LedMeaning.NoLink)]
    public void The_network_says_what_is_missing_first(LedTroubles troubles, int phones, LedMeaning meaning) => Assert.Equal(
        meaning, LedPolicy.MeaningOf(LedId.Network, Fine with { Troubles = troubles, Engine = Fine.Engine with { Registrations = phones } }, Now));

    [Theory]
    [InlineData(LedAction.ResetWarning, LedMeaning.ResetWarning)]
    [InlineData(LedAction.SelfTestRunning, LedMeaning.SelfTestRunning)]
    [InlineData(LedAction.SelfTestFailed, LedMeaning.SelfTestFailed)]
    [InlineData(LedAction.SelfTestPassed, LedMeaning.SelfTestPassed)]
    public void What_the_button_does_is_shown_by_all(LedAction action, LedMeaning meaning)
    {
        for (var leds = (LedId)1; leds <= LedId.All; leds++)
        {
            Assert.Equal(meaning, LedPolicy.MeaningOf(leds, Fine with { Action = action, Troubles = (LedTroubles)127, Fault = LedFault.BrokeDown }, Now));
        }
    }

    [Fact]
    public void What_the_button_did_is_shown_for_a_while()
    {
        LedStatus status = Fine with { Action = LedAction.SelfTestPassed, ActionUntil = Now + TimeSpan.FromSeconds(10) };
        Assert.Equal((LedMeaning.SelfTestPassed, status.ActionUntil), (LedPolicy.MeaningOf(LedId.System, status, Now), LedPolicy.NextChange(status, Now)));
        Assert.Equal(LedMeaning.Ready, LedPolicy.MeaningOf(LedId.System, status, status.ActionUntil));
    }

    /// <summary>For three, two and one lamp, and for any other split: the most urgent of what single lamps would say.</summary>
    [Fact]
    public void Lamps_that_are_merged_say_the_most_urgent()
    {
        LedId[] all = [LedId.System, LedId.Calls, LedId.Timer, LedId.Network];
        foreach (LedStatus status in LedStatuses.All)
        {
            for (var leds = (LedId)1; leds <= LedId.All; leds++)
            {
                LedMeaning first = all.Where(led => leds.HasFlag(led)).Min(led => LedPolicy.MeaningOf(led, status, Now));
                if (first != LedPolicy.MeaningOf(leds, status, Now))
                {
                    Assert.Fail($"{leds}: {first} expected of {status}");
                }
            }
        }
    }

    [Fact]
    public void A_lamp_alone_only_says_what_is_its_own()
    {
        foreach (LedId led in new[] { LedId.System, LedId.Calls, LedId.Timer, LedId.Network })
        {
            Assert.All(LedStatuses.All.Select(status => LedPolicy.MeaningOf(led, status, Now)).Distinct(), meaning =>
                Assert.True(LedLanguage.Of(meaning).Leds.HasFlag(led), $"{meaning} on {led}"));
        }
    }

    [Fact]
    public void It_says_when_a_meaning_ends_by_itself()
    {
        Assert.Equal(Instant.Never, LedPolicy.NextChange(Fine, Now));
        var later = TimeSpan.FromSeconds(9);
        LedStatus status = Fine with { Engine = Fine.Engine with { SessionTimers = 2, LastExpiry = Now, RefreshLateAt = Now + later } };
        Assert.Equal(Now + later, LedPolicy.NextChange(status, Now));
        Assert.Equal(Now + LedPolicy.ExpiryShown, LedPolicy.NextChange(status, Now + later));
        Assert.Equal(Instant.Never, LedPolicy.NextChange(status, Now + LedPolicy.ExpiryShown));
        Assert.Equal(Now + LedPolicy.RefreshShown, LedPolicy.NextChange(Fine with { Engine = Fine.Engine with { LastRefresh = Now } }, Now));
    }

    private static LedMeaning MeaningOf(LedId led, EngineStatus engine) => LedPolicy.MeaningOf(led, Fine with { Engine = engine }, Now);
}
