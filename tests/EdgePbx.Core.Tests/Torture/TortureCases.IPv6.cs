namespace EdgePbx.Core.Tests;

/// <content>RFC 5118 section 4.</content>
public static partial class TortureCases
{
    private static TortureCase[] IPv6() =>
    [
        new("ipv6-good", "RFC 5118 4.1", OfRegister("[2001:db8:5::10]"), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("ipv6-bad", "RFC 5118 4.2", OfRegister("2001:db8:5::10"), ParserOutcome.BadRequest),
        new("port-ambiguous", "RFC 5118 4.3", OfRegister("[2001:db8:5::10:5082]"), ParserOutcome.Valid),
        new("port-unambiguous", "RFC 5118 4.4", OfRegister("[2001:db8:5::10]:5082"), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("via-received-param-with-delim", "RFC 5118 4.5", OfReceived("[2001:db8:5::7:77]"), ParserOutcome.Valid),
        new("via-received-param-no-delim", "RFC 5118 4.5", OfReceived("2001:db8:5::7:77"), ParserOutcome.Valid),
        new("ipv6-in-sdp", "RFC 5118 4.6", Ipv6InSdp(), ParserOutcome.Valid),
        new("mult-ip-in-header", "RFC 5118 4.7", MultIpInHeader(), ParserOutcome.Valid, EngineResponse.Of(481)),
        new("mult-ip-in-sdp", "RFC 5118 4.8", MultIpInSdp(), ParserOutcome.Valid),
        new("ipv4-mapped-ipv6", "RFC 5118 4.9", Ipv4MappedIpv6(), ParserOutcome.Valid),
        new("ipv6-bug-abnf-3-colons", "RFC 5118 4.10", OfColons("[2001:db8:5:::198.51.100.70]"), ParserOutcome.Valid),
        new("ipv6-correct-abnf-2-colons", "RFC 5118 4.10", OfColons("[2001:db8:5::198.51.100.70]"), ParserOutcome.Valid),
    ];

    private static byte[] OfRegister(string host) => Message($"""
        REGISTER sip:{host} SIP/2.0
        To: sip:porter@example.com
        From: sip:porter@example.com;tag=six
        Via: SIP/2.0/UDP [2001:db8:5::7:1];branch=z9hG4bKsix-1
        Call-ID: six.{host.Length}@cellar_12
        Max-Forwards: 70
        Contact: "Porter" <sip:porter@[2001:db8:5::1]>
        CSeq: 71 REGISTER
        Content-Length: 0
        """);

    private static byte[] OfReceived(string received) => Message($"""
        OPTIONS sip:[2001:db8:5::10] SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.com;tag=six-in
        Via: SIP/2.0/UDP [2001:db8:5::7:1];received={received};branch=z9hG4bKsix-2
        Call-ID: six.received.{received.Length}@cellar_12
        Max-Forwards: 70
        Contact: "Porter" <sip:porter@[2001:db8:5::7:1]>
        CSeq: 72 OPTIONS
        Content-Length: 0
        """);

    private static byte[] Ipv6InSdp() => Message("""
        INVITE sip:lobby@[2001:db8:5::10] SIP/2.0
        To: sip:lobby@[2001:db8:5::10]
        From: sip:porter@example.com;tag=six-sdp
        Via: SIP/2.0/UDP [2001:db8:5::20];branch=z9hG4bKsix-3
        Call-ID: six.sdp@cellar_12
        Contact: "Porter" <sip:porter@[2001:db8:5::20]>
        CSeq: 73 INVITE
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: {length}
        """, """
        v=0
        o=rig 7300 0 IN IP6 2001:db8:5::20
        s=Round of the house
        c=IN IP6 2001:db8:5::20
        t=0 0
        m=audio 30020 RTP/AVP 9
        a=rtpmap:9 G722/8000
        m=video 30022 RTP/AVP 99
        a=rtpmap:99 H264/90000

        """);

    private static byte[] MultIpInHeader() => Message("""
        BYE sip:lobby@gate74.example.net SIP/2.0
        Via: SIP/2.0/UDP [2001:db8:5::7:1]:6060;branch=z9hG4bKsix-4
        Via: SIP/2.0/UDP 198.51.100.74;branch=z9hG4bKfour-4
        Via: SIP/2.0/TCP [2001:db8:5::7:77];branch=z9hG4bKsix-5;received=198.51.100.75
        Call-ID: six.and.four@cellar_12
        Max-Forwards: 70
        CSeq: 74 BYE
        To: sip:lobby@example.net;tag=there
        From: sip:porter@example.com;tag=here
        Content-Length: 0
        """);

    private static byte[] MultIpInSdp() => Message("""
        INVITE sip:lobby@[2001:db8:5::10] SIP/2.0
        To: sip:lobby@[2001:db8:5::10]
        From: sip:porter@example.com;tag=six-both
        Via: SIP/2.0/UDP [2001:db8:5::7:1];branch=z9hG4bKsix-6
        Call-ID: six.both@cellar_12
        Contact: "Porter" <sip:porter@[2001:db8:5::7:1]>
        Max-Forwards: 70
        CSeq: 75 INVITE
        Content-Type: application/sdp
        Content-Length: {length}
        """, """
        v=0
        o=rig 7500 7500 IN IP4 gate75.example.com
        s=
        t=0 0
        m=audio 30030 RTP/AVP 8
        c=IN IP4 198.51.100.75
        m=video 30032 RTP/AVP 99
        c=IN IP6 2001:db8:5::1
        a=rtpmap:99 H264/90000

        """);

    private static byte[] Ipv4MappedIpv6() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@west.example.com;tag=mapped
        Via: SIP/2.0/UDP [::ffff:198.51.100.76]:15076;branch=z9hG4bKsix-7
        Via: SIP/2.0/UDP [::ffff:198.51.100.77];branch=z9hG4bKsix-8
        Call-ID: four.in.six@cellar_12
        Contact: "N. Porter" <sip:porter@[::ffff:198.51.100.77]>
        CSeq: 76 INVITE
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: {length}
        """, """
        v=0
        o=rig 7600 0 IN IP6 ::ffff:198.51.100.77
        s=-
        c=IN IP6 ::ffff:198.51.100.77
        t=0 0
        m=audio 30040 RTP/AVP 8

        """);

    private static byte[] OfColons(string host) => Message($"""
        OPTIONS sip:lobby@{host} SIP/2.0
        To: sip:lobby@{host}
        From: sip:porter@example.com;tag=colons
        Via: SIP/2.0/UDP gate78.west.example.com;branch=z9hG4bKsix-9
        Call-ID: colons.{host.Length}@cellar_12
        CSeq: 78 OPTIONS
        Max-Forwards: 70
        Content-Length: 0
        """);
}
