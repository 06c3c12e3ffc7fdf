using System.Text;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class SipNamesTests
{
    [Fact]
    public void Each_method_is_known_by_its_name_and_by_no_other_spelling()
    {
        foreach (SipMethod method in Enum.GetValues<SipMethod>().Where(m => m != SipMethod.Unknown))
        {
            Assert.Equal(method, SipMethods.Parse(SipMethods.NameOf(method)));
            Assert.Equal(method.ToString().ToUpperInvariant(), Text(SipMethods.NameOf(method)));
            Assert.Equal(SipMethod.Unknown, SipMethods.Parse(Encoding.ASCII.GetBytes(method.ToString().ToLowerInvariant()))); // RFC 3261 7.1
        }
        Assert.Equal(SipMethod.Unknown, SipMethods.Parse(default));
        Assert.True(SipMethods.NameOf(SipMethod.Unknown).IsEmpty);
    }

    [Fact]
    [Trait("Clause", "C-44")]
    public void Each_header_is_known_by_its_name_in_any_case()
    {
        foreach (HeaderName name in Enum.GetValues<HeaderName>().Where(n => n != HeaderName.Unknown))
        {
            string canonical = Text(HeaderNames.NameOf(name));
            Assert.Equal(name.ToString(), canonical.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(name, HeaderNames.Parse(Encoding.ASCII.GetBytes(canonical)));
            Assert.Equal(name, HeaderNames.Parse(Encoding.ASCII.GetBytes(canonical.ToUpperInvariant())));
            Assert.Equal(name, HeaderNames.Parse(Encoding.ASCII.GetBytes(canonical.ToLowerInvariant())));
        }
    }

    [Theory]
    [Trait("Clause", "C-44")]
    [InlineData("a", HeaderName.AcceptContact)]
    [InlineData("b", HeaderName.ReferredBy)]
    [InlineData("c", HeaderName.ContentType)]
    [InlineData("d", HeaderName.RequestDisposition)]
    [InlineData("e", HeaderName.ContentEncoding)]
    [InlineData("f", HeaderName.From)]
    [InlineData("i", HeaderName.CallId)]
    [InlineData("j", HeaderName.RejectContact)]
    [InlineData("k", HeaderName.Supported)]
    [InlineData("l", HeaderName.ContentLength)]
    [InlineData("m", HeaderName.Contact)]
    [InlineData("n", HeaderName.IdentityInfo)]
    [InlineData("o", HeaderName.Event)]
    [InlineData("r", HeaderName.ReferTo)]
    [InlineData("s", HeaderName.Subject)]
    [InlineData("t", HeaderName.To)]
    [InlineData("u", HeaderName.AllowEvents)]
    [InlineData("v", HeaderName.Via)]
    [InlineData("x", HeaderName.SessionExpires)]
    [InlineData("y", HeaderName.Identity)]
    public void A_compact_form_is_its_long_form(string letter, HeaderName name)
    {
        Assert.Equal(name, HeaderNames.Parse(Encoding.ASCII.GetBytes(letter)));
        Assert.Equal(name, HeaderNames.Parse(Encoding.ASCII.GetBytes(letter.ToUpperInvariant())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("z")]
    [InlineData("@")]
    [InlineData("[")]
    [InlineData("\u0016")] // "V" without its high bits
    [InlineData("X-Wing")]
    [InlineData("Via2")]
    [InlineData("C%6Fntact")]
    public void Any_other_name_is_unknown(string name) =>
        Assert.Equal(HeaderName.Unknown, HeaderNames.Parse(Encoding.ASCII.GetBytes(name)));
}
