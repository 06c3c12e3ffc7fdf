namespace EdgePbx.Core;

/// <summary>Answers from the host's routing table; a pure question, asked by the engine, faked in scenarios.</summary>
public interface ILocalAddresses
{
    /// <summary>Our address and listening port as that peer sees it, for Via and Contact. Default is "none" when there is no listener for it.</summary>
    NetEndpoint SipEndpointFor(SipTransport transport, NetAddress peer);

    /// <summary>An interface of ours is in the peer's network; loopback's does not count, since everybody on the machine is there.</summary>
    bool IsNeighbour(NetAddress peer);

    /// <summary>An interface of this machine has the address, loopback's included.</summary>
    bool IsOurs(NetAddress address);

    /// <summary>The address that faces the peer, for SDP.</summary>
    NetAddress MediaAddressFor(NetAddress peer);

    /// <summary>What is sent to this address, at the port of a media socket of ours, comes to that socket.</summary>
    bool HasMediaAt(NetAddress address);

    /// <summary>One of our SIP sockets is there, over whatever transport.</summary>
    bool ListensAt(NetEndpoint endpoint);
}
