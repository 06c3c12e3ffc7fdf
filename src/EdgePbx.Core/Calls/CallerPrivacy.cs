using System.Text;

namespace EdgePbx.Core;

/// <summary>Whether a caller wants to be seen by whom it calls (RFC 3323). What a callee is shown otherwise is the extension, never a word of the caller's.</summary>
internal static class CallerPrivacy
{
    /// <summary>From as the callee is shown it then (RFC 3323 4.1.1.3).</summary>
    public static byte[] Shown { get; } = "\"Anonymous\" <sip:anonymous@anonymous.invalid>"u8.ToArray();

    /// <summary>The user part of our Contact towards the callee, which would be the caller's number.</summary>
    public static byte[] ContactUser { get; } = "anonymous"u8.ToArray();

    /// <summary>From is nobody's, or Privacy asks that the user or his identity be hidden (RFC 3323 4.2, RFC 3325 9.3).</summary>
    public static bool IsWanted(SipMessage request) =>
        IsNobody(request) || request.HasToken(HeaderName.Privacy, "id"u8) || request.HasToken(HeaderName.Privacy, "user"u8);

    private static bool IsNobody(SipMessage request) => NameAddress.TryParse(request.First(HeaderName.From), out NameAddress from)
        && SipUri.TryParse(from.Uri, out SipUri uri)
        && (Ascii.EqualsIgnoreCase(uri.User, "anonymous"u8) || Ascii.EqualsIgnoreCase(uri.Host, "anonymous.invalid"u8));
}
