using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>What every part of the engine works with, and the few lines by which each of them sends a message.</summary>
internal sealed class PbxContext
{
    private readonly byte[] _scratch = new byte[SipLimits.MessageBytes];
    private readonly ILocalAddresses _addresses;

    public PbxContext(PbxSettings settings, IMediaPorts ports, ILocalAddresses addresses, Entropy entropy, ILogger log)
    {
        (Settings, _addresses, Entropy, Log) = (settings, addresses, entropy, log);
        StatelessTags = new StatelessTags(entropy);
        Transactions = new TransactionLayer(Timers, Buffers, Outbox, entropy, StatelessTags.Key);
        Relays = new RelayTable(ports, Outbox);
        MediaTargets = new MediaTargets(ports, addresses);
        NextHops = new NextHops(addresses);
        Recordings = new RecordingTable(this);
        Calls = new CallTable(this);
        Dialogs = new DialogIndex(Sources);
        Strangers = new StrangerLimits(entropy, new FloodEpisode(Timers, log), Counters);
        Admission = new AdmissionControl(this);
        Accounts = new AccountTable(this);
        Reconciler = new Reconciler(this);
    }

    public PbxSettings Settings { get; set; }
    public TimerHeap Timers { get; } = new();
    public SipBufferPool Buffers { get; } = new();
    public Outbox Outbox { get; } = new();
    public Entropy Entropy { get; }
    public ILogger Log { get; }
    public TransactionLayer Transactions { get; }
    public SourceTable Sources { get; } = new();
    public StrangerLimits Strangers { get; }
    public DialogIndex Dialogs { get; }
    public RelayTable Relays { get; }
    public MediaTargets MediaTargets { get; }
    public NextHops NextHops { get; }
    public RecordingTable Recordings { get; }
    public CallTable Calls { get; }
    public Counters Counters { get; } = new();
    public AdmissionControl Admission { get; }
    public AccountTable Accounts { get; }
    public StatelessTags StatelessTags { get; }

    /// <summary>Bytes of messages that anything holds.</summary>
    public long HeldBytes => Buffers.OutstandingBytes + Transactions.Remembered.Bytes;

    /// <summary>What all calls together have opened and closed.</summary>
    public CallLedger Ledger { get; } = new(whole: null);

    public EndedCalls Ended { get; } = new();
    public Reconciler Reconciler { get; }

    /// <summary>The call that the present input is about, so that a bug ends this one and no other.</summary>
    public Call? CurrentCall { get; set; }

    /// <summary>The request that the present input is: whatever happens, it is answered.</summary>
    public ServerTransaction? CurrentRequest { get; set; }

    /// <summary>Where the host itself asks from, to see whether it is answered; none: it does not.</summary>
    public NetEndpoint Probe { get; set; }

    /// <summary>When the present message came.</summary>
    public Instant ReceivedAt { get; set; }

    public bool IsShuttingDown { get; set; }

    /// <summary>A call is over, or its receipt had to be corrected.</summary>
    public void Hand(Instant now, CallRecord record)
    {
        Ended.Add(record);
        if (!record.IsClean)
        {
            Log.CallUnclean(record.Call, record.CallId, record.B2buaCallId, record.Left);
        }
        if (record is { Answered: null, IsClean: true, Revision: 1 } && !Accounts.HasRecord(now, Accounts.Of(record.Caller.Number), record))
        {
            return;
        }
        Write(record);
    }

    /// <summary>It is written down as it is.</summary>
    public void Write(CallRecord record) => Outbox.Add(new Output(OutputKind.Record) { Record = record });

    /// <summary>Wrong credentials from there slow the account down, and ban nobody.</summary>
    public bool IsNeverBanned(NetAddress source)
    {
        if (Settings.NeverBan is not { } networks)
        {
            return _addresses.IsNeighbour(source);
        }
        foreach (NetworkRange network in networks)
        {
            if (network.Contains(source))
            {
                return true;
            }
        }
        return false;
    }

    public bool IsOurs(NetAddress address) => _addresses.IsOurs(address);

    public NetAddress MediaAddressFor(NetAddress peer) => _addresses.MediaAddressFor(peer);

    /// <summary>Our address and port as this peer sees it.</summary>
    public NetEndpoint SipEndpointFor(in SipFlow flow)
    {
        NetEndpoint own = _addresses.SipEndpointFor(flow.Transport, flow.Remote.Address);
        return !own.IsNone ? own
            : !flow.Local.IsNone ? flow.Local
            : _addresses.SipEndpointFor(SipTransport.Udp, flow.Remote.Address); // we open streams without listening for any
    }

    /// <summary>RFC 3261 8.1.1.7: the magic cookie and 64 random bits (C-05).</summary>
    public byte[] NewBranch() => Entropy.HexBytes(8, "z9hG4bK"u8);

    /// <summary>A response in the scratch buffer with all that it copies from the request; the caller adds header fields and sends it.</summary>
    public SipWriter BeginResponse(ServerTransaction transaction, int status, ReadOnlySpan<byte> toTag = default, ReadOnlySpan<byte> reason = default)
    {
        var writer = new SipWriter(_scratch);
        if (!transaction.HasFinalResponse)
        {
            SipResponse.Begin(ref writer, transaction.Request, status, reason, toTag.IsEmpty ? transaction.LocalTag : toTag, transaction.Source.Remote);
        }
        return writer;
    }

    /// <summary>
    /// What fits into no message: a provisional response is left out, a final one becomes a 500. After a final response
    /// nothing is sent.
    /// </summary>
    public void SendResponse(Instant now, ServerTransaction transaction, int status, ref SipWriter writer, ReadOnlySpan<byte> contentType = default, ReadOnlySpan<byte> body = default)
    {
        if (transaction.HasFinalResponse)
        {
            return;
        }
        if (Finish(ref writer, contentType, body) is { } response)
        {
            transaction.Respond(now, status, response);
        }
        else if (status >= 200 && !body.IsEmpty)
        {
            Respond(now, transaction, 500); // without the body it may fit
        }
        else if (status >= 200)
        {
            transaction.Terminate(now); // its Vias alone fill a datagram: nothing that we could say would arrive
        }
    }

    /// <summary>A response without anything but its status and what must go with that.</summary>
    public void Respond(Instant now, ServerTransaction transaction, int status, ReadOnlySpan<byte> toTag = default, ReadOnlySpan<byte> reason = default)
    {
        SipWriter writer = BeginResponse(transaction, status, toTag, reason);
        if (status is 405 or 501)
        {
            writer.Header(HeaderName.Allow, SipIdentity.Allow);
        }
        else if (status == 415)
        {
            writer.Header(HeaderName.Accept, SipIdentity.Accept); // C-12
            writer.Header(HeaderName.AcceptEncoding, "identity"u8);
        }
        SendResponse(now, transaction, status, ref writer);
    }

    /// <summary>
    /// As <see cref="BeginResponse"/>, for an answer that nothing here remembers (RFC 3261 8.2.7): to what can't be read, and
    /// to whoever has not shown who he is, so that a stranger can neither fill our memory nor make us repeat ourselves.
    /// </summary>
    public SipWriter BeginStateless(SipMessage request, in SipFlow source, int status, ReadOnlySpan<byte> reason = default)
    {
        var writer = new SipWriter(_scratch);
        SipResponse.Begin(ref writer, request, status, reason, StatelessTags.For(request), source.Remote);
        return writer;
    }

    /// <summary>
    /// An answer that is much longer than its request would serve whoever writes other people's addresses into his datagrams. Over
    /// TCP, and at a known address, nobody is answered who did not ask.
    /// </summary>
    public bool IsTooLong(SipMessage request, in SipFlow source, int length) => IsUnproved(source) && length > StrangerLimits.LongestAnswer * request.Bytes.Length;

    /// <summary>Over UDP a source is what the sender wrote, and nobody is registered or has a dialog there.</summary>
    public bool IsUnproved(in SipFlow source) =>
        source.Transport == SipTransport.Udp && !Sources.IsKnown(source.Remote.Address) && source.Remote != Probe;

    public void SendStateless(SipMessage request, in SipFlow source, ref SipWriter writer)
    {
        writer.NoBody();
        if (request.Method != SipMethod.Ack && writer.TryComplete(out int length) && MayAnswer(request, source, length))
        {
            Transactions.SendOnce(TransactionLayer.ResponseFlow(request, source), _scratch.AsSpan(0, length));
        }
    }

    private bool MayAnswer(SipMessage request, in SipFlow source, int length)
    {
        if (IsTooLong(request, source, length))
        {
            Counters.AnswersWithheld++;
            return false;
        }
        return !IsUnproved(source) || Strangers.TryAnswer(ReceivedAt, source.Remote.Address);
    }

    public void RespondStateless(SipMessage request, in SipFlow source, int status, ReadOnlySpan<byte> reason = default)
    {
        SipWriter writer = BeginStateless(request, source, status, reason);
        if (status is 405 or 501)
        {
            writer.Header(HeaderName.Allow, SipIdentity.Allow);
        }
        if (status == 503)
        {
            writer.Header(HeaderName.RetryAfter, 10);
        }
        SendStateless(request, source, ref writer);
    }

    /// <summary>The head of a request within a dialog.</summary>
    public SipWriter BeginRequest(Dialog dialog, SipMethod method, uint cseq, ReadOnlySpan<byte> branch, in SipFlow hop)
    {
        var writer = new SipWriter(_scratch);
        DialogRequests.Begin(ref writer, dialog, method, cseq, branch, hop, SipEndpointFor(hop));
        return writer;
    }

    public SipWriter BeginEmpty() => new(_scratch);

    /// <summary>Gives a finished request to the transaction layer; null when it did not fit into a message.</summary>
    /// <param name="ledger">Of a call that is over; null: the current one's.</param>
    public ClientTransaction? SendRequest(Instant now, ref SipWriter writer, SipMethod method, ReadOnlySpan<byte> branch, in SipFlow hop, IClientTransactionUser? user,
        ReadOnlySpan<byte> contentType = default, ReadOnlySpan<byte> body = default, CallLedger? ledger = null) =>
        Finish(ref writer, contentType, body) is { } request ? Transactions.Send(now, request, method, branch, hop, user, ledger ?? CurrentCall?.Ledger) : null;

    public SipBuffer? Finish(ref SipWriter writer, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            writer.NoBody();
        }
        else
        {
            writer.Body(contentType, body);
        }
        return writer.TryComplete(out int length) ? Buffers.RentCopy(_scratch.AsSpan(0, length)) : null;
    }

    /// <summary>Exactly one Contact: our address as this peer reaches it (C-06).</summary>
    public void WriteContact(ref SipWriter writer, ReadOnlySpan<byte> user, in SipFlow flow)
    {
        writer.BeginHeader(HeaderName.Contact);
        writer.Raw("<sip:"u8);
        writer.Raw(user.IsEmpty ? "edgepbx"u8 : user);
        writer.Raw("@"u8);
        writer.Raw(SipEndpointFor(flow));
        writer.Raw(flow.Transport == SipTransport.Tcp ? ";transport=tcp>"u8 : ">"u8);
        writer.EndHeader();
    }
}
