using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>All SIP sockets: what comes in goes to the receiver, what goes out finds its way by the flow.</summary>
internal sealed class SipTransports : IDisposable
{
    private readonly List<UdpListener> _udp = [];
    private readonly List<TcpAcceptor> _tcp = [];
    private readonly UdpListener?[] _udpByIndex;
    private readonly TcpConnections _connections;
    private readonly ISipReceiver _receiver;
    private readonly DatagramBatch _batch = new();
    private readonly SipMessage _parsed = new();

    /// <exception cref="ListenException">A listener can't be opened; those opened before are closed again.</exception>
    public SipTransports(IReadOnlyList<ListenUrl> listen, PollSet poll, ISipReceiver receiver, ILogger log)
    {
        _receiver = receiver;
        _connections = new TcpConnections(poll, receiver, Counters, log);
        _udpByIndex = new UdpListener?[listen.Count + 1];
        try
        {
            for (int i = 0; i < listen.Count; i++)
            {
                Open(listen[i], (ushort)(i + 1), poll);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public TransportCounters Counters { get; } = new();

    /// <summary>What we really listen on, with the ports that the system chose, in the order of the configuration.</summary>
    public List<ListenUrl> Listening { get; } = [];

    /// <summary>The last turn left something in a UDP socket.</summary>
    public bool HasLeft => _udp.Exists(static listener => listener.HasLeft);

    public int TcpConnections => _connections.Count;

    /// <summary>When <see cref="Tick"/> is wanted next.</summary>
    public Instant NextDue
    {
        get
        {
            Instant due = _connections.NextDue;
            foreach (TcpAcceptor acceptor in _tcp)
            {
                due = acceptor.NextDue < due ? acceptor.NextDue : due;
            }
            return due;
        }
    }

    public void Tick(Instant now)
    {
        _connections.Tick(now);
        foreach (TcpAcceptor acceptor in _tcp)
        {
            acceptor.Tick(now);
        }
    }

    /// <summary>The loop had to wait: whatever came at once before that, it has kept up.</summary>
    public void ForgetBacklog()
    {
        foreach (UdpListener listener in _udp)
        {
            listener.ForgetBacklog();
        }
    }

    /// <summary>
    /// After each turn of the loop: for how long a UDP socket has not been read to its end. Streams don't count: their senders
    /// are slowed down by TCP itself.
    /// </summary>
    public TimeSpan EndTurn(Instant now)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (UdpListener listener in _udp)
        {
            listener.EndTurn();
            TimeSpan backlog = listener.BacklogAt(now);
            longest = backlog > longest ? backlog : longest;
        }
        return longest;
    }

    /// <summary>Sends, or tells the receiver that it can't be delivered. The message stays the caller's.</summary>
    public void Send(Instant now, in SipFlow flow, ReadOnlySpan<byte> message, uint ticket)
    {
        bool isUnderway = flow.Transport == SipTransport.Udp
            ? UdpFor(flow)?.TrySend(message, flow.Remote) ?? false
            : TrySendTcp(now, flow, message, ticket);
        if (!isUnderway && ticket != 0)
        {
            _receiver.OnSendFailed(now, ticket);
        }
    }

    public void Close(Instant now, in SipFlow flow) => _connections.Find(flow.Connection)?.CloseGently(now);

    public void CloseAll(Instant now) => _connections.CloseAll(now);

    public void Dispose()
    {
        _udp.ForEach(listener => listener.Dispose());
        _tcp.ForEach(acceptor => acceptor.Dispose());
    }

    private void Open(ListenUrl url, ushort index, PollSet poll)
    {
        NetEndpoint local;
        if (url.Transport == SipTransport.Udp)
        {
            var listener = new UdpListener(url, index, _batch, _receiver, Counters);
            listener.Join(poll);
            _udp.Add(listener);
            _udpByIndex[index] = listener;
            local = listener.Local;
        }
        else
        {
            var acceptor = new TcpAcceptor(url, index, _connections);
            acceptor.Join(poll);
            _tcp.Add(acceptor);
            local = acceptor.Local;
        }
        Listening.Add(url with { Endpoint = local });
    }

    private UdpListener? UdpFor(in SipFlow flow)
    {
        if (flow.Listener > 0 && flow.Listener < _udpByIndex.Length && _udpByIndex[flow.Listener] is { } known)
        {
            return known;
        }
        foreach (UdpListener listener in _udp)
        {
            if (listener.Local.Address.IsV4 == flow.Remote.Address.IsV4)
            {
                return listener;
            }
        }
        return null;
    }

    private bool TrySendTcp(Instant now, in SipFlow flow, ReadOnlySpan<byte> message, uint ticket)
    {
        TcpConnection? connection = flow.Connection == 0 ? null : _connections.Find(flow.Connection);
        if (connection is not { TakesMessages: true })
        {
            NetEndpoint remote = flow.Remote;
            if (flow.Connection != 0 && !TryGetSecondChance(message, ref remote))
            {
                return false;
            }
            connection = _connections.FindByPeer(remote) ?? _connections.Open(now, remote, flow.Listener);
        }
        connection?.Send(now, message, ticket);
        return connection is not null;
    }

    // RFC 3261 18.2.2: a response whose connection is gone goes to the "received" address and the port of the top Via
    private bool TryGetSecondChance(ReadOnlySpan<byte> message, ref NetEndpoint remote)
    {
        if (!message.StartsWith("SIP/2.0 "u8))
        {
            return false;
        }
        byte[] copy = message.ToArray();
        if (!SipParser.TryParse(copy, copy.Length, isStream: true, _parsed, out _) || !_parsed.TryGetTopVia(out Via via))
        {
            return false;
        }
        remote = remote with { Port = via.Port == 0 ? (ushort)5060 : (ushort)via.Port };
        return true;
    }
}
