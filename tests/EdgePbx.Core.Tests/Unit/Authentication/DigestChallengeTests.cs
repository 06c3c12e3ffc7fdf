namespace EdgePbx.Core.Tests;

public class DigestChallengeTests
{
    private static readonly Instant Now = new(1);

    [Fact]
    [Trait("Clause", "U-32")]
    public void Sha_256_is_offered_first_and_md5_next_with_one_nonce()
    {
        DigestVerifier verifier = DigestPhone.NewVerifier();

        string[] lines = DigestPhone.Challenges(verifier, Now).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2, lines.Length);
        Assert.Matches("^WWW-Authenticate: Digest realm=\"edgepbx\", nonce=\"[0-9a-f]{64}\", qop=\"auth\", algorithm = SHA-256$", lines[0]);
        Assert.Equal(lines[0].Replace("algorithm = SHA-256", "algorithm=MD5", StringComparison.Ordinal), lines[1]);
    }

    [Fact]
    [Trait("Clause", "C-47")]
    public void A_stale_nonce_is_called_stale_in_both_challenges()
    {
        DigestVerifier verifier = DigestPhone.NewVerifier();

        Assert.Equal(2, DigestPhone.Challenges(verifier, Now, stale: true).Split(", stale=true\r\n").Length - 1);
        Assert.DoesNotContain("stale", DigestPhone.Challenges(verifier, Now), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_challenge_has_a_new_nonce()
    {
        DigestVerifier verifier = DigestPhone.NewVerifier();

        Assert.NotEqual(DigestPhone.Challenge(verifier, Now), DigestPhone.Challenge(verifier, Now));
    }

    [Fact]
    public void A_realm_with_quotes_is_escaped()
    {
        var verifier = new DigestVerifier("a \"b\" \\c", [], new DigestPhone.StepEntropy(1));

        Assert.Contains("realm=\"a \\\"b\\\" \\\\c\",", DigestPhone.Challenges(verifier, Now), StringComparison.Ordinal);
    }

    // these stop at the first algorithm that they don't know, instead of passing over it
    [Theory]
    [InlineData("baresip v1.0.0 (x86_64/linux)", true)]
    [InlineData("baresip v3.11.0 (x86_64/Linux)", true)]
    [InlineData("baresip v3.12.0 (x86_64/Linux)", false)]
    [InlineData("baresip v4.0.0", false)]
    [InlineData("baresip", false)]
    [InlineData("PJSUA v2.10 Linux-5.10/x86_64", true)]
    [InlineData("PJSUA v2.11 Linux-5.10/x86_64", false)]
    [InlineData("JsSIP 3.10.1", true)]
    [InlineData("SIP.js/0.21.2", true)]
    [InlineData("Linphonec/5.1.65", false)]
    public void Clients_that_stop_at_sha_256_are_offered_md5_alone(string userAgent, bool onlyMd5)
    {
        DigestVerifier verifier = DigestPhone.NewVerifier();
        SipMessage request = DigestPhone.Register($"User-Agent: {userAgent}\n");

        string challenges = DigestPhone.Challenges(verifier, Now, request: request);

        Assert.Equal(!onlyMd5, challenges.Contains("SHA-256", StringComparison.Ordinal));
        Assert.Contains("algorithm=MD5", challenges, StringComparison.Ordinal);
    }
}
