using System.Text;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class SipUriTests
{
    [Theory]
    [InlineData("sip:alice@example.com", "alice", "example.com", 0, "", "")]
    [InlineData("SIPS:alice:secret@example.com:5071", "alice:secret", "example.com", 5071, "", "")]
    [InlineData("sip:example.com;transport=tcp;lr", "", "example.com", 0, "transport=tcp;lr", "")]
    [InlineData("sip:a@example.com:1?Subject=x&Priority=urgent", "a", "example.com", 1, "", "Subject=x&Priority=urgent")]
    [InlineData("sip:a@example.com;x=1?y=2", "a", "example.com", 0, "x=1", "y=2")]
    [InlineData("sip:a;b?c=d@example.com", "a;b?c=d", "example.com", 0, "", "")]
    [InlineData("sip:*72#@192.0.2.1", "*72#", "192.0.2.1", 0, "", "")]
    [InlineData("sip:a@b?Replaces=one@two%3Bto-tag=3", "a", "b", 0, "", "Replaces=one@two%3Bto-tag=3")]
    [InlineData("sip:pbx_1.local", "", "pbx_1.local", 0, "", "")]
    public void A_sip_URI_falls_into_its_parts(string text, string user, string host, int port, string parameters, string headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        Assert.True(SipUri.TryParse(bytes, out SipUri uri));

        Assert.True(uri.IsSip);
        Assert.Equal(text.StartsWith("SIPS", StringComparison.Ordinal), uri.IsSips);
        Assert.Equal(user.Length > 0, uri.HasUser);
        Assert.Equal((user, host, port), (Text(uri.User), Text(uri.Host), uri.Port));
        Assert.Equal((parameters, headers), (Text(uri.Parameters), Text(uri.Headers)));
    }

    [Theory]
    [Trait("Clause", "C-44")]
    [InlineData("sip:[::1]", "[::1]", 0)]
    [InlineData("sip:[2001:db8::1]:5062;lr", "[2001:db8::1]", 5062)]
    [InlineData("sip:u@[2001:db8:0:0:0:0:0:1]", "[2001:db8:0:0:0:0:0:1]", 0)]
    [InlineData("sip:u@[::ffff:192.0.2.1]:7", "[::ffff:192.0.2.1]", 7)]
    public void An_IPv6_reference_keeps_its_brackets(string text, string host, int port)
    {
        Assert.True(SipUri.TryParse(Encoding.UTF8.GetBytes(text), out SipUri uri));

        Assert.Equal((host, port), (Text(uri.Host), uri.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip")]
    [InlineData("sip:")]
    [InlineData(":a")]
    [InlineData("1sip:a")]
    [InlineData("si p:a")]
    [InlineData("sip:@example.com")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a@b:")]
    [InlineData("sip:a@b:65536")]
    [InlineData("sip:a@b:x")]
    [InlineData("sip:a@b c")]
    [InlineData("sip:a b@c")]
    [InlineData("sip:a@b/c")]
    [InlineData("sip:a%4@b")]
    [InlineData("sip:a%zz@b")]
    [InlineData("sip:a@b;x=%")]
    [InlineData("<sip:a@b>")]
    [InlineData("sip:\"a\"@b")]
    [InlineData("sip:a@b\0")]
    [InlineData("sip:2001:db8::1")]
    [InlineData("sip:[2001:db8::1")]
    [InlineData("sip:[]")]
    [InlineData("sip:[192.0.2.1]")]
    [InlineData("sip:[fe80::1%25eth0]")]
    [InlineData("tel:")]
    [InlineData("tel:;x=1")]
    public void What_is_no_URI_is_refused_whole(string text)
    {
        Assert.False(SipUri.TryParse(Encoding.UTF8.GetBytes(text), out SipUri uri));
        Assert.True(uri.Scheme.IsEmpty && uri.User.IsEmpty && uri.Host.IsEmpty);
    }

    [Fact]
    public void A_tel_URI_has_its_number_as_user()
    {
        Assert.True(SipUri.TryParse("TEL:+1-201-555-0123;phone-context=example.com"u8, out SipUri uri));

        Assert.False(uri.IsSip);
        Assert.True(uri.IsTel);
        Assert.Equal(("TEL", "+1-201-555-0123"), (Text(uri.Scheme), Text(uri.User)));
        Assert.True(uri.TryGetParameter("phone-context"u8, out ReadOnlySpan<byte> context));
        Assert.Equal("example.com", Text(context));
    }

    [Theory]
    [InlineData("urn:service:sos")]
    [InlineData("http://example.com/path?x#y")]
    [InlineData("soap.beep://192.0.2.103:3002")]
    public void Any_other_scheme_is_opaque(string text)
    {
        Assert.True(SipUri.TryParse(Encoding.UTF8.GetBytes(text), out SipUri uri));

        Assert.False(uri.IsSip || uri.IsTel || uri.HasUser);
        Assert.Equal(text[..text.IndexOf(':', StringComparison.Ordinal)], Text(uri.Scheme));
        Assert.True(uri.Host.IsEmpty);
    }

    [Theory]
    [InlineData("sip:a;lr", "lr", true, "")]
    [InlineData("sip:a;LR=on", "lr", true, "on")]
    [InlineData("sip:a;%6cr", "lr", true, "")]
    [InlineData("sip:a;;x=1", "x", true, "1")]
    [InlineData("sip:a;x=", "x", true, "")]
    [InlineData("sip:a;x=y=z", "x", true, "y=z")]
    [InlineData("sip:a;xx=1", "x", false, "")]
    [InlineData("sip:a", "x", false, "")]
    public void A_parameter_is_found_by_its_name(string text, string name, bool found, string value)
    {
        Assert.True(SipUri.TryParse(Encoding.UTF8.GetBytes(text), out SipUri uri));

        Assert.Equal(found, uri.TryGetParameter(Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> actual));
        Assert.Equal(value, Text(actual));
        Assert.Equal(found && name == "lr", uri.HasLooseRouting);
    }

    [Fact]
    public void A_user_is_unescaped_into_a_buffer_that_is_large_enough()
    {
        Assert.True(SipUri.TryParse("sip:%41lice%20%e2%82%ac%00@example.com"u8, out SipUri uri));
        byte[] buffer = new byte[10];

        Assert.Equal(10, uri.UnescapeUser(buffer));
        Assert.Equal("Alice €\0", Text(buffer));
        Assert.Equal(-1, uri.UnescapeUser(buffer.AsSpan(0, 9)));
    }
}
