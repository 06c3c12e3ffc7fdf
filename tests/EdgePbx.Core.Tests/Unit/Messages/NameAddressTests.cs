using System.Text;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class NameAddressTests
{
    [Theory]
    [InlineData("<sip:a@b>", "", "sip:a@b", "")]
    [InlineData("sip:a@b", "", "sip:a@b", "")]
    [InlineData(" sip:a@b ; tag=1 ", "", "sip:a@b", "; tag=1")]
    [InlineData("<sip:a@b;lr?x=y>;tag=1", "", "sip:a@b;lr?x=y", ";tag=1")]
    [InlineData("Ann <sip:a@b>", "Ann", "sip:a@b", "")]
    [InlineData("Ann<sip:a@b>", "Ann", "sip:a@b", "")]
    [InlineData("Ann of the desk <sip:a@b> ; x", "Ann of the desk", "sip:a@b", "; x")]
    [InlineData("\"Ann \\\" <x>; , \\\\\" <sip:a@b>", "\"Ann \\\" <x>; , \\\\\"", "sip:a@b", "")]
    [InlineData("\"\"<sip:a@b>", "\"\"", "sip:a@b", "")]
    [InlineData("Änn (Büro) <sip:a@b>", "Änn (Büro)", "sip:a@b", "")] // phones do, though no tokens
    [InlineData("<http://example.com/x;y>;tag=1", "", "http://example.com/x;y", ";tag=1")]
    [InlineData("tel:+1201;tag=1", "", "tel:+1201", ";tag=1")]
    [InlineData("Lee, Ann <sip:a@b>;tag=1", "Lee, Ann", "sip:a@b", ";tag=1")]
    [InlineData("\"Ann\" Lee <sip:a@b>", "\"Ann\" Lee", "sip:a@b", "")]
    [InlineData("\"Ann <x>\" \"Lee;\" <sip:a@b>", "\"Ann <x>\" \"Lee;\"", "sip:a@b", "")]
    [InlineData("< sip:a@b\t>;tag=1", "", "sip:a@b", ";tag=1")]
    [InlineData("<sip:a@b>;", "", "sip:a@b", ";")]
    [InlineData("<sip:a@b>;;x", "", "sip:a@b", ";;x")]
    [InlineData("sip:a@b?x=y", "", "sip:a@b?x=y", "")]
    [InlineData("sip:a@b?x=y;tag=1", "", "sip:a@b?x=y", ";tag=1")]
    [InlineData("sip:a@b;+sip.instance=\"<urn:uuid:1>\"", "", "sip:a@b", ";+sip.instance=\"<urn:uuid:1>\"")]
    [InlineData("sip:a@b ;x=\"<sip:c@d>;tag=no\";tag=1", "", "sip:a@b", ";x=\"<sip:c@d>;tag=no\";tag=1")]
    [InlineData("sip:a@b;x=\"\\\"<\";y=\"<\"", "", "sip:a@b", ";x=\"\\\"<\";y=\"<\"")]
    public void Name_URI_and_parameters_come_apart(string text, string name, string uri, string parameters)
    {
        Assert.True(NameAddress.TryParse(Encoding.UTF8.GetBytes(text), out NameAddress address));

        Assert.Equal((name, uri, parameters), (Text(address.DisplayName), Text(address.Uri), Text(address.Parameters)));
        Assert.False(address.IsWildcard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ann")]
    [InlineData("<>")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b>")]
    [InlineData("<sip:a@b> x")]
    [InlineData("<sip:a@b>,")]
    [InlineData("< sip:a @b >")]
    [InlineData("\"Ann <sip:a@b>")]
    [InlineData("\"Ann\" sip:a@b")]
    [InlineData("\"Ann\\\" <sip:a@b>")]
    [InlineData("Lee; Ann <sip:a@b>")]
    [InlineData("sip:a@b;x=<urn:1>")]
    [InlineData("Ann> <sip:a@b>")]
    [InlineData("Ann\\ <sip:a@b>")]
    [InlineData("<sip:a@b>;x=\"y")]
    [InlineData("<sip:a@b>;=y")]
    [InlineData("sip:a,c@b")]
    [InlineData("**")]
    public void What_is_no_address_is_refused_whole(string text)
    {
        Assert.False(NameAddress.TryParse(Encoding.UTF8.GetBytes(text), out NameAddress address));
        Assert.True(address.Uri.IsEmpty && address.Parameters.IsEmpty);
    }

    [Fact]
    public void A_star_is_the_wildcard()
    {
        Assert.True(NameAddress.TryParse(" * "u8, out NameAddress address));

        Assert.True(address.IsWildcard && address.Uri.IsEmpty);
    }

    [Theory]
    [InlineData("<sip:a@b>;tag=x1", "x1")]
    [InlineData("<sip:a@b>;x=\";tag=no\" ; TAG = y ", "y")]
    [InlineData("sip:a@b;tag=z;tag=second", "z")]
    [InlineData("<sip:a@b;tag=no>", "")]
    [InlineData("<sip:a@b>;tag=", "")]
    [InlineData("<sip:a@b>;tag", "")]
    [InlineData("*", "")]
    public void The_tag_is_a_header_parameter(string text, string tag)
    {
        Assert.True(NameAddress.TryParse(Encoding.UTF8.GetBytes(text), out NameAddress address));

        Assert.Equal(tag, Text(address.Tag));
    }

    /// <summary>Within a dialog nothing else of From and To is needed.</summary>
    [Theory]
    [Trait("Clause", "BUG-08")]
    [InlineData("<sip:a@b>;tag=x1", "x1")]
    [InlineData("<sip:@>;tag=x1", "x1")]
    [InlineData("\"open <sip:a@b>;tag=x1", "x1")]
    [InlineData("1000;tag=x1", "x1")]
    [InlineData("Lee; Ann <sip:a@b>;x=y;tag=x1;z=\"", "x1")]
    [InlineData("\"<sip:c@d>;tag=no\" <sip:a@b>;tag=x1", "x1")]
    [InlineData("<sip:a@b>;x=\"open;tag=x1", "")]
    [InlineData("<sip:a@b>", "")]
    [InlineData("", "")]
    public void A_tag_is_found_in_what_is_no_address(string text, string tag) => Assert.Equal(tag, Text(NameAddress.TagOf(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Parameters_are_found_by_name_with_their_quotes()
    {
        Assert.True(NameAddress.TryParse("<sip:a@b>;+sip.instance=\"<urn:uuid:1;2>\";expires=60;q=0.5"u8, out NameAddress contact));

        Assert.True(contact.TryGetParameter("+SIP.instance"u8, out ReadOnlySpan<byte> instance));
        Assert.Equal("<urn:uuid:1;2>", Text(Parameters.Unquote(instance)));
        Assert.True(contact.TryGetParameter("expires"u8, out ReadOnlySpan<byte> expires));
        Assert.Equal("60", Text(expires));
        Assert.False(contact.TryGetParameter("reg-id"u8, out _));
    }
}
