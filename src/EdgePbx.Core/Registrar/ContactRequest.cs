using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace EdgePbx.Core;

/// <summary>One value of a REGISTER's Contact, as far as the registrar reads it (RFC 3261 20.10, RFC 5626 4).</summary>
internal readonly ref struct ContactRequest
{
    /// <summary>What we keep of a phone's own texts at most, in bytes.</summary>
    internal const int LongestText = 512;

    internal const uint DefaultExpires = 3600;

    private static readonly SearchValues<byte> Decimal = SearchValues.Create("0123456789."u8);

    private static readonly SearchValues<byte> NotInPiece = SearchValues.Create("*:;@<>\""u8);

    internal ReadOnlySpan<byte> Uri { get; private init; }

    /// <summary>In seconds; 0 takes the binding back.</summary>
    internal uint Expires { get; private init; }

    internal double Q { get; private init; }

    /// <summary>Without its quotes; empty if there is none.</summary>
    internal ReadOnlySpan<byte> InstanceId { get; private init; }

    internal uint RegId { get; private init; }

    /// <summary>
    /// False unless it has a sip URI: we have no TLS, so sips could never be reached (RFC 3261 26.2). Header fields in it stay, as it
    /// is the name by which the phone knows its binding (19.1.1, table 1); no request is made of them.
    /// </summary>
    /// <param name="expires">Of the Expires header, or the default.</param>
    internal static bool TryParse(ReadOnlySpan<byte> value, uint expires, out ContactRequest contact)
    {
        contact = default;
        if (!NameAddress.TryParse(value, out NameAddress address) || address.Uri.Length > LongestText || !Utf8.IsValid(address.Uri)
            || !RemoteTargets.IsUsable(SipUri.WithoutHeaders(address.Uri)) || !SipUri.TryParse(address.Uri, out SipUri uri) || uri.IsSips)
        {
            return false;
        }
        _ = address.TryGetParameter("reg-id"u8, out ReadOnlySpan<byte> regId);
        _ = SipChars.TryReadUInt32(regId, out uint flow);
        contact = new ContactRequest
        {
            Uri = address.Uri,
            Expires = address.TryGetParameter("expires"u8, out ReadOnlySpan<byte> text) ? ReadExpires(text) : expires,
            Q = address.TryGetParameter("q"u8, out text) ? ReadQ(text) : 1,
            InstanceId = address.TryGetParameter("+sip.instance"u8, out text) ? ReadInstance(text) : default,
            RegId = flow,
        };
        return true;
    }

    /// <summary>Words of a display name that a comma cut off from the rest, since they lack their quotes: "Lee, Ann &lt;sip:…&gt;".</summary>
    internal static bool IsPieceOfName(ReadOnlySpan<byte> value) => !value.ContainsAny(NotInPiece);

    /// <summary>What is malformed or too large counts as an hour (RFC 3261 20.10, 20.19).</summary>
    internal static uint ReadExpires(ReadOnlySpan<byte> text) =>
        SipChars.TryReadUInt32(text, out uint seconds) ? seconds : DefaultExpires;

    /// <summary>qvalue: 0 to 1 with at most three decimals; anything else is as good as none.</summary>
    private static double ReadQ(ReadOnlySpan<byte> text) =>
        text.Length <= 5 && !text.ContainsAnyExcept(Decimal)
        && Utf8Parser.TryParse(text, out double q, out int length) && length == text.Length && q <= 1 ? q : 1;

    /// <summary>A text that we could not give back safely is as good as none.</summary>
    private static ReadOnlySpan<byte> ReadInstance(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> instance = Parameters.Unquote(text);
        return instance.Length <= LongestText && !instance.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? instance : default;
    }
}
