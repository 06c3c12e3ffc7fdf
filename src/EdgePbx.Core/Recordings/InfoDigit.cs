using System.Buffers.Text;
using System.Text;

namespace EdgePbx.Core;

/// <summary>The digit in an INFO: <c>application/dtmf-relay</c> ("Signal=5", any order of lines) or <c>application/dtmf</c> ("5").</summary>
internal static class InfoDigit
{
    private const string Keys = "0123456789*#ABCD";

    public static bool TryRead(SipMessage info, out char digit)
    {
        digit = default;
        if (!MediaType.TryParse(info.First(HeaderName.ContentType), out MediaType type))
        {
            return false;
        }
        if (type.Is("application/dtmf"u8))
        {
            return TryRead(info.Body, out digit);
        }
        if (!type.Is("application/dtmf-relay"u8))
        {
            return false;
        }
        foreach (Range line in info.Body.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> text = info.Body[line].Trim(" \t\r"u8);
            int sign = text.IndexOf((byte)'=');
            if (sign > 0 && Ascii.EqualsIgnoreCase(text[..sign].Trim((byte)' '), "signal"u8))
            {
                return TryRead(text[(sign + 1)..], out digit);
            }
        }
        return false;
    }

    /// <summary>A key as RFC 4733 3.2 numbers it: 0 to 9, then * # A B C D.</summary>
    public static char Numbered(int number) => number >= 0 && number < Keys.Length ? Keys[number] : default;

    // a key itself, or its number: some phones write 10 for the star
    private static bool TryRead(ReadOnlySpan<byte> text, out char digit)
    {
        text = text.Trim(" \t\r\n"u8);
        digit = text.Length switch
        {
            1 => Keys.Contains((char)char.ToUpperInvariant((char)text[0]), StringComparison.Ordinal) ? char.ToUpperInvariant((char)text[0]) : default,
            2 when Utf8Parser.TryParse(text, out byte number, out int used) && used == 2 => Numbered(number),
            _ => default,
        };
        return digit != default;
    }
}
