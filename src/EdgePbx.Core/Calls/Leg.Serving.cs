namespace EdgePbx.Core;

// requests of the peer within the dialog (RFC 3261 12.2.2)
internal sealed partial class Leg : IDialogUser, IIncomingInviteUser
{
    private readonly List<ServerTransaction> _open = [];
    private bool _isInitialIncoming;
    private Instant _requestsFullAt;
    private RefusedInvite? _refused;

    /// <summary>The peer's last INVITE on this leg, initial or not.</summary>
    public IncomingInvite? Incoming { get; private set; }

    /// <summary>Of the extension at the other end.</summary>
    public AccountUsage? Account => _context.Accounts.Of(Number);

    /// <summary>A phone that refreshes, holds and presses keys comes to a tenth of this.</summary>
    public bool MayAsk(Instant now) => AccountTable.DialogRate.TryTake(ref _requestsFullAt, now);

    /// <summary>Takes the caller's INVITE: from here on its dialog exists on our side (RFC 3261 12.1.1).</summary>
    public void Accept(ServerTransaction transaction, Dialog dialog)
    {
        Dialog = dialog;
        CallId = dialog.CallId;
        State = LegState.Early;
        _isInitialIncoming = true;
        Note(transaction.Request);
        Timer.RaiseMinimum(SessionTerms.Read(transaction.Request).MinSe, TimeSpan.Zero);
        Incoming = new IncomingInvite(Scope, _context, transaction, this, isInitial: true);
        Incoming.Bind(dialog);
        _ = _context.Dialogs.Add(Scope, dialog, this);
    }

    /// <summary>200 to the INVITE that is open.</summary>
    public void Answer(Instant now, ReadOnlyMemory<byte> sdp, in SessionAgreement agreement)
    {
        Incoming!.Accept(now, sdp, agreement);
        if (State != LegState.Ended) // an answer that fits into no message has ended the call
        {
            State = LegState.Confirmed;
            StartSession(now, agreement);
        }
    }

    void IDialogUser.OnRequest(Instant now, ServerTransaction transaction)
    {
        Enter();
        transaction.ChargeTo(_call.Ledger);
        SipMessage request = transaction.Request;
        if (State == LegState.Ended)
        {
            // race 20: a BYE for what is gone is answered all the same
            _context.Respond(now, transaction, request.Method == SipMethod.Bye ? 200 : 481);
            return;
        }
        bool isBye = request.Method == SipMethod.Bye;
        if (!Dialog!.TryAdvanceRemote(request.CSeqNumber))
        {
            RespondLater(now, transaction, 500); // C-24
        }
        else if (!UnsupportedExtensions.TryRefuse(_context, now, transaction))
        {
            Serve(now, transaction, request);
            return;
        }
        if (isBye)
        {
            _call.OnRefusedBye(now, this);
        }
    }

    void IDialogUser.OnAck(Instant now, SipMessage ack, in SipFlow source)
    {
        Enter();
        Incoming?.Acknowledged(now, ack);
    }

    void IIncomingInviteUser.OnAcknowledged(Instant now, IncomingInvite invite, SipMessage ack)
    {
        Enter();
        _call.OnAcknowledged(now, this, SdpBodies.Find(ack));
        if (State != LegState.Ended)
        {
            if (!_isInitialIncoming)
            {
                Scope.ReleaseNow(invite, now);
                Incoming = null;
            }
            _isInitialIncoming = false;
            AfterExchange(now);
        }
    }

    void IIncomingInviteUser.OnUnacknowledged(Instant now, IncomingInvite invite)
    {
        Enter();
        _call.End(now, EndReason.NoAck(this)); // C-27
    }

    void IIncomingInviteUser.OnRefusalSettled(Instant now, IncomingInvite invite) => OnRefusalSettled(now);

    void IIncomingInviteUser.OnCancelled(Instant now, IncomingInvite invite)
    {
        Enter();
        _call.OnCancelled(now, this);
    }

    void IIncomingInviteUser.OnProvisionalUnacknowledged(Instant now, IncomingInvite invite)
    {
        Enter();
        _call.End(now, EndReason.NoPrack(this)); // U-07
    }

    void IIncomingInviteUser.OnUndeliverable(Instant now, IncomingInvite invite)
    {
        Enter();
        _call.End(now, EndReason.Undeliverable(this));
    }

    bool IIncomingInviteUser.TryTakePrackOffer(Instant now, ServerTransaction prack)
    {
        if (_call.AwaitsPrackAnswer)
        {
            return false;
        }
        bool isReadable = SdpBodies.TryFind(prack.Request, out SdpSession? offer, out int status) || status == 0;
        if (offer is not null && Media.Remote is not null)
        {
            _call.OnUpdateOffer(now, this, prack, offer, default);
        }
        else if (!isReadable || offer is not null)
        {
            _context.Respond(now, prack, isReadable ? 488 : status); // the INVITE's own offer has no answer yet (RFC 3261 13.2.1)
        }
        return !isReadable || offer is not null;
    }

    void IIncomingInviteUser.OnPrackAnswer(Instant now, SipMessage prack) => _call.OnPrackAnswer(now, this, SdpBodies.Find(prack));

    /// <summary>Keeps a request open whose answer comes from the other leg; when the leg ends first it gets 487 (C-35).</summary>
    public void Hold(ServerTransaction transaction) => _open.Add(transaction);

    /// <summary>The answer has come; false when the request was answered meanwhile.</summary>
    public bool TryTakeHeld(ServerTransaction transaction) => _open.Remove(transaction) && !transaction.HasFinalResponse;

    /// <summary>The other leg has refused what the request asks for.</summary>
    public void RefuseHeld(Instant now, ServerTransaction transaction, int status)
    {
        if (TryTakeHeld(transaction))
        {
            _context.Respond(now, transaction, status);
            OnRefusalSettled(now);
        }
    }

    public void RespondLater(Instant now, ServerTransaction transaction, int status)
    {
        SipWriter writer = _context.BeginResponse(transaction, status);
        writer.Header(HeaderName.RetryAfter, _context.Entropy.Below(11));
        _context.SendResponse(now, transaction, status, ref writer);
    }

    /// <summary>200 to an UPDATE, with what our side says of media and timer.</summary>
    public void AnswerUpdate(Instant now, ServerTransaction update, ReadOnlyMemory<byte> sdp, in SessionAgreement agreement)
    {
        SipWriter writer = _context.BeginResponse(update, 200);
        _context.WriteContact(ref writer, ContactUser, update.Source);
        writer.Header(HeaderName.Allow, SipIdentity.Allow);
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
        if (IsConfirmed)
        {
            agreement.Write(ref writer);
        }
        _context.SendResponse(now, update, 200, ref writer, SipIdentity.Sdp, sdp.Span);
        if (IsConfirmed)
        {
            StartSession(now, agreement);
        }
    }

    private void Serve(Instant now, ServerTransaction transaction, SipMessage request)
    {
        switch (request.Method)
        {
            case SipMethod.Bye:
                _context.Respond(now, transaction, 200);
                _call.OnBye(now, this);
                break;
            case SipMethod.Invite:
                ServeInvite(now, transaction, request);
                break;
            case SipMethod.Update:
                ServeUpdate(now, transaction, request);
                break;
            case SipMethod.Prack:
                if (Incoming is null || !Incoming.TryPrack(now, transaction))
                {
                    _context.Respond(now, transaction, 481); // U-09
                }
                break;
            case SipMethod.Info:
                _call.OnInfo(now, this, transaction);
                break;
            case SipMethod.Options:
                OptionsHandler.Answer(_context, now, transaction);
                break;
            default:
                _context.Respond(now, transaction, 405); // C-08; a REFER is answered, never left to time out (U-13)
                break;
        }
    }

    private void ServeInvite(Instant now, ServerTransaction transaction, SipMessage request)
    {
        if (TryRefuseInvite(now, transaction, request, out SdpSession? offer, out SessionAgreement agreement))
        {
            _refused = new RefusedInvite(transaction, OnRefusalSettled);
            return;
        }
        RetireIncoming(now);
        Note(request);
        Dialog!.RefreshTarget(request, transaction.Source);
        Incoming = new IncomingInvite(Scope, _context, transaction, this, isInitial: false);
        Incoming.Bind(Dialog);
        if (offer is not null && IsRefresh(offer))
        {
            Media.Reopen(); // perhaps it refreshes because it is not heard: a NAT may have given its media another port
            Answer(now, Media.Describe(offer), agreement); // ST-30: it ends here
            return;
        }
        _call.OnReInvite(now, this, Incoming, offer, agreement);
    }

    private bool TryRefuseInvite(Instant now, ServerTransaction transaction, SipMessage request, out SdpSession? offer, out SessionAgreement agreement)
    {
        (offer, agreement) = (null, default);
        if (Incoming is { IsOpen: true } || HasOpenUpdate)
        {
            RespondLater(now, transaction, 500); // C-31, O-01
        }
        else if (Outgoing is { IsInProgress: true } || _isAckOwed || _isUpdateOpen || !IsConfirmed || _call.IsNegotiating)
        {
            _context.Respond(now, transaction, 491); // C-32, ST-39
        }
        else if (!SdpBodies.TryFind(request, out offer, out int status) && status != 0)
        {
            _context.Respond(now, transaction, status);
        }
        else if (!TryAgree(request, out agreement))
        {
            SessionAgreement.Refuse(_context, now, transaction);
        }
        else
        {
            return false;
        }
        return true;
    }

    private void ServeUpdate(Instant now, ServerTransaction transaction, SipMessage request)
    {
        if (!SdpBodies.TryFind(request, out SdpSession? offer, out int status) && status != 0)
        {
            _context.Respond(now, transaction, status);
            return;
        }
        bool hasUnansweredOffer = IsUp ? Incoming is { IsOpen: true } : Media.Remote is null;
        if (HasOpenUpdate || (offer is not null && hasUnansweredOffer))
        {
            RespondLater(now, transaction, 500); // U-06; RFC 3311 5.2: the INVITE's own offer has no answer yet
            return;
        }
        // two requests that cross could leave each side with a refresher of its own, whether there is an offer in them or not (ST-39)
        bool isGlare = _isUpdateOpen || (IsConfirmed && Outgoing is { IsInProgress: true });
        if (isGlare || (offer is not null && (_call.IsNegotiating || (IsConfirmed && IsInviteOpen))))
        {
            _context.Respond(now, transaction, 491); // U-06: an offer while an offer is open
            return;
        }
        if (!TryAgree(request, out SessionAgreement agreement))
        {
            SessionAgreement.Refuse(_context, now, transaction);
            return;
        }
        Note(request);
        Dialog!.RefreshTarget(request, transaction.Source);
        if (offer is null || IsRefresh(offer))
        {
            Media.Reopen();
            AnswerUpdate(now, transaction, offer is null ? default : Media.Describe(offer), agreement);
            return;
        }
        _call.OnUpdateOffer(now, this, transaction, offer, agreement);
    }

    private bool HasOpenUpdate => _open.Exists(static open => !open.HasFinalResponse && open.Request.Method == SipMethod.Update);

    private bool IsRefresh(SdpSession offer) => Media.Remote is { } known && offer.HasSameMeaningAs(known);

    /// <summary>The peer's request that we refused is no longer open: what waited for that is sent.</summary>
    private void OnRefusalSettled(Instant now)
    {
        if (State != LegState.Ended)
        {
            Enter();
            AfterExchange(now);
        }
    }

    /// <summary>The former INVITE is answered; a new one shows that the peer has our 2xx, whatever became of its ACK.</summary>
    private void RetireIncoming(Instant now)
    {
        if (Incoming is { } former)
        {
            former.AssumeAcknowledged();
            _isInitialIncoming = false;
            Scope.ReleaseNow(former, now);
            Incoming = null;
        }
    }

    private void AnswerOpenRequests(Instant now, int status)
    {
        if (Incoming is { IsOpen: true } open)
        {
            open.Reject(now, status);
        }
        foreach (ServerTransaction transaction in _open.ToArray())
        {
            if (!transaction.HasFinalResponse)
            {
                _context.Respond(now, transaction, 487); // C-35
            }
        }
        _open.Clear();
    }
}
