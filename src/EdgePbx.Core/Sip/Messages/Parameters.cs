namespace EdgePbx.Core;

/// <summary>Walks a list of <c>;name=value</c> where it lies (generic-param, RFC 3261 25.1); a quoted value keeps its quotes.</summary>
public ref struct Parameters(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>False at the end, and at the first thing that is no parameter: then <see cref="IsBroken"/> is true.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> text = _rest;
        value = default;
        int start = SipChars.SkipBlanks(text, 0);
        for (int semicolons = 0; start < text.Length && text[start] == (byte)';'; start = SipChars.SkipBlanks(text, start + 1))
        {
            HasEmpty |= ++semicolons > 1; // the list may be given with or without its first semicolon, and may end with one
        }
        if (start == text.Length)
        {
            name = default;
            return false;
        }
        int end = SipChars.SkipToken(text, start);
        name = text[start..end];
        int next = SipChars.SkipBlanks(text, end);
        if (next < text.Length && text[next] == (byte)'=')
        {
            start = SipChars.SkipBlanks(text, next + 1);
            end = EndOfValue(text, start);
            value = end < 0 ? default : text[start..end];
            next = end < 0 ? end : SipChars.SkipBlanks(text, end);
        }
        if (name.IsEmpty || next < 0 || (next < text.Length && text[next] != (byte)';'))
        {
            return Break(out name, out value);
        }
        _rest = text[next..];
        return true;
    }

    /// <summary>There was a parameter that is nothing but its semicolon; it was passed over.</summary>
    public bool HasEmpty { get; private set; }

    /// <summary>The walk stopped before the end, at something that is no parameter.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// The first parameter of that name, in any case (RFC 3261 7.3.1). The value is empty for a flag, and keeps its quotes.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> list, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var walk = new Parameters(list);
        while (walk.TryNext(out ReadOnlySpan<byte> candidate, out value))
        {
            if (SipChars.AreEqualIgnoringCase(candidate, name))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    public static bool AreWellFormed(ReadOnlySpan<byte> list)
    {
        var walk = new Parameters(list);
        while (walk.TryNext(out _, out _))
        {
        }
        return !walk.IsBroken;
    }

    /// <summary>What is between the quotes; escapes stay. A text without quotes is returned as it is.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] == (byte)'"' && value[^1] == (byte)'"' ? value[1..^1] : value;

    private bool Break(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        IsBroken = true;
        _rest = default;
        name = default;
        value = default;
        return false;
    }

    /// <summary>
    /// token / host / quoted-string, and a little more: real values hold "@", ":", "/" or brackets without quotes, or
    /// are empty after all, so anything goes that can't be mistaken for what follows. -1 for a quote that never closes.
    /// </summary>
    private static int EndOfValue(ReadOnlySpan<byte> text, int start)
    {
        if (start < text.Length && text[start] == (byte)'"')
        {
            return SipChars.EndOfQuoted(text, start);
        }
        int length = text[start..].IndexOfAny(SipChars.ParameterEnd);
        return length < 0 ? text.Length : start + length;
    }
}
