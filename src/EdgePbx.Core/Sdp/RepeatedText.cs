using System.Text;

namespace EdgePbx.Core;

/// <summary>
/// Strings that were made a moment ago, to be used again: phones say the same codecs and addresses in each call. A small
/// table for each thread, where a new text takes the place of an old one; a stranger's texts can only push others out.
/// </summary>
internal static class RepeatedText
{
    private const int Slots = 256;
    private const int Longest = 48;

    [ThreadStatic]
    private static string?[]? _known;

    /// <summary>The text as a string.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > Longest)
        {
            return text.ToString();
        }
        ref string? known = ref (_known ??= new string?[Slots])[HashOf(text) % Slots];
        if (known is null || !text.SequenceEqual(known))
        {
            known = text.ToString();
        }
        return known;
    }

    /// <summary>Each byte as one character.</summary>
    public static string OfLatin1(ReadOnlySpan<byte> text)
    {
        if (text.Length > Longest)
        {
            return Encoding.Latin1.GetString(text);
        }
        Span<char> chars = stackalloc char[Longest];
        return Of(chars[..Encoding.Latin1.GetChars(text, chars)]);
    }

    private static uint HashOf(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261; // FNV-1a
        foreach (char c in text)
        {
            hash = (hash ^ c) * 16777619;
        }
        return hash ^ (hash >> 16);
    }
}
