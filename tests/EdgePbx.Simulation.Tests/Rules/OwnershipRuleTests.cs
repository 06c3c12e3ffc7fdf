using EdgePbx.Core;

namespace EdgePbx.Simulation.Tests;

public class OwnershipRuleTests
{
    [Fact]
    public void A_gauge_above_its_baseline_is_found_at_the_end()
    {
        new RuleBench(new GaugesReturnToBaseline()).Ends().Holds();
        new RuleBench(new GaugesReturnToBaseline()).Ends(new GaugeSnapshot { Dialogs = 1 }).IsBroken();
        new RuleBench(new GaugesReturnToBaseline()).Ends(portsLent: 1).IsBroken();
    }

    [Fact]
    public void Between_calls_transactions_may_linger_and_session_timers_may_not()
    {
        new RuleBench(new GaugesReturnToBaseline()).NoCalls(new GaugeSnapshot { ClientTransactions = 3, TimersTransaction = 4 }).Holds();
        new RuleBench(new GaugesReturnToBaseline()).NoCalls(new GaugeSnapshot { TimersSession = 1 }).IsBroken();
    }

    [Fact]
    public void A_timer_that_stays_armed_is_found()
    {
        new RuleBench(new NoTimerStaysArmed()).Ends().Holds();
        new RuleBench(new NoTimerStaysArmed()).Ends(isTimerArmed: true).IsBroken();
    }

    [Fact]
    public void A_call_that_is_verified_never_or_twice_is_found()
    {
        var one = new CounterSnapshot { CallsSetUp = 1, CallsReleased = 1 };
        new RuleBench(new EachCallIsVerifiedOnce()).Logs("b2bua_call_setup").Logs("cleanup_call_start").Logs("cleanup_verified").Ends(counters: one).Holds();
        new RuleBench(new EachCallIsVerifiedOnce()).Logs("b2bua_call_setup").Logs("cleanup_call_start").Ends(counters: one).IsBroken();
        new RuleBench(new EachCallIsVerifiedOnce()).Logs("cleanup_call_start").Logs("cleanup_verified").Logs("cleanup_verified").IsBroken();
        new RuleBench(new EachCallIsVerifiedOnce()).Logs("cleanup_call_start").Logs("cleanup_call_start").IsBroken();
        new RuleBench(new EachCallIsVerifiedOnce()).Logs("cleanup_verified").IsBroken();
        new RuleBench(new EachCallIsVerifiedOnce()).Logs("cleanup_call_start").Logs("cleanup_verified").Logs("session_refreshed").IsBroken();
        new RuleBench(new EachCallIsVerifiedOnce()).Ends(counters: one).IsBroken();
    }

    [Fact]
    public void Overdue_is_reported_after_five_seconds_and_only_when_the_relay_owes_something()
    {
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Port(PortDeed.CloseOrdered).Logs("cleanup_call_start").Wait(5).Logs("cleanup_overdue")
            .Port(PortDeed.Returned).Wait(2).Logs("cleanup_verified").Holds();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Logs("cleanup_call_start").Wait(5).Logs("cleanup_overdue").IsBroken();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Port(PortDeed.CloseOrdered).Logs("cleanup_call_start").Wait(7).Logs("cleanup_verified").IsBroken();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Port(PortDeed.CloseOrdered).Logs("cleanup_call_start").Wait(5).Logs("cleanup_overdue")
            .Wait(65).Logs("gauge_not_at_baseline").Logs("call_unclean").Holds();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Port(PortDeed.CloseOrdered).Logs("cleanup_call_start").Wait(60).Logs("call_unclean").IsBroken();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Logs("cleanup_call_start").Wait(70).Logs("call_unclean").IsBroken();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Logs("gauge_not_at_baseline").IsBroken();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Port(PortDeed.CloseOrdered).Logs("cleanup_call_start").Wait(4).Logs("cleanup_overdue").IsBroken();
    }

    [Fact]
    public void A_recording_that_is_never_closed_or_stopped_twice_is_found()
    {
        RuleBench Begun() => new RuleBench(new RecordingsAreClosedOnce()).Recording(RecordingDeed.Ordered);
        Begun().Recording(RecordingDeed.StopOrdered).Recording(RecordingDeed.Closed).Recording(RecordingDeed.Closed).Ends().Holds();
        Begun().Recording(RecordingDeed.Closed).Ends().Holds(); // the medium broke
        Begun().Recording(RecordingDeed.StopOrdered).Ends().IsBroken();
        Begun().Ends().IsBroken();
        Begun().Recording(RecordingDeed.Ordered).IsBroken();
        Begun().Recording(RecordingDeed.StopOrdered).Recording(RecordingDeed.StopOrdered).IsBroken();
        Begun().Recording(RecordingDeed.Closed).Recording(RecordingDeed.StopOrdered).IsBroken();
        new RuleBench(new RecordingsAreClosedOnce()).Recording(RecordingDeed.StopOrdered).IsBroken();
    }

    [Fact]
    public void The_recorder_too_may_be_the_cause_of_a_clean_up_that_takes_long()
    {
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Recording(RecordingDeed.StopOrdered).Logs("cleanup_call_start").Wait(5).Logs("cleanup_overdue")
            .Recording(RecordingDeed.Closed).Wait(2).Logs("cleanup_verified").Holds();
        new RuleBench(new CleanupIsOverdueOnlyByTheRelay()).Recording(RecordingDeed.StopOrdered).Recording(RecordingDeed.Closed)
            .Logs("cleanup_call_start").Wait(5).Logs("cleanup_overdue").IsBroken();
    }

    [Fact]
    public void A_session_timer_that_is_not_stopped_is_found()
    {
        new RuleBench(new SessionTimersAreStoppedOnce()).Logs("session_timer_started").Logs("session_timer_cancelled").Ends().Holds();
        new RuleBench(new SessionTimersAreStoppedOnce()).Logs("session_timer_started").Ends().IsBroken();
        new RuleBench(new SessionTimersAreStoppedOnce()).Logs("session_timer_started").Logs("session_timer_expired").Logs("session_timer_cancelled").IsBroken();
    }

    [Fact]
    public void Only_a_bug_of_the_host_may_cost_a_call()
    {
        new RuleBench(new NothingFaults()).Port(PortDeed.FailedByThrow).Logs("call_faulted").Holds();
        new RuleBench(new NothingFaults()).Logs("call_faulted").IsBroken();
        new RuleBench(new NothingFaults()).Port(PortDeed.FailedByThrow).Logs("release_failed").IsBroken();
    }

    [Fact]
    public void A_port_that_is_lent_or_returned_twice_is_found()
    {
        RuleBench Closed() => new RuleBench(new PortsAreLentOnce()).Port(PortDeed.Opened).Port(PortDeed.Configured).Port(PortDeed.CloseOrdered).Port(PortDeed.Confirmed).Port(PortDeed.Returned);
        Closed().Port(PortDeed.Confirmed).Port(PortDeed.Opened, "0.2").Port(PortDeed.CloseOrdered, "0.2").Port(PortDeed.Confirmed, "0.2").Port(PortDeed.Returned, "0.2").Ends().Holds();
        Closed().Port(PortDeed.Returned).IsBroken();
        new RuleBench(new PortsAreLentOnce()).Port(PortDeed.Opened).Port(PortDeed.Opened, "1.1").IsBroken();
        new RuleBench(new PortsAreLentOnce()).Port(PortDeed.Opened).Port(PortDeed.CloseOrdered).Port(PortDeed.Returned).IsBroken();
        new RuleBench(new PortsAreLentOnce()).Port(PortDeed.Opened).Port(PortDeed.CloseOrdered).Port(PortDeed.CloseOrdered).IsBroken();
        new RuleBench(new PortsAreLentOnce()).Port(PortDeed.Opened).Port(PortDeed.CloseOrdered).Port(PortDeed.Configured).IsBroken();
        new RuleBench(new PortsAreLentOnce()).Port(PortDeed.Opened).Ends().IsBroken();
    }
}
