namespace EdgePbx.Core.Tests;

public class TimerHeapTests
{
    private readonly TimerHeap _heap = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Equal_deadlines_fire_in_the_order_in_which_they_were_armed()
    {
        OwnedTimer[] timers = [.. Enumerable.Range(0, 20).Select(i => Timer($"{i}"))];
        foreach (OwnedTimer timer in timers)
        {
            timer.Arm(At(5));
        }
        timers[3].Arm(At(5)); // armed again: it is the youngest now
        _heap.FireDue(At(5));
        Assert.Equal([.. Enumerable.Range(0, 20).Where(i => i != 3).Select(i => $"{i}"), "3"], _fired);
    }

    [Fact]
    [Trait("Clause", "race 9")]
    public void What_is_cancelled_never_fires()
    {
        OwnedTimer timer = Timer("a");
        timer.Arm(At(1));
        timer.Cancel();
        timer.Cancel();
        _heap.FireDue(At(10));
        Assert.Empty(_fired);
        Assert.False(timer.IsArmed);
        Assert.Equal(0, _heap.Armed);
    }

    [Fact]
    [Trait("Clause", "race 9")]
    public void A_timer_cancelled_by_another_that_fires_at_the_same_moment_does_not_fire()
    {
        OwnedTimer second = Timer("second");
        var first = new OwnedTimer(_heap, TimerKind.Ring, _ => second.Cancel());
        first.Arm(At(1));
        second.Arm(At(1));
        _heap.FireDue(At(1));
        Assert.Empty(_fired);
    }

    [Fact]
    [Trait("Clause", "race 4")]
    public void Arming_again_moves_the_deadline_and_leaves_no_second_one()
    {
        OwnedTimer timer = Timer("a");
        timer.Arm(At(1));
        timer.Arm(At(3));
        Assert.Equal((1, At(3)), (_heap.Armed, _heap.NextDue));
        _heap.FireDue(At(2));
        Assert.Empty(_fired);
        _heap.FireDue(At(10));
        Assert.Equal(["a"], _fired);
    }

    [Fact]
    public void A_timer_is_disarmed_before_its_owner_hears_of_it_and_may_be_armed_there()
    {
        OwnedTimer? timer = null;
        timer = new OwnedTimer(_heap, TimerKind.Ring, now =>
        {
            Assert.False(timer!.IsArmed);
            _fired.Add($"{now.Ticks}");
            if (_fired.Count < 3)
            {
                timer.Arm(now + new TimeSpan(2));
            }
        });
        timer.Arm(At(1));
        _heap.FireDue(At(1));
        _heap.FireDue(At(4));
        _heap.FireDue(At(9));
        Assert.Equal(["1", "4", "9"], _fired);
    }

    [Fact]
    public void One_that_throws_is_disarmed_and_the_others_stay()
    {
        var bad = new OwnedTimer(_heap, TimerKind.Ring, _ => throw new InvalidOperationException("a bug"));
        bad.Arm(At(1));
        Timer("good").Arm(At(1));
        _ = Assert.Throws<InvalidOperationException>(() => _heap.FireDue(At(1)));
        _heap.FireDue(At(1));
        Assert.Equal(["good"], _fired);
    }

    [Fact]
    public void The_gauges_count_what_is_armed_by_kind()
    {
        OwnedTimer ring = Timer("ring");
        var session = new OwnedTimer(_heap, TimerKind.Session, _ => { });
        ring.Arm(At(1));
        session.Arm(At(2));
        session.Arm(At(3));
        Assert.Equal((1, 1, 0, 2), (_heap.ArmedOf(TimerKind.Ring), _heap.ArmedOf(TimerKind.Session), _heap.ArmedOf(TimerKind.Transaction), _heap.Armed));
        _heap.FireDue(At(1));
        session.Cancel();
        Assert.Equal((0, 0, 0), (_heap.ArmedOf(TimerKind.Ring), _heap.ArmedOf(TimerKind.Session), _heap.Armed));
        Assert.Equal(Instant.Never, _heap.NextDue);
    }

    [Fact]
    public void Arming_and_cancelling_allocate_nothing()
    {
        OwnedTimer[] timers = [.. Enumerable.Range(0, 100).Select(i => Timer($"{i}"))];
        Assert.Equal(0, Allocated.InEach(() => Round(timers)));

        static void Round(OwnedTimer[] timers)
        {
            for (int i = 0; i < timers.Length; i++)
            {
                timers[i].Arm(At((i * 37) % 100));
            }
            foreach (OwnedTimer timer in timers)
            {
                timer.Cancel();
            }
        }
    }

    private static Instant At(long ticks) => new(ticks);

    private OwnedTimer Timer(string name) => new(_heap, TimerKind.Ring, _ => _fired.Add(name));
}
