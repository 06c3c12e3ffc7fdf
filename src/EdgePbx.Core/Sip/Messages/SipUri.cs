namespace EdgePbx.Core;

/// <summary>RFC 3261 section 19.1 (sip, sips), RFC 3966 (tel), or any other URI as an opaque text.</summary>
public ref partial struct SipUri
{
    /// <summary>As it was written.</summary>
    public ReadOnlySpan<byte> Scheme { readonly get; private set; }

    /// <summary>sip or sips: user, host and port have a meaning.</summary>
    public bool IsSip { readonly get; private set; }

    public bool IsSips { readonly get; private set; }

    public bool IsTel { readonly get; private set; }

    /// <summary>There is a user part.</summary>
    public bool HasUser { readonly get; private set; }

    /// <summary>With its escapes, and with the password if there is one; the number of a tel URI.</summary>
    public ReadOnlySpan<byte> User { readonly get; private set; }

    /// <summary>An IPv6 address keeps its brackets.</summary>
    public ReadOnlySpan<byte> Host { readonly get; private set; }

    /// <summary>0 = none.</summary>
    public int Port { readonly get; private set; }

    /// <summary>After the first semicolon, up to the question mark.</summary>
    public ReadOnlySpan<byte> Parameters { readonly get; private set; }

    /// <summary>After the question mark.</summary>
    public ReadOnlySpan<byte> Headers { readonly get; private set; }

    /// <summary>";lr": the next hop of a Route routes loosely (RFC 3261 16.12).</summary>
    public readonly bool HasLooseRouting => TryGetParameter("lr"u8, out _);

    /// <summary>The name in any case; the value as it was written, empty for a flag.</summary>
    public readonly bool TryGetParameter(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
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
        bool isSips = IsNamed(scheme, "sips"u8);
        bool isValid = isSips || IsNamed(scheme, "sip"u8) ? uri.TryReadSip(rest)
            : IsNamed(scheme, "tel"u8) ? uri.TryReadTel(rest)
            : char.IsAsciiLetter((char)scheme[0]) && !scheme.ContainsAnyExcept(SipChars.Scheme);
        if (!isValid)
        {
            uri = default;
            return false;
        }
        uri.Scheme = scheme;
        uri.IsSips = isSips;
        return true;
    }

    /// <summary>What may become a Request-URI: without the header fields, which stay behind (RFC 3261 19.1.1, 19.1.5).</summary>
    internal static ReadOnlySpan<byte> WithoutHeaders(ReadOnlySpan<byte> uri) =>
        TryParse(uri, out SipUri parsed) && !parsed.Headers.IsEmpty ? uri[..(uri.Length - parsed.Headers.Length - 1)] : uri;

    /// <summary>The user part with its escapes resolved. Returns the length, or -1 if it doesn't fit.</summary>
    public readonly int UnescapeUser(Span<byte> destination) => Unescape(User, destination);

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

    private bool TryReadTel(ReadOnlySpan<byte> rest)
    {
        int semicolon = rest.IndexOf((byte)';');
        IsTel = true;
        HasUser = true;
        User = semicolon < 0 ? rest : rest[..semicolon];
        Parameters = semicolon < 0 ? default : rest[(semicolon + 1)..];
        return !User.IsEmpty;
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

    private bool TryReadSip(ReadOnlySpan<byte> rest)
    {
        int at = rest.IndexOf((byte)'@'); // an unescaped "@" stands nowhere else; "?" and ";" may be part of the user
        int end = HostPort.End(rest, at + 1, out int hostEnd, out int port);
        if (at == 0 || end < 0 || !HasGoodEscapes(rest))
        {
            return false;
        }
        IsSip = true;
        HasUser = at > 0;
        User = at > 0 ? rest[..at] : default;
        Host = rest[(at + 1)..hostEnd];
        Port = port;
        return end == rest.Length || TryReadTail(rest[end..]);
    }

    private bool TryReadTail(ReadOnlySpan<byte> tail)
    {
        int question = tail.IndexOf((byte)'?');
        Headers = question < 0 ? default : tail[(question + 1)..];
        ReadOnlySpan<byte> parameters = question < 0 ? tail : tail[..question];
        Parameters = parameters.IsEmpty ? default : parameters[1..];
        return parameters.IsEmpty || parameters[0] == (byte)';';
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
