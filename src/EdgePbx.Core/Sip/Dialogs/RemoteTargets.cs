namespace EdgePbx.Core;

/// <summary>Which URIs of a peer may become the request URI of ours: what can't be written must not be kept.</summary>
internal static class RemoteTargets
{
    /// <summary>Longer than any phone's Contact; a header line with it stays far below its limit.</summary>
    public const int LongestUri = 512;

    /// <summary>A sip URI without header fields, which a request URI may not have (RFC 3261 19.1.1, table 1).</summary>
    public static bool IsUsable(ReadOnlySpan<byte> uri) =>
        uri.Length <= LongestUri && SipUri.TryParse(uri, out SipUri parsed) && parsed.IsSip && parsed.Headers.IsEmpty;

    /// <summary>The URI in a Contact, if it may become a remote target.</summary>
    public static bool TryRead(SipMessage message, out ReadOnlySpan<byte> uri)
    {
        uri = default;
        if (!NameAddress.TryParse(message.First(HeaderName.Contact), out NameAddress contact) || contact.IsWildcard || !IsUsable(contact.Uri))
        {
            return false;
        }
        uri = contact.Uri;
        return true;
    }
}
