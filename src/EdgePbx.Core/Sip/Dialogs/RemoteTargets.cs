namespace EdgePbx.Core;

/// <summary>Which URIs of a peer may become the request URI of ours: what can't be written must not be kept.</summary>
internal static class RemoteTargets
{
    /// <summary>Longer than any phone's Contact; a header line with it stays far below its limit.</summary>
    public const int LongestUri = 512;

    /// <summary>A sip URI without header fields, which a request URI may not have (RFC 3261 19.1.1, table 1).</summary>
    public static bool IsUsable(ReadOnlySpan<byte> uri) =>
        uri.Length <= LongestUri && SipUri.TryParse(uri, out SipUri parsed) && parsed.IsSip && parsed.Headers.IsEmpty;

    /// <summary>
    /// The URI in a Contact that may become a remote target: the first one that can be read. "Lee, Ann &lt;sip:…&gt;" without its quotes
    /// looks like two values, and only one of them is an address.
    /// </summary>
    public static bool TryRead(SipMessage message, out ReadOnlySpan<byte> uri)
    {
        foreach (ReadOnlySpan<byte> value in message.Values(HeaderName.Contact))
        {
            if (NameAddress.TryParseUri(value, out NameAddress contact) && SipUri.WithoutHeaders(contact.Uri) is var target && IsUsable(target))
            {
                uri = target;
                return true;
            }
        }
        uri = default;
        return false;
    }
}
