using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Who hears what the transports received or could not deliver.</summary>
internal interface ISipReceiver
{
    /// <summary>Before a datagram is looked into: whether it is served, and whether before others.</summary>
    SourceStanding Weigh(Instant now, NetEndpoint source);

    /// <summary>One whole message; the bytes are lent and may be changed until this returns.</summary>
    void OnMessage(Instant now, in SipFlow source, byte[] bytes, int length);

    /// <summary>A connection over which messages may have come has ended.</summary>
    void OnFlowClosed(Instant now, in SipFlow flow);

    /// <summary>Whether a registration or a dialog goes over this very connection.</summary>
    bool IsCarrying(in SipFlow flow);

    /// <summary>What was sent with this ticket will not arrive.</summary>
    void OnSendFailed(Instant now, uint ticket);
}
