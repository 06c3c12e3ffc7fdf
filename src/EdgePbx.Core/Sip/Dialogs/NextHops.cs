namespace EdgePbx.Core;

/// <summary>From a URI to a flow. Host names are not looked up: a peer with a name is reached where its messages come from.</summary>
internal static class NextHops
{
    /// <param name="uri">A Contact or Route URI.</param>
    /// <param name="known">Where the peer's messages come from.</param>
    /// <param name="prefersKnown">True when the URI's address is not reachable: a NAT stands between.</param>
    public static SipFlow Resolve(ReadOnlySpan<byte> uri, in SipFlow known, bool prefersKnown)
    {
        if (prefersKnown || (known.Transport == SipTransport.Tcp && known.Connection != 0)
            || !SipUri.TryParse(uri, out SipUri parsed) || !parsed.IsSip || !NetAddress.TryParse(parsed.Host, out NetAddress address))
        {
            return known; // a live stream is reused: its far end's port is not where the peer listens (RFC 5923)
        }
        bool wantsTcp = parsed.TryGetParameter("transport"u8, out ReadOnlySpan<byte> transport)
            && System.Text.Ascii.EqualsIgnoreCase(transport, "tcp"u8);
        var remote = new NetEndpoint(address, (ushort)(parsed.Port == 0 ? 5060 : parsed.Port));
        SipTransport wanted = wantsTcp ? SipTransport.Tcp : SipTransport.Udp;
        return wanted == known.Transport ? known with { Remote = remote, Connection = 0 } : new SipFlow(wanted, remote, default, 0, 0);
    }

    /// <summary>True when the address in the URI is not where the message came from: a NAT, or a name that we don't look up.</summary>
    public static bool IsBehindNat(ReadOnlySpan<byte> contactUri, in SipFlow source) =>
        !SipUri.TryParse(contactUri, out SipUri uri) || !NetAddress.TryParse(uri.Host, out NetAddress address) || address != source.Remote.Address;
}
