namespace EdgePbx.Core;

/// <summary>Who received the INVITE.</summary>
internal interface IIncomingInviteUser
{
    /// <summary>The user part of our Contact on this leg.</summary>
    byte[] ContactUser { get; }

    void OnAcknowledged(Instant now, IncomingInvite invite, SipMessage ack);

    /// <summary>Our 2xx was not acknowledged within 64*T1 (C-27).</summary>
    void OnUnacknowledged(Instant now, IncomingInvite invite);

    /// <summary>Our refusal is acknowledged, or never will be: only now is the INVITE no longer open (RFC 3261 14.1).</summary>
    void OnRefusalSettled(Instant now, IncomingInvite invite);

    void OnCancelled(Instant now, IncomingInvite invite);

    /// <summary>A reliable provisional response was not acknowledged within 64*T1 (RFC 3262 section 3, U-07).</summary>
    void OnProvisionalUnacknowledged(Instant now, IncomingInvite invite);

    /// <summary>A PRACK with a body: true when that is no answer but an offer, or no use; it is answered now or later (RFC 3262 section 5).</summary>
    bool TryTakePrackOffer(Instant now, ServerTransaction prack);

    /// <summary>A PRACK with the answer to an offer in a reliable provisional response (U-10).</summary>
    void OnPrackAnswer(Instant now, SipMessage prack);

    /// <summary>Our 2xx does not fit into a message; the INVITE got 500.</summary>
    void OnUndeliverable(Instant now, IncomingInvite invite);
}

/// <summary>
/// An INVITE that we received, from its first provisional response to the ACK. When its leg ends before the ACK it stays
/// behind alone, repeats the 2xx and sends the BYE that may not go out earlier (RFC 3261 15.1.1, C-34).
/// </summary>
internal sealed class IncomingInvite : Owned, IServerTransactionUser, IDialogUser, ITimerOwner
{
    private readonly PbxContext _context;
    private readonly Call? _call;
    private readonly ServerTransaction _transaction;
    private readonly bool _isInitial;
    private readonly OwnedTimer _repeat;
    private readonly OwnedTimer _giveUp;
    private ReliableProvisionals? _reliable; // few callers want them
    private IIncomingInviteUser? _user;
    private SipBuffer? _success;
    private TimeSpan _interval;
    private Dialog? _dialog;
    private ResourceScope? _tail;
    private Action<Instant>? _deferredAccept;
    private byte[] _byeReason = [];

    public IncomingInvite(ResourceScope scope, PbxContext context, ServerTransaction transaction, IIncomingInviteUser user, bool isInitial)
        : base(scope, ResourceKind.IncomingInvite)
    {
        (_context, _transaction, _user, _isInitial, _call) = (context, transaction, user, isInitial, context.CurrentCall);
        CSeq = transaction.Request.CSeqNumber;
        _repeat = new OwnedTimer(context.Timers, TimerKind.Transaction, this, scope.Ledger);
        _giveUp = new OwnedTimer(context.Timers, TimerKind.Transaction, this, scope.Ledger);
        transaction.User = this;
        transaction.ChargeTo(scope.Ledger);
    }

    public uint CSeq { get; }

    /// <summary>No final response is sent yet, though one may wait for a PRACK.</summary>
    public bool IsOpen => !_transaction.HasFinalResponse;

    /// <summary>A 2xx is sent and its ACK has not come.</summary>
    public bool AwaitsAck => _success is not null;

    /// <summary>It is refused, and the ACK to that has not come.</summary>
    public bool AwaitsAckToRefusal => _transaction.AwaitsAck;

    private bool IsUndecided => IsOpen && _deferredAccept is null;

    /// <summary>What the leg's dialog is; needed from the first response with our tag.</summary>
    public void Bind(Dialog dialog) => _dialog = dialog;

    /// <summary>False: it is not said, now or later.</summary>
    public bool Provisional(Instant now, int status, ReadOnlyMemory<byte> sdp, bool isReliable)
    {
        if (!IsUndecided)
        {
            return false; // a 180 after the 200 tells nobody anything
        }
        if (isReliable)
        {
            _reliable ??= new ReliableProvisionals(_context, _transaction, OnReliableUnanswered, _call?.Ledger);
            return _reliable.Send(now, status, sdp, WriteDialogHeaders);
        }
        SipWriter writer = _context.BeginResponse(_transaction, status);
        WriteDialogHeaders(ref writer);
        _context.SendResponse(now, _transaction, status, ref writer, SipIdentity.Sdp, sdp.Span);
        return true;
    }

    /// <summary>200, repeated until the ACK also over a stream (C-27). Waits while a reliable provisional response is unacknowledged.</summary>
    public void Accept(Instant now, ReadOnlyMemory<byte> sdp, SessionAgreement agreement)
    {
        if (!IsUndecided)
        {
            return;
        }
        if (_reliable is { IsPending: true })
        {
            _deferredAccept = later => SendSuccess(later, sdp, agreement);
            return;
        }
        SendSuccess(now, sdp, agreement);
    }

    public void Reject(Instant now, int status)
    {
        _deferredAccept = null;
        _reliable?.Stop();
        if (_transaction.HasFinalResponse)
        {
            return;
        }
        SipWriter writer = _context.BeginResponse(_transaction, status);
        switch (status)
        {
            case 488:
                Warnings.WriteIncompatible(ref writer); // C-33
                break;
            case 500 or 503:
                // C-31; ports rest for two seconds, so after exhaustion nobody is asked back sooner
                writer.Header(HeaderName.RetryAfter, (status == 503 ? 3u : 1u) + _context.Entropy.Below(8));
                break;
            case 405:
                writer.Header(HeaderName.Allow, SipIdentity.Allow);
                break;
        }
        _context.SendResponse(now, _transaction, status, ref writer);
    }

    /// <summary>True when this PRACK belongs here, and is answered now or by whom its offer is for (U-09).</summary>
    public bool TryPrack(Instant now, ServerTransaction prack)
    {
        if (!RAck.TryParse(prack.Request.First(HeaderName.RAck), out RAck rack) || rack.CSeqNumber != CSeq || _reliable?.TryAcknowledge(now, rack.ResponseNumber) != true)
        {
            return false;
        }
        bool hasBody = !prack.Request.Body.IsEmpty;
        if (!hasBody || _user?.TryTakePrackOffer(now, prack) != true)
        {
            _user?.OnPrackAnswer(now, prack.Request); // before the 200: one that fits into no message ends the transaction, and its request is gone
            _context.Respond(now, prack, 200, _transaction.LocalTag);
        }
        if (_reliable is not { IsPending: true } && _deferredAccept is { } accept)
        {
            _deferredAccept = null;
            accept(now);
        }
        return true;
    }

    /// <summary>An ACK that names our dialog and this CSeq, or our transaction.</summary>
    public void Acknowledged(Instant now, SipMessage ack)
    {
        if (!AwaitsAck || ack.CSeqNumber != CSeq)
        {
            return;
        }
        StopRepeating();
        if (_user is { } user)
        {
            user.OnAcknowledged(now, this, ack);
        }
        else
        {
            EndTail(now);
        }
    }

    /// <summary>The peer went on to another request of this dialog, so it has our 2xx although its ACK got lost.</summary>
    public void AssumeAcknowledged() => StopRepeating();

    /// <summary>The peer has hung up: it wants neither the 2xx again nor a BYE (ST-33).</summary>
    public void PeerIsGone()
    {
        _dialog = null;
        StopRepeating();
    }

    /// <summary>The leg ends before the ACK: what goes into the BYE that follows it.</summary>
    public void HangUpAfterAck(ReadOnlySpan<byte> reason) => _byeReason = reason.ToArray();

    internal override Release Release(Instant now)
    {
        _user = null;
        _deferredAccept = null;
        _context.Transactions.ForgetMerge(_transaction);
        if (_transaction is { HasFinalResponse: false, HasTerminated: false })
        {
            Reject(now, 487); // C-35: no request of a dialog that ends stays open
        }
        _reliable?.Stop();
        if (AwaitsAck && _isInitial && _dialog is not null)
        {
            _tail = new ResourceScope(onEmpty: null, static (_, _) => { }, _call?.Ledger);
            _ = _context.Dialogs.Add(_tail, _dialog, this);
        }
        else
        {
            StopRepeating();
            _transaction.LetGo();
        }
        return Core.Release.Done;
    }

    void IServerTransactionUser.OnAck(Instant now, ServerTransaction transaction, SipMessage ack)
    {
        _context.CurrentCall = _call;
        Acknowledged(now, ack);
    }

    void IServerTransactionUser.OnConfirmed(Instant now, ServerTransaction transaction) => _user?.OnRefusalSettled(now, this);

    void IServerTransactionUser.OnFailed(Instant now, ServerTransaction transaction)
    {
        // the ACK to our refusal never came: the refusal stands
    }

    void IServerTransactionUser.OnCancel(Instant now, ServerTransaction transaction) => _user?.OnCancelled(now, this);

    void IServerTransactionUser.OnTerminated(Instant now, ServerTransaction transaction)
    {
        _user?.OnRefusalSettled(now, this);
        _reliable?.Stop(); // timer L and ours run out together; ours ends the leg
    }

    AccountUsage? IDialogUser.Account => _transaction.Account;

    bool IDialogUser.MayAsk(Instant now) => true; // its call is over, and what is asked is only refused

    void IDialogUser.OnRequest(Instant now, ServerTransaction transaction)
    {
        _context.CurrentCall = _call;
        transaction.ChargeTo(_call?.Ledger);
        bool isBye = transaction.Request.Method == SipMethod.Bye;
        _context.Respond(now, transaction, isBye ? 200 : 481);
        if (isBye)
        {
            PeerIsGone(); // it was faster: nothing is left to hang up
            EndTail(now);
        }
    }

    void IDialogUser.OnAck(Instant now, SipMessage ack, in SipFlow source)
    {
        _context.CurrentCall = _call;
        Acknowledged(now, ack);
    }

    private void SendSuccess(Instant now, ReadOnlyMemory<byte> sdp, SessionAgreement agreement)
    {
        SipWriter writer = _context.BeginResponse(_transaction, 200);
        WriteDialogHeaders(ref writer);
        agreement.Write(ref writer);
        if (_context.Finish(ref writer, SipIdentity.Sdp, sdp.Span) is not { } response)
        {
            Reject(now, 500);
            _user?.OnUndeliverable(now, this);
            return;
        }
        _success = _context.Buffers.RentCopy(response.Span).ChargeTo(_call?.Ledger);
        _transaction.Respond(now, 200, response);
        _interval = SipTimers.T1;
        _repeat.Arm(now + _interval);
        _giveUp.Arm(now + SipTimers.Timeout);
    }

    private void WriteDialogHeaders(ref SipWriter writer)
    {
        SipResponse.CopyRecordRoutes(ref writer, _transaction.Request);
        _context.WriteContact(ref writer, _user is { } user ? user.ContactUser : default, _transaction.Source);
        writer.Header(HeaderName.Allow, SipIdentity.Allow);
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        if (timer == _repeat)
        {
            OnRepeat(now);
        }
        else
        {
            OnGiveUp(now);
        }
    }

    private void OnRepeat(Instant now)
    {
        if (_success is not { } success)
        {
            return;
        }
        _context.Transactions.SendOnce(_transaction.ReplyFlow, success.Span);
        _interval = TimeSpan.FromTicks(Math.Min(2 * _interval.Ticks, SipTimers.T2.Ticks));
        _repeat.Arm(now + _interval);
    }

    private void OnGiveUp(Instant now)
    {
        _context.CurrentCall = _call;
        StopRepeating();
        if (_user is { } user)
        {
            user.OnUnacknowledged(now, this);
        }
        else
        {
            EndTail(now);
        }
    }

    private void OnReliableUnanswered(Instant now)
    {
        _deferredAccept = null;
        _user?.OnProvisionalUnacknowledged(now, this);
    }

    private void EndTail(Instant now)
    {
        if (_tail is { IsClosing: false } tail)
        {
            tail.Close(now);
            _transaction.LetGo();
            if (_dialog is { } dialog)
            {
                Hangup.SendBye(_context, now, dialog, _byeReason);
            }
        }
    }

    private void StopRepeating()
    {
        _repeat.Cancel();
        _giveUp.Cancel();
        _success?.Return();
        _success = null;
    }
}
