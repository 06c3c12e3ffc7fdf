using System.Text;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class ViaTests
{
    [Theory]
    [InlineData("SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1", "UDP", "192.0.2.1", 5062, "192.0.2.1:5062", "z9hG4bK1")]
    [InlineData(" SIP / 2.0 / tcp  pbx.example.com ; branch = x ", "tcp", "pbx.example.com", 0, "pbx.example.com", "x")]
    [InlineData("SIP/2.0/TLS [2001:db8::1]:5061", "TLS", "[2001:db8::1]", 5061, "[2001:db8::1]:5061", "")]
    [InlineData("SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK5", "WSS", "df7jal23ls0d.invalid", 0, "df7jal23ls0d.invalid", "z9hG4bK5")]
    [InlineData("SIP/2.0/UDP pbx;branch=x;", "UDP", "pbx", 0, "pbx", "x")]
    [InlineData("SIP/2.0/UDP pbx : 5060", "UDP", "pbx", 5060, "pbx : 5060", "")]
    [Trait("Clause", "C-44")]
    public void A_via_falls_into_its_parts(string text, string transport, string host, int port, string sentBy, string branch)
    {
        Assert.True(Via.TryParse(Encoding.UTF8.GetBytes(text), out Via via));

        Assert.Equal("SIP", Text(via.Protocol));
        Assert.Equal((transport, host, port), (Text(via.Transport), Text(via.Host), via.Port));
        Assert.Equal((sentBy, branch), (Text(via.SentBy), Text(via.Branch)));
        Assert.False(via.HasRport);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ")]
    [InlineData("SIP/2.0 192.0.2.1")]
    [InlineData("SIP/2.0/ 192.0.2.1")]
    [InlineData("/2.0/UDP 192.0.2.1")]
    [InlineData("SIP//UDP 192.0.2.1")]
    [InlineData("SIP/2.0/UDP192.0.2.1")]
    [InlineData("SIP/2.0/UDP 192.0.2.1;;")]
    [InlineData("SIP/2.0/UDP 192.0.2.1;branch=x;;")]
    [InlineData("SIP/2.0/UDP 192.0.2.1;;branch=x")]
    [InlineData("SIP/2.0/UDP 192.0.2.1 branch=x")]
    [InlineData("SIP/2.0/UDP 192.0.2.1:99999")]
    [InlineData("SIP/2.0/UDP 192.0.2.1;rport=99999")]
    [InlineData("SIP/2.0/UDP 192.0.2.1;rport=x")]
    [InlineData("SIP/2.0/UDP 2001:db8::1")]
    [InlineData("SIP/2.0/UDP a@b")]
    [InlineData("SIP/2.0/UDP a, SIP/2.0/UDP b")]
    public void What_is_no_via_is_refused_whole(string text)
    {
        Assert.False(Via.TryParse(Encoding.UTF8.GetBytes(text), out Via via));
        Assert.True(via.Host.IsEmpty && via.Branch.IsEmpty && via.Port == 0 && !via.HasRport);
    }

    [Theory]
    [Trait("Clause", "U-04")]
    [InlineData(";rport", true, 0)]
    [InlineData(";rport=", true, 0)]
    [InlineData(";RPORT=5071", true, 5071)]
    [InlineData(";xrport=5071", false, 0)]
    public void Rport_is_read_with_or_without_value(string parameters, bool has, int rport)
    {
        Assert.True(Via.TryParse(Encoding.UTF8.GetBytes("SIP/2.0/UDP a" + parameters), out Via via));

        Assert.Equal((has, rport), (via.HasRport, via.Rport));
    }

    [Fact]
    public void Received_and_maddr_are_read_and_unknown_parameters_passed_over()
    {
        Assert.True(Via.TryParse("SIP/2.0/UDP a;ttl=16;maddr=224.2.0.1;received=[2001:db8::7];alias;x=\"q;r\""u8, out Via via));

        Assert.Equal(("224.2.0.1", "2001:db8::7"), (Text(via.Maddr), Text(via.Received)));
        Assert.StartsWith(";ttl=16", Text(via.Parameters), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("z9hG4bK1", true)]
    [InlineData("Z9HG4BK1", true)]
    [InlineData("z9hG4bK", false)] // the cookie and nothing after it (RFC 4475 3.2.1)
    [InlineData("390skdjuw", false)]
    public void The_cookie_says_that_the_branch_identifies_a_transaction(string branch, bool has)
    {
        Assert.True(Via.TryParse(Encoding.UTF8.GetBytes("SIP/2.0/UDP a;branch=" + branch), out Via via));

        Assert.Equal(has, via.HasMagicCookie);
    }
}
