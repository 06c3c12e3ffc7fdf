using EdgePbx.Core;

namespace EdgePbx.Tests;

public sealed class WriteBudgetTests
{
    private Instant _now = new(TimeSpan.FromHours(1000).Ticks);

    [Fact]
    public void It_counts_since_the_start_and_for_a_day()
    {
        var meter = new WriteMeter(() => _now, budget: 7);
        Assert.Equal(new WriteSnapshot { BudgetBytesADay = 7 }, meter.Snapshot());
        for (int hour = 0; hour < 48; hour++)
        {
            meter.Wrote(100);
            meter.Synced();
            Wait(hours: 1);
        }
        Assert.Equal(new WriteSnapshot { Bytes = 4800, Syncs = 48, BytesLastDay = 2300, BudgetBytesADay = 7 }, meter.Snapshot());
        Wait(hours: 22);
        Assert.Equal(100, meter.Snapshot().BytesLastDay);
        Wait(hours: 500);
        Assert.Equal((4800, 0), (meter.Snapshot().Bytes, meter.Snapshot().BytesLastDay));
    }

    [Fact]
    public void Too_much_in_a_day_is_told_once_and_once_more_after_a_quiet_day()
    {
        List<long> told = [];
        var meter = new WriteMeter(() => _now, budget: 100) { OnOver = told.Add };
        meter.Wrote(100);
        Assert.Empty(told);
        meter.Wrote(1);
        meter.Wrote(50);
        Assert.Equal([101], told);
        Wait(hours: 25);
        meter.Wrote(10);
        meter.Wrote(200);
        Assert.Equal([101, 210], told);
    }

    [Fact]
    public void The_log_names_the_cause()
    {
        var budget = new WriteBudget(() => _now);
        var log = new RecordingLogger();
        budget.Tell(log);
        budget[WriteCause.Recordings].Wrote(1L << 40); // as much as there is to record
        Assert.Equal(0, log.EventCount("write_budget_exceeded"));
        budget[WriteCause.Registrations].Wrote(5 << 20);
        Assert.Equal(1, log.EventCount("write_budget_exceeded"));
    }

    [Fact]
    public void Each_cause_has_its_own()
    {
        var budget = new WriteBudget(() => _now);
        foreach (WriteCause cause in Enum.GetValues<WriteCause>())
        {
            budget[cause].Wrote(10 + (int)cause);
        }
        Assert.Equal(
            [("call records", 10L), ("registrations", 11), ("configuration", 12), ("recordings", 13), ("updates", 14)],
            budget.Snapshot().All().Select(one => (one.Cause, one.Value.Bytes)));
    }

    private void Wait(int hours) => _now += TimeSpan.FromHours(hours);
}
