namespace EdgePbx.Core;

/// <summary>
/// RFC 3261 section 20.10: <c>(name-addr / addr-spec) *(SEMI param)</c>, the shape of From, To, Contact, Route,
/// Record-Route and Refer-To; also the lone "*" of a Contact.
/// </summary>
public ref struct NameAddress
{
    /// <summary>As it was written, with its quotes; empty if there is none.</summary>
    public ReadOnlySpan<byte> DisplayName { readonly get; private set; }

    /// <summary>Without the angle brackets; empty for "*".</summary>
    public ReadOnlySpan<byte> Uri { readonly get; private set; }

    /// <summary>The header parameters from the first semicolon on; never the URI's.</summary>
    public ReadOnlySpan<byte> Parameters { readonly get; private set; }

    public bool IsWildcard { readonly get; private set; }

    /// <summary>Empty if there is none.</summary>
    public readonly ReadOnlySpan<byte> Tag => TryGetParameter("tag"u8, out ReadOnlySpan<byte> tag) ? tag : default;

    public readonly bool TryGetParameter(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        Core.Parameters.TryFind(Parameters, name, out value);

    public static bool TryParse(ReadOnlySpan<byte> text, out NameAddress address)
    {
        address = default;
        text = SipChars.Trim(text);
        if (text is [(byte)'*'])
        {
            address.IsWildcard = true;
            return true;
        }
        if (address.TrySplit(text) && SipUri.TryParse(address.Uri, out _)
            && (address.Parameters.IsEmpty || Core.Parameters.AreWellFormed(address.Parameters)))
        {
            return true;
        }
        address = default;
        return false;
    }

    private bool TrySplit(ReadOnlySpan<byte> text)
    {
        int afterName = text is [(byte)'"', ..] ? SipChars.EndOfQuoted(text, 0) : 0;
        if (afterName < 0)
        {
            return false;
        }
        int open = text[afterName..].IndexOf((byte)'<');
        if (open < 0)
        {
            return afterName == 0 && TrySplitAddrSpec(text);
        }
        open += afterName;
        int close = text[open..].IndexOf((byte)'>');
        if (close < 0)
        {
            return false;
        }
        DisplayName = SipChars.Trim(text[..open]);
        Uri = text[(open + 1)..(open + close)];
        Parameters = SipChars.Trim(text[(open + close + 1)..]);
        return IsDisplayName(DisplayName, afterName) && (Parameters.IsEmpty || Parameters[0] == (byte)';');
    }

    /// <summary>Without brackets a semicolon starts the header's parameters, and the URI can have neither "?" nor "," (RFC 3261 20.10).</summary>
    private bool TrySplitAddrSpec(ReadOnlySpan<byte> text)
    {
        int semicolon = text.IndexOf((byte)';');
        Uri = semicolon < 0 ? text : SipChars.Trim(text[..semicolon]);
        Parameters = semicolon < 0 ? default : text[semicolon..];
        return !Uri.ContainsAny((byte)'?', (byte)',');
    }

    /// <summary>
    /// A quoted string with nothing after it, or words. RFC 3261 wants tokens there; phones also send umlauts and
    /// brackets, which do no harm, so only what could be taken for structure is refused.
    /// </summary>
    private static bool IsDisplayName(ReadOnlySpan<byte> name, int quotedLength) =>
        quotedLength > 0 ? name.Length == quotedLength : !name.ContainsAny(SipChars.NotInDisplayName);
}
