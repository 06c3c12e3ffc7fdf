namespace EdgePbx.Core;

/// <summary>
/// From a URI that a peer names to a flow. What it names is followed only where its messages come from; anywhere else the box would be a
/// messenger to whomever it names. Host names are not looked up. What can't be followed goes back the way that the peer's messages came.
/// </summary>
internal sealed class NextHops(ILocalAddresses addresses)
{
    /// <summary>Below are the ports of services, where no phone listens.</summary>
    private const int LowestPort = 1024;

    /// <param name="uri">A Contact or Route URI.</param>
    /// <param name="known">Where the peer's messages come from.</param>
    /// <param name="isBehindProxy">They come by a proxy, and the URI is of the phone behind it: see <see cref="ProxiedContact"/>.</param>
    public SipFlow Resolve(ReadOnlySpan<byte> uri, in SipFlow known, bool isBehindProxy = false)
    {
        if (!SipUri.TryParse(uri, out SipUri parsed) || !parsed.IsSip || !NetAddress.TryParse(parsed.Host, out NetAddress address))
        {
            return known;
        }
        var remote = new NetEndpoint(address, (ushort)(parsed.Port == 0 ? 5060 : parsed.Port));
        if (remote.Port < LowestPort || addresses.ListensAt(remote))
        {
            return known;
        }
        bool wantsTcp = parsed.TryGetParameter("transport"u8, out ReadOnlySpan<byte> transport)
            && System.Text.Ascii.EqualsIgnoreCase(transport, "tcp"u8);
        if (address != known.Remote.Address)
        {
            bool isFollowed = isBehindProxy && !wantsTcp && !address.IsNobody && !address.IsUnspecified && (!address.IsLoopback || known.Remote.Address.IsLoopback);
            return isFollowed ? Towards(SipTransport.Udp, remote, known) : known;
        }
        return known is { Transport: SipTransport.Tcp, Connection: not 0 }
            ? known // a live stream is reused: its far end's port is not where the peer listens (RFC 5923)
            : Towards(wantsTcp ? SipTransport.Tcp : SipTransport.Udp, remote, known);
    }

    /// <summary>Where a request of this dialog goes: the first route, or the remote target (RFC 3261 8.1.2).</summary>
    public SipFlow Of(Dialog dialog) => dialog.Routes.IsEmpty
        ? Resolve(dialog.RemoteTarget, dialog.Flow, dialog.IsBehindProxy)
        : Resolve(dialog.Routes.FirstUri, dialog.Flow);

    /// <summary>True when the address in the URI is not where the message came from: a NAT, or a name that we don't look up.</summary>
    public static bool IsBehindNat(ReadOnlySpan<byte> contactUri, in SipFlow source) =>
        !SipUri.TryParse(contactUri, out SipUri uri) || !NetAddress.TryParse(uri.Host, out NetAddress address) || address != source.Remote.Address;

    private static SipFlow Towards(SipTransport wanted, NetEndpoint remote, in SipFlow known) =>
        wanted == known.Transport ? known with { Remote = remote, Connection = 0 } : new SipFlow(wanted, remote, default, 0, 0);
}
