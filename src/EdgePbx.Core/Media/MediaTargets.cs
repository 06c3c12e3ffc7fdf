namespace EdgePbx.Core;

/// <summary>
/// Where a peer may have media sent. What it names is believed because its signalling is authenticated, but a phone may be stolen or
/// broken: our own sockets, groups, broadcasts and other machines' loopback are nobody's phone, and would make the box talk to itself
/// or to many.
/// </summary>
internal sealed class MediaTargets(IMediaPorts ports, ILocalAddresses addresses)
{
    /// <summary>Below are the ports of services, which speak no RTP; whoever names one is sent to where its own media comes from.</summary>
    private const ushort LowestPort = 1024;

    /// <summary>False: a line of this description names an address that no phone can have.</summary>
    /// <param name="peer">Where the description came from.</param>
    public bool AreAllowed(SdpSession session, NetAddress peer)
    {
        for (int i = 0; i < session.Media.Count; i++)
        {
            SdpMedia media = session.Media[i];
            if (!media.IsRefused && !(IsAllowed(media.Rtp, peer) && IsAllowed(media.Rtcp, peer)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>As it is named; without an address if it can't be an endpoint of media.</summary>
    public static NetEndpoint Sensible(NetEndpoint named) => named.Port is > 0 and < LowestPort && !named.Address.IsUnspecified ? named with { Address = default } : named;

    /// <summary>Sockets of our relay may be at this address.</summary>
    public bool IsHere(NetAddress address) => !address.IsNone && addresses.HasMediaAt(address);

    private bool IsAllowed(NetEndpoint named, NetAddress peer) => named.Address.IsNone || named.Address.IsUnspecified
        || (!named.Address.IsNobody && HasFamilyOf(named.Address) && (!named.Address.IsLoopback || peer.IsLoopback) && !IsOurs(named));

    /// <summary>Media of this family need an address of ours of the same (RFC 6157 3.1).</summary>
    private bool HasFamilyOf(NetAddress named) => addresses.MediaAddressFor(named) is { IsNone: false } own && own.IsV4 == named.IsV4;

    private bool IsOurs(NetEndpoint named) =>
        (addresses.HasMediaAt(named.Address) && ports.MayBeOurs(named)) || addresses.ListensAt(named);
}
