namespace EdgePbx.Core;

/// <summary>Writes WWW-Authenticate, the preferred algorithm first (RFC 8760 2.3).</summary>
internal static class DigestChallenge
{
    /// <param name="writer">Writes the response.</param>
    /// <param name="realm">With its quotes.</param>
    /// <param name="nonce">For all of them.</param>
    /// <param name="stale">The nonce that came is none that counts.</param>
    /// <param name="userAgent">What the client says that it is.</param>
    /// <param name="isLean">Only the algorithm that this client likes best: the answer would be too long for what it sent.</param>
    /// <param name="offersMd5">Some extension may use it.</param>
    internal static void Write(
        ref SipWriter writer, scoped ReadOnlySpan<byte> realm, scoped ReadOnlySpan<byte> nonce, bool stale,
        scoped ReadOnlySpan<byte> userAgent, bool isLean, bool offersMd5)
    {
        if (!offersMd5)
        {
            WriteOne(ref writer, realm, nonce, stale, "algorithm=SHA-256"u8);
            return;
        }
        if (!StopsAtSha256(userAgent))
        {
            // SIPp up to 3.6.1 takes the first text "algorithm=" of all challenges and fails unless that is MD5. It does not
            // see one with a blank before the equals sign, which the grammar allows (EQUAL, RFC 3261 25.1).
            WriteOne(ref writer, realm, nonce, stale, "algorithm = SHA-256"u8);
        }
        if (!isLean || StopsAtSha256(userAgent))
        {
            WriteOne(ref writer, realm, nonce, stale, "algorithm=MD5"u8);
        }
    }

    /// <summary>
    /// Clients that give up at an algorithm they don't know, wherever its challenge stands, though they must pass over it
    /// (RFC 8760 2.4): baresip before 3.12 and PJSUA before 2.11; JsSIP and SIP.js, which know MD5 only.
    /// </summary>
    internal static bool StopsAtSha256(ReadOnlySpan<byte> userAgent) =>
        IsOlderThan(userAgent, "baresip v"u8, 3, 12)
        || IsOlderThan(userAgent, "PJSUA v"u8, 2, 11)
        || userAgent.StartsWith("JsSIP"u8)
        || userAgent.StartsWith("SIP.js"u8);

    private static bool IsOlderThan(ReadOnlySpan<byte> userAgent, ReadOnlySpan<byte> product, uint major, uint minor)
    {
        if (!userAgent.StartsWith(product))
        {
            return false;
        }
        var cursor = new Utf8Cursor(userAgent[product.Length..]);
        return cursor.TryTakeUInt32(out uint first)
            && cursor.TryTake('.')
            && cursor.TryTakeUInt32(out uint second)
            && (first < major || (first == major && second < minor));
    }

    private static void WriteOne(
        ref SipWriter writer, scoped ReadOnlySpan<byte> realm, scoped ReadOnlySpan<byte> nonce, bool stale,
        scoped ReadOnlySpan<byte> algorithm)
    {
        writer.BeginHeader(HeaderName.WwwAuthenticate);
        writer.Raw("Digest realm="u8);
        writer.Raw(realm);
        writer.Raw(", nonce=\""u8);
        writer.Raw(nonce);
        writer.Raw("\", qop=\"auth\", "u8);
        writer.Raw(algorithm);
        if (stale)
        {
            writer.Raw(", stale=true"u8);
        }
        writer.EndHeader();
    }
}
