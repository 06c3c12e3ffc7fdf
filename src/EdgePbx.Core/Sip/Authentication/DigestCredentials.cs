using System.Text;

namespace EdgePbx.Core;

/// <summary>
/// RFC 3261 section 25.1: <c>"Digest" LWS dig-resp *(COMMA dig-resp)</c>, the value of Authorization, read where it
/// lies. Values are what stands between the quotes; escapes stay.
/// </summary>
internal ref struct DigestCredentials
{
    private const Parameter Mandatory = Parameter.Username | Parameter.Realm | Parameter.Nonce | Parameter.Uri | Parameter.Response;

    private Parameter _given;

    [Flags]
    private enum Parameter : ushort
    {
        None = 0,
        Username = 1,
        Realm = 2,
        Nonce = 4,
        Uri = 8,
        Response = 16,
        Algorithm = 32,
        ClientNonce = 64,
        Qop = 128,
        NonceCount = 256,
    }

    internal ReadOnlySpan<byte> Username { get; private set; }
    internal ReadOnlySpan<byte> Realm { get; private set; }
    internal ReadOnlySpan<byte> Nonce { get; private set; }
    internal ReadOnlySpan<byte> Uri { get; private set; }

    /// <summary>Empty before the client has seen a challenge (RFC 8760 2.7).</summary>
    internal ReadOnlySpan<byte> Response { get; private set; }

    /// <summary>Empty if there is none, which means MD5.</summary>
    internal ReadOnlySpan<byte> Algorithm { get; private set; }

    internal ReadOnlySpan<byte> ClientNonce { get; private set; }
    internal ReadOnlySpan<byte> Qop { get; private set; }
    internal ReadOnlySpan<byte> NonceCount { get; private set; }

    internal readonly bool HasQop => (_given & Parameter.Qop) != 0;
    internal readonly bool HasClientNonce => (_given & Parameter.ClientNonce) != 0;

    /// <summary>Tells Digest from other schemes, and gives what comes after its name.</summary>
    internal static bool IsDigest(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> parameters)
    {
        var cursor = new Utf8Cursor(value);
        bool isDigest = cursor.TryTakeToken(out ReadOnlySpan<byte> scheme)
            && Ascii.EqualsIgnoreCase(scheme, "Digest"u8) && (cursor.AtEnd || cursor.TryTakeSpace());
        parameters = cursor.Rest;
        return isDigest;
    }

    /// <summary>False also if a parameter is missing that must be there, or is there twice. A comma too many means nothing (RFC 9110 5.6.1.2).</summary>
    internal static bool TryParse(ReadOnlySpan<byte> parameters, out DigestCredentials credentials)
    {
        credentials = default;
        var cursor = new Utf8Cursor(parameters);
        do
        {
            if (!cursor.TryTakeToken(out ReadOnlySpan<byte> name)
                || !cursor.TryTakeSeparator('=')
                || !TryTakeValue(ref cursor, out ReadOnlySpan<byte> value)
                || !credentials.TrySet(name, value))
            {
                return false;
            }
        }
        while (SkipCommas(ref cursor) && !cursor.AtEnd);
        cursor.SkipSpace();
        return cursor.AtEnd && (credentials._given & Mandatory) == Mandatory;
    }

    private static bool SkipCommas(ref Utf8Cursor cursor)
    {
        bool isAny = false;
        while (cursor.TryTakeSeparator(','))
        {
            isAny = true;
        }
        return isAny;
    }

    /// <summary>A quoted string, or whatever there is up to a comma or a blank: some phones leave quotes out.</summary>
    private static bool TryTakeValue(scoped ref Utf8Cursor cursor, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = cursor.Rest;
        if (rest is [(byte)'"', ..])
        {
            int quoted = SipChars.EndOfQuoted(rest, 0);
            value = quoted < 0 ? default : rest[1..(quoted - 1)];
            cursor = new Utf8Cursor(quoted < 0 ? rest : rest[quoted..]);
            return quoted >= 0;
        }
        int end = rest.IndexOfAny(", \t\""u8);
        value = end < 0 ? rest : rest[..end];
        cursor = new Utf8Cursor(rest[value.Length..]);
        return !value.IsEmpty;
    }

    private bool TrySet(scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Parameter parameter = ParameterOf(name);
        if ((_given & parameter) != 0)
        {
            return false;
        }
        _given |= parameter;
        switch (parameter)
        {
            case Parameter.Username: Username = value; break;
            case Parameter.Realm: Realm = value; break;
            case Parameter.Nonce: Nonce = value; break;
            case Parameter.Uri: Uri = value; break;
            case Parameter.Response: Response = value; break;
            case Parameter.Algorithm: Algorithm = value; break;
            case Parameter.ClientNonce: ClientNonce = value; break;
            case Parameter.Qop: Qop = value; break;
            case Parameter.NonceCount: NonceCount = value; break;
            default: break; // opaque, and whatever else a client adds
        }
        return true;
    }

    private static Parameter ParameterOf(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "username"u8) ? Parameter.Username
        : Ascii.EqualsIgnoreCase(name, "realm"u8) ? Parameter.Realm
        : Ascii.EqualsIgnoreCase(name, "nonce"u8) ? Parameter.Nonce
        : Ascii.EqualsIgnoreCase(name, "uri"u8) ? Parameter.Uri
        : Ascii.EqualsIgnoreCase(name, "response"u8) ? Parameter.Response
        : Ascii.EqualsIgnoreCase(name, "algorithm"u8) ? Parameter.Algorithm
        : Ascii.EqualsIgnoreCase(name, "cnonce"u8) ? Parameter.ClientNonce
        : Ascii.EqualsIgnoreCase(name, "qop"u8) ? Parameter.Qop
        : Ascii.EqualsIgnoreCase(name, "nc"u8) ? Parameter.NonceCount
        : Parameter.None;
}
