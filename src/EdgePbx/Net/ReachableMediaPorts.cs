using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Behind a NAT the address in the SDP is not one of ours, and no socket can be bound to it: all of ours are taken then.</summary>
internal sealed class ReachableMediaPorts(IMediaPorts ports) : IMediaPorts
{
    public bool TryOpen(RelayKey key, NetAddress local, out ushort rtpPort)
    {
        NetAddress everywhere = local.IsV6 ? NetAddress.AnyV6 : NetAddress.AnyV4;
        return ports.TryOpen(key, SipSocket.IsOurs(local) ? local : everywhere, out rtpPort);
    }

    public bool MayBeOurs(NetEndpoint endpoint) =>
        ports.MayBeOurs(SipSocket.IsOurs(endpoint.Address) ? endpoint : endpoint with { Address = endpoint.Address.IsV6 ? NetAddress.AnyV6 : NetAddress.AnyV4 });

    public void Return(RelayKey key) => ports.Return(key);
}
