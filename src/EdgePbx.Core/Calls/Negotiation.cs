namespace EdgePbx.Core;

/// <summary>The request that started a negotiation, and how it is answered.</summary>
internal interface INegotiated
{
    void Accept(Instant now, ReadOnlyMemory<byte> sdp);

    void Refuse(Instant now, int status);
}

/// <summary>A re-INVITE that waits for the other leg.</summary>
internal sealed class NegotiatedInvite(Leg leg, IncomingInvite invite, SessionAgreement agreement) : INegotiated
{
    public void Accept(Instant now, ReadOnlyMemory<byte> sdp)
    {
        if (invite.IsOpen)
        {
            leg.Answer(now, sdp, agreement);
        }
    }

    public void Refuse(Instant now, int status) => invite.Reject(now, status);
}

/// <summary>An UPDATE that waits for the other leg.</summary>
internal sealed class NegotiatedUpdate : INegotiated
{
    private readonly Leg _leg;
    private readonly ServerTransaction _update;
    private readonly SessionAgreement _agreement;

    public NegotiatedUpdate(Leg leg, ServerTransaction update, SessionAgreement agreement)
    {
        (_leg, _update, _agreement) = (leg, update, agreement);
        leg.Hold(update);
    }

    public void Accept(Instant now, ReadOnlyMemory<byte> sdp)
    {
        if (_leg.TryTakeHeld(_update))
        {
            _leg.AnswerUpdate(now, _update, sdp, _agreement);
        }
    }

    public void Refuse(Instant now, int status) => _leg.RefuseHeld(now, _update, status);
}

/// <summary>
/// A change of media that one leg asks for and the other must agree to. While it is open, neither leg starts another.
/// A refusal leaves media as they were (RFC 3261 14.1, C-30).
/// </summary>
internal sealed class Negotiation(Call call, Leg from, Leg to, INegotiated request)
{
    private SdpSession? _offer;

    public void Start(Instant now, SdpSession? offer)
    {
        _offer = offer;
        ReadOnlyMemory<byte> body = default;
        if (offer is not null)
        {
            if (MediaBridge.CarryOffer(from.Media, to.Media, offer) is not { } carried)
            {
                Refuse(now, from.Media.MayUse(offer) ? 500 : 488);
                return;
            }
            body = carried;
        }
        if (offer is not null && (!to.IsConfirmed || (request is NegotiatedUpdate && to.PeerAllowsUpdate)))
        {
            to.SendUpdate(now, body, OnUpdateAnswered);
        }
        else
        {
            to.SendReInvite(now, body, OnReInviteAnswered);
        }
    }

    /// <summary>The asking side gave up. The other leg's answer, which may cross, still decides.</summary>
    public void Cancel(Instant now) => to.CancelInvite(now, default);

    private void OnUpdateAnswered(Instant now, int status, SipMessage? response) => Finish(now, status, response, null);

    private void OnReInviteAnswered(Instant now, int status, SipMessage? response, OutgoingInvite? invite) => Finish(now, status, response, invite);

    private void Finish(Instant now, int status, SipMessage? response, OutgoingInvite? invite)
    {
        if (status is < 200 or >= 300 || response is null)
        {
            Refuse(now, status);
            return;
        }
        SdpSession? sdp = SdpBodies.Find(response);
        if (_offer is null)
        {
            CarryOfferBack(now, sdp, invite!);
            return;
        }
        if (invite is not null)
        {
            to.Acknowledge(now, invite, default);
        }
        if (sdp is null)
        {
            Refuse(now, 488);
            return;
        }
        if (MediaBridge.CarryAnswer(from.Media, to.Media, _offer, sdp) is not { } body)
        {
            Refuse(now, 488);
            return;
        }
        Trim(now);
        call.OnNegotiated(now, null, hasChanged: true);
        request.Accept(now, body);
    }

    /// <summary>The re-INVITE had no offer: the other leg's 2xx makes it, and the ACK will bring the answer.</summary>
    private void CarryOfferBack(Instant now, SdpSession? offer, OutgoingInvite invite)
    {
        if (offer is null || MediaBridge.CarryOffer(to.Media, from.Media, offer) is not { } body)
        {
            to.Acknowledge(now, invite, default);
            Refuse(now, 500);
            call.End(now, EndReason.NoAnswerSdp(to)); // its offer has no answer, so nobody knows what holds (RFC 3261 13.2.1)
            return;
        }
        call.OnNegotiated(now, new LateAnswer(offer, to, invite), hasChanged: true);
        request.Accept(now, body);
    }

    private void Refuse(Instant now, int status)
    {
        Trim(now);
        call.OnNegotiated(now, null, hasChanged: false);
        request.Refuse(now, FinalResponses.ShownInDialog(status));
        if (status is 408 or 481)
        {
            call.End(now, EndReason.PeerGone(to, status)); // C-22
        }
    }

    private void Trim(Instant now)
    {
        from.Media.Trim(now);
        to.Media.Trim(now);
    }
}
