namespace EdgePbx.Core;

/// <summary>
/// A proxy and a NAT look alike: a Contact at another address than the message comes from. But a proxy adds a Via (RFC 3261 16.6) and
/// leaves the phone's own below it. The phone behind a proxy that does not record-route is reached at
/// its Contact, and nowhere else (12.2.1.1); the phone behind a NAT is not.
/// </summary>
internal static class ProxiedContact
{
    /// <summary>The request came by a proxy, and its Contact is where the phone itself has sent it from.</summary>
    public static bool IsIn(SipMessage request)
    {
        int vias = 0;
        NetAddress sender = default;
        foreach (ReadOnlySpan<byte> value in request.Values(HeaderName.Via))
        {
            vias++;
            sender = default;
            if (Via.TryParse(value, out Via via)) // the last one is the phone's; what a NAT made of it the proxy says
            {
                _ = NetAddress.TryParse(via.Received.IsEmpty ? via.Host : via.Received, out sender);
            }
        }
        return vias > 1 && !sender.IsNone
            && NameAddress.TryParse(request.First(HeaderName.Contact), out NameAddress contact)
            && SipUri.TryParse(contact.Uri, out SipUri uri) && NetAddress.TryParse(uri.Host, out NetAddress named) && named == sender;
    }
}
