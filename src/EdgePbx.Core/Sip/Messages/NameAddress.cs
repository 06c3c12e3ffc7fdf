namespace EdgePbx.Core;

/// <summary>
/// RFC 3261 section 20.10: <c>(name-addr / addr-spec) *(SEMI param)</c>, the shape of From, To, Contact, Route,
/// Record-Route and Refer-To; also the lone "*" of a Contact.
/// </summary>
public readonly ref struct NameAddress
{
    private NameAddress(ReadOnlySpan<byte> displayName, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> parameters)
    {
        DisplayName = displayName;
        Uri = uri;
        Parameters = parameters;
    }

    /// <summary>As it was written, with its quotes; empty if there is none.</summary>
    public ReadOnlySpan<byte> DisplayName { get; }

    /// <summary>Without the angle brackets; empty for "*".</summary>
    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>The header parameters from the first semicolon on; never the URI's.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    public bool IsWildcard { get; private init; }

    /// <summary>Empty if there is none.</summary>
    public ReadOnlySpan<byte> Tag => TryGetParameter("tag"u8, out ReadOnlySpan<byte> tag) ? tag : default;

    public bool TryGetParameter(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        Core.Parameters.TryFind(Parameters, name, out value);

    public static bool TryParse(ReadOnlySpan<byte> text, out NameAddress address)
    {
        address = default;
        text = SipChars.Trim(text);
        if (text is [(byte)'*'])
        {
            address = new NameAddress(default, default, default) { IsWildcard = true };
            return true;
        }
        if (!TrySplit(text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> parameters)
            || !SipUri.TryParse(uri, out _)
            || (!parameters.IsEmpty && !Core.Parameters.AreWellFormed(parameters)))
        {
            return false;
        }
        address = new NameAddress(name, uri, parameters);
        return true;
    }

    private static bool TrySplit(
        ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> parameters)
    {
        name = default;
        uri = default;
        parameters = default;
        int afterName = 0;
        if (text is [(byte)'"', ..])
        {
            afterName = SipChars.EndOfQuoted(text, 0);
            if (afterName < 0)
            {
                return false;
            }
        }
        int open = text[afterName..].IndexOf((byte)'<');
        if (open < 0)
        {
            return afterName == 0 && TrySplitAddrSpec(text, out uri, out parameters);
        }
        open += afterName;
        name = SipChars.Trim(text[..open]);
        int close = text[open..].IndexOf((byte)'>');
        if (close < 0 || !IsDisplayName(name, afterName))
        {
            return false;
        }
        uri = text[(open + 1)..(open + close)];
        parameters = SipChars.Trim(text[(open + close + 1)..]);
        return parameters.IsEmpty || parameters[0] == (byte)';';
    }

    /// <summary>
    /// Without brackets a semicolon starts the header's parameters, and the URI can have neither "?" nor "," (RFC 3261
    /// 20.10).
    /// </summary>
    private static bool TrySplitAddrSpec(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> parameters)
    {
        int semicolon = text.IndexOf((byte)';');
        uri = semicolon < 0 ? text : SipChars.Trim(text[..semicolon]);
        parameters = semicolon < 0 ? default : text[semicolon..];
        return !uri.ContainsAny((byte)'?', (byte)',');
    }

    /// <summary>
    /// A quoted string with nothing after it, or words. RFC 3261 wants tokens there; phones also send umlauts and
    /// brackets, which do no harm, so only what could be taken for structure is refused.
    /// </summary>
    private static bool IsDisplayName(ReadOnlySpan<byte> name, int quotedLength) =>
        quotedLength > 0 ? name.Length == quotedLength : !name.ContainsAny(SipChars.NotInDisplayName);
}
