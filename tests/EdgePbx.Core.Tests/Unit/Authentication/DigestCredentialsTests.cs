using System.Text;

namespace EdgePbx.Core.Tests;

public class DigestCredentialsTests
{
    private const string Usual = "username=\"bob\", realm=\"biloxi\", nonce=\"n1\", uri=\"sip:biloxi\", response=\"ab\"";

    [Fact]
    public void Every_parameter_is_found_with_its_quotes_taken_off()
    {
        Assert.True(DigestCredentials.TryParse(
            "username=\"b\\\"ob\", realm=\"biloxi\" ,nonce=\"n1\",uri=\"sip:a,b=c@biloxi\", response=\"ab\", algorithm=MD5, cnonce=\"\","u8
            + "  opaque=\"o\", qop=auth, nc=00000001, auth-param=x"u8, out DigestCredentials c));

        Assert.Equal("b\\\"ob", Text(c.Username));
        Assert.Equal("biloxi", Text(c.Realm));
        Assert.Equal("n1", Text(c.Nonce));
        Assert.Equal("sip:a,b=c@biloxi", Text(c.Uri));
        Assert.Equal("ab", Text(c.Response));
        Assert.Equal("MD5", Text(c.Algorithm));
        Assert.Equal("auth", Text(c.Qop));
        Assert.Equal("00000001", Text(c.NonceCount));
        Assert.True(c.HasQop && c.HasClientNonce);
        Assert.True(c.ClientNonce.IsEmpty);
    }

    [Theory]
    [Trait("Clause", "BUG-32")]
    [InlineData("USERNAME = \"bob\" , Realm=\"biloxi\", nOnce\t=\t\"n1\", URI=\"sip:biloxi\", response=\"ab\"  ")]
    [InlineData("username=bob, realm=biloxi, nonce=n1, uri=sip:biloxi, response=ab")]
    [InlineData(Usual + ", username*=x")]
    [InlineData(Usual + ",")]
    [InlineData(Usual + " , ,\t")]
    [InlineData("username=\"bob\",, realm=\"biloxi\", ,nonce=\"n1\", uri=\"sip:biloxi\", response=\"ab\",")]
    public void What_phones_really_write_is_read(string parameters)
    {
        Assert.True(DigestCredentials.TryParse(Encoding.UTF8.GetBytes(parameters), out DigestCredentials c));
        Assert.Equal("bob", Text(c.Username));
        Assert.False(c.HasQop || c.HasClientNonce);
    }

    [Theory]
    [InlineData("")]
    [InlineData("username=\"bob\"")]
    [InlineData(Usual + " opaque=\"x\"")]
    [InlineData(Usual + ", opaque")]
    [InlineData(Usual + ", opaque=")]
    [InlineData(Usual + ", opaque=\"never closed")]
    [InlineData(Usual + ", opaque=\"ends in a backslash\\")]
    [InlineData(Usual + ", =x")]
    [InlineData(Usual + ", realm=\"biloxi\"")]
    [InlineData(Usual + ", NONCE=\"n2\"")]
    public void What_is_broken_missing_or_there_twice_is_refused(string parameters) =>
        Assert.False(DigestCredentials.TryParse(Encoding.UTF8.GetBytes(parameters), out _));

    [Fact]
    public void Only_the_digest_scheme_is_ours()
    {
        Assert.True(DigestCredentials.IsDigest("dIgEsT  a=b"u8, out ReadOnlySpan<byte> parameters));
        Assert.Equal("a=b", Text(parameters));
        Assert.False(DigestCredentials.IsDigest("Basic QWxhZGRpbjpvcGVu"u8, out _));
        Assert.False(DigestCredentials.IsDigest("Digested a=b"u8, out _));
        Assert.False(DigestCredentials.IsDigest(""u8, out _));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
