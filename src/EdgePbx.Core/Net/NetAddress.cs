using System.Net;
using System.Text;

namespace EdgePbx.Core;

/// <summary>An IPv4 or IPv6 address as a value: 16 bytes and a flag, no allocation. <c>default</c> is "none".</summary>
public readonly record struct NetAddress : ISpanFormattable
{
    /// <summary>Of an IPv6 address with all its groups and an IPv4 address at its end.</summary>
    internal const int MostCharacters = 45;

    private enum Family : byte { None, V4, V6 }

    private readonly UInt128 _bits;
    private readonly Family _family;

    private NetAddress(Family family, UInt128 bits) => (_family, _bits) = (family, bits);

    public static NetAddress AnyV4 { get; } = new(Family.V4, 0);
    public static NetAddress AnyV6 { get; } = new(Family.V6, 0);
    public static NetAddress LoopbackV4 { get; } = FromV4(127, 0, 0, 1);

    public bool IsNone => _family == Family.None;
    public bool IsV4 => _family == Family.V4;
    public bool IsV6 => _family == Family.V6;

    /// <summary>0.0.0.0 or ::, which as an SDP connection address means "send nothing" (RFC 3264 8.4).</summary>
    public bool IsUnspecified => _family != Family.None && _bits == 0;

    /// <summary>Whom one holder of addresses is known by: the address, of IPv6 its /64, of which one host has all.</summary>
    public NetAddress Network => IsV6 ? new NetAddress(Family.V6, _bits >> 64 << 64) : this;

    /// <summary>As <see cref="Network"/>, but of an IPv4 address only the first bits.</summary>
    internal NetAddress Prefix(int v4Bits) => IsV4 ? new NetAddress(Family.V4, (uint)(_bits >> (32 - v4Bits) << (32 - v4Bits))) : Network;

    /// <summary>What <see cref="WriteBytes"/> writes at most.</summary>
    internal const int MostBytes = 16;

    /// <summary>Both begin with the same bits; of two families they never do.</summary>
    internal bool SharesPrefix(NetAddress other, int bits)
    {
        int unused = (IsV4 ? 32 : 128) - bits;
        return _family == other._family && (unused >= 128 || (_bits ^ other._bits) >> unused == 0);
    }

    /// <summary>127.0.0.0/8 or ::1: whoever names it means himself.</summary>
    public bool IsLoopback => (_family == Family.V4 && _bits >> 24 == 127) || (_family == Family.V6 && _bits == 1);

    /// <summary>
    /// Nobody's own: groups (224.0.0.0/4, ff00::/8), what is reserved or broadcast to (240.0.0.0/4), and "this network" (0.0.0.0/8, RFC 1122
    /// 3.2.1.3). The unspecified address is none of them.
    /// </summary>
    public bool IsNobody => _family == Family.V4 ? _bits >> 28 >= 0xe || (_bits >> 24 == 0 && _bits != 0) : _family == Family.V6 && _bits >> 120 == 0xff;

    public static NetAddress FromV4(byte a, byte b, byte c, byte d) =>
        new(Family.V4, ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d);

    /// <summary>From 4 or 16 bytes in network order; an IPv4-mapped IPv6 address becomes the IPv4 address.</summary>
    public static NetAddress FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 4)
        {
            return FromV4(bytes[0], bytes[1], bytes[2], bytes[3]);
        }
        if (bytes.Length != 16)
        {
            return default;
        }
        UInt128 bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return bits >> 32 == 0xffff ? new NetAddress(Family.V4, (uint)bits) : new NetAddress(Family.V6, bits);
    }

    /// <summary>A literal address, IPv6 with or without brackets; never a host name.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NetAddress address)
    {
        address = default;
        if (text.Length is 0 or > 64)
        {
            return false;
        }
        Span<char> chars = stackalloc char[64];
        return Ascii.IsValid(text) && Ascii.ToUtf16(text, chars, out int length) == System.Buffers.OperationStatus.Done
            && TryParse(chars[..length], out address);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out NetAddress)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out NetAddress address)
    {
        if (TryParsePlainV4(text, out address))
        {
            return true;
        }
        if (text.Length is 0 or > 64 || !Ascii.IsValid(text))
        {
            return false;
        }
        bool bracketed = text[0] == '[' && text[^1] == ']';
        ReadOnlySpan<char> literal = bracketed ? text[1..^1] : text;
        bool v6 = literal.Contains(':');
        if ((bracketed && !v6) || (!v6 && literal.Count('.') != 3) || !IPAddress.TryParse(literal, out IPAddress? parsed))
        {
            return false; // the framework would also take "127.1", which no RFC does
        }
        Span<byte> raw = stackalloc byte[16];
        _ = parsed.TryWriteBytes(raw, out int written);
        address = FromBytes(raw[..written]);
        return true;
    }

    public static bool TryParse(string text, out NetAddress address) => TryParse(text.AsSpan(), out address);

    // four numbers as everybody writes them, without an object; for the rest the framework is asked
    private static bool TryParsePlainV4(ReadOnlySpan<char> text, out NetAddress address)
    {
        address = default;
        (uint bits, uint number, int digits, int dots) = (0, 0, 0, 0);
        foreach (char c in text)
        {
            if (c == '.' && digits > 0 && dots < 3)
            {
                (bits, number, digits, dots) = ((bits << 8) | number, 0, 0, dots + 1);
            }
            else if (char.IsAsciiDigit(c) && (digits == 0 || number > 0))
            {
                number = (10 * number) + c - '0';
                digits++;
                if (number > 255)
                {
                    return false;
                }
            }
            else
            {
                return false; // a leading zero is one of them: to some it means octal
            }
        }
        if (dots != 3 || digits == 0)
        {
            return false;
        }
        address = new NetAddress(Family.V4, (bits << 8) | number);
        return true;
    }

    /// <summary>Network order; 4 or 16 bytes.</summary>
    public int WriteBytes(Span<byte> destination)
    {
        if (IsV4)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_bits);
            return 4;
        }
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _bits);
        return 16;
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> raw = stackalloc byte[16];
        return IsNone ? IPAddress.None : new IPAddress(raw[..WriteBytes(raw)]);
    }

    /// <summary>As SDP writes it: no brackets.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MostCharacters];
        return TryFormat(text, out int length, default, null) ? text[..length].ToString() : "";
    }

    /// <summary>As <see cref="ToString()"/>.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (IsV4)
        {
            uint bits = (uint)_bits;
            return destination.TryWrite($"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}", out charsWritten);
        }
        return IsNone ? destination.TryWrite($"-", out charsWritten) : ToIPAddress().TryFormat(destination, out charsWritten);
    }

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>As a SIP URI or Via writes it: IPv6 in brackets (RFC 3261 25.1 IPv6reference).</summary>
    public string ToHost() => IsV6 ? $"[{this}]" : ToString();
}
