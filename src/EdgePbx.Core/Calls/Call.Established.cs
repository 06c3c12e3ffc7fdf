namespace EdgePbx.Core;

// after the answer: media changes cross the box, refreshes do not, and either side ends it
internal sealed partial class Call
{
    private Negotiation? _negotiation;
    private LateAnswer? _lateAnswer;

    /// <summary>An offer crosses from one leg to the other and has no answer yet.</summary>
    public bool IsNegotiating => _negotiation is not null || _lateAnswer is not null;

    internal void OnBye(Instant now, Leg leg) => End(now, EndReason.HungUp(leg), gone: leg);

    /// <summary>
    /// Whatever it was answered, who has sent it means to leave (RFC 3261 15.1.1). A BYE of ours goes there as well: a phone that was
    /// refused, or did not mean it so, would stay in the call alone.
    /// </summary>
    internal void OnRefusedBye(Instant now, Leg leg) => End(now, EndReason.HungUp(leg));

    internal void OnSessionExpired(Instant now, Leg leg)
    {
        _context.Counters.SessionsExpired++;
        _context.Counters.LastExpiry = now;
        _context.Log.SessionTimerExpired(Key, _callId, _b2buaCallId, leg.Label);
        End(now, EndReason.Expired(leg));
    }

    internal void OnRefreshFailed(Instant now, Leg leg, int status, bool isSilent)
    {
        LogRefreshFailed(leg, status);
        _context.Counters.LastExpiry = now;
        End(now, isSilent ? EndReason.RefreshUnanswered(leg) : EndReason.RefreshFailed(leg, status));
    }

    internal void OnReInvite(Instant now, Leg leg, IncomingInvite invite, SdpSession? offer, SessionAgreement agreement)
    {
        if (Other(leg) is not { IsConfirmed: true } other || other.IsBusy)
        {
            invite.Reject(now, 491);
            return;
        }
        if (offer is { IsForeign: true })
        {
            invite.Reject(now, 488); // a fax, say: what was agreed before goes on (RFC 3261 14.2)
            return;
        }
        _negotiation = new Negotiation(this, leg, other, new NegotiatedInvite(leg, invite, agreement));
        _negotiation.Start(now, offer);
    }

    internal void OnUpdateOffer(Instant now, Leg leg, ServerTransaction update, SdpSession offer, SessionAgreement agreement)
    {
        Leg? other = Other(leg);
        if (other is null || other.IsBusy && other.IsConfirmed || IsNegotiating)
        {
            _context.Respond(now, update, 491);
            return;
        }
        if (offer.IsForeign)
        {
            _context.Respond(now, update, 488);
            return;
        }
        bool isEarly = State is not CallState.Established;
        if (other.Dialog is null || (isEarly && !(other.PeerAllowsUpdate && _isAnsweredEarly)))
        {
            leg.RespondLater(now, update, 500); // nobody answered yet to whom it could be offered (RFC 3311 5.1)
            return;
        }
        _negotiation = new Negotiation(this, leg, other, new NegotiatedUpdate(leg, update, agreement));
        _negotiation.Start(now, offer);
    }

    internal void OnInfo(Instant now, Leg leg, ServerTransaction info)
    {
        if (Other(leg) is not { Dialog: not null } other)
        {
            _context.Respond(now, info, 480);
            return;
        }
        if (InfoDigit.TryRead(info.Request, out char digit))
        {
            OnDigit(now, leg, digit, isInfo: true);
        }
        leg.Hold(info);
        other.SendInfo(now, info.Request, (later, status, _) =>
        {
            if (leg.TryTakeHeld(info))
            {
                _context.Respond(later, info, status is 401 or 407 ? 480 : status);
            }
            if (status is 408 or 481)
            {
                End(later, EndReason.PeerGone(other, status)); // C-22
            }
        });
    }

    internal void OnAcknowledged(Instant now, Leg leg, SdpSession? sdp)
    {
        if (_lateAnswer is not { } late || late.Offerer == leg)
        {
            return;
        }
        _lateAnswer = null;
        if (sdp is null)
        {
            End(now, EndReason.NoAnswerSdp(leg));
            return;
        }
        if (MediaBridge.CarryAnswer(late.Offerer.Media, leg.Media, late.Offer, sdp) is not { } body)
        {
            End(now, EndReason.NoAnswerSdp(leg));
            return;
        }
        leg.Media.Trim(now);
        late.Offerer.Media.Trim(now);
        late.Offerer.Acknowledge(now, late.Invite, body.Span);
        ReviewRecording(now);
    }

    /// <summary>The exchange is over on both legs.</summary>
    /// <param name="waitsFor">The answer that an ACK will bring.</param>
    /// <param name="hasChanged">False when the offer was refused.</param>
    internal void OnNegotiated(Instant now, LateAnswer? waitsFor, bool hasChanged)
    {
        _wasChangedEarly |= hasChanged && State is not CallState.Established;
        _negotiation = null;
        _lateAnswer = waitsFor;
        if (hasChanged && waitsFor is null)
        {
            ReviewRecording(now);
        }
    }

    /// <summary>An extension has registered anew: its phones may be elsewhere now.</summary>
    internal void Follow(Instant now, string number, IReadOnlyList<Binding> bindings)
    {
        foreach (Leg leg in Legs().ToArray())
        {
            if (leg.Number == number)
            {
                leg.Follow(now, bindings);
            }
        }
    }

    /// <summary>The leg that hears this one; null while several ring.</summary>
    internal Leg? Other(Leg leg) => !leg.IsCaller ? Caller : Callee ?? (BranchCount == 1 ? _callees.Find(MayAnswer) : null);
}

/// <summary>An offer that came in a 2xx: its answer comes in the other leg's ACK (RFC 3261 13.2.1, O-08).</summary>
/// <param name="Offerer">The leg whose 2xx carried it and whose ACK waits.</param>
internal sealed record LateAnswer(SdpSession Offer, Leg Offerer, OutgoingInvite Invite);
