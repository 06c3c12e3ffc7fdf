namespace EdgePbx.Core;

/// <summary>The transports that SIP comes over here.</summary>
public enum SipTransport : byte { Udp, Tcp }

/// <summary>
/// Where a message came from, or shall go: transport, our socket and the peer. For UDP <c>Connection</c> is 0; for TCP
/// it is the host's number of a live connection, or 0 for "find or open one to <c>Remote</c>".
/// <c>Listener</c> is the index of our listening socket (0 = let the host choose by transport and address family).
/// </summary>
public readonly record struct SipFlow(SipTransport Transport, NetEndpoint Remote, NetEndpoint Local, ushort Listener, uint Connection)
{
    /// <summary>The same peer is at the other end, over the same connection if there is one.</summary>
    internal bool IsSameWayAs(in SipFlow other) => (Transport, Remote, Connection) == (other.Transport, other.Remote, other.Connection);

    public override string ToString() => $"{(Transport == SipTransport.Udp ? "udp" : "tcp")}:{Remote}";
}
