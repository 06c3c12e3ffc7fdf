using System.Text;
using BenchmarkDotNet.Attributes;
using EdgePbx.Core;

namespace EdgePbx.Benchmarks;

/// <summary>
/// A 900-byte INVITE is read, and answered. Goals: under 1.5 µs and 0 bytes to parse with all usual headers read; 0 bytes
/// to answer.
/// </summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private static readonly byte[] Invite = NewInvite();

    private readonly byte[] _buffer = [.. Invite];
    private readonly byte[] _answer = new byte[2048];
    private readonly SipMessage _message = new();
    private readonly NetEndpoint _source = new(NetAddress.FromV4(192, 0, 2, 41), 5060);

    [GlobalSetup]
    public void Setup()
    {
        if (!SipParser.TryParse(_buffer, _buffer.Length, isStream: false, _message, out SipParseError error))
        {
            throw new InvalidOperationException(error.Reason);
        }
    }

    /// <summary>Index and rules only.</summary>
    [Benchmark]
    public bool Parse() => SipParser.TryParse(_buffer, _buffer.Length, isStream: false, _message, out _);

    /// <summary>With everything that a call reads out of an INVITE.</summary>
    [Benchmark]
    public int ParseAndReadUsualHeaders() =>
        SipParser.TryParse(_buffer, _buffer.Length, isStream: false, _message, out _) ? ReadUsualHeaders(_message) : 0;

    [Benchmark]
    public int BuildOk()
    {
        var writer = new SipWriter(_answer);
        SipResponse.Begin(ref writer, _message, 200, default, "f81d4fae7dec"u8, _source);
        SipResponse.CopyRecordRoutes(ref writer, _message);
        writer.Header(HeaderName.Contact, "<sip:pbx@192.0.2.1:5060>"u8);
        writer.Header(HeaderName.Allow, "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK"u8);
        writer.Header(HeaderName.Supported, "timer, 100rel, replaces"u8);
        writer.Header(HeaderName.SessionExpires, "1800;refresher=uac"u8);
        writer.Body("application/sdp"u8, _message.Body);
        return writer.TryComplete(out int length) ? length : 0;
    }

    private static int ReadUsualHeaders(SipMessage message)
    {
        int sum = message.CallId.Length + message.FromTag.Length + message.ToTag.Length + (int)message.CSeqNumber + (int)message.Method;
        sum += message.TryGetTopVia(out Via via) ? via.Branch.Length + via.Port + via.Host.Length : 0;
        sum += SipUri.TryParse(message.RequestUri, out SipUri target) ? target.User.Length + target.Host.Length : 0;
        sum += NameAddress.TryParse(message.First(HeaderName.From), out NameAddress from) ? from.DisplayName.Length : 0;
        sum += NameAddress.TryParse(message.First(HeaderName.To), out NameAddress to) ? to.Uri.Length : 0;
        foreach (ReadOnlySpan<byte> value in message.Values(HeaderName.Contact))
        {
            sum += NameAddress.TryParse(value, out NameAddress contact) ? contact.Uri.Length : 0;
        }
        foreach (ReadOnlySpan<byte> value in message.Values(HeaderName.Route))
        {
            bool isLoose = NameAddress.TryParse(value, out NameAddress route)
                && SipUri.TryParse(route.Uri, out SipUri hop)
                && hop.HasLooseRouting;
            sum += isLoose ? 1 : 0;
        }
        sum += message.TryGetUInt32(HeaderName.MaxForwards, out uint hops) ? (int)hops : 0;
        sum += message.HasToken(HeaderName.Supported, "timer"u8) ? 1 : 0;
        sum += message.HasToken(HeaderName.Allow, "UPDATE"u8) ? 1 : 0;
        sum += SessionExpires.TryParse(message.First(HeaderName.SessionExpires), out SessionExpires expires) ? (int)expires.Seconds : 0;
        sum += message.TryGetUInt32(HeaderName.MinSe, out uint least) ? (int)least : 0;
        sum += MediaType.TryParse(message.First(HeaderName.ContentType), out MediaType type) && type.Is("application/sdp"u8) ? 1 : 0;
        sum += message.First(HeaderName.UserAgent).Length + message.First(HeaderName.PPreferredIdentity).Length;
        return sum + message.Body.Length;
    }

    private static byte[] NewInvite()
    {
        const string Offer = """
            v=0
            o=- 48120 1 IN IP4 192.0.2.41
            s=-
            c=IN IP4 192.0.2.41
            t=0 0
            m=audio 16384 RTP/AVP 9 8 0 101
            a=rtpmap:9 G722/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=ptime:20
            a=sendrecv

            """;
        string head = """
            INVITE sip:1002@pbx.example.com SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.41:5060;branch=z9hG4bK3f1c9a0d72;rport
            Max-Forwards: 70
            From: "Front Desk" <sip:1001@pbx.example.com>;tag=8d2e61f4
            To: <sip:1002@pbx.example.com>
            Call-ID: 77d0f5c2b9184a@192.0.2.41
            CSeq: 102 INVITE
            Contact: <sip:1001@192.0.2.41:5060;transport=udp>
            Route: <sip:pbx.example.com;lr>
            P-Preferred-Identity: <sip:1001@pbx.example.com>
            Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, REFER, NOTIFY
            Supported: timer, 100rel, replaces
            Session-Expires: 1800;refresher=uac
            Min-SE: 90
            User-Agent: DeskPhone/4.2 (example)
            Content-Type: application/sdp
            Content-Length: 
            """;
        string body = Offer.ReplaceLineEndings("\r\n");
        return Encoding.ASCII.GetBytes($"{head.ReplaceLineEndings("\r\n")}{body.Length}\r\n\r\n{body}");
    }
}
