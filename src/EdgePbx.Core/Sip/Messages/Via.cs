using System.Text;

namespace EdgePbx.Core;

/// <summary>RFC 3261 section 20.42: <c>SIP/2.0/UDP host:port;branch=…</c>, one value of a Via header field.</summary>
public readonly ref struct Via
{
    /// <summary>What a branch made by RFC 3261 starts with (section 8.1.1.7).</summary>
    public static ReadOnlySpan<byte> MagicCookie => "z9hG4bK"u8;

    private Via(ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> transport, ReadOnlySpan<byte> sentBy)
    {
        Protocol = protocol;
        Transport = transport;
        SentBy = sentBy;
    }

    /// <summary>The protocol's name, "SIP".</summary>
    public ReadOnlySpan<byte> Protocol { get; }

    /// <summary>As it was written, such as "UDP".</summary>
    public ReadOnlySpan<byte> Transport { get; }

    /// <summary>"host" or "host:port", as it was written.</summary>
    public ReadOnlySpan<byte> SentBy { get; }

    /// <summary>An IPv6 address keeps its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>0 = none.</summary>
    public int Port { get; private init; }

    /// <summary>From the first semicolon on.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>Empty if there is none, as in RFC 2543.</summary>
    public ReadOnlySpan<byte> Branch { get; private init; }

    /// <summary>The branch identifies a transaction: it has the cookie and something after it (RFC 4475 3.2.1).</summary>
    public bool HasMagicCookie => Branch.Length > MagicCookie.Length && Ascii.EqualsIgnoreCase(Branch[..MagicCookie.Length], MagicCookie);

    /// <summary>RFC 3581: the parameter is there, with or without a value.</summary>
    public bool HasRport { get; private init; }

    /// <summary>0 = no value.</summary>
    public int Rport { get; private init; }

    /// <summary>Empty if there is none; an IPv6 address is given without its brackets (RFC 5118 4.5).</summary>
    public ReadOnlySpan<byte> Received { get; private init; }

    public ReadOnlySpan<byte> Maddr { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> text, out Via via)
    {
        via = default;
        var cursor = new Utf8Cursor(text);
        cursor.SkipSpace();
        if (!cursor.TryTakeToken(out ReadOnlySpan<byte> protocol) || !cursor.TryTakeSeparator('/')
            || !cursor.TryTakeToken(out _) || !cursor.TryTakeSeparator('/')
            || !cursor.TryTakeToken(out ReadOnlySpan<byte> transport) || !cursor.TryTakeSpace())
        {
            return false;
        }
        ReadOnlySpan<byte> fromSentBy = cursor.Rest;
        if (!cursor.TryTakeHostPort(out ReadOnlySpan<byte> host, out int port))
        {
            return false;
        }
        ReadOnlySpan<byte> sentBy = fromSentBy[..(fromSentBy.Length - cursor.Rest.Length)];
        cursor.SkipSpace();
        return (cursor.AtEnd || cursor.Rest[0] == (byte)';')
            && TryReadParameters(cursor.Rest, new Via(protocol, transport, sentBy) { Host = host, Port = port }, out via);
    }

    private static bool TryReadParameters(ReadOnlySpan<byte> parameters, Via start, out Via via)
    {
        ReadOnlySpan<byte> branch = default;
        ReadOnlySpan<byte> received = default;
        ReadOnlySpan<byte> maddr = default;
        uint rport = 0;
        bool hasRport = false;
        var walk = new Parameters(parameters);
        while (walk.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Is(name, "branch"u8))
            {
                branch = value;
            }
            else if (Is(name, "rport"u8))
            {
                hasRport = true;
                if (!value.IsEmpty && !(SipChars.TryReadUInt32(value, out rport) && rport <= ushort.MaxValue))
                {
                    via = default;
                    return false;
                }
            }
            else if (Is(name, "received"u8))
            {
                received = value is [(byte)'[', .., (byte)']'] ? value[1..^1] : value;
            }
            else if (Is(name, "maddr"u8))
            {
                maddr = value;
            }
        }
        via = walk.IsBroken ? default : new Via(start.Protocol, start.Transport, start.SentBy)
        {
            Host = start.Host,
            Port = start.Port,
            Parameters = parameters,
            Branch = branch,
            HasRport = hasRport,
            Rport = (int)rport,
            Received = received,
            Maddr = maddr,
        };
        return !walk.IsBroken;
    }

    /// <summary>received and rport: the next hop fills them in (RFC 3261 18.2.1, RFC 3581 4).</summary>
    internal static bool IsSetByServer(ReadOnlySpan<byte> name) => Is(name, "received"u8) || Is(name, "rport"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) =>
        name.Length == expected.Length && Ascii.EqualsIgnoreCase(name, expected);
}
