namespace EdgePbx.Core.Tests;

/// <content>RFC 4475 section 3.3, second part: right in form, for the application to judge.</content>
public static partial class TortureCases
{
    private static TortureCase[] Contents() =>
    [
        new("bext01", "RFC 4475 3.3.5", Bext01(), ParserOutcome.Valid, new EngineResponse([420], "Unsupported")),
        new("invut", "RFC 4475 3.3.6", Invut(), ParserOutcome.Valid, new EngineResponse([415], "Accept")),
        new("regaut01", "RFC 4475 3.3.7", Regaut01(), ParserOutcome.Valid, EngineResponse.Of(401, 200, 405)),
        new("cparam01", "RFC 4475 3.3.12", Cparam01(), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("cparam02", "RFC 4475 3.3.13", Cparam02(), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("regescrt", "RFC 4475 3.3.14", Regescrt(), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("sdp01", "RFC 4475 3.3.15", Sdp01(), ParserOutcome.Valid, EngineResponse.Of(406, 400)),
    ];

    private static byte[] Bext01() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=ext
        Max-Forwards: 7
        Call-ID: beyond.us@198.51.100.61
        Require: readsMinds, readsTeaLeaves
        Proxy-Require: bendsSpoons, findsKeys
        CSeq: 61 OPTIONS
        Via: SIP/2.0/TLS gate61.example.com;branch=z9hG4bKext
        Content-Length: 0
        """);

    private static byte[] Invut() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        Contact: <sip:porter@gate62.example.net>
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=type
        Max-Forwards: 70
        Call-ID: type.unknown@198.51.100.62
        CSeq: 62 INVITE
        Via: SIP/2.0/UDP gate62.example.com;branch=z9hG4bKtype
        Content-Type: application/vnd.example.smoke
        Content-Length: {length}
        """, """
        <smoke>
         <puff seconds="3"/>
        </smoke>

        """);

    private static byte[] Regaut01() => Message("""
        REGISTER sip:example.com SIP/2.0
        To: sip:porter@example.com
        From: sip:porter@example.com;tag=who
        Max-Forwards: 9
        Call-ID: sworn.on.honour@203.0.113.63
        CSeq: 63 REGISTER
        Via: SIP/2.0/TCP 203.0.113.63;branch=z9hG4bKwho
        Authorization: WordOfHonour sworn=yes
        Content-Length:0
        """);

    private static byte[] Cparam01() => Message("""
        REGISTER sip:example.com SIP/2.0
        Via: SIP/2.0/UDP gate64.example.com:5060;branch=z9hG4bKouter
        Max-Forwards: 70
        From: sip:porter@example.com;tag=outer
        To: sip:porter@example.com
        Call-ID: belongs.to.the.header@203.0.113.64
        CSeq: 2 REGISTER
        Contact: sip:+12025550164@gw.example.net;wherefrom
        l: 0
        """);

    private static byte[] Cparam02() => Message("""
        REGISTER sip:example.com SIP/2.0
        Via: SIP/2.0/UDP gate64.example.com:5060;branch=z9hG4bKinner
        Max-Forwards: 70
        From: sip:porter@example.com;tag=inner
        To: sip:porter@example.com
        Call-ID: belongs.to.the.uri@203.0.113.64
        CSeq: 3 REGISTER
        Contact: <sip:+12025550164@gw.example.net;wherefrom>
        l: 0
        """);

    private static byte[] Regescrt() => Message("""
        REGISTER sip:example.com SIP/2.0
        To: sip:porter@example.com
        From: sip:porter@example.com;tag=kept
        Max-Forwards: 70
        Call-ID: header.kept.in.uri@203.0.113.65
        CSeq: 65 REGISTER
        Via: SIP/2.0/UDP gate65.example.com;branch=z9hG4bKkept
        M: <sip:porter@example.com?Route=%3Csip:hop.example.com%3E>
        L:0
        """);

    private static byte[] Sdp01() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        Contact: <sip:porter@gate66.example.net>
        From: sip:porter@example.net;tag=accept
        Max-Forwards: 6
        Call-ID: answer.in.smoke@198.51.100.66
        Accept: text/smoke-signals
        CSeq: 66 INVITE
        Via: SIP/2.0/UDP 198.51.100.66;branch=z9hG4bKaccept
        Content-Length: {length}
        Content-Type: application/sdp
        """, Offer);
}
