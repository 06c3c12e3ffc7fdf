namespace EdgePbx.Core.Tests;

public class DigestResponseTests
{
    private const string Rfc7616 = """
        Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={0},
         nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,
         cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{1}",
         opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
        """;

    [Theory]
    [Trait("Clause", "U-32")]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_examples_of_rfc_7616_section_3_9_1_come_out(string algorithm, string response)
    {
        string value = Rfc7616.ReplaceLineEndings(" ")
            .Replace("{0}", algorithm, StringComparison.Ordinal).Replace("{1}", response, StringComparison.Ordinal);

        Assert.Equal(response, Compute(value, "http-auth@example.org"u8, "Circle of Life"u8));
    }

    [Fact]
    public void The_example_of_rfc_2617_comes_out_with_qop_and_without()
    {
        const string start = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
            + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", response=\"0\"";

        string with = Compute(start + ", qop=auth, nc=00000001, cnonce=\"0a4f113b\"", "testrealm@host.com"u8, "Circle Of Life"u8);
        string without = Compute(start, "testrealm@host.com"u8, "Circle Of Life"u8);

        Assert.Equal("6629fae49393a05397450978507c4ef1", with);
        Assert.Equal("670fd8c2df070c60b045671b8b24ff02", without);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_text_is_hashed_up_to_the_limit_and_not_one_past_it(int extra, bool fits)
    {
        byte[] secret = new byte[DigestInput.Longest - "1001:realm:".Length + extra];

        Assert.Equal(fits, DigestResponse.TryHashA1(DigestAlgorithm.Md5, "1001"u8, "realm"u8, secret, new byte[32]));
    }

    private static string Compute(string value, ReadOnlySpan<byte> realm, ReadOnlySpan<byte> secret)
    {
        Assert.True(DigestCredentials.IsDigest(TestMessages.Bytes(value), out ReadOnlySpan<byte> parameters));
        Assert.True(DigestCredentials.TryParse(parameters, out DigestCredentials credentials));
        Assert.True(DigestAlgorithms.TryParse(credentials.Algorithm, out DigestAlgorithm algorithm));
        int length = DigestAlgorithms.HashLength(algorithm);
        byte[] a1 = new byte[2 * length];
        byte[] response = new byte[length];
        Assert.True(DigestResponse.TryHashA1(algorithm, credentials.Username, realm, secret, a1));
        Assert.True(DigestResponse.TryCompute(algorithm, a1, credentials, "GET"u8, response));
        return Convert.ToHexStringLower(response);
    }
}
