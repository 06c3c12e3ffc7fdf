namespace EdgePbx.Core;

/// <summary>Require with an option tag that we don't know: 420 with the tags (RFC 3261 8.2.2.3, C-11). ACK and CANCEL are never refused so.</summary>
internal static class UnsupportedExtensions
{
    public static bool TryRefuse(PbxContext context, Instant now, ServerTransaction transaction)
    {
        SipMessage request = transaction.Request;
        bool isFirst = true;
        SipWriter writer = default;
        foreach (ReadOnlySpan<byte> tag in request.Values(HeaderName.Require))
        {
            if (tag.IsEmpty || IsKnown(tag))
            {
                continue;
            }
            if (isFirst)
            {
                writer = context.BeginResponse(transaction, 420);
                isFirst = false;
            }
            writer.Header(HeaderName.Unsupported, tag);
        }
        if (isFirst)
        {
            return false;
        }
        context.SendResponse(now, transaction, 420, ref writer);
        return true;
    }

    private static bool IsKnown(ReadOnlySpan<byte> tag) =>
        System.Text.Ascii.EqualsIgnoreCase(tag, "timer"u8) || System.Text.Ascii.EqualsIgnoreCase(tag, "100rel"u8);
}
