namespace EdgePbx.Core;

/// <summary>Makes a dialog from the messages that create it (RFC 3261 12.1).</summary>
internal static class DialogFactory
{
    /// <summary>As the UAS; null when the Contact or a name can't be used (then 400).</summary>
    public static Dialog? FromRequest(SipMessage request, byte[] localTag, in SipFlow source)
    {
        if (!NameAddress.TryParse(request.First(HeaderName.Contact), out NameAddress contact) || contact.IsWildcard
            || !NameAddress.TryParse(request.First(HeaderName.From), out NameAddress from)
            || !NameAddress.TryParse(request.First(HeaderName.To), out NameAddress to)
            || !SipUri.TryParse(contact.Uri, out SipUri target) || !target.IsSip)
        {
            return null;
        }
        return new Dialog
        {
            CallId = request.CallId.ToArray(),
            LocalTag = localTag,
            RemoteTag = request.FromTag.ToArray(),
            LocalAddress = Address(to),
            RemoteAddress = Address(from),
            Routes = RouteSet.FromRequest(request),
            RemoteTarget = contact.Uri.ToArray(),
            Flow = source,
            IsBehindNat = NextHops.IsBehindNat(contact.Uri, source),
            RemoteCSeq = request.CSeqNumber,
        };
    }

    /// <summary>As the UAC, from our request and a 1xx or 2xx with a To tag; null when the response can't make a dialog.</summary>
    public static Dialog? FromResponse(SipMessage request, SipMessage response, in SipFlow source)
    {
        if (!NameAddress.TryParse(request.First(HeaderName.From), out NameAddress from)
            || !NameAddress.TryParse(request.First(HeaderName.To), out NameAddress to))
        {
            return null;
        }
        ReadOnlySpan<byte> target = request.RequestUri;
        if (NameAddress.TryParse(response.First(HeaderName.Contact), out NameAddress contact) && !contact.IsWildcard
            && SipUri.TryParse(contact.Uri, out SipUri uri) && uri.IsSip)
        {
            target = contact.Uri; // without one, as some phones do in 180, the URI that we called still leads there
        }
        return new Dialog
        {
            CallId = request.CallId.ToArray(),
            LocalTag = request.FromTag.ToArray(),
            RemoteTag = response.ToTag.ToArray(),
            LocalAddress = Address(from),
            RemoteAddress = Address(to),
            Routes = RouteSet.FromResponse(response),
            RemoteTarget = target.ToArray(),
            Flow = source,
            IsBehindNat = NextHops.IsBehindNat(target, source),
            LocalCSeq = request.CSeqNumber,
            OwnsCallId = true,
        };
    }

    private static byte[] Address(in NameAddress address) => address.DisplayName.IsEmpty
        ? [.. "<"u8, .. address.Uri, .. ">"u8]
        : [.. address.DisplayName, .. " <"u8, .. address.Uri, .. ">"u8];
}
