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

    /// <summary>
    /// Lenient where the meaning is clear: blanks inside the brackets, a semicolon too many, and a display name that lacks its
    /// quotes (RFC 4475 3.1.2.13 to 3.1.2.15).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NameAddress address)
    {
        if (TryParseUri(text, out address) && (address.Parameters.IsEmpty || Core.Parameters.AreWellFormed(address.Parameters)))
        {
            return true;
        }
        address = default;
        return false;
    }

    /// <summary>As <see cref="TryParse"/>, for whoever needs no parameter: they may be anything.</summary>
    internal static bool TryParseUri(ReadOnlySpan<byte> text, out NameAddress address)
    {
        address = default;
        text = SipChars.Trim(text);
        if (text is [(byte)'*'])
        {
            address.IsWildcard = true;
            return true;
        }
        if (address.TrySplit(text) && SipUri.TryParse(address.Uri, out _))
        {
            return true;
        }
        address = default;
        return false;
    }

    /// <summary>The tag even where the rest can't be read: a message within a dialog needs no more of From and To (RFC 3261 12.2.2).</summary>
    internal static ReadOnlySpan<byte> TagOf(ReadOnlySpan<byte> text)
    {
        if (TryParse(text, out NameAddress address))
        {
            return address.Tag;
        }
        int close = text.LastIndexOf((byte)'>');
        int start = close >= 0 ? close + 1 : text.IndexOf((byte)';');
        return start >= 0 && Core.Parameters.TryFind(text[start..], "tag"u8, out ReadOnlySpan<byte> tag) ? tag : default;
    }

    private bool TrySplit(ReadOnlySpan<byte> text)
    {
        if (!TryFindBracket(text, out int open))
        {
            return false;
        }
        if (open < 0)
        {
            return TrySplitAddrSpec(text);
        }
        int close = text[open..].IndexOf((byte)'>');
        if (close < 0)
        {
            return false;
        }
        DisplayName = SipChars.Trim(text[..open]);
        Uri = SipChars.Trim(text[(open + 1)..(open + close)]);
        Parameters = SipChars.Trim(text[(open + close + 1)..]);
        return Parameters.IsEmpty || Parameters[0] == (byte)';';
    }

    /// <summary>
    /// The bracket that opens the URI; -1: there is none. None counts in a quoted string, be that the display name or a
    /// parameter's value. False: a quote never closes, or what stands before the bracket is no display name. RFC 3261 wants
    /// tokens or one quoted string there; phones also send umlauts, commas and words beside a quoted one, which do no harm,
    /// so only what could be taken for structure is refused.
    /// </summary>
    private static bool TryFindBracket(ReadOnlySpan<byte> text, out int open)
    {
        open = -1;
        bool isName = true;
        int i = 0;
        while (i < text.Length)
        {
            int length = text[i..].IndexOfAny((byte)'"', (byte)'<');
            isName &= !text.Slice(i, length < 0 ? text.Length - i : length).ContainsAny(SipChars.NotInDisplayName);
            if (length < 0)
            {
                return true;
            }
            i += length;
            if (text[i] == (byte)'<')
            {
                open = i;
                return isName;
            }
            i = SipChars.EndOfQuoted(text, i);
            if (i < 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Without brackets a semicolon starts the header's parameters, and the URI can't have a comma (RFC 3261 20.10). Nor may it
    /// have a question mark; but what follows one can't hold a semicolon either (25.1), so the brackets are inferred.
    /// </summary>
    private bool TrySplitAddrSpec(ReadOnlySpan<byte> text)
    {
        int semicolon = text.IndexOf((byte)';');
        Uri = semicolon < 0 ? text : SipChars.Trim(text[..semicolon]);
        Parameters = semicolon < 0 ? default : text[semicolon..];
        return !Uri.Contains((byte)',');
    }
}
