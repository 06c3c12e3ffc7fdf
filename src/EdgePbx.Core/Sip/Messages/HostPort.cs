namespace EdgePbx.Core;

/// <summary>RFC 3261 section 25.1: <c>hostport = host [ ":" port ]</c>, found by its indexes in a longer text.</summary>
internal static class HostPort
{
    /// <summary>The index after the host and port that start at <paramref name="start"/>, or -1 if there are none.</summary>
    /// <param name="hostEnd">The index after the host alone.</param>
    /// <param name="port">0 = none.</param>
    internal static int End(ReadOnlySpan<byte> text, int start, out int hostEnd, out int port)
    {
        port = 0;
        hostEnd = EndOfHost(text, start);
        if (hostEnd < 0)
        {
            return -1;
        }
        int digits = SipChars.SkipSeparator(text, hostEnd, ':');
        if (digits == hostEnd)
        {
            return hostEnd;
        }
        int end = digits;
        while ((uint)end < (uint)text.Length && SipChars.IsDigit(text[end]) && port <= ushort.MaxValue)
        {
            port = (port * 10) + (text[end++] - '0');
        }
        return end > digits && port <= ushort.MaxValue ? end : -1;
    }

    private static int EndOfHost(ReadOnlySpan<byte> text, int start)
    {
        if ((uint)start < (uint)text.Length && text[start] == (byte)'[')
        {
            int length = text[start..].IndexOf((byte)']');
            return length > 0 && IsIPv6(text.Slice(start + 1, length - 1)) ? start + length + 1 : -1;
        }
        int end = SipChars.SkipHost(text, start);
        return end > start ? end : -1;
    }

    /// <summary>
    /// By the letters, not by the count of groups: RFC 3261's grammar lets a third colon in before an IPv4 tail, and
    /// RFC 5118 4.10 asks for that to be borne.
    /// </summary>
    private static bool IsIPv6(ReadOnlySpan<byte> address) =>
        address.Length is >= 2 and <= 46 && !address.ContainsAnyExcept(SipChars.IPv6) && address.Count((byte)':') >= 2;
}
