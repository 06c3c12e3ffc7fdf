namespace EdgePbx.Core;

/// <summary>Require with an option tag that we don't know: 420 with the tags (RFC 3261 8.2.2.3, C-11). ACK and CANCEL are never refused so.</summary>
internal static class UnsupportedExtensions
{
    /// <summary>So many are named, in one header field: what came may consist of nothing else.</summary>
    private const int MostTags = 8;

    /// <summary>And so many bytes of them.</summary>
    private const int MostBytes = 256;

    /// <summary>Within a dialog.</summary>
    public static bool TryRefuse(PbxContext context, Instant now, ServerTransaction transaction)
    {
        if (!HasAny(transaction.Request))
        {
            return false;
        }
        SipWriter writer = context.BeginResponse(transaction, 420);
        WriteUnsupported(ref writer, transaction.Request);
        context.SendResponse(now, transaction, 420, ref writer);
        return true;
    }

    /// <summary>Of somebody who has not shown who he is.</summary>
    public static bool TryRefuse(PbxContext context, SipMessage request, in SipFlow source)
    {
        if (!HasAny(request))
        {
            return false;
        }
        SipWriter writer = context.BeginStateless(request, source, 420);
        WriteUnsupported(ref writer, request);
        context.SendStateless(request, source, ref writer);
        return true;
    }

    private static bool HasAny(SipMessage request)
    {
        foreach (ReadOnlySpan<byte> tag in request.Values(HeaderName.Require))
        {
            if (!IsKnown(tag))
            {
                return true;
            }
        }
        return false;
    }

    private static void WriteUnsupported(ref SipWriter writer, SipMessage request)
    {
        writer.BeginHeader(HeaderName.Unsupported);
        int tags = 0;
        int bytes = 0;
        foreach (ReadOnlySpan<byte> tag in request.Values(HeaderName.Require))
        {
            bytes += IsKnown(tag) ? 0 : tag.Length;
            if (IsKnown(tag) || (tags > 0 && bytes > MostBytes))
            {
                continue;
            }
            writer.Raw(tags == 0 ? default : ", "u8);
            writer.Raw(tag[..Math.Min(tag.Length, MostBytes)]);
            if (++tags == MostTags)
            {
                break;
            }
        }
        writer.EndHeader();
    }

    private static bool IsKnown(ReadOnlySpan<byte> tag) => tag.IsEmpty
        || System.Text.Ascii.EqualsIgnoreCase(tag, "timer"u8) || System.Text.Ascii.EqualsIgnoreCase(tag, "100rel"u8);
}
