namespace EdgePbx.Core;

/// <summary>
/// A request that we received and what we answered it with (RFC 3261 17.2). It belongs to the transaction layer and
/// outlives its call, as the RFC wants; the call only holds a reference and is told when it ends.
/// </summary>
internal abstract class ServerTransaction
{
    private readonly ushort _replyPort;
    private SipBuffer? _requestBytes;
    private SipMessage? _request;
    private bool _isReleased;
    private SipBuffer? _lastResponse;

    protected ServerTransaction(TransactionLayer layer, ulong name, SipMessage request, in SipFlow source)
    {
        (Layer, Name, Source) = (layer, name, source);
        _requestBytes = layer.Buffers.RentCopy(request.Bytes);
        _request = layer.RentMessage();
        request.CopyIndexTo(_request, _requestBytes.Bytes);
        IsRegister = request.Method == SipMethod.Register;
        _replyPort = source.Transport == SipTransport.Udp ? SipResponse.PortOfVia(request) : (ushort)0;
        LocalTag = layer.Entropy.HexBytes(8);
        Number = layer.NextNumber();
    }

    public TransactionLayer Layer { get; }

    /// <summary>A hash of what copies of it are known by (RFC 3261 17.2.3).</summary>
    public ulong Name { get; }

    /// <summary>Our own copy of the request. It is given back when the input that brought the final response is through.</summary>
    public SipMessage Request => _request ?? throw new InvalidOperationException("the request of an answered transaction is gone");

    /// <summary>Where the request came from and the responses go.</summary>
    public SipFlow Source { get; private set; }

    /// <summary>Where the responses go (RFC 3261 18.2.2): where the request came from, or to the port that its Via says.</summary>
    public SipFlow ReplyFlow => _replyPort == 0 ? Source : Source with { Remote = Source.Remote with { Port = _replyPort } };

    /// <summary>The tag of all our responses but 100 (RFC 3261 8.2.6.2), unless the request has one.</summary>
    public byte[] LocalTag { get; }

    /// <summary>The call's that it is counted with; null: it belongs to no call.</summary>
    public CallLedger? Ledger { get; private set; }

    /// <summary>Transactions have numbers in the order in which they began.</summary>
    public long Number { get; }

    /// <summary>Messages that it keeps.</summary>
    public int Buffers => (_requestBytes is null ? 0 : 1) + (_lastResponse is null ? 0 : 1);

    public bool IsRegister { get; }
    public IServerTransactionUser? User { get; set; }
    public abstract bool HasFinalResponse { get; }
    public abstract bool HasTerminated { get; }

    /// <summary>An INVITE was refused and the ACK to that has not come: it is still open (RFC 3261 14.1).</summary>
    public virtual bool AwaitsAck => false;

    public int LastStatus { get; private set; }
    public bool IsReliable => Source.Transport != SipTransport.Udp;

    /// <summary>What the same request by another way would be known by (RFC 3261 8.2.2.2); kept by the layer.</summary>
    internal ulong? MergeName { get; set; }

    /// <summary>Whose request it is; null: nobody's that is counted.</summary>
    internal AccountUsage? Account { get; private set; }

    /// <summary>It counts there for as long as it is remembered.</summary>
    internal void CountWith(AccountUsage? account)
    {
        Account = account;
        account?.Count(IsRegister, 1);
    }

    /// <summary>It turns out to belong to a call; the first one counts it.</summary>
    public void ChargeTo(CallLedger? ledger)
    {
        if (ledger is null || Ledger is not null)
        {
            return;
        }
        Ledger = ledger;
        ledger.Open(ReceiptKind.Transaction);
        _ = _requestBytes?.ChargeTo(ledger);
        _ = _lastResponse?.ChargeTo(ledger);
        ChargeTimersTo(ledger);
    }

    protected abstract void ChargeTimersTo(CallLedger ledger);

    /// <summary>Another copy of the request arrived.</summary>
    public abstract void OnRetransmission(Instant now, in SipFlow source);

    public abstract void OnAck(Instant now, SipMessage ack);

    /// <summary>Sends a response; the buffer moves to the transaction, which keeps it for retransmissions.</summary>
    public abstract void Respond(Instant now, int status, SipBuffer response);

    /// <summary>Frees everything at once: the transport is gone or the process ends.</summary>
    public abstract void Terminate(Instant now);

    /// <summary>A copy from the same address, by another port or a reopened stream, shows the way back; one from elsewhere does not.</summary>
    protected void Follow(in SipFlow source)
    {
        if (source.Remote.Address == Source.Remote.Address && source.Transport == Source.Transport)
        {
            Source = source;
        }
    }

    protected void Keep(int status, SipBuffer response)
    {
        _lastResponse?.Return();
        (_lastResponse, LastStatus) = (response.ChargeTo(Ledger), status);
        if (status >= 200)
        {
            Layer.NoteAnswered(this);
        }
    }

    protected void SendLast()
    {
        if (_lastResponse is { } response)
        {
            Layer.SendOnce(ReplyFlow, response.Span);
        }
    }

    /// <summary>Nothing reads the request of an answered transaction: for the rest of its life it is a key and a response.</summary>
    internal void ForgetRequest()
    {
        _requestBytes?.Return();
        _requestBytes = null;
        if (_request is { } request)
        {
            _request = null;
            Layer.ReturnMessage(request);
        }
    }

    /// <summary>An accepted INVITE's 2xx is repeated by its user (RFC 6026 7.1), not from here.</summary>
    protected void ForgetResponse()
    {
        _lastResponse?.Return();
        _lastResponse = null;
    }

    /// <summary>Its user waits for nothing any more: what is left of it is the layer's business alone.</summary>
    public void LetGo()
    {
        User = null;
        if (HasFinalResponse)
        {
            Layer.NoteAnswered(this);
        }
    }

    /// <summary>It is answered, nobody waits with it, and no timer of its own has anything to do but to end it.</summary>
    public abstract bool IsOnlyRemembered { get; }

    /// <summary>What stays of it; it is over as far as this object goes.</summary>
    public abstract void HandOver(Instant now, RememberedRequests remembered);

    protected RememberedRequest ToRemembered(RememberedKind kind) => new()
    {
        Kind = kind, Name = Name, MergeName = MergeName, Number = Number, Ledger = Ledger, Account = Account, Flow = Source, ReplyPort = _replyPort,
    };

    protected ReadOnlySpan<byte> LastResponse => _lastResponse is { } response ? response.Span : default;

    /// <summary>Gives back what it holds; the subclass has cancelled its timers.</summary>
    /// <param name="isRemembered">The layer still has what names it, and what it is counted with.</param>
    protected void Release(Instant now, bool isRemembered = false)
    {
        if (_isReleased)
        {
            return; // its user ended it while being told of something else
        }
        _isReleased = true;
        if (isRemembered)
        {
            MergeName = null;
        }
        else
        {
            Account?.Count(IsRegister, -1);
        }
        Layer.Remove(this);
        IServerTransactionUser? user = User;
        User = null;
        user?.OnTerminated(now, this);
        ForgetResponse();
        ForgetRequest();
        if (!isRemembered)
        {
            Ledger?.Close(ReceiptKind.Transaction);
        }
    }
}
