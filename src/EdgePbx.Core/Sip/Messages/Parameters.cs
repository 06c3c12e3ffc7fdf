using System.Text;

namespace EdgePbx.Core;

/// <summary>Walks a list of <c>;name=value</c> where it lies (generic-param, RFC 3261 25.1); a quoted value keeps its quotes.</summary>
public ref struct Parameters(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>False at the end, and at the first thing that is no parameter: then <see cref="IsBroken"/> is true.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        var cursor = new Utf8Cursor(_rest);
        cursor.SkipSpace();
        _ = cursor.TryTakeSeparator(';'); // the list may be given with or without its first semicolon
        if (cursor.AtEnd && SipChars.Trim(_rest).IsEmpty)
        {
            name = default;
            _rest = default;
            return false;
        }
        if (!cursor.TryTakeToken(out name) || (cursor.TryTakeSeparator('=') && !TryTakeValue(ref cursor, out value)))
        {
            return Break(out name, out value);
        }
        cursor.SkipSpace();
        if (!cursor.AtEnd && cursor.Rest[0] != (byte)';')
        {
            return Break(out name, out value);
        }
        _rest = cursor.Rest;
        return true;
    }

    /// <summary>The walk stopped before the end, at something that is no parameter.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The first parameter of that name, in any case (RFC 3261 7.3.1). The value is empty for a flag, and keeps its quotes.</summary>
    public static bool TryFind(ReadOnlySpan<byte> list, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var walk = new Parameters(list);
        while (walk.TryNext(out ReadOnlySpan<byte> candidate, out value))
        {
            if (candidate.Length == name.Length && Ascii.EqualsIgnoreCase(candidate, name))
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
    /// are empty after all, so anything goes that can't be mistaken for what follows. False for a quote that never closes.
    /// </summary>
    private static bool TryTakeValue(scoped ref Utf8Cursor cursor, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = cursor.Rest;
        bool isQuoted = rest is [(byte)'"', ..];
        int length = isQuoted ? SipChars.EndOfQuoted(rest, 0) : rest.IndexOfAny(SipChars.ParameterEnd);
        if (length < 0 && !isQuoted)
        {
            length = rest.Length;
        }
        value = length > 0 ? rest[..length] : default;
        cursor = new Utf8Cursor(length > 0 ? rest[length..] : rest);
        return length >= 0;
    }
}
