using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A desk phone's INVITE with its offer: the message of ordinary size from which tests and benchmarks start.</summary>
internal static class SampleInvite
{
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
    internal static string Text { get; } = $"""
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

    /// <summary>As it stands on the wire.</summary>
    internal static byte[] NewBytes() => Bytes(Text);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
}
