using System.Security.Cryptography;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A built-in phone's answer to a 401: digest with SHA-256, as the strictest phones do it (RFC 7616, RFC 8760).</summary>
internal static class PhoneCredentials
{
    /// <summary>The value of Authorization; empty when there is no challenge with SHA-256.</summary>
    public static string Answer(SipMessage challenge, string user, string secret, string method, string uri)
    {
        foreach (ReadOnlySpan<byte> value in challenge.Values(HeaderName.WwwAuthenticate))
        {
            string offer = Encoding.UTF8.GetString(value);
            if (offer.Contains("SHA-256", StringComparison.OrdinalIgnoreCase))
            {
                return Answer(Quoted(offer, "realm"), Quoted(offer, "nonce"), user, secret, method, uri);
            }
        }
        return "";
    }

    private static string Answer(string realm, string nonce, string user, string secret, string method, string uri)
    {
        const string count = "00000001";
        string clientNonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        string response = Hash($"{Hash($"{user}:{realm}:{secret}")}:{nonce}:{count}:{clientNonce}:auth:{Hash($"{method}:{uri}")}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", algorithm=SHA-256, "
            + $"qop=auth, nc={count}, cnonce=\"{clientNonce}\", response=\"{response}\"";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Quoted(string offer, string name)
    {
        int start = offer.IndexOf($"{name}=\"", StringComparison.Ordinal);
        string[] parts = start < 0 ? [] : offer[start..].Split('"');
        return parts.Length > 1 ? parts[1] : "";
    }
}
