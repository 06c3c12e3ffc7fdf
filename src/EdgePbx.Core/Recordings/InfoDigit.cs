using System.Buffers.Text;
using System.Text;

namespace EdgePbx.Core;

/// <summary>
/// The digit in an INFO: <c>application/dtmf-relay</c> ("Signal=5", any order of lines), <c>application/dtmf</c> ("5"), and what others
/// send: "d=5", and <c>audio/telephone-event</c> with any of these or with an RTP event's four bytes (RFC 4733 2.3).
/// </summary>
internal static class InfoDigit
{
    private const string Keys = "0123456789*#ABCD";
    private const int EventBytes = 4;

    public static bool TryRead(SipMessage info, out char digit)
    {
        digit = default;
        if (!MediaType.TryParse(info.First(HeaderName.ContentType), out MediaType type))
        {
            return false;
        }
        bool isEvent = type.Is("audio/telephone-event"u8);
        if (isEvent && info.Body.Length == EventBytes && info.Body[0] < Keys.Length)
        {
            digit = Numbered(info.Body[0]);
            return true;
        }
        bool isKnown = isEvent || type.Is("application/dtmf"u8) || type.Is("application/dtmf-relay"u8)
            || type.Is("application/vnd.nortelnetworks.digits"u8);
        return isKnown && TryReadText(info.Body, out digit);
    }

    /// <summary>A key as RFC 4733 3.2 numbers it: 0 to 9, then * # A B C D.</summary>
    public static char Numbered(int number) => number >= 0 && number < Keys.Length ? Keys[number] : default;

    private static bool TryReadText(ReadOnlySpan<byte> body, out char digit)
    {
        foreach (Range line in body.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> text = body[line];
            int sign = text.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = sign > 0 ? text[..sign].Trim(" \t"u8) : default;
            if (Ascii.EqualsIgnoreCase(name, "signal"u8) || Ascii.EqualsIgnoreCase(name, "d"u8))
            {
                return TryRead(text[(sign + 1)..], out digit);
            }
        }
        return TryRead(body, out digit);
    }

    // a key itself, or its number: some phones write 10 for the star
    private static bool TryRead(ReadOnlySpan<byte> text, out char digit)
    {
        text = text.Trim(" \t\r\n\0\""u8);
        digit = text.Length switch
        {
            1 => Keys.Contains((char)char.ToUpperInvariant((char)text[0]), StringComparison.Ordinal) ? char.ToUpperInvariant((char)text[0]) : default,
            2 when Utf8Parser.TryParse(text, out byte number, out int used) && used == 2 => Numbered(number),
            _ => default,
        };
        return digit != default;
    }
}
