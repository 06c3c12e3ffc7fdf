namespace EdgePbx.Core;

/// <summary>Who sent the INVITE.</summary>
internal interface IOutgoingInviteUser
{
    void OnProvisional(Instant now, OutgoingInvite invite, SipMessage response, in SipFlow source);

    /// <summary>The first 2xx. Its user must call <see cref="OutgoingInvite.Acknowledge"/>, now or when it has the answer to an offer in it.</summary>
    void OnAccepted(Instant now, OutgoingInvite invite, SipMessage response, in SipFlow source);

    /// <summary>A final refusal; or none in time, 408, or not to be reached, 503, with no message.</summary>
    void OnRejected(Instant now, OutgoingInvite invite, int status, SipMessage? response);
}

/// <summary>
/// An INVITE of ours and what it may still bring after its leg is gone. The leg's scope lets go of it; it then cancels what
/// rings, acknowledges a 2xx that crosses and hangs up on it, and ends with its transaction (RFC 3261 9.1, 13.2.2.4, RFC 6026).
/// </summary>
internal sealed class OutgoingInvite : Owned, IClientTransactionUser, ITimerOwner
{
    private readonly PbxContext _context;
    private readonly Call? _call;
    private readonly Dialog? _dialog;
    private readonly OwnedTimer _giveUp;
    private SentAck[] _acks = []; // remembered for half a minute, and nearly always one
    private IOutgoingInviteUser? _user;
    private ClientTransaction? _transaction;
    private byte[]? _acceptedTag;
    private byte[] _contactUser = [];
    private ReadOnlyMemory<byte> _cancelReason;
    private ClientTransaction? _cancel;
    private uint _lastNumber;
    private bool _isCancelWanted;
    private bool _isCancelSent;

    /// <param name="dialog">The dialog that it is sent in; null when it is to make one.</param>
    public OutgoingInvite(ResourceScope scope, PbxContext context, IOutgoingInviteUser user, Dialog? dialog)
        : base(scope, ResourceKind.OutgoingInvite)
    {
        (_context, _user, _dialog, _call) = (context, user, dialog, context.CurrentCall);
        _giveUp = new OwnedTimer(context.Timers, TimerKind.Transaction, this, scope.Ledger);
    }

    public uint CSeq { get; private set; }

    /// <summary>Whom it is for; needed where it is to make a dialog.</summary>
    public DialogPeer Peer { get; init; }

    /// <summary>What was sent; valid while its transaction lives.</summary>
    public SipMessage Request => _transaction!.Request;

    public bool IsInProgress => _transaction is { HasFinalResponse: false };
    public bool IsAcknowledged => _acks.Length > 0;

    /// <summary>Sends what <paramref name="writer"/> holds; false when it did not fit into a message.</summary>
    public bool Send(Instant now, ref SipWriter writer, uint cseq, ReadOnlySpan<byte> branch, in SipFlow hop, ReadOnlySpan<byte> contactUser, ReadOnlySpan<byte> sdp)
    {
        (CSeq, _contactUser) = (cseq, contactUser.ToArray());
        if (_context.Finish(ref writer, SipIdentity.Sdp, sdp) is not { } request)
        {
            return false;
        }
        _transaction = _context.Transactions.Send(now, request, SipMethod.Invite, branch, hop, this, _call?.Ledger);
        return _transaction is not null;
    }

    /// <summary>Asks the peer to stop: at once when it has said anything, else as soon as it does (C-14).</summary>
    /// <param name="reason">A Reason value (RFC 3326), or empty.</param>
    public void Cancel(Instant now, ReadOnlyMemory<byte> reason)
    {
        if (_isCancelWanted || _transaction is null or { HasFinalResponse: true })
        {
            return;
        }
        (_isCancelWanted, _cancelReason) = (true, reason);
        if (_transaction is InviteClientTransaction { IsProceeding: true })
        {
            SendCancel(now);
        }
    }

    /// <summary>ACK to the accepted 2xx, with the answer if that carried the offer. It is kept for the 2xx's copies.</summary>
    public void Acknowledge(Instant now, Dialog dialog, ReadOnlySpan<byte> sdp = default) => SendAck(dialog, _acceptedTag ?? dialog.RemoteTag, sdp);

    private void SendAck(Dialog dialog, byte[] answeredTag, ReadOnlySpan<byte> sdp)
    {
        SipFlow hop = _context.NextHops.Of(dialog);
        SipWriter writer = _context.BeginRequest(dialog, SipMethod.Ack, CSeq, _context.NewBranch(), hop);
        _context.WriteContact(ref writer, _contactUser, hop);
        SipBuffer? ack = _context.Finish(ref writer, SipIdentity.Sdp, sdp);
        if (ack is null && !sdp.IsEmpty)
        {
            SendAck(dialog, answeredTag, default); // an answer that fits into no message: the 2xx is acknowledged all the same
        }
        if (ack is not null)
        {
            _context.Transactions.SendOnce(hop, ack.Span);
            if (_transaction is { HasTerminated: false })
            {
                _acks = [.. _acks, new SentAck(answeredTag, ack.ChargeTo(_call?.Ledger), hop)];
            }
            else
            {
                ack.Return();
            }
        }
    }

    /// <summary>A request was sent in an early dialog of this INVITE: whatever follows in it has a higher number.</summary>
    public void NoteNumber(uint cseq) => _lastNumber = Math.Max(_lastNumber, cseq);

    /// <summary>A 2xx that nobody wants any more, or a second one: ACK, then BYE (C-17, C-25, race 26).</summary>
    public void HangUpOnStray(Instant now, SipMessage response, in SipFlow source)
    {
        if (_acks.Length >= TransactionLayer.StrayLimit)
        {
            return;
        }
        if (_dialog is { } known)
        {
            SendAck(known, response.ToTag.ToArray(), default); // it ended with a BYE of its own
        }
        else if (DialogFactory.FromResponse(_transaction!.Request, response, source, Peer) is { } stray)
        {
            SendAck(stray, stray.RemoteTag, default);
            stray.LocalCSeq = Math.Max(stray.LocalCSeq, _lastNumber);
            Hangup.SendBye(_context, now, stray, _cancelReason.Span);
        }
    }

    internal override Release Release(Instant now)
    {
        _user = null;
        if (_dialog is null && _transaction is InviteClientTransaction { IsAccepted: true } accepted && _acks is [var ack])
        {
            accepted.LetGo(now, ack.Message.Span, ack.Hop, ack.AnsweredTag, _lastNumber); // all that can come is a copy of the 2xx, or a stray one
        }
        else if (_dialog is null)
        {
            Cancel(now, _cancelReason);
        }
        else if (IsInProgress)
        {
            _transaction!.StopRepeating(); // ST-33: neither it nor its CANCEL is said again in a dialog that is over
            _cancel?.StopRepeating();
            _isCancelWanted = false;
            _giveUp.Arm(now + SipTimers.Timeout); // its dialog ends, and with it the peer's duty to answer: nobody waits for ever (race 3)
        }
        return Core.Release.Done;
    }

    void IClientTransactionUser.OnResponse(Instant now, ClientTransaction transaction, SipMessage response, in SipFlow source)
    {
        _context.CurrentCall = _call;
        int status = response.StatusCode;
        if (status >= 200)
        {
            _cancel?.StopRepeating(); // there is nothing left to cancel
        }
        if (status < 200)
        {
            OnProvisional(now, response, source);
        }
        else if (status < 300)
        {
            OnSuccess(now, response, source);
        }
        else
        {
            _giveUp.Cancel();
            TakeUser()?.OnRejected(now, this, status, response);
        }
    }

    void IClientTransactionUser.OnFailed(Instant now, ClientTransaction transaction, int status)
    {
        _giveUp.Cancel();
        TakeUser()?.OnRejected(now, this, status, null);
    }

    void IClientTransactionUser.OnTerminated(Instant now, ClientTransaction transaction)
    {
        _giveUp.Cancel();
        foreach (SentAck ack in _acks)
        {
            ack.Message.Return();
        }
        _acks = [];
    }

    private void OnProvisional(Instant now, SipMessage response, in SipFlow source)
    {
        if (_isCancelWanted)
        {
            if (!_isCancelSent)
            {
                SendCancel(now);
            }
            return;
        }
        if (_dialog is not null && _user is not null)
        {
            _giveUp.Arm(now + SipTimers.Timeout); // nothing else would end a re-INVITE that is only ever "trying"
        }
        if (response.StatusCode > 100)
        {
            _user?.OnProvisional(now, this, response, source);
        }
    }

    private void OnSuccess(Instant now, SipMessage response, in SipFlow source)
    {
        _giveUp.Cancel();
        ReadOnlySpan<byte> tag = response.ToTag;
        foreach (SentAck ack in _acks)
        {
            if (tag.SequenceEqual(ack.AnsweredTag))
            {
                _context.Transactions.SendOnce(ack.Hop, ack.Message.Span); // the ACK was lost (RFC 3261 13.2.2.4)
                return;
            }
        }
        if (_acceptedTag is not null && tag.SequenceEqual(_acceptedTag))
        {
            return; // its ACK waits for the answer from the other leg
        }
        if (_user is { } user && _acceptedTag is null)
        {
            _acceptedTag = tag.ToArray();
            user.OnAccepted(now, this, response, source);
            return;
        }
        HangUpOnStray(now, response, source);
    }

    private void SendCancel(Instant now)
    {
        _isCancelSent = true;
        SipMessage invite = _transaction!.Request;
        if (!invite.TryGetTopVia(out Via via))
        {
            return;
        }
        SipWriter writer = _context.BeginEmpty();
        InviteFollowUps.Begin(ref writer, SipMethod.Cancel, invite, invite.First(HeaderName.To));
        if (!_cancelReason.IsEmpty)
        {
            writer.Header(HeaderName.Reason, _cancelReason.Span);
        }
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
        _cancel = _context.SendRequest(now, ref writer, SipMethod.Cancel, via.Branch, _transaction.Destination, user: null);
        _giveUp.Arm(now + SipTimers.Timeout);
    }

    /// <summary>
    /// No final response within 64*T1 of the CANCEL, of the BYE or, within a living dialog, of the last 1xx. A re-INVITE
    /// is cancelled first; what stays silent then counts as cancelled (RFC 3261 9.1).
    /// </summary>
    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        _context.CurrentCall = _call;
        if (_user is not null && !_isCancelWanted)
        {
            Cancel(now, default);
            return;
        }
        TakeUser()?.OnRejected(now, this, _dialog is null ? 487 : 408, null);
        _transaction?.Terminate(now);
    }

    private IOutgoingInviteUser? TakeUser()
    {
        IOutgoingInviteUser? user = _user;
        _user = null;
        return user;
    }

    /// <param name="AnsweredTag">As the 2xx had it, which its copies have too.</param>
    private readonly record struct SentAck(byte[] AnsweredTag, SipBuffer Message, SipFlow Hop);
}
