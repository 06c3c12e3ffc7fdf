namespace EdgePbx.Core.Tests;

public class SessionTimerTests : ISessionTimerUser
{
    private static readonly Instant Start = new(0);
    private readonly TimerHeap _heap = new();
    private readonly List<string> _told = [];
    private readonly ResourceScope _scope = new(null, static (_, failure) => Assert.Fail(failure.Message));
    private readonly SessionTimer _timer;

    public SessionTimerTests() => _timer = new SessionTimer(_scope, _heap, this, isFirst: false);

    [Theory]
    [InlineData(90, 60)]
    [InlineData(96, 64)]
    [InlineData(97, 65)]
    [InlineData(300, 268)]
    [InlineData(1800, 1768)]
    [InlineData(3, 2)]
    [Trait("Clause", "ST-28")]
    public void A_silent_peer_is_given_up_the_smaller_of_32_s_and_a_third_before_the_end(int interval, int expires) =>
        Assert.Equal(TimeSpan.FromSeconds(expires), SessionTimer.ExpiryAfter(TimeSpan.FromSeconds(interval)));

    /// <summary>Half of the interval, within 2 s of 45 for 90; the callee's leg a little earlier, so that no phone hears of both at once.</summary>
    [Theory]
    [InlineData(4, 1.8, 2)]
    [InlineData(10, 4.5, 5)]
    [InlineData(90, 44, 45)]
    [InlineData(1800, 899, 900)]
    [Trait("Clause", "ST-19")]
    public void The_refresh_of_one_leg_is_due_a_little_before_that_of_the_other(int interval, double first, double second) => Assert.Equal(
        (TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(second)),
        (SessionTimer.RefreshAfter(TimeSpan.FromSeconds(interval), isFirst: true), SessionTimer.RefreshAfter(TimeSpan.FromSeconds(interval), isFirst: false)));

    [Fact]
    [Trait("Clause", "ST-19")]
    public void The_refresher_is_told_at_half_time_and_at_the_guard_time()
    {
        Run(Refresher.Us);
        Assert.Equal(["refresh 45", "expired 60"], _told);
        Assert.Equal(0, _heap.Armed);
    }

    [Fact]
    public void The_other_side_is_told_at_the_guard_time_only()
    {
        Run(Refresher.Peer);
        Assert.Equal(["expired 60"], _told);
    }

    [Fact]
    [Trait("Clause", "race 4")]
    public void A_new_start_moves_both_deadlines()
    {
        Begin(Refresher.Us);
        _timer.Start(At(40), TimeSpan.FromSeconds(90), Refresher.Peer, isAlone: false);
        Assert.Equal((1, null), (_heap.Armed, _timer.RefreshDue));
        FireUntil(200);
        Assert.Equal(["expired 100"], _told);
    }

    [Fact]
    public void Giving_it_back_cancels_both_and_says_so_once()
    {
        Begin(Refresher.Us);
        _scope.Close(At(1));
        FireUntil(200);
        Assert.Equal(["cancelled 1"], _told);
        Assert.Equal(0, _heap.Armed);
    }

    [Fact]
    public void Giving_back_one_that_never_ran_or_was_stopped_says_nothing()
    {
        Begin(Refresher.Us);
        _timer.Stop();
        _scope.Close(At(1));
        Assert.Empty(_told);
    }

    [Fact]
    [Trait("Clause", "ST-33")]
    public void After_it_is_given_back_it_can_never_be_armed_again()
    {
        Begin(Refresher.Us);
        _scope.Close(At(1));
        _ = Assert.Throws<InvalidOperationException>(() => Begin(Refresher.Us));
        _timer.RetryAt(At(5));
        Assert.Equal(0, _heap.Armed);
    }

    [Fact]
    [Trait("Clause", "ST-27")]
    public void A_retry_moves_the_refresh_and_not_the_expiry()
    {
        Begin(Refresher.Us);
        FireUntil(45);
        _timer.RetryAt(At(50));
        FireUntil(200);
        Assert.Equal(["refresh 45", "refresh 50", "expired 60"], _told);
    }

    [Fact]
    [Trait("Clause", "ST-25")]
    public void A_retry_of_a_timer_that_is_off_arms_nothing()
    {
        _timer.RetryAt(At(5));
        Assert.Equal(0, _heap.Armed);
    }

    [Fact]
    [Trait("Clause", "ST-09")]
    public void The_minimum_only_grows_and_is_never_below_90()
    {
        _timer.RaiseMinimum(TimeSpan.Zero, SessionTimerHeaders.LeastMinimum);
        Assert.Equal(TimeSpan.Zero, _timer.RaisedMinimum);
        _timer.RaiseMinimum(TimeSpan.FromSeconds(30), SessionTimerHeaders.LeastMinimum);
        Assert.Equal(TimeSpan.FromSeconds(90), _timer.RaisedMinimum);
        _timer.RaiseMinimum(TimeSpan.FromSeconds(200), SessionTimerHeaders.LeastMinimum);
        _timer.RaiseMinimum(TimeSpan.FromSeconds(100), SessionTimerHeaders.LeastMinimum);
        Assert.Equal(TimeSpan.FromSeconds(200), _timer.RaisedMinimum);
    }

    void ISessionTimerUser.OnRefreshDue(Instant now) => _told.Add($"refresh {(now - Start).TotalSeconds}");

    void ISessionTimerUser.OnSessionExpired(Instant now) => _told.Add($"expired {(now - Start).TotalSeconds}");

    void ISessionTimerUser.OnSessionTimerCancelled(Instant now) => _told.Add($"cancelled {(now - Start).TotalSeconds}");

    private static Instant At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private void Begin(Refresher refresher) => _timer.Start(Start, TimeSpan.FromSeconds(90), refresher, isAlone: false);

    private void Run(Refresher refresher)
    {
        Begin(refresher);
        FireUntil(200);
    }

    private void FireUntil(double seconds)
    {
        while (_heap.NextDue <= At(seconds))
        {
            _heap.FireDue(_heap.NextDue);
        }
    }
}
