using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A transaction layer with a clock of its own and nobody above it but a notebook.</summary>
internal sealed class TransactionBench : IDisposable
{
    public static readonly NetEndpoint Peer = new(NetAddress.FromV4(192, 0, 2, 9), 5060);
    public static readonly NetEndpoint Box = new(NetAddress.FromV4(192, 0, 2, 1), 5060);
    private readonly SipMessage _message = new();
    private readonly Instant _start = new(TimeSpan.FromHours(1).Ticks);

    public TransactionBench()
    {
        Now = _start;
        Layer = new TransactionLayer(Timers, Buffers, Outbox, new SeededEntropy(1), new byte[SipHash.KeyLength]);
    }

    public TimerHeap Timers { get; } = new();
    public SipBufferPool Buffers { get; } = new();
    public Outbox Outbox { get; } = new();
    public TransactionLayer Layer { get; }
    public Instant Now { get; private set; }

    /// <summary>What was sent: seconds since the start, the flow and the first line.</summary>
    public List<(double At, SipFlow Flow, WireMessage Message)> Sent { get; } = [];

    /// <summary>When something was sent, in seconds since the start.</summary>
    public double[] Times => [.. Sent.Select(sent => sent.At)];

    public double Seconds => (Now - _start).TotalSeconds;

    public static SipFlow Flow(SipTransport transport) => new(transport, Peer, Box, 0, transport == SipTransport.Tcp ? 7u : 0);

    public static string Invite(string branch = "z9hG4bK-1", string via = "", string callId = "one", string fromTag = "a", int cseq = 1, string to = "<sip:1002@b>", string method = "INVITE", string body = "") =>
        $"{method} sip:1002@b SIP/2.0\r\n{(via.Length > 0 ? via : $"Via: SIP/2.0/UDP 192.0.2.9:5060;branch={branch}")}\r\nMax-Forwards: 70\r\nFrom: <sip:1001@b>;tag={fromTag}\r\n"
        + $"To: {to}\r\nCall-ID: {callId}\r\nCSeq: {cseq} {method}\r\nContact: <sip:1001@192.0.2.9>\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    /// <summary>A response to a request that the layer sent.</summary>
    public static string Response(WireMessage request, int status, string? via = null, string toTag = "t") =>
        $"SIP/2.0 {status} Whatever\r\nVia: {via ?? request["Via"]}\r\nFrom: {request["From"]}\r\nTo: {request["To"]};tag={toTag}\r\nCall-ID: {request["Call-ID"]}\r\nCSeq: {request["CSeq"]}\r\nContent-Length: 0\r\n\r\n";

    public SipMessage Parse(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(SipParser.TryParse(bytes, bytes.Length, isStream: false, _message, out SipParseError error), error.Reason);
        return _message;
    }

    /// <summary>A request of ours, written by the test.</summary>
    public ClientTransaction Send(string text, SipTransport transport, IClientTransactionUser? user)
    {
        SipMessage request = Parse(text);
        Assert.True(request.TryGetTopVia(out Via via));
        ClientTransaction sent = Layer.Send(Now, Buffers.RentCopy(request.Bytes), request.Method, via.Branch, Flow(transport), user)!;
        Drain();
        return sent;
    }

    public ServerTransaction Accept(string text, SipTransport transport, IServerTransactionUser? user = null)
    {
        ServerTransaction accepted = Layer.Accept(Parse(text), Flow(transport))!;
        accepted.User = user;
        return accepted;
    }

    /// <summary>What the dispatcher does with a request: an ACK or a copy goes to its transaction. False: it has none.</summary>
    public bool Receive(string text, SipTransport transport)
    {
        SipMessage request = Parse(text);
        ServerTransaction? known = Layer.Match(request);
        if (request.Method == SipMethod.Ack)
        {
            known?.OnAck(Now, request);
        }
        else
        {
            known?.OnRetransmission(Now, Flow(transport));
        }
        Drain();
        return known is not null;
    }

    public void Respond(ServerTransaction transaction, int status)
    {
        SipBuffer buffer = Buffers.Rent(2048);
        var writer = new SipWriter(buffer.Bytes);
        SipResponse.Begin(ref writer, transaction.Request, status, default, "box"u8, transaction.Source.Remote);
        writer.NoBody();
        Assert.True(writer.TryComplete(out int length));
        buffer.Length = length;
        transaction.Respond(Now, status, buffer);
        Drain();
    }

    public bool Answer(string text)
    {
        bool wasTaken = Layer.TryReceiveResponse(Now, Parse(text), Flow(SipTransport.Udp));
        Drain();
        return wasTaken;
    }

    public void Fail(ClientTransaction transaction)
    {
        Layer.OnSendFailed(Now, transaction.Ticket);
        Drain();
    }

    public void Advance(double seconds)
    {
        Instant until = Now + TimeSpan.FromSeconds(seconds);
        while (Timers.NextDue <= until)
        {
            Now = Timers.NextDue > Now ? Timers.NextDue : Now;
            Timers.FireDue(Now);
            Drain();
        }
        Now = until;
    }

    /// <summary>Takes what waits to be sent.</summary>
    public void Drain()
    {
        while (Outbox.TryTake(out Output output))
        {
            Sent.Add((Seconds, output.Flow, WireMessage.From(output.Message!.Span)));
            output.Message.Return();
        }
    }

    /// <summary>Every transaction ends by itself and gives back what it held.</summary>
    public void Dispose()
    {
        Advance(70);
        Assert.Equal((0, 0, 0, 0), (Layer.ClientCount, Layer.ServerCount, Timers.Armed, Buffers.Outstanding));
    }
}

/// <summary>What a transaction tells its user, as words.</summary>
internal sealed class TransactionNotebook(TransactionBench bench) : IClientTransactionUser, IServerTransactionUser
{
    public List<string> Told { get; } = [];
    public string Last => Told.Count == 0 ? "" : Told[^1];

    public void OnResponse(Instant now, ClientTransaction transaction, SipMessage response, in SipFlow source) => Told.Add($"{response.StatusCode}");

    public void OnFailed(Instant now, ClientTransaction transaction, int status) => Told.Add($"failed {status} at {bench.Seconds}");

    public void OnTerminated(Instant now, ClientTransaction transaction) => Told.Add($"ended at {bench.Seconds}");

    public void OnAck(Instant now, ServerTransaction transaction, SipMessage ack) => Told.Add("ack");

    public void OnConfirmed(Instant now, ServerTransaction transaction) => Told.Add("confirmed");

    public void OnFailed(Instant now, ServerTransaction transaction) => Told.Add($"failed at {bench.Seconds}");

    public void OnCancel(Instant now, ServerTransaction transaction) => Told.Add("cancel");

    public void OnTerminated(Instant now, ServerTransaction transaction) => Told.Add($"ended at {bench.Seconds}");
}
