namespace EdgePbx.Core;

// RFC 4028 on this leg, in both roles
internal sealed partial class Leg : ISessionTimerUser
{
    private bool _isRefreshWanted;

    /// <summary>It agreed to a session timer. One that did not may refuse every refresh and is there all the same (ADR 8).</summary>
    private bool _peerKnowsTimers;

    /// <summary>What we answer to a request of the peer's that may start or refresh the session; false: 422.</summary>
    public bool TryAgree(SipMessage request, out SessionAgreement agreement)
    {
        var terms = SessionTerms.Read(request);
        Timer.RaiseMinimum(terms.MinSe, TimeSpan.Zero);
        return SessionAgreement.TryAnswer(terms, _context.Settings, out agreement);
    }

    /// <summary>Our 2xx with this agreement is sent: the interval begins (RFC 4028 section 10).</summary>
    public void StartSession(Instant now, in SessionAgreement agreement)
    {
        if (agreement.IsOn)
        {
            _peerKnowsTimers = agreement.Requires;
            Refresher refresher = agreement.Refresher == RefresherParam.Uac ? Refresher.Peer : Refresher.Us;
            Restart(now, agreement.Interval, refresher, isAlone: false, "the peer");
        }
    }

    /// <summary>Session-Expires, Min-SE and the refresher in a request of ours (RFC 4028 7.1, 7.4; ST-02, ST-22).</summary>
    private void WriteSessionRequest(ref SipWriter writer, bool isInitial)
    {
        RefresherParam refresher = isInitial || !HasAgreement ? RefresherParam.None
            : Timer.Refresher == Refresher.Us ? RefresherParam.Uac : RefresherParam.Uas; // roles are the request's, not the call's
        SessionTimerHeaders.Write(ref writer, ProposedInterval, refresher);
        // 90 s goes without saying, and less is never said, not even in a laboratory (RFC 4028 section 5, ST-03)
        if (Timer.RaisedMinimum >= SessionTimerHeaders.LeastMinimum || _context.Settings.SessionMinimum > SessionTimerHeaders.LeastMinimum)
        {
            SessionTimerHeaders.WriteMinimum(ref writer, LeastInterval);
        }
    }

    private TimeSpan LeastInterval => Longer(Timer.RaisedMinimum, _context.Settings.SessionMinimum);

    /// <summary>Never below the minimum that goes with it (RFC 4028 7.4).</summary>
    private TimeSpan ProposedInterval => Longer(HasAgreement ? Timer.Interval : _context.Settings.SessionInterval, LeastInterval);

    /// <summary>The session has an end that both sides know.</summary>
    private bool HasAgreement => Timer is { IsOn: true, IsAlone: false };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>A 2xx to a request of ours: what it says of the timer, and what its silence means.</summary>
    private void FollowSuccess(Instant now, SipMessage response, bool isInitial)
    {
        _intervalRetries = 0;
        if (SessionExpires.TryParse(response.First(HeaderName.SessionExpires), out SessionExpires expires) && expires.Seconds > 0)
        {
            // ST-17, ST-18: an interval that we did not ask for is honoured all the same
            _peerKnowsTimers = true;
            TimeSpan interval = TimeSpan.FromSeconds(Math.Min(expires.Seconds, 604800));
            Restart(now, interval, expires.Refresher == RefresherParam.Uas ? Refresher.Peer : Refresher.Us, isAlone: false, "us");
        }
        else
        {
            if (HasAgreement)
            {
                Timer.Stop(); // ST-25
                _call.LogTimerCancelled(this);
            }
            Watch(now);
        }
    }

    /// <summary>No end is agreed on, but a phone that is gone must be noticed: we refresh alone, and any answer will do (ST-16).</summary>
    private void Watch(Instant now) => Restart(now, _context.Settings.WatchInterval, Refresher.Us, isAlone: true, "us");

    void ISessionTimerUser.OnRefreshDue(Instant now)
    {
        Enter();
        Refresh(now);
    }

    void ISessionTimerUser.OnSessionExpired(Instant now)
    {
        Enter();
        _call.OnSessionExpired(now, this);
    }

    void ISessionTimerUser.OnSessionTimerCancelled(Instant now) => _call.LogTimerCancelled(this);

    private void Refresh(Instant now)
    {
        _isRefreshWanted = IsBusy; // ST-32: it waits for the open request
        if (_isRefreshWanted || !IsConfirmed || Dialog is null)
        {
            return;
        }
        if (PeerAllowsUpdate)
        {
            SendUpdate(now, default, OnRefreshAnswered);
        }
        else
        {
            SendReInvite(now, Media.Describe(), OnReInviteRefreshAnswered);
        }
    }

    private void OnReInviteRefreshAnswered(Instant now, int status, SipMessage? response, OutgoingInvite? invite)
    {
        if (status is >= 200 and < 300 && response is not null)
        {
            Acknowledge(now, invite!, default);
            if (SdpBodies.Find(response) is { } answer)
            {
                Media.Follow(answer); // a phone may move its port even in the answer to a refresh
            }
        }
        OnRefreshAnswered(now, status, response);
    }

    private void OnRefreshAnswered(Instant now, int status, SipMessage? response)
    {
        if (status >= 300)
        {
            Timer.Note(now, response is null ? "no answer" : status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        switch (status)
        {
            case >= 200 and < 300:
                return; // the timer runs anew already
            case 408 or 481:
                _call.OnRefreshFailed(now, this, status, isSilent: response is null); // ST-26
                return;
            case var _ when Timer.IsAlone && response is not null:
                Watch(now); // whatever it says, it is there
                return;
            case 491:
                Timer.RetryAt(now + GlareBackOff());
                return;
            case 405 or 501 when PeerAllowsUpdate:
                PeerAllowsUpdate = false; // it said otherwise in Allow; a re-INVITE is always understood
                Refresh(now);
                return;
            case var _ when !_peerKnowsTimers && response is not null:
                Watch(now);
                return;
            default:
                _call.LogRefreshFailed(this, status);
                Timer.RetryAt(now + RetryDelay(response)); // ST-27: the expiry still guards the call
                return;
        }
    }

    /// <summary>RFC 3261 14.1: in units of 10 ms, 2.1 to 4 s for the owner of the Call-ID, 0 to 2 s for the other (C-29).</summary>
    private TimeSpan GlareBackOff() => Dialog is { OwnsCallId: true }
        ? TimeSpan.FromMilliseconds(2100 + (10 * _context.Entropy.Below(191)))
        : TimeSpan.FromMilliseconds(10 * _context.Entropy.Below(201));

    private TimeSpan RetryDelay(SipMessage? response)
    {
        TimeSpan delay = Timer.Interval / 10;
        if (response is not null && response.TryGetUInt32(HeaderName.RetryAfter, out uint seconds))
        {
            delay = TimeSpan.FromSeconds(Math.Min(seconds, 3600));
        }
        return delay < SipTimers.T2 ? SipTimers.T2 : delay;
    }

    private void Restart(Instant now, TimeSpan interval, Refresher refresher, bool isAlone, string by)
    {
        bool isFirst = !Timer.IsOn;
        Timer.Start(now, interval, refresher, isAlone);
        _isRefreshWanted = false;
        Timer.Note(now, isFirst ? "agreed when the call was answered" : by == "us" ? "200" : "refreshed by the phone", isRefreshed: !isFirst);
        if (isFirst)
        {
            _call.LogTimerStarted(this, refresher);
        }
        else
        {
            _call.LogRefreshed(now, this, by);
        }
    }
}
