using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>The real port range without sockets, with what may go wrong with it.</summary>
internal sealed class SimPorts(Agenda agenda, Weather weather, Rng rng, Action<PortEvent> onEvent) : IMediaPorts
{
    private readonly PortRange _range = new(10000, (ushort)(9999 + (2 * weather.Pairs)));
    private readonly Dictionary<RelayKey, ushort> _lent = [];
    private readonly SeededEntropy _entropy = new(rng.Next());

    public int Lent => _range.PairsInUse;

    public bool TryOpen(RelayKey key, NetAddress local, out ushort rtpPort)
    {
        rtpPort = 0;
        if (rng.Chance(weather.PortThrows))
        {
            onEvent(new PortEvent(agenda.Now, PortDeed.FailedByThrow, key.ToString(), 0));
            throw new InvalidOperationException("the host has a bug");
        }
        if (rng.Chance(weather.PortFails) || !_range.TryTake(agenda.Now, _entropy, out rtpPort))
        {
            return false;
        }
        _lent.Add(key, rtpPort);
        onEvent(new PortEvent(agenda.Now, PortDeed.Opened, key.ToString(), rtpPort));
        return true;
    }

    public bool MayBeOurs(NetEndpoint endpoint) => _range.Contains(endpoint.Port);

    public void Return(RelayKey key)
    {
        _ = _lent.Remove(key, out ushort port);
        onEvent(new PortEvent(agenda.Now, PortDeed.Returned, key.ToString(), port));
        if (port != 0)
        {
            _range.Return(agenda.Now, port);
        }
    }
}

/// <summary>The box at 192.0.2.1.</summary>
internal sealed class SimAddresses : ILocalAddresses
{
    public static readonly NetEndpoint Box = new(NetAddress.FromV4(192, 0, 2, 1), 5060);

    public NetEndpoint SipEndpointFor(SipTransport transport, NetAddress peer) => Box;

    public NetAddress MediaAddressFor(NetAddress peer) => Box.Address;

    public bool IsOurs(NetAddress address) => address == Box.Address;

    public bool IsNeighbour(NetAddress peer) => false;

    public bool HasMediaAt(NetAddress address) => address == Box.Address;

    public bool ListensAt(NetEndpoint endpoint) => endpoint == Box;
}
