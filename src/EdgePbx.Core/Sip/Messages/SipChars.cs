using System.Buffers;
using System.Text;

namespace EdgePbx.Core;

/// <summary>The character classes of RFC 3261 section 25.1.</summary>
internal static class SipChars
{
    private const string AlphaNum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    internal static readonly SearchValues<byte> Token = Of(AlphaNum + "-.!%*_+`'~");

    /// <summary>What a Call-ID is made of; none of its brackets or quotes means anything there.</summary>
    internal static readonly SearchValues<byte> Word = Of(AlphaNum + "-.!%*_+`'~()<>:\\\"/[]?{}");

    /// <summary>hostname and IPv4address; the underscore is in no RFC but in many networks.</summary>
    internal static readonly SearchValues<byte> Host = Of(AlphaNum + "-._");

    internal static readonly SearchValues<byte> IPv6 = Of("0123456789abcdefABCDEF:.");

    internal static readonly SearchValues<byte> Scheme = Of(AlphaNum + "+-.");

    /// <summary>What can't stand in a parameter's value outside quotes.</summary>
    internal static readonly SearchValues<byte> ParameterEnd = Of("; \t,\"<>\\");

    /// <summary>Besides quotes and the bracket that ends it, what a display name can't hold without being taken for structure.</summary>
    internal static readonly SearchValues<byte> NotInDisplayName = Of(";>\\\0\r\n");

    /// <summary>No part of a URI, escaped or not: blanks, controls, quotes, angle brackets.</summary>
    internal static readonly SearchValues<byte> NotInUri = SearchValues.Create(NotInUriBytes());

    /// <summary>The same sets, for a walk from character to character, which is faster over a few of them.</summary>
    private static readonly bool[] TokenTable = TableOf(Token);
    private static readonly bool[] HostTable = TableOf(Host);

    internal static int SkipBlanks(ReadOnlySpan<byte> text, int start)
    {
        while ((uint)start < (uint)text.Length && IsBlank(text[start]))
        {
            start++;
        }
        return start;
    }

    internal static int SkipToken(ReadOnlySpan<byte> text, int start) => Skip(text, start, TokenTable);

    internal static int SkipHost(ReadOnlySpan<byte> text, int start) => Skip(text, start, HostTable);

    private static int Skip(ReadOnlySpan<byte> text, int start, bool[] table)
    {
        while ((uint)start < (uint)text.Length && table[text[start]])
        {
            start++;
        }
        return start;
    }

    /// <summary>Past this character and the blanks around it; not at all if it isn't there.</summary>
    internal static int SkipSeparator(ReadOnlySpan<byte> text, int start, char separator)
    {
        int at = SkipBlanks(text, start);
        return at < text.Length && text[at] == (byte)separator ? SkipBlanks(text, at + 1) : start;
    }

    internal static bool AreEqualIgnoringCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length == b.Length && Ascii.EqualsIgnoreCase(a, b);

    internal static bool IsBlank(byte c) => c is (byte)' ' or (byte)'\t';

    internal static bool IsDigit(byte c) => (uint)(c - '0') <= 9;

    internal static bool IsHex(byte c) => char.IsAsciiHexDigit((char)c);

    internal static int HexValue(byte c) => IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;

    internal static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>Without the blanks at both ends.</summary>
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }
        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }
        return text[start..end];
    }

    /// <summary>The index after the closing quote of the quoted string that starts at <paramref name="start"/>, or -1.</summary>
    internal static int EndOfQuoted(ReadOnlySpan<byte> text, int start)
    {
        int i = start + 1;
        while (i < text.Length)
        {
            int next = text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }
            i += next;
            if (text[i] == (byte)'"')
            {
                return i + 1;
            }
            i += 2;
        }
        return -1;
    }

    /// <summary>A decimal number that fits; false for an empty text, a sign, anything but digits, or an overflow.</summary>
    internal static bool TryReadUInt32(ReadOnlySpan<byte> digits, out uint value)
    {
        ulong sum = 0;
        foreach (byte c in digits)
        {
            if (!IsDigit(c) || (sum = (sum * 10) + (uint)(c - '0')) > uint.MaxValue)
            {
                value = 0;
                return false;
            }
        }
        value = (uint)sum;
        return !digits.IsEmpty;
    }

    private static SearchValues<byte> Of(string characters) => SearchValues.Create(Encoding.ASCII.GetBytes(characters));

    private static bool[] TableOf(SearchValues<byte> set)
    {
        bool[] table = new bool[256];
        for (int c = 0; c < table.Length; c++)
        {
            table[c] = set.Contains((byte)c);
        }
        return table;
    }

    private static byte[] NotInUriBytes()
    {
        byte[] bytes = new byte[0x21 + 4];
        for (int i = 0; i <= 0x20; i++)
        {
            bytes[i] = (byte)i;
        }
        "\"<>\u007f"u8.CopyTo(bytes.AsSpan(0x21));
        return bytes;
    }
}
