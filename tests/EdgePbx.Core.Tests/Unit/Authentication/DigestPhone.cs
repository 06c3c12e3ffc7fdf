using System.Security.Cryptography;
using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A client that answers challenges by its own arithmetic; every part of an answer can be made wrong.</summary>
internal sealed record DigestPhone
{
    internal const string Realm = "edgepbx";

    internal static ExtensionSettings[] Extensions { get; } =
    [
        new("1001", "Front Desk", "zanzibar"),
        new("1002", "Workshop", "p\u00e4ssw\u00f6rd"),
    ];

    internal string Username { get; init; } = "1001";
    internal string Secret { get; init; } = "zanzibar";
    internal string ClaimedRealm { get; init; } = Realm;
    internal string Algorithm { get; init; } = "SHA-256";
    internal string Method { get; init; } = "REGISTER";
    internal string Uri { get; init; } = "sip:pbx.example.com";
    internal string Nonce { get; init; } = "";
    internal uint Count { get; init; } = 1;
    internal string? Qop { get; init; } = "auth";
    internal string HeaderName { get; init; } = "Authorization";

    internal string Response
    {
        get
        {
            string a1 = Hash($"{Username}:{ClaimedRealm}:{Secret}");
            string a2 = Hash($"{Method}:{Uri}");
            return Qop is null ? Hash($"{a1}:{Nonce}:{a2}") : Hash($"{a1}:{Nonce}:{Count:x8}:c0ffee:{Qop}:{a2}");
        }
    }

    internal string Header
    {
        get
        {
            string qop = Qop is null ? "" : $", qop={Qop}, nc={Count:x8}, cnonce=\"c0ffee\"";
            string algorithm = Algorithm.Length == 0 ? "" : $", algorithm={Algorithm}";
            return $"{HeaderName}: Digest username=\"{Username}\", realm=\"{ClaimedRealm}\", nonce=\"{Nonce}\", uri=\"{Uri}\", "
                + $"response=\"{Response}\"{algorithm}{qop}\n";
        }
    }

    /// <summary>Where it is.</summary>
    internal static NetAddress Address { get; } = NetAddress.FromV4(192, 0, 2, 7);

    internal static SipFlow Flow { get; } = new(SipTransport.Udp, new NetEndpoint(Address, 5062), default, 0, 0);

    internal static DigestVerifier NewVerifier(byte seed = 1) => new(Realm, Extensions, new StepEntropy(seed));

    /// <summary>The nonce of a fresh challenge.</summary>
    internal static string Challenge(DigestVerifier verifier, Instant now)
    {
        string text = Challenges(verifier, now);
        int start = text.IndexOf("nonce=\"", StringComparison.Ordinal) + "nonce=\"".Length;
        return text[start..text.IndexOf('"', start)];
    }

    internal static string Challenges(DigestVerifier verifier, Instant now, bool stale = false, SipMessage? request = null)
    {
        byte[] buffer = new byte[1000];
        var writer = new SipWriter(buffer);
        verifier.WriteChallenges(ref writer, now, Address, stale, request);
        Assert.True(writer.TryComplete(out int length));
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    internal static SipMessage Register(string headers, string requestUri = "sip:pbx.example.com", string method = "REGISTER") =>
        TestMessages.Parse($"""
            {method} {requestUri} SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1
            Max-Forwards: 70
            From: <sip:1001@pbx.example.com>;tag=a1
            To: <sip:1001@pbx.example.com>
            Call-ID: one@192.0.2.7
            CSeq: 2 {method}
            {headers}Content-Length: 0


            """);

    private string Hash(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(Algorithm == "SHA-256" ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    /// <summary>Counts upwards, so that all it gives differs and a run can be repeated.</summary>
    internal sealed class StepEntropy(byte seed) : Entropy
    {
        private uint _next = seed * 1000u;

        public override void Fill(Span<byte> bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)((_next++ * 2654435761u) >> 24);
            }
        }
    }
}
