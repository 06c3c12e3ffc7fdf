using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Our addresses as a peer sees them: what is configured, else the listener's own, else what the routing table says.</summary>
/// <remarks>The signalling thread's alone.</remarks>
internal sealed class LocalAddresses(IReadOnlyList<ListenUrl> listening, NetAddress sip, NetAddress media) : ILocalAddresses
{
    private const int CacheLimit = 256;
    private static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(30);

    private readonly Dictionary<NetAddress, (NetAddress Facing, Instant Until)> _facing = [];
    private IReadOnlyList<NetworkRange> _networks = [];
    private Instant _networksUntil = new(long.MinValue);
    private NetAddress _sip = sip;
    private NetAddress _media = media;

    public void Reload(NetAddress sip, NetAddress media) => (_sip, _media) = (sip, media);

    public NetEndpoint SipEndpointFor(SipTransport transport, NetAddress peer)
    {
        NetAddress facing = Facing(peer);
        ListenUrl? chosen = null;
        foreach (ListenUrl url in listening)
        {
            NetAddress bound = url.Endpoint.Address;
            if (url.Transport != transport || bound.IsV4 != peer.IsV4)
            {
                continue;
            }
            chosen ??= url;
            if (bound.IsUnspecified || bound == facing)
            {
                chosen = url;
                break;
            }
        }
        if (chosen is not { } listener)
        {
            return default;
        }
        NetAddress address = Fits(_sip, peer) ? _sip : listener.Endpoint.Address.IsUnspecified ? facing : listener.Endpoint.Address;
        return address.IsNone ? default : new NetEndpoint(address, listener.Endpoint.Port);
    }

    public bool IsNeighbour(NetAddress peer)
    {
        Instant now = MonotonicClock.Now;
        if (now >= _networksUntil)
        {
            (_networks, _networksUntil) = (OwnNetworks.Read(), now + CacheLife);
        }
        return _networks.Any(network => network.Contains(peer));
    }

    public bool IsOurs(NetAddress address) => SipSocket.IsOurs(address);

    public NetAddress MediaAddressFor(NetAddress peer) => Fits(_media, peer) ? _media : Facing(peer);

    public bool HasMediaAt(NetAddress address) =>
        !address.IsNone && (MediaAddressFor(address) == address
            // the address that we tell is a router's: our sockets take what comes to any of ours then, as ReachableMediaPorts has it
            || (Fits(_media, address) && !SipSocket.IsOurs(_media) && SipSocket.IsOurs(address)));

    public bool ListensAt(NetEndpoint endpoint)
    {
        foreach (ListenUrl url in listening)
        {
            NetAddress bound = url.Endpoint.Address;
            if (url.Endpoint.Port == endpoint.Port && bound.IsV4 == endpoint.Address.IsV4
                && (bound == endpoint.Address || endpoint.Address == _sip || (bound.IsUnspecified && SipSocket.IsOurs(endpoint.Address))))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Fits(NetAddress configured, NetAddress peer) => !configured.IsNone && configured.IsV4 == peer.IsV4;

    private NetAddress Facing(NetAddress peer)
    {
        Instant now = MonotonicClock.Now;
        if (_facing.TryGetValue(peer, out (NetAddress Facing, Instant Until) known) && now < known.Until)
        {
            return known.Facing;
        }
        if (_facing.Count >= CacheLimit)
        {
            _facing.Clear(); // strangers' addresses must not fill the memory; the next question costs two system calls
        }
        NetAddress facing = SipSocket.AddressFacing(peer);
        _facing[peer] = (facing, now + CacheLife);
        return facing;
    }
}
