namespace EdgePbx.Core;

/// <summary>
/// A request that we sent (RFC 3261 17.1). It belongs to the transaction layer and outlives its call; its user may let go
/// of it (<see cref="User"/> = null), and it still ends by itself.
/// </summary>
internal abstract class ClientTransaction
{
    private SipBuffer? _requestBytes;
    private SipMessage? _request;
    private bool _isReleased;

    protected ClientTransaction(TransactionLayer layer, ulong name, SipBuffer request, SipMessage message, in SipFlow destination, IClientTransactionUser? user)
    {
        (Layer, Name, Destination, User) = (layer, name, destination, user);
        (_requestBytes, _request) = (request, message);
        Ticket = layer.NextTicket();
        Number = layer.NextNumber();
    }

    public TransactionLayer Layer { get; }
    /// <summary>A hash of what responses to it are known by (RFC 3261 17.1.3).</summary>
    public ulong Name { get; }

    /// <summary>What was sent; given back when it is refused, or answered and no INVITE: only copies of that answer may come then.</summary>
    public SipMessage Request => _request ?? throw new InvalidOperationException("the request of an answered transaction is gone");

    /// <summary>One transaction stays on one destination (RFC 3263 4); only the fall-back from TCP to UDP changes it, and a peer that moves.</summary>
    public SipFlow Destination { get; private set; }

    private NetAddress _former; // where it went before its peer moved

    /// <summary>The call's that it is counted with; null: it belongs to no call.</summary>
    public CallLedger? Ledger { get; private set; }

    /// <summary>As <see cref="ServerTransaction.Number"/>.</summary>
    public long Number { get; }

    /// <summary>Messages that it keeps.</summary>
    public virtual int Buffers => _requestBytes is null ? 0 : 1;

    public IClientTransactionUser? User { get; set; }
    public uint Ticket { get; }
    public abstract bool HasTerminated { get; }
    public abstract bool HasFinalResponse { get; }
    public bool IsReliable => Destination.Transport != SipTransport.Udp;

    /// <summary>Whoever has seen the request knows its branch; but it was sent to this address alone.</summary>
    public bool MayBeAnsweredBy(NetAddress address) => address == Destination.Remote.Address || address == _former;

    /// <summary>If it was sent to the former flow, and nobody has answered: from now on it goes by the other.</summary>
    public void Redirect(in SipFlow former, in SipFlow flow)
    {
        if (HasFinalResponse || flow.Transport != Destination.Transport || Destination.Remote != former.Remote)
        {
            return; // its Via names the transport
        }
        (_former, Destination) = (Destination.Remote.Address, flow);
    }

    /// <summary>It is sent for a call.</summary>
    public void ChargeTo(CallLedger? ledger)
    {
        if (ledger is null || Ledger is not null)
        {
            return;
        }
        Ledger = ledger;
        ledger.Open(ReceiptKind.Transaction);
        _ = _requestBytes?.ChargeTo(ledger);
        ChargeTimersTo(ledger);
    }

    protected abstract void ChargeTimersTo(CallLedger ledger);

    public abstract void Start(Instant now);
    public abstract void OnResponse(Instant now, SipMessage response, in SipFlow source);

    /// <summary>The transport can't deliver what was sent. True when another transport was tried instead.</summary>
    public void OnSendFailed(Instant now)
    {
        if (HasTerminated)
        {
            return;
        }
        if (UdpFallBack is { } udp)
        {
            (Destination, UdpFallBack) = (udp, null);
            ViaTransport.Patch(_requestBytes!.Bytes.AsSpan(0, _requestBytes.Length), "TCP"u8, "UDP"u8);
            Start(now);
            return;
        }
        OnTransportError(now);
    }

    /// <summary>Where a long request goes when its peer turns out to have no TCP (RFC 3261 18.1.1) or none that answers; null once it has answered.</summary>
    public SipFlow? UdpFallBack { get; set; }

    /// <summary>It was sent over TCP for its length alone, and nothing has come back yet.</summary>
    protected bool TriesTcp => IsReliable && UdpFallBack is not null;

    /// <summary>Its session is over: it still waits for what may come, but says nothing again (RFC 3261 15.1.1).</summary>
    public void StopRepeating()
    {
        UdpFallBack = null;
        CancelRetransmit();
    }

    /// <summary>Frees everything at once: nobody waits for a response any more.</summary>
    public abstract void Terminate(Instant now);

    protected abstract void OnTransportError(Instant now);

    protected abstract void CancelRetransmit();

    /// <summary>The trial is over; what has been answered goes on as it is.</summary>
    protected void GiveUpTcp(Instant now)
    {
        if (TriesTcp)
        {
            Layer.OnSilence(now, this);
        }
    }

    protected void SendRequest() => Layer.SendRequest(this, _requestBytes!.Span);

    protected void ForgetRequest()
    {
        _requestBytes?.Return();
        _requestBytes = null;
        if (_request is { } request)
        {
            _request = null;
            Layer.ReturnMessage(request);
        }
    }

    /// <param name="isRemembered">The layer still has what names it, and what it is counted with.</param>
    protected void Release(Instant now, bool isRemembered = false)
    {
        if (_isReleased)
        {
            return; // its user ended it while being told of something else
        }
        _isReleased = true;
        Layer.Remove(this);
        IClientTransactionUser? user = User;
        User = null;
        user?.OnTerminated(now, this);
        ForgetRequest();
        if (!isRemembered)
        {
            Ledger?.Close(ReceiptKind.Transaction);
        }
    }
}
