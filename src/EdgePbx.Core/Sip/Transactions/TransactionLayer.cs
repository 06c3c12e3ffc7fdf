namespace EdgePbx.Core;

/// <summary>
/// Owns every transaction and matches messages to them (RFC 3261 17.1.3, 17.2.3). A transaction leaves by its own timers,
/// never by a call's wish, so what lingers here is bounded by 64*T1 plus T4. Each is known by a number that nobody else can
/// calculate, made of what RFC 3261 knows it by: peers choose those names, and keeping them costs more than all the rest.
/// </summary>
/// <param name="nameKey">What those numbers are calculated with, <see cref="SipHash.KeyLength"/> random bytes.</param>
internal sealed partial class TransactionLayer(TimerHeap timers, SipBufferPool buffers, Outbox outbox, Entropy entropy, byte[] nameKey)
{
    private readonly Dictionary<ulong, ServerTransaction> _servers = [];
    private readonly Dictionary<ulong, ClientTransaction> _clients = [];
    private readonly HashSet<ulong> _mergeable = [];
    private readonly Dictionary<uint, ClientTransaction> _tickets = [];
    private readonly List<ServerTransaction> _answered = [];
    private readonly Stack<SipMessage> _messages = new();
    private readonly TcpRefusals _tcpRefusals = new();
    private int _registers;
    private uint _lastTicket;
    private long _lastNumber;

    public TimerHeap Timers => timers;
    public SipBufferPool Buffers => buffers;
    public Entropy Entropy => entropy;
    public int ClientCount => _clients.Count + Remembered.Clients;
    public int ServerCount => _servers.Count + Remembered.Servers;

    /// <summary>The REGISTERs among <see cref="ServerCount"/>.</summary>
    public int RegisterCount => _registers + Remembered.Registers;

    /// <summary>True while a request of ours has no final response yet.</summary>
    public bool AwaitsResponses => _clients.Values.Any(static transaction => !transaction.HasFinalResponse);

    public long MessagesSent { get; private set; }

    /// <summary>Of the transaction that began last.</summary>
    public long LastNumber => _lastNumber;

    /// <summary>Messages that all transactions together keep.</summary>
    public int BuffersHeld => _servers.Values.Sum(static one => one.Buffers) + _clients.Values.Sum(static one => one.Buffers);

    public int BuffersHeldFor(CallLedger ledger) =>
        _servers.Values.Where(one => one.Ledger == ledger).Sum(static one => one.Buffers)
        + _clients.Values.Where(one => one.Ledger == ledger).Sum(static one => one.Buffers);

    /// <summary>Told of each copy of an INVITE that was absorbed.</summary>
    public Action<Instant>? InviteRetransmissionAbsorbed { get; set; }

    /// <summary>The transaction of this request: itself for a copy, the INVITE's for an ACK (RFC 3261 17.2.3).</summary>
    public ServerTransaction? Match(SipMessage request) =>
        Find(request, request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method);

    /// <summary>The INVITE that a CANCEL means (RFC 3261 9.2).</summary>
    public ServerTransaction? MatchCancelled(SipMessage cancel) => Find(cancel, SipMethod.Invite);

    /// <summary>True when the same request came by another way and is still being worked on (RFC 3261 8.2.2.2).</summary>
    public bool IsMerged(SipMessage request)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var key = new KeyBuilder(buffer);
        AddMergeKey(ref key, request);
        return !key.HasOverflowed && _mergeable.Contains(NameOf(key));
    }

    /// <summary>A transaction for a request that matched none; null when its names are too long to keep.</summary>
    public ServerTransaction? Accept(SipMessage request, in SipFlow source)
    {
        if (!TryNameServer(request, request.Method, out ulong name))
        {
            return null;
        }
        ServerTransaction transaction = request.Method == SipMethod.Invite
            ? new InviteServerTransaction(this, name, request, source)
            : new NonInviteServerTransaction(this, name, request, source);
        _servers.Add(transaction.Name, transaction);
        _registers += transaction.IsRegister ? 1 : 0;
        if (request.ToTag.IsEmpty)
        {
            Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
            var merge = new KeyBuilder(buffer);
            AddMergeKey(ref merge, request);
            if (!merge.HasOverflowed && NameOf(merge) is var mergeName && _mergeable.Add(mergeName))
            {
                transaction.MergeName = mergeName;
            }
        }
        return transaction;
    }

    /// <summary>What the transaction was for is over: the same names in another request are a new request (C-40).</summary>
    public void ForgetMerge(ServerTransaction transaction)
    {
        if (transaction.MergeName is { } name)
        {
            transaction.MergeName = null;
            _ = _mergeable.Remove(name);
        }
    }

    /// <summary>An input is through: of requests that it answered only what a copy of them needs is kept.</summary>
    public void ForgetAnswered(Instant now)
    {
        foreach (ServerTransaction transaction in _answered)
        {
            transaction.ForgetRequest();
            if (transaction.IsOnlyRemembered)
            {
                transaction.HandOver(now, Remembered);
            }
        }
        _answered.Clear();
    }

    /// <summary>
    /// Sends a request and keeps it until it is answered. The buffer moves here. Null: what was written can't be read
    /// again, so nobody else could read it either; it is not sent and nothing is kept.
    /// </summary>
    /// <param name="branch">The branch parameter that the request carries.</param>
    /// <param name="ledger">Of the call that it is sent for; null: for none.</param>
    public ClientTransaction? Send(Instant now, SipBuffer request, SipMethod method, ReadOnlySpan<byte> branch, SipFlow destination, IClientTransactionUser? user, CallLedger? ledger = null)
    {
        SipMessage message = RentMessage();
        if (!SipParser.TryParse(request.Bytes, request.Length, isStream: false, message, out _))
        {
            ReturnMessage(message);
            request.Return();
            return null;
        }
        bool triesTcp = destination.Transport == SipTransport.Udp && request.Length > SipLimits.LargestUdpRequest
            && !_tcpRefusals.Contains(now, destination.Remote);
        SipFlow? fallBack = null;
        if (triesTcp)
        {
            fallBack = destination;
            ViaTransport.Patch(request.Bytes.AsSpan(0, request.Length), "UDP"u8, "TCP"u8);
            destination = destination with { Transport = SipTransport.Tcp, Connection = 0, Listener = 0 };
        }
        ulong name = ClientName(branch, SipMethods.NameOf(method));
        ClientTransaction transaction = method == SipMethod.Invite
            ? new InviteClientTransaction(this, name, request, message, destination, user)
            : new NonInviteClientTransaction(this, name, request, message, destination, user);
        transaction.UdpFallBack = fallBack;
        transaction.ChargeTo(ledger);
        _clients.Add(name, transaction);
        _tickets.Add(transaction.Ticket, transaction);
        transaction.Start(now);
        return transaction;
    }

    /// <summary>Gives a response to its transaction; false for one that nothing here asked for.</summary>
    public bool TryReceiveResponse(Instant now, SipMessage response, in SipFlow source)
    {
        if (!response.TryGetTopVia(out Via via) || CountVias(response) != 1)
        {
            return false; // C-07: what has two Vias was meant for somebody else
        }
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var key = new KeyBuilder(buffer);
        key.Add(via.Branch);
        key.Add(response.CSeqMethodName);
        ulong name = NameOf(key);
        if (key.HasOverflowed || !_clients.TryGetValue(name, out ClientTransaction? transaction))
        {
            return !key.HasOverflowed && TryAcknowledgeAgain(now, name, response, source);
        }
        if (!transaction.MayBeAnsweredBy(source.Remote.Address))
        {
            return false;
        }
        transaction.UdpFallBack = null;
        transaction.OnResponse(now, response, source);
        return true;
    }

    /// <summary>A phone has shown that it is elsewhere now: what it has not answered yet goes there from now on, and it may answer from there.</summary>
    public void Redirect(in SipFlow former, in SipFlow flow)
    {
        foreach (ClientTransaction transaction in _clients.Values)
        {
            transaction.Redirect(former, flow);
        }
    }

    public void OnSendFailed(Instant now, uint ticket)
    {
        if (_tickets.TryGetValue(ticket, out ClientTransaction? transaction))
        {
            if (transaction.UdpFallBack is not null)
            {
                _tcpRefusals.Add(now, transaction.Destination.Remote, TcpRefusals.Refused);
            }
            transaction.OnSendFailed(now);
        }
    }

    /// <summary>Over TCP, which was chosen for the length of the request alone, no answer came for some seconds: the peer accepts, and nobody is there.</summary>
    internal void OnSilence(Instant now, ClientTransaction transaction)
    {
        _tcpRefusals.Add(now, transaction.Destination.Remote, TcpRefusals.Silent);
        transaction.OnSendFailed(now);
    }

    /// <summary>Sends bytes that no transaction keeps: an ACK to a 2xx, a stateless response.</summary>
    public void SendOnce(in SipFlow flow, ReadOnlySpan<byte> message, uint ticket = 0)
    {
        MessagesSent++;
        outbox.Add(new Output(OutputKind.Send) { Flow = flow, Message = buffers.RentCopy(message), Ticket = ticket });
    }

    internal void SendRequest(ClientTransaction transaction, ReadOnlySpan<byte> message) =>
        SendOnce(transaction.Destination, message, transaction.Ticket);

    /// <summary>Where a response goes: back on the same stream, or by the Via rules (RFC 3261 18.2.2, RFC 3581 4).</summary>
    internal static SipFlow ResponseFlow(SipMessage request, in SipFlow source) =>
        source.Transport == SipTransport.Udp && SipResponse.TryGetDestination(request, source, out NetEndpoint to)
            ? source with { Remote = to }
            : source;

    internal SipBuffer WriteAckToFailure(InviteClientTransaction transaction, SipMessage response)
    {
        SipMessage invite = transaction.Request;
        SipBuffer buffer = buffers.Rent(Math.Min(SipLimits.MessageBytes, invite.Bytes.Length + response.First(HeaderName.To).Length + 128));
        var writer = new SipWriter(buffer.Bytes);
        InviteFollowUps.Begin(ref writer, SipMethod.Ack, invite, response.First(HeaderName.To));
        writer.NoBody();
        buffer.Length = writer.TryComplete(out int length) ? length : 0;
        return buffer;
    }

    /// <summary>What is remembered beside the transactions themselves, and has no gauge: with them all of it goes.</summary>
    internal (int Tickets, int Merges, int Answered) Unmeasured => (_tickets.Count, _mergeable.Count, _answered.Count);

    internal void OnInviteRetransmissionAbsorbed(Instant now) => InviteRetransmissionAbsorbed?.Invoke(now);

    internal void NoteAnswered(ServerTransaction transaction) => _answered.Add(transaction);

    internal long NextNumber() => ++_lastNumber;

    internal uint NextTicket() => ++_lastTicket == 0 ? ++_lastTicket : _lastTicket;

    internal SipMessage RentMessage() => _messages.TryPop(out SipMessage? message) ? message : new SipMessage();

    internal void ReturnMessage(SipMessage message)
    {
        if (_messages.Count < 256)
        {
            _messages.Push(message);
        }
    }

    internal void Remove(ServerTransaction transaction)
    {
        ForgetMerge(transaction);
        if (!_servers.Remove(transaction.Name))
        {
            throw new InvalidOperationException("server transaction released twice");
        }
        _registers -= transaction.IsRegister ? 1 : 0;
    }

    internal void Remove(ClientTransaction transaction)
    {
        _ = _tickets.Remove(transaction.Ticket);
        if (!_clients.Remove(transaction.Name))
        {
            throw new InvalidOperationException("client transaction released twice");
        }
    }

    /// <summary>Ends what should have ended by itself, by ledger and number.</summary>
    internal (int Clients, int Servers) TerminateWhere(Instant now, Func<CallLedger?, long, bool> isLeft)
    {
        ClientTransaction[] clients = [.. _clients.Values.Where(one => isLeft(one.Ledger, one.Number))];
        ServerTransaction[] servers = [.. _servers.Values.Where(one => isLeft(one.Ledger, one.Number))];
        Array.ForEach(clients, one => one.Terminate(now));
        Array.ForEach(servers, one => one.Terminate(now));
        (int rememberedClients, int rememberedServers) = Remembered.ForgetWhere(isLeft);
        return (clients.Length + rememberedClients, servers.Length + rememberedServers);
    }

    private static int CountVias(SipMessage response)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> via in response.Values(HeaderName.Via))
        {
            _ = via;
            count++;
        }
        return count;
    }

    private ServerTransaction? Find(SipMessage request, SipMethod method) =>
        TryNameServer(request, method, out ulong name) && _servers.TryGetValue(name, out ServerTransaction? found) ? found : null;

    private static void AddServerKey(ref KeyBuilder key, SipMessage request, SipMethod method)
    {
        if (!request.TryGetTopVia(out Via via))
        {
            return;
        }
        key.Add(via.Branch);
        key.AddLowered(via.SentBy);
        key.Add(method == SipMethod.Unknown ? request.MethodName : SipMethods.NameOf(method));
        if (!via.HasMagicCookie)
        {
            // RFC 3261 17.2.3 for RFC 2543 clients: the branch alone is not unique
            key.Add(request.CallId);
            key.Add(request.FromTag);
            key.Add(request.CSeqNumber);
            key.Add(request.RequestUri);
        }
    }

    private static void AddMergeKey(ref KeyBuilder key, SipMessage request)
    {
        key.Add(request.CallId);
        key.Add(request.FromTag);
        key.Add(request.CSeqNumber);
        key.Add(request.MethodName);
    }

    private ulong NameOf(in KeyBuilder key) => SipHash.Of(nameKey, key.Key);

    private ulong ClientName(ReadOnlySpan<byte> branch, ReadOnlySpan<byte> method)
    {
        Span<byte> buffer = stackalloc byte[128];
        var key = new KeyBuilder(buffer);
        key.Add(branch);
        key.Add(method);
        return NameOf(key);
    }
}
