using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>IP addresses as SIP writes them (IPv6 in brackets, RFC 3261 25.1), read and written without allocating.</summary>
internal static class HostLiteral
{
    /// <summary>A dotted quad or a bracketed or bare IPv6 address; a host name is false.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> host, out NetAddress address)
    {
        address = default;
        host = host is [(byte)'[', .., (byte)']'] ? host[1..^1] : host;
        Span<byte> raw = stackalloc byte[16];
        if (host.Contains((byte)':'))
        {
            if (!TryReadV6(host, raw))
            {
                return false;
            }
            address = NetAddress.FromBytes(raw);
            return true;
        }
        if (!TryReadV4(host, raw))
        {
            return false;
        }
        address = NetAddress.FromBytes(raw[..4]);
        return true;
    }

    /// <summary>RFC 5952 form; false if it does not fit, or for "none".</summary>
    internal static bool TryFormat(NetAddress address, Span<byte> destination, out int written)
    {
        written = 0;
        Span<byte> raw = stackalloc byte[16];
        if (address.IsNone)
        {
            return false;
        }
        Span<byte> text = stackalloc byte[48];
        int length = address.WriteBytes(raw) == 4 ? FormatV4(raw, text) : FormatV6(raw, text);
        if (!text[..length].TryCopyTo(destination))
        {
            return false;
        }
        written = length;
        return true;
    }

    private static bool TryReadV4(ReadOnlySpan<byte> host, Span<byte> raw)
    {
        for (int i = 0; i < 4; i++)
        {
            int dot = i < 3 ? host.IndexOf((byte)'.') : host.Length;
            if (dot is < 1 or > 3 || !SipChars.TryReadUInt32(host[..dot], out uint part) || part > byte.MaxValue)
            {
                return false;
            }
            raw[i] = (byte)part;
            host = i < 3 ? host[(dot + 1)..] : default;
        }
        return true;
    }

    private static bool TryReadV6(ReadOnlySpan<byte> host, Span<byte> raw)
    {
        int gap = host.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryReadGroups(host, raw, out int all) && all == 16;
        }
        raw.Clear();
        Span<byte> tail = stackalloc byte[16];
        if (host[..gap].Contains((byte)'.') || !TryReadGroups(host[..gap], raw, out int before)
            || !TryReadGroups(host[(gap + 2)..], tail, out int after) || before + after > 14)
        {
            return false;
        }
        tail[..after].CopyTo(raw[(16 - after)..]);
        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<byte> text, Span<byte> raw, out int written)
    {
        written = 0;
        while (!text.IsEmpty)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? text : text[..colon];
            bool isTail = colon < 0 && group.Contains((byte)'.');
            int size = isTail ? 4 : 2;
            if (written + size > 16 || !(isTail ? TryReadV4(group, raw[written..]) : TryReadGroup(group, raw[written..])))
            {
                return false;
            }
            written += size;
            text = colon < 0 ? default : text[(colon + 1)..];
            if (colon >= 0 && text.IsEmpty)
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryReadGroup(ReadOnlySpan<byte> group, Span<byte> raw)
    {
        int value = 0;
        foreach (byte c in group)
        {
            if (!SipChars.IsHex(c))
            {
                return false;
            }
            value = (value << 4) | SipChars.HexValue(c);
        }
        if (group.Length is 0 or > 4)
        {
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(raw, (ushort)value);
        return true;
    }

    private static int FormatV4(ReadOnlySpan<byte> raw, Span<byte> text)
    {
        int length = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                text[length++] = (byte)'.';
            }
            _ = raw[i].TryFormat(text[length..], out int digits, default, provider: null);
            length += digits;
        }
        return length;
    }

    private static int FormatV6(ReadOnlySpan<byte> raw, Span<byte> text)
    {
        (int gapStart, int gapLength) = LongestZeroRun(raw);
        int length = 0;
        text[length++] = (byte)'[';
        for (int i = 0; i < 8; i++)
        {
            if (gapLength > 1 && i == gapStart)
            {
                text[length++] = (byte)':';
                text[length++] = (byte)':';
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && text[length - 1] != (byte)':')
            {
                text[length++] = (byte)':';
            }
            _ = BinaryPrimitives.ReadUInt16BigEndian(raw[(2 * i)..]).TryFormat(text[length..], out int digits, "x", provider: null);
            length += digits;
        }
        text[length++] = (byte)']';
        return length;
    }

    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<byte> raw)
    {
        (int Start, int Length) best = default;
        int start = 0;
        for (int i = 0; i < 8; i++)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(raw[(2 * i)..]) != 0)
            {
                start = i + 1;
            }
            else if (i + 1 - start > best.Length)
            {
                best = (start, i + 1 - start);
            }
        }
        return best;
    }
}
