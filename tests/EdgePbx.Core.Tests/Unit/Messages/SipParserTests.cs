using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>What a message must have, and what is answered when it doesn't.</summary>
public class SipParserTests
{
    [Theory]
    [InlineData("From", 400)]
    [InlineData("To", 400)]
    [InlineData("Call-ID", 400)]
    [InlineData("CSeq", 400)]
    [InlineData("Via", 0)] // nobody to answer to
    public void A_request_without_a_mandatory_header_is_refused(string header, int status)
    {
        SipParseError error = Refuse(Without(Options(), header));

        Assert.Equal((status, $"Missing {header}"), (error.Status, error.Reason));
    }

    [Theory]
    [InlineData("From: <sip:other@example.com>;tag=2")]
    [InlineData("t: <sip:other@example.com>")]
    [InlineData("i: two@192.0.2.7")]
    [InlineData("CSeq: 2 OPTIONS")]
    [InlineData("Max-Forwards: 70")]
    [InlineData("L: 0")]
    public void A_second_header_that_may_stand_once_is_refused(string line)
    {
        Assert.Equal((400, "Repeated Header Field"), Told(Refuse(Options(line + "\n"))));
    }

    [Fact]
    public void Max_forwards_may_be_missing() => Parse(Without(Options(), "Max-Forwards"));

    [Theory]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 256")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: -1")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: ")]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: 2147483648 OPTIONS")]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: OPTIONS")]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: 1OPTIONS")]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: 1 INVITE")]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: 1 options")]
    [InlineData("Call-ID: one@192.0.2.7", "Call-ID: ")]
    [InlineData("Call-ID: one@192.0.2.7", "Call-ID: one two")]
    [InlineData("Call-ID: one@192.0.2.7", "Call-ID: @192.0.2.7")]
    [InlineData("From: <sip:1001@example.com>;tag=a1", "From: <sip:1001@example.com;tag=a1")]
    [InlineData("From: <sip:1001@example.com>;tag=a1", "From: *")]
    [InlineData("From: <sip:1001@example.com>;tag=a1", "From: ")]
    [InlineData("To: <sip:1000@example.com>", "To: 1000")]
    [InlineData("To: <sip:1000@example.com>", "To: \"open <sip:1000@example.com>")]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1", "Via: SIP/2.0/UDP")]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1", "Via: SIP/2.0/UDP 192.0.2.7:port")]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1", "Via: ,SIP/2.0/UDP 192.0.2.7")]
    [InlineData("Content-Length: 0", "Content-Length: 0x0")]
    [InlineData("Content-Length: 0", "Content-Length: +0")]
    [InlineData("Content-Length: 0", "Content-Length: 4294967296")]
    [InlineData("OPTIONS sip:1000@pbx.example.com SIP/2.0", "OPTIONS sip:1000@pbx.example.com SIP/2.0 ")]
    [InlineData("OPTIONS sip:1000@pbx.example.com SIP/2.0", "OPTIONS sip:1000@pbx.example.com SIP/two")]
    [InlineData("OPTIONS sip:1000@pbx.example.com SIP/2.0", "OPTIONS sip:1000@ SIP/2.0")]
    [InlineData("OPTIONS sip:1000@pbx.example.com SIP/2.0", "OPTIONS 1000 SIP/2.0")]
    [InlineData("OPTIONS sip:1000@pbx.example.com SIP/2.0", "OPTIONS  SIP/2.0")]
    [InlineData("OPTIONS sip:1000@pbx.example.com SIP/2.0", "OPTIONS SIP/2.0")]
    public void What_breaks_the_grammar_is_a_bad_request(string good, string bad)
    {
        Assert.Equal(400, Refuse(Options().Replace(good, bad, StringComparison.Ordinal)).Status);
    }

    [Theory]
    [InlineData("SIP/2.1")]
    [InlineData("SIP/3.0")]
    [InlineData("SIP/02.0")]
    public void Another_version_is_not_supported(string version)
    {
        Assert.Equal(505, Refuse(Options().Replace("example.com SIP/2.0", $"example.com {version}", StringComparison.Ordinal)).Status);
    }

    [Fact]
    public void The_protocol_name_may_be_in_any_case() => // RFC 3261 7.1
        Parse(Options().Replace("example.com SIP/2.0", "example.com sIp/2.0", StringComparison.Ordinal));

    [Fact]
    [Trait("Clause", "C-45")]
    public void A_malformed_ack_is_never_answered()
    {
        Assert.Equal(0, Refuse(Without(Options().Replace("OPTIONS", "ACK", StringComparison.Ordinal), "From")).Status);
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK", "CSeq")]
    [InlineData("SIP/2.0 200 OK", "Call-ID")]
    [InlineData("SIP/2.0 200 OK", "Via")]
    [InlineData("SIP/2.0 99 Early", "")]
    [InlineData("SIP/2.0 700 Late", "")]
    [InlineData("SIP/2.0 20 OK", "")]
    [InlineData("SIP/2.0 2000 OK", "")]
    [InlineData("SIP/2.0  200 OK", "")]
    [InlineData("SIP/2.0 OK", "")]
    [InlineData("SIP/2.1 200 OK", "")]
    [InlineData("SIP/2.0", "")]
    public void A_malformed_response_is_dropped(string statusLine, string missing)
    {
        Assert.Equal(0, Refuse(Without(Response(statusLine), missing)).Status);
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK", 200, "OK")]
    [InlineData("sip/2.0 699 Nobody at all", 699, "Nobody at all")]
    [InlineData("SIP/2.0 100 ", 100, "")]
    [InlineData("SIP/2.0 100", 100, "")]
    public void A_status_line_gives_code_and_phrase(string statusLine, int code, string phrase)
    {
        SipMessage message = Parse(Response(statusLine));

        Assert.False(message.IsRequest);
        Assert.Equal((code, phrase), (message.StatusCode, Text(message.ReasonPhrase)));
        Assert.Equal(SipMethod.Options, message.Method); // that of CSeq
        Assert.True(message.RequestUri.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\n\n\n\n")]
    [InlineData("hello\n\n")]
    [InlineData("GET / HTTP/1.1\nHost: example.com\n\n")]
    [InlineData("\0\u0001\u0002\u0003")]
    public void What_is_no_sip_message_is_dropped(string text)
    {
        Assert.Equal((0, "Not a SIP Message"), Told(Refuse(text)));
    }

    [Fact]
    public void A_message_cut_off_in_its_headers_is_refused()
    {
        byte[] whole = Bytes(Options("Subject: cut\n"));
        int start = Text(whole).IndexOf("Subject", StringComparison.Ordinal);

        Assert.Equal((400, "Header Fields Not Terminated"), Told(Refuse(whole[..(start + 9)], isStream: false)));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\n\n")]
    [InlineData("\r\r")]
    [InlineData("\n\r")]
    public void Lines_end_in_cr_and_lf_and_nothing_else(string lineEnd) // RFC 3261 7
    {
        string wrong = Text(Bytes(Options())).Replace("70\r\n", "70" + lineEnd, StringComparison.Ordinal);

        Assert.Equal(400, Refuse(System.Text.Encoding.ASCII.GetBytes(wrong), isStream: false).Status);
    }

    [Fact]
    public void An_unknown_method_is_read_and_only_a_contradicting_cseq_is_not_implemented()
    {
        SipMessage message = Parse(Options().Replace("OPTIONS", "DANCE", StringComparison.Ordinal));
        Assert.Equal((SipMethod.Unknown, "DANCE"), (message.Method, Text(message.MethodName)));

        Assert.Equal(501, Refuse(Options().Replace("OPTIONS sip", "DANCE sip", StringComparison.Ordinal)).Status);
    }

    [Fact]
    public void A_refused_request_still_tells_what_its_answer_needs()
    {
        var message = new SipMessage();

        Refuse(Options().Replace("Max-Forwards: 70", "Max-Forwards: many", StringComparison.Ordinal), message);

        Assert.Equal(("one@192.0.2.7", "a1", 1u), (Text(message.CallId), Text(message.FromTag), message.CSeqNumber));
        Assert.True(message.TryGetTopVia(out Via via));
        Assert.Equal(5062, via.Port);
    }

    [Fact]
    public void One_message_object_forgets_the_message_before()
    {
        var message = new SipMessage();
        byte[] first = Bytes(SampleInvite.Text);
        byte[] second = Bytes(Without(Options(), "Max-Forwards"));

        Assert.True(SipParser.TryParse(first, first.Length, isStream: false, message, out _));
        Assert.True(SipParser.TryParse(second, second.Length, isStream: false, message, out _));

        Assert.False(message.Has(HeaderName.Contact));
        Assert.False(message.Has(HeaderName.MaxForwards));
        Assert.Equal(6, message.HeaderCount);
        Assert.True(message.Body.IsEmpty);
    }

    [Fact]
    public void One_message_object_forgets_a_request_when_a_response_comes()
    {
        var message = new SipMessage();
        byte[] request = Bytes(SampleInvite.Text);
        byte[] response = Bytes(Response("SIP/2.0 200 OK").Replace(";tag=a1", "", StringComparison.Ordinal));

        Assert.True(SipParser.TryParse(request, request.Length, isStream: false, message, out _));
        Assert.True(SipParser.TryParse(response, response.Length, isStream: false, message, out _));

        Assert.True(message.RequestUri.IsEmpty && message.FromTag.IsEmpty && message.ToTag.IsEmpty);
        Assert.Equal("OPTIONS", Text(message.MethodName));
    }

    private static (int Status, string Reason) Told(SipParseError error) => (error.Status, error.Reason);

    private static string Without(string message, string header) => header.Length == 0 ? message
        : string.Join('\n', message.Split('\n').Where(line => !line.StartsWith(header + ":", StringComparison.Ordinal)));

    private static string Response(string statusLine) => statusLine + Options()[Options().IndexOf('\n', StringComparison.Ordinal)..];
}
