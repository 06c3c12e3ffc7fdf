namespace EdgePbx.Core;

/// <summary>RFC 3261 section 19.1 (sip, sips), RFC 3966 (tel), or any other URI as an opaque text.</summary>
public readonly ref partial struct SipUri
{
    private SipUri(ReadOnlySpan<byte> scheme) => Scheme = scheme;

    /// <summary>As it was written.</summary>
    public ReadOnlySpan<byte> Scheme { get; }

    /// <summary>sip or sips: user, host and port have a meaning.</summary>
    public bool IsSip { get; private init; }

    public bool IsSips { get; private init; }

    public bool IsTel { get; private init; }

    /// <summary>There is a user part.</summary>
    public bool HasUser { get; private init; }

    /// <summary>With its escapes, and with the password if there is one; the number of a tel URI.</summary>
    public ReadOnlySpan<byte> User { get; private init; }

    /// <summary>An IPv6 address keeps its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>0 = none.</summary>
    public int Port { get; private init; }

    /// <summary>After the first semicolon, up to the question mark.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>After the question mark.</summary>
    public ReadOnlySpan<byte> Headers { get; private init; }

    /// <summary>";lr": the next hop of a Route routes loosely (RFC 3261 16.12).</summary>
    public bool HasLooseRouting => TryGetParameter("lr"u8, out _);

    /// <summary>The name in any case; the value as it was written, empty for a flag.</summary>
    public bool TryGetParameter(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        TryFind(Parameters, (byte)';', name, out value);

    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        uri = default;
        int colon = text.IndexOf((byte)':');
        if (colon <= 0 || colon == text.Length - 1 || text.ContainsAny(SipChars.NotInUri))
        {
            return false;
        }
        ReadOnlySpan<byte> scheme = text[..colon];
        ReadOnlySpan<byte> rest = text[(colon + 1)..];
        if (IsNamed(scheme, "sip"u8) || IsNamed(scheme, "sips"u8))
        {
            return TryParseSip(scheme, rest, out uri);
        }
        if (!char.IsAsciiLetter((char)scheme[0]) || scheme.ContainsAnyExcept(SipChars.Scheme))
        {
            return false;
        }
        bool isTel = IsNamed(scheme, "tel"u8);
        if (isTel && rest[0] == (byte)';')
        {
            return false;
        }
        uri = isTel ? Tel(scheme, rest) : new SipUri(scheme);
        return true;
    }

    /// <summary>The user part with its escapes resolved. Returns the length, or -1 if it doesn't fit.</summary>
    public int UnescapeUser(Span<byte> destination) => Unescape(User, destination);

    internal static int Unescape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (written == destination.Length)
            {
                return -1;
            }
            destination[written++] = Unescaped(text, ref i);
        }
        return written;
    }

    private static SipUri Tel(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest)
    {
        int semicolon = rest.IndexOf((byte)';');
        return new SipUri(scheme)
        {
            IsTel = true,
            HasUser = true,
            User = semicolon < 0 ? rest : rest[..semicolon],
            Parameters = semicolon < 0 ? default : rest[(semicolon + 1)..],
        };
    }

    private static bool IsNamed(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> name)
    {
        if (scheme.Length != name.Length)
        {
            return false;
        }
        for (int i = 0; i < name.Length; i++)
        {
            if ((scheme[i] | 0x20) != name[i])
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryParseSip(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest, out SipUri uri)
    {
        uri = default;
        int at = rest.IndexOf((byte)'@'); // an unescaped "@" stands nowhere else; "?" and ";" may be part of the user
        ReadOnlySpan<byte> user = at < 0 ? default : rest[..at];
        var cursor = new Utf8Cursor(rest[(at + 1)..]);
        if (at == 0 || !cursor.TryTakeHostPort(out ReadOnlySpan<byte> host, out int port) || !HasGoodEscapes(rest))
        {
            return false;
        }
        ReadOnlySpan<byte> tail = cursor.Rest;
        int question = tail.IndexOf((byte)'?');
        ReadOnlySpan<byte> parameters = question < 0 ? tail : tail[..question];
        if (!parameters.IsEmpty && parameters[0] != (byte)';')
        {
            return false;
        }
        uri = new SipUri(scheme)
        {
            IsSip = true,
            IsSips = scheme.Length == 4,
            HasUser = at >= 0,
            User = user,
            Host = host,
            Port = port,
            Parameters = parameters.IsEmpty ? default : parameters[1..],
            Headers = question < 0 ? default : tail[(question + 1)..],
        };
        return true;
    }

    /// <summary>Each "%" has two hexadecimal digits after it.</summary>
    private static bool HasGoodEscapes(ReadOnlySpan<byte> text)
    {
        for (int i = text.IndexOf((byte)'%'); i >= 0;)
        {
            if (text.Length < i + 3 || !SipChars.IsHex(text[i + 1]) || !SipChars.IsHex(text[i + 2]))
            {
                return false;
            }
            text = text[(i + 3)..];
            i = text.IndexOf((byte)'%');
        }
        return true;
    }

    /// <summary>URI parameters and URI headers: as <see cref="Core.Parameters"/>, but with escapes and without blanks or quotes.</summary>
    private static bool TryFind(ReadOnlySpan<byte> list, byte separator, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!list.IsEmpty)
        {
            Split(ref list, separator, out ReadOnlySpan<byte> candidate, out value);
            if (AreEqualEscaped(candidate, name))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    private static void Split(scoped ref ReadOnlySpan<byte> list, byte separator, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int end = list.IndexOf(separator);
        ReadOnlySpan<byte> item = end < 0 ? list : list[..end];
        list = end < 0 ? default : list[(end + 1)..];
        int equals = item.IndexOf((byte)'=');
        name = equals < 0 ? item : item[..equals];
        value = equals < 0 ? default : item[(equals + 1)..];
    }

    private static byte Unescaped(ReadOnlySpan<byte> text, scoped ref int i)
    {
        if (text[i] != (byte)'%' || i + 2 >= text.Length || !SipChars.IsHex(text[i + 1]) || !SipChars.IsHex(text[i + 2]))
        {
            return text[i];
        }
        i += 2;
        return (byte)((SipChars.HexValue(text[i - 1]) << 4) | SipChars.HexValue(text[i]));
    }
}
