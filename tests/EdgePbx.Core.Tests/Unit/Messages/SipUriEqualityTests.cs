using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>RFC 3261 section 19.1.4.</summary>
public class SipUriEqualityTests
{
    [Theory]
    [InlineData("sip:%61lice@atlanta.example;transport=TCP", "sip:alice@AtLanTa.Example;Transport=tcp")]
    [InlineData("sip:carol@chicago.example", "sip:carol@chicago.example;newparam=5")]
    [InlineData("sip:carol@chicago.example", "sip:carol@chicago.example;security=on")]
    [InlineData("sip:biloxi.example;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.example", "sip:biloxi.example;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.example")]
    [InlineData("sip:alice@atlanta.example?subject=project%20x&priority=urgent", "sip:alice@atlanta.example?priority=urgent&subject=project%20x")]
    [InlineData("sip:a@b;x=A", "sip:a@b;x=a")]
    [InlineData("sip:a%2ab@c", "sip:a%2Ab@c")]
    [InlineData("sip:a*b@c", "sip:a%2Ab@c")]
    [InlineData("sip:[2001:DB8::1]", "sip:[2001:db8::1]")]
    [InlineData("tel:+12015550123", "tel:+12015550123")]
    public void These_are_equal(string a, string b)
    {
        Assert.True(AreEqual(a, b));
        Assert.True(AreEqual(b, a));
    }

    [Theory]
    [InlineData("SIP:ALICE@AtLanTa.Example;Transport=udp", "sip:alice@AtLanTa.Example;Transport=UDP")] // users differ in case
    [InlineData("sip:bob@biloxi.example", "sip:bob@biloxi.example:5060")] // a default port is not no port
    [InlineData("sip:bob@biloxi.example", "sip:bob@biloxi.example;transport=udp")]
    [InlineData("sip:bob@biloxi.example", "sip:bob@biloxi.example:6000;transport=tcp")]
    [InlineData("sip:carol@chicago.example", "sip:carol@chicago.example?Subject=next%20meeting")]
    [InlineData("sip:carol@chicago.example;security=on", "sip:carol@chicago.example;security=off")]
    [InlineData("sip:bob@phone21.example", "sip:bob@192.0.2.4")] // names are not resolved
    [InlineData("sip:a@b", "sips:a@b")]
    [InlineData("sip:a@b", "sip:b")]
    [InlineData("sip:a@b", "sip:a:secret@b")]
    [InlineData("sip:a@b;user=phone", "sip:a@b")]
    [InlineData("sip:a@b;ttl=1", "sip:a@b")]
    [InlineData("sip:a@b;maddr=192.0.2.1", "sip:a@b")]
    [InlineData("sip:a@b;method=INVITE", "sip:a@b")]
    [InlineData("sip:a@b?x=1", "sip:a@b?x=2")]
    [InlineData("sip:a@b?x=1", "sip:a@b?x=1&y=1")]
    [InlineData("sip:a%3Bb@c", "sip:a;b@c")] // a reserved character is not its escape
    [InlineData("sip:%00@c", "sip:%00%00@c")]
    [InlineData("sip:%4@c", "sip:%4@c")] // no URIs at all
    [InlineData("tel:+12015550123", "tel:+12015550124")]
    [InlineData("tel:+12015550123", "sip:+12015550123@example.com")]
    public void These_are_not(string a, string b)
    {
        Assert.False(AreEqual(a, b));
        Assert.False(AreEqual(b, a));
    }

    private static bool AreEqual(string a, string b) => SipUri.AreEqual(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
