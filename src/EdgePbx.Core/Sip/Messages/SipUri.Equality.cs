using System.Text;

namespace EdgePbx.Core;

public ref partial struct SipUri
{
    /// <summary>RFC 3261 section 19.1.4. Two URIs of other schemes are equal if their texts are.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (!TryParse(a, out SipUri x) || !TryParse(b, out SipUri y))
        {
            return false;
        }
        if (!x.IsSip || !y.IsSip)
        {
            return a.SequenceEqual(b);
        }
        return x.IsSips == y.IsSips
            && x.HasUser == y.HasUser
            && AreEqualEscaped(x.User, y.User, ignoreCase: false)
            && Ascii.EqualsIgnoreCase(x.Host, y.Host)
            && x.Port == y.Port
            && HaveEqualParameters(x, y) && HaveEqualParameters(y, x)
            && HaveEqualHeaders(x.Headers, y.Headers) && HaveEqualHeaders(y.Headers, x.Headers);
    }

    /// <summary>
    /// A parameter in both must match; one that is in x only is ignored, unless it is user, ttl, method, maddr or
    /// transport.
    /// </summary>
    private static bool HaveEqualParameters(in SipUri x, in SipUri y)
    {
        ReadOnlySpan<byte> list = x.Parameters;
        while (!list.IsEmpty)
        {
            Split(ref list, (byte)';', out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (name.IsEmpty)
            {
                continue;
            }
            if (y.TryGetParameter(name, out ReadOnlySpan<byte> other) ? !AreEqualEscaped(value, other) : MattersAlone(name))
            {
                return false;
            }
        }
        return true;
    }

    private static bool MattersAlone(ReadOnlySpan<byte> name) =>
        AreEqualEscaped(name, "user"u8) || AreEqualEscaped(name, "ttl"u8) || AreEqualEscaped(name, "method"u8)
        || AreEqualEscaped(name, "maddr"u8) || AreEqualEscaped(name, "transport"u8);

    /// <summary>Header components are never ignored.</summary>
    private static bool HaveEqualHeaders(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        ReadOnlySpan<byte> list = x;
        while (!list.IsEmpty)
        {
            Split(ref list, (byte)'&', out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (!TryFind(y, (byte)'&', name, out ReadOnlySpan<byte> other) || !AreEqualEscaped(value, other, ignoreCase: false))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// An escaped character equals itself unescaped, except that a reserved one never equals its escape (RFC 3261 19.1.4,
    /// RFC 3986 2.2).
    /// </summary>
    private static bool AreEqualEscaped(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool ignoreCase = true)
    {
        int j = 0;
        for (int i = 0; i < a.Length; i++, j++)
        {
            if (j >= b.Length)
            {
                return false;
            }
            bool wasEscaped = a[i] == (byte)'%';
            bool otherWasEscaped = b[j] == (byte)'%';
            byte x = Unescaped(a, ref i);
            byte y = Unescaped(b, ref j);
            if ((wasEscaped != otherWasEscaped && IsReserved(x)) || (x != y && !(ignoreCase && AreSameLetter(x, y))))
            {
                return false;
            }
        }
        return j == b.Length;
    }

    private static bool AreSameLetter(byte x, byte y) => (x ^ y) == 0x20 && char.IsAsciiLetter((char)x);

    private static bool IsReserved(byte c) => ";/?:@&=+$,"u8.Contains(c);
}
