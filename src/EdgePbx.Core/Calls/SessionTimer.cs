namespace EdgePbx.Core;

/// <summary>Who sends the refreshes of a session (RFC 4028 section 3).</summary>
internal enum Refresher : byte { Us, Peer }

/// <summary>What a session timer tells its leg.</summary>
internal interface ISessionTimerUser
{
    /// <summary>Half of the interval is over and we are the refresher.</summary>
    void OnRefreshDue(Instant now);

    /// <summary>No refresh within the interval, less the guard time.</summary>
    void OnSessionExpired(Instant now);

    /// <summary>It was armed and the leg has ended.</summary>
    void OnSessionTimerCancelled(Instant now);
}

/// <summary>RFC 4028 for one dialog. It is a member of its leg; nothing else can reach its deadlines.</summary>
internal sealed class SessionTimer : Owned, ITimerOwner
{
    private readonly ISessionTimerUser _user;
    private readonly OwnedTimer _refresh;
    private readonly OwnedTimer _expiry;
    private readonly bool _isFirst;
    private Instant _lateAt;
    private bool _isReleased;

    /// <param name="isFirst">This leg refreshes a little before the call's other one, so that a phone that ends the call hears of no refresh of the other leg in the same moment.</param>
    public SessionTimer(ResourceScope scope, TimerHeap timers, ISessionTimerUser user, bool isFirst)
        : base(scope, ResourceKind.SessionTimer)
    {
        (_user, _isFirst) = (user, isFirst);
        _refresh = new OwnedTimer(timers, TimerKind.Session, this, scope.Ledger);
        _expiry = new OwnedTimer(timers, TimerKind.Session, this, scope.Ledger);
    }

    public TimeSpan Interval { get; private set; }
    public Refresher Refresher { get; private set; }

    /// <summary>The largest Min-SE in a 422 or a request of this dialog; it stays for the dialog's life (RFC 4028 7.4, ST-09). Zero: none.</summary>
    public TimeSpan RaisedMinimum { get; private set; }

    /// <summary>The peer agreed to no timer; we refresh alone, in an interval of our own, to notice when it is gone (ST-16).</summary>
    public bool IsAlone { get; private set; }

    /// <summary>How often the interval began anew.</summary>
    public int Refreshes { get; private set; }

    /// <summary>What became of the last refresh, in a word or a status, and when; for whoever looks.</summary>
    public (string Result, Instant At) Last { get; private set; } = ("", default);

    public bool IsOn => _expiry.IsArmed;
    public Instant? RefreshDue => _refresh.IsArmed ? _refresh.Due : null;
    public Instant? ExpiryDue => _expiry.IsArmed ? _expiry.Due : null;

    /// <summary>From when on it is remarkable that no refresh came, or that ours was not answered; never while it is off.</summary>
    public Instant LateAt => IsOn ? _lateAt : Instant.Never;

    /// <summary>After each 2xx to INVITE or UPDATE (RFC 4028 section 10): starts, or starts again.</summary>
    public void Start(Instant now, TimeSpan interval, Refresher refresher, bool isAlone)
    {
        if (_isReleased)
        {
            throw new InvalidOperationException("a session timer was started after its leg gave it back"); // nobody would ever cancel it
        }
        (Interval, Refresher, IsAlone) = (interval, refresher, isAlone);
        _expiry.Arm(now + ExpiryAfter(interval));
        _lateAt = now + LateAfter(interval, refresher);
        if (refresher == Refresher.Us)
        {
            _refresh.Arm(now + RefreshAfter(interval, _isFirst));
        }
        else
        {
            _refresh.Cancel();
        }
    }

    public void Note(Instant now, string result, bool isRefreshed = false)
    {
        Last = (result, now);
        Refreshes += isRefreshed ? 1 : 0;
    }

    /// <summary>What was agreed holds no longer.</summary>
    public void Stop()
    {
        _refresh.Cancel();
        _expiry.Cancel();
    }

    /// <summary>Our refresh has to wait or to be tried again; the expiry still guards the call.</summary>
    public void RetryAt(Instant when)
    {
        if (IsOn)
        {
            _refresh.Arm(when);
        }
    }

    /// <param name="minimum">What the peer said; zero when it said nothing.</param>
    /// <param name="least">What it is taken for at least: 90 s in a 422 (RFC 4028 section 5).</param>
    public void RaiseMinimum(TimeSpan minimum, TimeSpan least)
    {
        if (minimum > RaisedMinimum)
        {
            RaisedMinimum = minimum > least ? minimum : least;
        }
    }

    /// <summary>Half of the interval (RFC 4028 section 10, ST-19); for the leg that is first a twentieth less, but no more than a second.</summary>
    internal static TimeSpan RefreshAfter(TimeSpan interval, bool isFirst) =>
        (interval / 2) - (isFirst ? TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerSecond, interval.Ticks / 20)) : TimeSpan.Zero);

    /// <summary>A silent peer is given up min(32 s, a third of the interval) before the end (RFC 4028 section 10, ST-28).</summary>
    internal static TimeSpan ExpiryAfter(TimeSpan interval) =>
        interval - TimeSpan.FromTicks(Math.Min(TimeSpan.FromSeconds(32).Ticks, interval.Ticks / 3));

    /// <summary>Our refresh is answered at once, or within four seconds; a peer may take half of the time between half time and expiry.</summary>
    internal static TimeSpan LateAfter(TimeSpan interval, Refresher refresher)
    {
        TimeSpan half = interval / 2;
        TimeSpan patience = (ExpiryAfter(interval) - half) / 2;
        return half + (refresher == Refresher.Us && patience > SipTimers.T2 ? SipTimers.T2 : patience);
    }

    internal override Release Release(Instant now)
    {
        _isReleased = true;
        if (IsOn)
        {
            Stop();
            _user.OnSessionTimerCancelled(now);
        }
        return Core.Release.Done;
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        if (timer == _refresh)
        {
            _user.OnRefreshDue(now);
        }
        else
        {
            OnExpired(now);
        }
    }

    private void OnExpired(Instant now)
    {
        _refresh.Cancel();
        _user.OnSessionExpired(now);
    }
}
