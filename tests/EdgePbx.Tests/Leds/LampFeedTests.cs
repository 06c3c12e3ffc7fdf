using EdgePbx.Core;

namespace EdgePbx.Tests;

public class LampFeedTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);
    private readonly List<int> _told = [];
    private readonly FakeEngine _engine = new();
    private readonly LampFeed _feed;

    public LampFeedTests() => _feed = new LampFeed(status => _told.Add(status.Calls));

    [Fact]
    public void An_engine_in_which_nothing_happens_is_not_asked_to_wake()
    {
        _feed.Note(Start, _engine);
        Assert.Equal(Instant.Never, _feed.NextDue);
        Assert.Empty(_told);
    }

    [Fact]
    public void A_change_is_told_at_once_and_the_next_ones_five_times_a_second()
    {
        Happens(1, 0);
        Happens(2, 0.01);
        Assert.Equal(Start + LampFeed.Interval, _feed.NextDue);
        Happens(3, 0.199);
        Assert.Equal([1], _told);
        _feed.Note(_feed.NextDue, _engine);
        Assert.Equal([1, 3], _told);
        Assert.Equal(Instant.Never, _feed.NextDue);
        _feed.Note(Start + TimeSpan.FromSeconds(0.3), _engine);
        Assert.NotEqual(Instant.Never, _feed.NextDue); // a message came meanwhile, which may have changed something
        _feed.Note(_feed.NextDue, _engine);
        Assert.Equal([1, 3], _told);
        Assert.Equal(Instant.Never, _feed.NextDue);
    }

    private void Happens(int calls, double seconds)
    {
        _engine.Status = new EngineStatus { Calls = calls };
        _feed.Note(Start + TimeSpan.FromSeconds(seconds), _engine);
    }
}
