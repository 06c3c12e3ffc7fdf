namespace EdgePbx.Core;

/// <summary>How a re-INVITE of ours ended; on a 2xx the receiver acknowledges <paramref name="invite"/>.</summary>
internal delegate void ReInviteAnswered(Instant now, int status, SipMessage? response, OutgoingInvite? invite);

// requests that we send within the dialog
internal sealed partial class Leg
{
    private bool _isUpdateOpen;
    private Action<Instant>? _retry;

    /// <summary>No INVITE or UPDATE of ours may be sent now (RFC 3261 14.1, RFC 3311 5.1).</summary>
    public bool IsBusy => HasOpenRequest || _retry is not null;

    private bool HasOpenRequest => IsInviteOpen || _isUpdateOpen || HasOpenUpdate;

    /// <summary>An INVITE is open in either direction, or its 2xx is not acknowledged yet (C-28).</summary>
    public bool IsInviteOpen => Outgoing is { IsInProgress: true } || _isAckOwed || _refused is { AwaitsAck: true }
        || Incoming is { IsOpen: true } or { AwaitsAck: true } or { AwaitsAckToRefusal: true };

    private bool _isAckOwed;

    /// <summary>INVITE within the dialog; an empty description asks the peer for an offer.</summary>
    public void SendReInvite(Instant now, ReadOnlyMemory<byte> sdp, ReInviteAnswered onAnswered)
    {
        var user = new ReInvite(this, sdp, onAnswered);
        byte[] branch = _context.NewBranch();
        SipFlow hop = _context.NextHops.Of(Dialog!);
        uint cseq = Dialog!.NextCSeq();
        SipWriter writer = _context.BeginRequest(Dialog, SipMethod.Invite, cseq, branch, hop);
        WriteTargetRefresh(ref writer, hop);
        WriteSessionRequest(ref writer, isInitial: false);
        Outgoing = new OutgoingInvite(Scope, _context, user, Dialog);
        if (!Outgoing.Send(now, ref writer, cseq, branch, hop, ContactUser, sdp.Span))
        {
            Scope.ReleaseNow(Outgoing, now);
            onAnswered(now, 500, null, null);
        }
    }

    public void SendUpdate(Instant now, ReadOnlyMemory<byte> sdp, Action<Instant, int, SipMessage?> onAnswered)
    {
        _isUpdateOpen = true;
        SendInDialog(now, SipMethod.Update, SipIdentity.Sdp, sdp, withSession: true, (later, status, response) =>
        {
            _isUpdateOpen = false;
            if (status is >= 200 and < 300 && response is not null)
            {
                Dialog?.RefreshTarget(response, Dialog.Flow);
                if (IsConfirmed)
                {
                    FollowSuccess(later, response, isInitial: false);
                }
            }
            else if (status == 422 && response is not null && TryRaiseMinimum(response))
            {
                SendUpdate(later, sdp, onAnswered); // ST-09
                return;
            }
            onAnswered(later, status, response);
            AfterExchange(later);
        });
    }

    /// <summary>INFO and whatever else only passes through.</summary>
    public void SendInfo(Instant now, SipMessage original, Action<Instant, int, SipMessage?> onAnswered) =>
        SendInDialog(now, SipMethod.Info, original.First(HeaderName.ContentType).ToArray(), original.Body.ToArray(), withSession: false, onAnswered,
            original.First(HeaderName.InfoPackage).ToArray());

    private void SendInDialog(Instant now, SipMethod method, ReadOnlySpan<byte> contentType, ReadOnlyMemory<byte> body, bool withSession,
        Action<Instant, int, SipMessage?> onAnswered, byte[]? infoPackage = null)
    {
        byte[] branch = _context.NewBranch();
        SipFlow hop = _context.NextHops.Of(Dialog!);
        SipWriter writer = _context.BeginRequest(Dialog!, method, NextNumber(Dialog!), branch, hop);
        if (withSession)
        {
            WriteTargetRefresh(ref writer, hop);
            if (IsConfirmed)
            {
                WriteSessionRequest(ref writer, isInitial: false); // a phone that rings has no session that could expire
            }
        }
        else
        {
            writer.Header(HeaderName.Supported, SipIdentity.Supported);
        }
        if (infoPackage is { Length: > 0 })
        {
            writer.Header(HeaderName.InfoPackage, infoPackage);
        }
        var request = new InDialogRequest(_context, _call, Scope, onAnswered);
        request.Transaction = _context.SendRequest(now, ref writer, method, branch, hop, request, contentType, body.Span);
        if (request.Transaction is null)
        {
            Scope.ReleaseNow(request, now);
            onAnswered(now, 500, null);
            return;
        }
        NoteEarly(Dialog!, request);
    }

    private uint NextNumber(Dialog dialog)
    {
        uint cseq = dialog.NextCSeq();
        Outgoing?.NoteNumber(cseq);
        return cseq;
    }

    private void WriteTargetRefresh(ref SipWriter writer, in SipFlow hop)
    {
        _context.WriteContact(ref writer, ContactUser, hop);
        writer.Header(HeaderName.Allow, SipIdentity.Allow);
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
    }

    /// <summary>An exchange is over: what waited for it goes out now.</summary>
    private void AfterExchange(Instant now)
    {
        if (!IsConfirmed || HasOpenRequest)
        {
            return;
        }
        if (_retry is { } retry)
        {
            _retry = null;
            retry(now);
        }
        else if (_isRefreshWanted)
        {
            Refresh(now);
        }
    }

    /// <summary>The leg's side of one re-INVITE.</summary>
    private sealed class ReInvite(Leg leg, ReadOnlyMemory<byte> sdp, ReInviteAnswered onAnswered) : IOutgoingInviteUser
    {
        public void OnProvisional(Instant now, OutgoingInvite invite, SipMessage response, in SipFlow source) => leg.Note(response);

        public void OnAccepted(Instant now, OutgoingInvite invite, SipMessage response, in SipFlow source)
        {
            leg.Enter();
            leg.Note(response);
            leg.Dialog!.RefreshTarget(response, source);
            leg.FollowSuccess(now, response, isInitial: false);
            leg._isAckOwed = true;
            onAnswered(now, response.StatusCode, response, invite);
        }

        public void OnRejected(Instant now, OutgoingInvite invite, int status, SipMessage? response)
        {
            leg.Enter();
            if (leg.State == LegState.Ended)
            {
                return;
            }
            leg.Scope.ReleaseNow(invite, now);
            if (status == 422 && response is not null && leg.TryRaiseMinimum(response))
            {
                leg._retry = later => leg.SendReInvite(later, sdp, onAnswered);
                leg.AfterExchange(now); // at once, unless an INVITE of the peer's is not acknowledged yet (C-28)
                return;
            }
            onAnswered(now, status, response, null);
            leg.AfterExchange(now);
        }
    }

    /// <summary>ACK to the 2xx of an INVITE of ours, at once or when the answer has come from the other leg.</summary>
    public void Acknowledge(Instant now, OutgoingInvite invite, ReadOnlySpan<byte> sdp)
    {
        invite.Acknowledge(now, Dialog!, sdp);
        if (Scope.Owns(invite))
        {
            _isAckOwed = false;
            Scope.ReleaseNow(invite, now); // it needs no owner any more: copies of the 2xx are its transaction's business
            AfterExchange(now);
        }
    }
}
