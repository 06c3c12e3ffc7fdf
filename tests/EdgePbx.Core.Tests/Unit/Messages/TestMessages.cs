using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Messages for the tests of this folder, and the short way to parse one.</summary>
internal static class TestMessages
{
    /// <summary>Text with bare LF, as C# writes it, becomes a message with CR LF.</summary>
    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    internal static SipMessage Parse(string text) => Parse(Bytes(text));

    internal static SipMessage Parse(byte[] bytes, bool isStream = false)
    {
        var message = new SipMessage();
        Assert.True(SipParser.TryParse(bytes, bytes.Length, isStream, message, out SipParseError error), error.ToString());
        return message;
    }

    internal static SipParseError Refuse(string text, SipMessage? into = null) => Refuse(Bytes(text), isStream: false, into);

    internal static SipParseError Refuse(byte[] bytes, bool isStream, SipMessage? into = null)
    {
        Assert.False(SipParser.TryParse(bytes, bytes.Length, isStream, into ?? new SipMessage(), out SipParseError error));
        Assert.False(string.IsNullOrEmpty(error.Reason));
        return error;
    }

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>An OPTIONS with room for more header lines, each ending in a line break.</summary>
    internal static string Options(string headers = "", string requestUri = "sip:1000@pbx.example.com", string body = "") =>
        $"""
        OPTIONS {requestUri} SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1
        Max-Forwards: 70
        From: <sip:1001@example.com>;tag=a1
        To: <sip:1000@example.com>
        Call-ID: one@192.0.2.7
        CSeq: 1 OPTIONS
        {headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}


        """ + body;

    /// <summary>An offer of four codecs.</summary>
    internal const string Offer = """
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

    /// <summary>What a phone sends to call another: close to 900 bytes, with an offer.</summary>
    internal static string Invite { get; } = $"""
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
        Content-Length: {Bytes(Offer).Length}


        """ + Offer;
}
