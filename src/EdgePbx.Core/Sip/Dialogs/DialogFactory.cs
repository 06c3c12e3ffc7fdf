namespace EdgePbx.Core;

/// <summary>Whom an INVITE of ours goes to.</summary>
/// <param name="Account">The extension.</param>
/// <param name="IsBehindProxy">Its phone has registered through a proxy.</param>
internal readonly record struct DialogPeer(string Account, bool IsBehindProxy);

/// <summary>Makes a dialog from the messages that create it (RFC 3261 12.1).</summary>
internal static class DialogFactory
{
    /// <summary>From and To go into every request of the dialog, with a tag: what is longer could not be written.</summary>
    private const int LongestAddress = 2048;

    /// <summary>As the UAS of this account; null when the Contact, a route or a name can't be used (then 400).</summary>
    public static Dialog? FromRequest(SipMessage request, byte[] localTag, in SipFlow source, string account)
    {
        if (!RemoteTargets.TryRead(request, out ReadOnlySpan<byte> target) || RouteSet.FromRequest(request) is not { } routes
            || !TryReadAddresses(request, out byte[] from, out byte[] to))
        {
            return null;
        }
        return new Dialog
        {
            CallId = request.CallId.ToArray(),
            LocalTag = localTag,
            RemoteTag = request.FromTag.ToArray(),
            LocalAddress = to,
            RemoteAddress = from,
            Routes = routes,
            RemoteTarget = target.ToArray(),
            Flow = source,
            IsBehindProxy = ProxiedContact.IsIn(request),
            Account = account,
            RemoteCSeq = request.CSeqNumber,
        };
    }

    /// <summary>
    /// As the UAC, from our request and a 1xx or 2xx with a To tag. What the peer names and we can't use is replaced by
    /// what we know, since a 2xx must be acknowledged whatever it says: the URI that we called, and no route.
    /// </summary>
    public static Dialog? FromResponse(SipMessage request, SipMessage response, in SipFlow source, in DialogPeer peer)
    {
        if (!TryReadAddresses(request, out byte[] from, out byte[] to) || response.ToTag.Length > LongestAddress)
        {
            return null;
        }
        ReadOnlySpan<byte> target = RemoteTargets.TryRead(response, out ReadOnlySpan<byte> contact) ? contact : request.RequestUri;
        return new Dialog
        {
            CallId = request.CallId.ToArray(),
            LocalTag = request.FromTag.ToArray(),
            RemoteTag = response.ToTag.ToArray(),
            LocalAddress = from,
            RemoteAddress = to,
            Routes = RouteSet.FromResponse(response) ?? RouteSet.Empty,
            RemoteTarget = target.ToArray(),
            Flow = source,
            IsBehindProxy = peer.IsBehindProxy,
            Account = peer.Account,
            LocalCSeq = request.CSeqNumber,
            OwnsCallId = true,
        };
    }

    private static bool TryReadAddresses(SipMessage message, out byte[] from, out byte[] to)
    {
        from = to = [];
        if (!NameAddress.TryParse(message.First(HeaderName.From), out NameAddress one)
            || !NameAddress.TryParse(message.First(HeaderName.To), out NameAddress other))
        {
            return false;
        }
        (from, to) = (Address(one), Address(other));
        return from.Length <= LongestAddress && to.Length <= LongestAddress && message.FromTag.Length <= LongestAddress;
    }

    private static byte[] Address(in NameAddress address) => address.DisplayName.IsEmpty
        ? [.. "<"u8, .. address.Uri, .. ">"u8]
        : [.. Quoted(address.DisplayName), .. " <"u8, .. address.Uri, .. ">"u8];

    /// <summary>A name that lacks its quotes gets them where it needs them: what we were lenient with we don't pass on (RFC 4475 3.1.2.15).</summary>
    private static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> name) => name.Contains((byte)',') && !name.Contains((byte)'"')
        ? (byte[])[.. "\""u8, .. name, .. "\""u8]
        : name;
}
