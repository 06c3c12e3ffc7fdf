using System.Security.Cryptography;
using System.Text;

namespace EdgePbx.Simulation;

/// <summary>RFC 7616 as a phone does it: SHA-256 or MD5, qop=auth, a nonce used several times.</summary>
internal sealed class Digest(string number, string secret, bool usesMd5)
{
    private string _nonce = "";
    private string _realm = "";
    private string _ha1 = "";
    private uint _count;

    public bool HasNonce => _nonce.Length > 0;

    public void Learn(Packet challenge)
    {
        foreach (string value in challenge.All("WWW-Authenticate"))
        {
            if (value.EndsWith(usesMd5 ? "MD5" : "SHA-256", StringComparison.Ordinal))
            {
                string realm = Quoted(value, "realm");
                _nonce = Quoted(value, "nonce");
                _count = 0;
                if (realm != _realm)
                {
                    (_realm, _ha1) = (realm, Hash($"{number}:{realm}:{secret}"));
                }
                return;
            }
        }
    }

    /// <summary>Authorization as a whole line.</summary>
    public string Credentials(string method, string uri)
    {
        string count = (++_count).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        string response = Hash($"{_ha1}:{_nonce}:{count}:c{_count}:auth:{Hash($"{method}:{uri}")}");
        return $"Authorization: Digest username=\"{number}\", realm=\"{_realm}\", nonce=\"{_nonce}\", uri=\"{uri}\", algorithm={(usesMd5 ? "MD5" : "SHA-256")}, "
            + $"qop=auth, nc={count}, cnonce=\"c{_count}\", response=\"{response}\"\r\n";
    }

    private string Hash(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Span<byte> hash = stackalloc byte[32];
        int length = usesMd5 ? MD5.HashData(bytes, hash) : SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..length]);
    }

    private static string Quoted(string value, string name)
    {
        int start = value.IndexOf(name + "=\"", StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }
        start += name.Length + 2;
        return value[start..value.IndexOf('"', start)];
    }
}
