namespace EdgePbx.Core;

/// <summary>
/// The one thing that the engine asks of the host and needs at once, since a port goes into the SDP of the message that
/// it is writing: an even/odd pair of UDP ports, already bound. Everything else about media goes through the outbox.
/// </summary>
public interface IMediaPorts
{
    /// <summary>Opens RTP (even) and RTCP (odd) sockets on the address; false when no pair is free or the system has no sockets left.</summary>
    bool TryOpen(RelayKey key, NetAddress local, out ushort rtpPort);

    /// <summary>At an address where our media sockets are: a socket of ours has this port, or may get it at any time.</summary>
    bool MayBeOurs(NetEndpoint endpoint);

    /// <summary>The relay thread has closed the sockets: the pair may be lent again.</summary>
    void Return(RelayKey key);
}
