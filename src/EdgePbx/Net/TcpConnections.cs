using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>All TCP connections, found by their number or by their peer; when there are too many, the one least missed goes.</summary>
internal sealed class TcpConnections(PollSet poll, ISipReceiver receiver, TransportCounters counters, ILogger log)
{
    public const int Limit = 256;
    public const int LimitPerAddress = 32;

    private readonly Dictionary<uint, TcpConnection> _byNumber = [];
    private readonly Dictionary<NetEndpoint, TcpConnection> _byPeer = [];
    private readonly List<TcpConnection> _expired = [];
    private uint _lastNumber;

    public PollSet Poll => poll;
    public ISipReceiver Receiver => receiver;
    public TransportCounters Counters => counters;

    /// <summary>One message while the engine looks at it; the engine is not reentrant, so one is enough.</summary>
    public byte[] Scratch { get; } = new byte[SipLimits.MessageBytes];

    public int Count => _byNumber.Count;

    /// <summary>Not later than the first deadline of a connection.</summary>
    public Instant NextDue { get; private set; } = Instant.Never;

    public TcpConnection? Find(uint number) => _byNumber.GetValueOrDefault(number);

    /// <summary>A live connection with that very peer (RFC 3261 18.1.1: connections are reused).</summary>
    public TcpConnection? FindByPeer(NetEndpoint remote) =>
        _byPeer.TryGetValue(remote, out TcpConnection? connection) && connection.TakesMessages ? connection : null;

    public void Accept(Instant now, int descriptor, NetEndpoint remote, ushort listener)
    {
        SipSocket.SetUpStream(descriptor);
        SipSocket.MarkClass(descriptor, remote.Address.IsV6);
        MakeRoom(now, remote.Address);
        var flow = new SipFlow(SipTransport.Tcp, remote, SipSocket.LocalOf(descriptor), listener, NextNumber());
        Add(new TcpConnection(this, now, descriptor, flow, isConnecting: false));
        log.TcpConnectionOpened(flow.Connection, remote, "in");
    }

    /// <returns>Null when it can't even be tried.</returns>
    public TcpConnection? Open(Instant now, NetEndpoint remote, ushort listener)
    {
        int descriptor = SipSocket.Connect(remote);
        if (descriptor < 0)
        {
            counters.TcpConnectsFailed++;
            return null;
        }
        MakeRoom(now, remote.Address);
        var flow = new SipFlow(SipTransport.Tcp, remote, default, listener, NextNumber());
        var connection = new TcpConnection(this, now, descriptor, flow, isConnecting: true);
        Add(connection);
        Expect(connection.Deadline);
        return connection;
    }

    public void Tick(Instant now)
    {
        if (NextDue > now)
        {
            return;
        }
        NextDue = Instant.Never;
        foreach (TcpConnection connection in _byNumber.Values)
        {
            if (connection.Deadline <= now)
            {
                _expired.Add(connection); // closing it changes the table
            }
            else
            {
                Expect(connection.Deadline);
            }
        }
        foreach (TcpConnection connection in _expired)
        {
            connection.Expire(now);
        }
        _expired.Clear();
    }

    /// <summary>A connection has a deadline: <see cref="Tick"/> is wanted then.</summary>
    public void Expect(Instant due) => NextDue = due < NextDue ? due : NextDue;

    public void OnConnected(TcpConnection connection) =>
        log.TcpConnectionOpened(connection.Flow.Connection, connection.Flow.Remote, "out");

    public void OnClosed(Instant now, TcpConnection connection, string reason, bool wasConnecting)
    {
        SipFlow flow = connection.Flow;
        _ = _byNumber.Remove(flow.Connection);
        if (_byPeer.TryGetValue(flow.Remote, out TcpConnection? latest) && latest == connection)
        {
            _ = _byPeer.Remove(flow.Remote);
        }
        log.TcpConnectionClosed(flow.Connection, flow.Remote, reason);
        if (!wasConnecting)
        {
            receiver.OnFlowClosed(now, flow);
        }
    }

    public void CloseAll(Instant now)
    {
        foreach (TcpConnection connection in _byNumber.Values.ToArray())
        {
            connection.Close(now, "closed by us");
        }
    }

    private void Add(TcpConnection connection)
    {
        _byNumber.Add(connection.Flow.Connection, connection);
        _byPeer[connection.Flow.Remote] = connection;
    }

    private uint NextNumber()
    {
        do
        {
            _lastNumber++;
        }
        while (_lastNumber == 0 || _byNumber.ContainsKey(_lastNumber));
        return _lastNumber;
    }

    private void MakeRoom(Instant now, NetAddress source)
    {
        if (_byNumber.Values.Count(c => c.Flow.Remote.Address == source) >= LimitPerAddress)
        {
            Evict(now, _byNumber.Values.Where(c => c.Flow.Remote.Address == source));
        }
        else if (_byNumber.Count >= Limit)
        {
            Evict(now, _byNumber.Values);
        }
    }

    // first those that never brought a message, then those that have been silent for longest
    private void Evict(Instant now, IEnumerable<TcpConnection> candidates)
    {
        counters.TcpEvicted++;
        candidates.OrderBy(c => c.HasProved).ThenBy(c => c.LastActive.Ticks).First().Close(now, "too many connections");
    }
}
