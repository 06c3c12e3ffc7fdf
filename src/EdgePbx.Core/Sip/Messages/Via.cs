using System.Text;

namespace EdgePbx.Core;

/// <summary>RFC 3261 section 20.42: <c>SIP/2.0/UDP host:port;branch=…</c>, one value of a Via header field.</summary>
public ref struct Via
{
    /// <summary>What a branch made by RFC 3261 starts with (section 8.1.1.7).</summary>
    public static ReadOnlySpan<byte> MagicCookie => "z9hG4bK"u8;

    /// <summary>The protocol's name, "SIP".</summary>
    public ReadOnlySpan<byte> Protocol { readonly get; private set; }

    /// <summary>As it was written, such as "UDP".</summary>
    public ReadOnlySpan<byte> Transport { readonly get; private set; }

    /// <summary>"host" or "host:port", as it was written.</summary>
    public ReadOnlySpan<byte> SentBy { readonly get; private set; }

    /// <summary>An IPv6 address keeps its brackets.</summary>
    public ReadOnlySpan<byte> Host { readonly get; private set; }

    /// <summary>0 = none.</summary>
    public int Port { readonly get; private set; }

    /// <summary>From the first semicolon on.</summary>
    public ReadOnlySpan<byte> Parameters { readonly get; private set; }

    /// <summary>Empty if there is none, as in RFC 2543.</summary>
    public ReadOnlySpan<byte> Branch { readonly get; private set; }

    /// <summary>The branch identifies a transaction: it has the cookie and something after it (RFC 4475 3.2.1).</summary>
    public readonly bool HasMagicCookie =>
        Branch.Length > MagicCookie.Length && Ascii.EqualsIgnoreCase(Branch[..MagicCookie.Length], MagicCookie);

    /// <summary>RFC 3581: the parameter is there, with or without a value.</summary>
    public bool HasRport { readonly get; private set; }

    /// <summary>0 = no value.</summary>
    public int Rport { readonly get; private set; }

    /// <summary>Empty if there is none; an IPv6 address is given without its brackets (RFC 5118 4.5).</summary>
    public ReadOnlySpan<byte> Received { readonly get; private set; }

    public ReadOnlySpan<byte> Maddr { readonly get; private set; }

    public static bool TryParse(ReadOnlySpan<byte> text, out Via via)
    {
        via = default;
        if (via.TryReadSentProtocol(text, out int start) && via.TryReadSentBy(text, ref start) && via.TryReadParameters(text[start..]))
        {
            return true;
        }
        via = default;
        return false;
    }

    /// <summary>protocol-name SLASH protocol-version SLASH transport LWS.</summary>
    private bool TryReadSentProtocol(ReadOnlySpan<byte> text, out int end)
    {
        int start = SipChars.SkipBlanks(text, 0);
        end = SipChars.SkipToken(text, start);
        Protocol = text[start..end];
        int version = SipChars.SkipSeparator(text, end, '/');
        end = SipChars.SkipToken(text, version);
        int transport = SipChars.SkipSeparator(text, end, '/');
        if (Protocol.IsEmpty || version == end || end == transport)
        {
            return false;
        }
        end = SipChars.SkipToken(text, transport);
        Transport = text[transport..end];
        int blank = end;
        end = SipChars.SkipBlanks(text, end);
        return !Transport.IsEmpty && end > blank;
    }

    private bool TryReadSentBy(ReadOnlySpan<byte> text, ref int position)
    {
        int end = HostPort.End(text, position, out int hostEnd, out int port);
        if (end < 0)
        {
            return false;
        }
        Host = text[position..hostEnd];
        Port = port;
        SentBy = text[position..end];
        position = SipChars.SkipBlanks(text, end);
        return position == text.Length || text[position] == (byte)';';
    }

    private bool TryReadParameters(ReadOnlySpan<byte> parameters)
    {
        Parameters = parameters;
        var walk = new Parameters(parameters);
        while (walk.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Is(name, "branch"u8))
            {
                Branch = value;
            }
            else if (Is(name, "rport"u8))
            {
                HasRport = true;
                if (!value.IsEmpty && !TryReadRport(value))
                {
                    return false;
                }
            }
            else if (Is(name, "received"u8))
            {
                Received = value is [(byte)'[', .., (byte)']'] ? value[1..^1] : value;
            }
            else if (Is(name, "maddr"u8))
            {
                Maddr = value;
            }
        }
        return !walk.IsBroken && !walk.HasEmpty; // what names the transaction is read strictly (RFC 4475 3.1.2.1)
    }

    private bool TryReadRport(ReadOnlySpan<byte> value)
    {
        bool isPort = SipChars.TryReadUInt32(value, out uint port) && port <= ushort.MaxValue;
        Rport = isPort ? (int)port : 0;
        return isPort;
    }

    /// <summary>received and rport: the next hop fills them in (RFC 3261 18.2.1, RFC 3581 4).</summary>
    internal static bool IsSetByServer(ReadOnlySpan<byte> name) => Is(name, "received"u8) || Is(name, "rport"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => SipChars.AreEqualIgnoringCase(name, expected);
}
