namespace EdgePbx.Core;

/// <summary>
/// A request that we received and what we answered it with (RFC 3261 17.2). It belongs to the transaction layer and
/// outlives its call, as the RFC wants; the call only holds a reference and is told when it ends.
/// </summary>
internal abstract class ServerTransaction
{
    private readonly SipBuffer _requestBytes;
    private bool _isReleased;
    private SipBuffer? _lastResponse;

    protected ServerTransaction(TransactionLayer layer, byte[] key, SipMessage request, in SipFlow source)
    {
        (Layer, Key, Source) = (layer, key, source);
        _requestBytes = layer.Buffers.RentCopy(request.Bytes);
        Request = layer.RentMessage();
        request.CopyIndexTo(Request, _requestBytes.Bytes);
        LocalTag = layer.Entropy.HexBytes(8);
        Number = layer.NextNumber();
    }

    public TransactionLayer Layer { get; }
    public byte[] Key { get; }

    /// <summary>Our own copy of the request, for as long as the transaction lives.</summary>
    public SipMessage Request { get; }

    /// <summary>Where the request came from and the responses go.</summary>
    public SipFlow Source { get; private set; }

    /// <summary>The tag of all our responses but 100 (RFC 3261 8.2.6.2), unless the request has one.</summary>
    public byte[] LocalTag { get; }

    /// <summary>The call's that it is counted with; null: it belongs to no call.</summary>
    public CallLedger? Ledger { get; private set; }

    /// <summary>Transactions have numbers in the order in which they began.</summary>
    public long Number { get; }

    /// <summary>Messages that it keeps.</summary>
    public int Buffers => _lastResponse is null ? 1 : 2;

    public IServerTransactionUser? User { get; set; }
    public abstract bool HasFinalResponse { get; }
    public abstract bool HasTerminated { get; }

    /// <summary>An INVITE was refused and the ACK to that has not come: it is still open (RFC 3261 14.1).</summary>
    public virtual bool AwaitsAck => false;

    public int LastStatus { get; private set; }
    public bool IsReliable => Source.Transport != SipTransport.Udp;

    /// <summary>The key under which requests of the same name would be merged (RFC 3261 8.2.2.2); kept by the layer.</summary>
    internal byte[]? MergeKey { get; set; }

    /// <summary>It turns out to belong to a call; the first one counts it.</summary>
    public void ChargeTo(CallLedger? ledger)
    {
        if (ledger is null || Ledger is not null)
        {
            return;
        }
        Ledger = ledger;
        ledger.Open(ReceiptKind.Transaction);
        _ = _requestBytes.ChargeTo(ledger);
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
    }

    protected void SendLast()
    {
        if (_lastResponse is { } response)
        {
            Layer.SendResponse(this, response.Span);
        }
    }

    /// <summary>Gives back what it holds; the subclass has cancelled its timers.</summary>
    protected void Release(Instant now)
    {
        if (_isReleased)
        {
            return; // its user ended it while being told of something else
        }
        _isReleased = true;
        Layer.Remove(this);
        IServerTransactionUser? user = User;
        User = null;
        user?.OnTerminated(now, this);
        _lastResponse?.Return();
        _lastResponse = null;
        _requestBytes.Return();
        Ledger?.Close(ReceiptKind.Transaction);
        Layer.ReturnMessage(Request);
    }
}
