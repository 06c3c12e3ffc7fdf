using System.Diagnostics.CodeAnalysis;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// All TCP connections, found by their number or by their peer. What carries a registration or a dialog stays; strangers share
/// a part of the table, and when there are too many of them, the one least missed of those that come from the same place goes.
/// </summary>
/// <remarks>
/// What has failed when a connection ends is told to the receiver when the table is whole again: the receiver may want to send
/// something by a new connection at once.
/// </remarks>
internal sealed class TcpConnections(PollSet poll, ISipReceiver receiver, TransportCounters counters, ILogger log)
{
    public const int Limit = 256;

    /// <summary>Of them those that others have opened and that carry neither a registration nor a dialog.</summary>
    public const int StrangersLimit = 64;

    /// <summary>Of those again the ones from one IPv4 address, or from one IPv6 network of 64 bits.</summary>
    public const int StrangersPerSource = 32;

    private readonly Dictionary<uint, TcpConnection> _byNumber = [];
    private readonly Dictionary<NetEndpoint, TcpConnection> _byPeer = [];
    private readonly List<TcpConnection> _expired = [];
    private readonly Queue<(SipFlow Closed, uint Ticket)> _news = new(); // a flow that has ended, or a ticket of what was not sent
    private bool _isHeld; // the table is not whole, or news are being told
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
        if (!TryAdd(now, descriptor, remote, SipSocket.LocalOf(descriptor), listener, isOurs: false, out TcpConnection? connection))
        {
            counters.TcpRefused++;
            return;
        }
        log.TcpConnectionOpened(connection.Flow.Connection, remote, "in");
    }

    /// <returns>Null when it can't even be tried.</returns>
    public TcpConnection? Open(Instant now, NetEndpoint remote, ushort listener)
    {
        int descriptor = SipSocket.Connect(remote);
        if (descriptor < 0 || !TryAdd(now, descriptor, remote, default, listener, isOurs: true, out TcpConnection? connection))
        {
            counters.TcpConnectsFailed++;
            return null;
        }
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

    /// <summary>A connection has ended; the receiver hears of it by <see cref="Tell"/>.</summary>
    public void OnClosed(TcpConnection connection, string reason, bool wasConnecting)
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
            _news.Enqueue((flow, 0));
        }
    }

    /// <summary>What was sent with this ticket did not go out; the receiver hears of it by <see cref="Tell"/>.</summary>
    public void OnSendFailed(uint ticket) => _news.Enqueue((default, ticket));

    /// <summary>Tells the receiver what has ended, unless somebody who is at it will.</summary>
    public void Tell(Instant now)
    {
        if (_isHeld)
        {
            return;
        }
        _isHeld = true;
        while (_news.TryDequeue(out (SipFlow Closed, uint Ticket) news))
        {
            if (news.Ticket == 0)
            {
                receiver.OnFlowClosed(now, news.Closed);
            }
            else
            {
                receiver.OnSendFailed(now, news.Ticket);
            }
        }
        _isHeld = false;
    }

    public void CloseAll(Instant now)
    {
        foreach (TcpConnection connection in _byNumber.Values.ToArray())
        {
            connection.Close(now, "closed by us");
        }
    }

    // room is made directly before it is needed, and nobody is told meanwhile: who is told may need some himself
    private bool TryAdd(Instant now, int descriptor, NetEndpoint remote, NetEndpoint local, ushort listener, bool isOurs, [NotNullWhen(true)] out TcpConnection? added)
    {
        bool wasHeld = _isHeld;
        _isHeld = true;
        added = null;
        if (TryMakeRoom(now, remote.Address, isOurs))
        {
            var flow = new SipFlow(SipTransport.Tcp, remote, local, listener, NextNumber());
            added = new TcpConnection(this, now, descriptor, flow, isOurs);
            _byNumber.Add(flow.Connection, added);
            _byPeer[remote] = added;
            Expect(added.Deadline);
        }
        else
        {
            _ = Native.close(descriptor);
        }
        _isHeld = wasHeld;
        Tell(now);
        return added is not null;
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

    private bool TryMakeRoom(Instant now, NetAddress source, bool isOurs)
    {
        if (!isOurs)
        {
            LimitStrangers(now, source.Network);
        }
        while (_byNumber.Count >= Limit || poll.IsFull)
        {
            if (Idlest(_byNumber.Values.Where(static c => !c.IsCarrying)) is not { } idlest)
            {
                return false;
            }
            Evict(now, idlest);
        }
        return true;
    }

    // where most of them come from, there one goes: whoever comes alone stays long enough to show who he is
    private void LimitStrangers(Instant now, NetAddress network)
    {
        IGrouping<NetAddress, TcpConnection>[] strangers =
            [.. _byNumber.Values.Where(static c => !c.IsOurs && !c.IsCarrying).GroupBy(static c => c.Flow.Remote.Address.Network)];
        IGrouping<NetAddress, TcpConnection>? crowd = Array.Find(strangers, group => group.Key == network && group.Count() >= StrangersPerSource);
        if (crowd is null && strangers.Sum(static group => group.Count()) >= StrangersLimit)
        {
            crowd = strangers.MaxBy(static group => group.Count());
        }
        if (crowd is not null)
        {
            Evict(now, Idlest(crowd)!);
        }
    }

    // first those that never brought a message, then those that have been silent for longest
    private static TcpConnection? Idlest(IEnumerable<TcpConnection> candidates) =>
        candidates.OrderBy(static c => c.HasSpoken).ThenBy(static c => c.LastActive.Ticks).FirstOrDefault();

    private void Evict(Instant now, TcpConnection connection)
    {
        counters.TcpEvicted++;
        connection.Close(now, "too many connections");
    }
}
