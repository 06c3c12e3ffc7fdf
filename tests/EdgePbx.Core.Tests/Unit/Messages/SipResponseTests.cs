using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>RFC 3261 sections 8.2.6 and 18.2, RFC 3581.</summary>
public class SipResponseTests
{
    private static readonly NetEndpoint Source = new(NetAddress.FromV4(198, 51, 100, 7), 40001);

    [Fact]
    public void A_response_repeats_what_the_request_said()
    {
        string response = Answer(Request("""
            Via: SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bK-2
            v: SIP/2.0/TCP two.example.com, SIP/2.0/UDP three.example.com;received=192.0.2.3
            """, "To: \"Desk\" <sip:1000@example.com>;x=y"), 486);

        Assert.Equal("""
            SIP/2.0 486 Busy Here
            Via: SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bK-2
            Via: SIP/2.0/TCP two.example.com, SIP/2.0/UDP three.example.com;received=192.0.2.3
            From: <sip:1001@example.com>;tag=a1
            To: "Desk" <sip:1000@example.com>;x=y;tag=mine
            Call-ID: one@192.0.2.7
            CSeq: 1 OPTIONS
            Content-Length: 0


            """.ReplaceLineEndings("\r\n"), response);
    }

    [Fact]
    [Trait("Clause", "C-13")]
    public void Every_response_but_100_gets_a_to_tag_once()
    {
        SipMessage fresh = Request("Via: SIP/2.0/UDP 198.51.100.7", "To: sip:1000@example.com");
        Assert.Contains("To: sip:1000@example.com;tag=mine\r\n", Answer(fresh, 180), StringComparison.Ordinal);
        Assert.Contains("To: sip:1000@example.com\r\n", Answer(fresh, 100), StringComparison.Ordinal);

        SipMessage within = Request("Via: SIP/2.0/UDP 198.51.100.7", "To: <sip:1000@example.com>;tag=theirs");
        Assert.Contains("To: <sip:1000@example.com>;tag=theirs\r\n", Answer(within, 200), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Clause", "C-42")]
    [InlineData("198.51.100.7:5062;branch=b", "198.51.100.7:5062;branch=b")]
    [InlineData("192.0.2.7;branch=b", "192.0.2.7;branch=b;received=198.51.100.7")]
    [InlineData("phone.example.com:5062 ; branch = b", "phone.example.com:5062 ;branch=b;received=198.51.100.7")]
    [InlineData("192.0.2.7", "192.0.2.7;received=198.51.100.7")]
    [InlineData("192.0.2.7;received=203.0.113.9;branch=b", "192.0.2.7;branch=b;received=198.51.100.7")] // what a stranger claims is replaced
    [InlineData("198.51.100.7;received=203.0.113.9", "198.51.100.7")]
    [InlineData("[2001:db8::1];branch=b", "[2001:db8::1];branch=b;received=198.51.100.7")]
    [InlineData("[::ffff:198.51.100.7];branch=b", "[::ffff:198.51.100.7];branch=b")]
    [InlineData("192.0.2.7;branch=b, SIP/2.0/UDP two", "192.0.2.7;branch=b;received=198.51.100.7, SIP/2.0/UDP two")]
    [InlineData("192.0.2.7 , SIP/2.0/UDP two", "192.0.2.7;received=198.51.100.7 , SIP/2.0/UDP two")]
    public void The_top_via_says_where_the_request_really_came_from(string via, string expected)
    {
        Assert.Contains($"\r\nVia: SIP/2.0/UDP {expected}\r\nFrom", Answer(Request($"Via: SIP/2.0/UDP {via}"), 200), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Clause", "U-04")]
    [InlineData("198.51.100.7:5062;rport;branch=b", "198.51.100.7:5062;branch=b;received=198.51.100.7;rport=40001")]
    [InlineData("192.0.2.7;branch=b;rport=1", "192.0.2.7;branch=b;received=198.51.100.7;rport=40001")]
    [InlineData("192.0.2.7;rport=;x=\"y\";branch=b", "192.0.2.7;x=\"y\";branch=b;received=198.51.100.7;rport=40001")]
    public void Rport_is_filled_and_received_comes_with_it(string via, string expected)
    {
        Assert.Contains($"\r\nVia: SIP/2.0/UDP {expected}\r\n", Answer(Request($"Via: SIP/2.0/UDP {via}"), 200), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "C-42")]
    public void An_IPv6_source_is_written_without_brackets() // RFC 3261 25.1 via-received, RFC 5118 4.5
    {
        Assert.True(NetAddress.TryParse("2001:db8::7", out NetAddress six));
        string response = Answer(Request("Via: SIP/2.0/UDP [2001:db8::8];rport"), 200, new NetEndpoint(six, 5062));

        Assert.Contains("Via: SIP/2.0/UDP [2001:db8::8];received=2001:db8::7;rport=5062\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Clause", "C-42")]
    [Trait("Clause", "U-04")]
    [InlineData("192.0.2.7", SipTransport.Udp, 5060)]
    [InlineData("192.0.2.7:5062", SipTransport.Udp, 5062)]
    [InlineData("192.0.2.7:5062;maddr=203.0.113.1", SipTransport.Udp, 5062)]
    [InlineData("192.0.2.7:5062;rport", SipTransport.Udp, 40001)]
    [InlineData("192.0.2.7:5062", SipTransport.Tcp, 40001)]
    public void A_response_goes_back_to_the_source_at_the_port_that_via_asks_for(string via, SipTransport transport, int port)
    {
        var flow = new SipFlow { Transport = transport, Remote = Source };

        Assert.True(SipResponse.TryGetDestination(Request($"Via: SIP/2.0/UDP {via}"), flow, out NetEndpoint destination));

        Assert.Equal(new NetEndpoint(Source.Address, (ushort)port), destination);
    }

    [Fact]
    public void Only_a_100_repeats_the_timestamp()
    {
        SipMessage request = Request("Via: SIP/2.0/UDP 198.51.100.7\nTimestamp: 54 0.2");

        Assert.Contains("Timestamp: 54 0.2\r\n", Answer(request, 100), StringComparison.Ordinal);
        Assert.DoesNotContain("Timestamp", Answer(request, 200), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "C-21")]
    public void Record_routes_are_copied_in_their_order_when_asked_for()
    {
        SipMessage request = Request("Via: SIP/2.0/UDP 198.51.100.7\nRecord-Route: <sip:b;lr>, <sip:c;lr>\nRecord-Route: <sip:a;lr>");
        byte[] buffer = new byte[1024];
        var writer = new SipWriter(buffer);
        SipResponse.CopyRecordRoutes(ref writer, request);

        Assert.Equal("Record-Route: <sip:b;lr>, <sip:c;lr>\r\nRecord-Route: <sip:a;lr>\r\n", Text(buffer.AsSpan(0, writer.Length)));
        Assert.DoesNotContain("Record-Route", Answer(request, 200), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_without_half_of_its_headers_is_answered_with_the_rest() // RFC 4475 3.3.1
    {
        var message = new SipMessage();
        Refuse("INVITE sip:a@b SIP/2.0\nVia: SIP/2.0/UDP 198.51.100.7;branch=x\nCSeq: 1 INVITE\n\n", message);

        Assert.Equal("SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n", Answer(message, 400));
    }

    [Fact]
    public void A_reason_of_ones_own_replaces_the_phrase()
    {
        byte[] buffer = new byte[1024];
        var writer = new SipWriter(buffer);
        SipResponse.Begin(ref writer, Request("Via: SIP/2.0/UDP a"), 400, "Malformed Via"u8, default, Source);

        Assert.StartsWith("SIP/2.0 400 Malformed Via\r\n", Text(buffer), StringComparison.Ordinal);
    }

    private static string Answer(SipMessage request, int status, NetEndpoint? source = null)
    {
        byte[] buffer = new byte[4096];
        var writer = new SipWriter(buffer);
        SipResponse.Begin(ref writer, request, status, default, "mine"u8, source ?? Source);
        writer.NoBody();
        Assert.True(writer.TryComplete(out int length));
        return Text(buffer.AsSpan(0, length));
    }

    private static SipMessage Request(string via, string to = "To: <sip:1000@example.com>") => Parse(Options()
        .Replace("Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1", via, StringComparison.Ordinal)
        .Replace("To: <sip:1000@example.com>", to, StringComparison.Ordinal));
}
