namespace EdgePbx.Core.Tests;

/// <content>RFC 4475 section 3.1.2: wrong in a header field.</content>
public static partial class TortureCases
{
    private static TortureCase[] InvalidSyntax() =>
    [
        new("badinv01", "RFC 4475 3.1.2.1", Badinv01(), ParserOutcome.BadRequest),
        new("clerr", "RFC 4475 3.1.2.2", Clerr(), ParserOutcome.BadRequest),
        new("ncl", "RFC 4475 3.1.2.3", Ncl(), ParserOutcome.BadRequest),
        new("scalar02", "RFC 4475 3.1.2.4", Scalar02(), ParserOutcome.BadRequest),
        new("scalarlg", "RFC 4475 3.1.2.5", Scalarlg(), ParserOutcome.Drop),
        new("quotbal", "RFC 4475 3.1.2.6", Quotbal(), ParserOutcome.BadRequest),
        new("baddate", "RFC 4475 3.1.2.12", Baddate(), ParserOutcome.Valid), // "an element shouldn't" refuse it for a Date it doesn't use
        new("regbadct", "RFC 4475 3.1.2.13", Regbadct(), ParserOutcome.Valid, EngineResponse.Of(401)), // "could infer the angle brackets"
        new("badaspec", "RFC 4475 3.1.2.14", Badaspec(), ParserOutcome.Valid, EngineResponse.Of(200)), // "may ignore the spaces"
        new("baddn", "RFC 4475 3.1.2.15", Baddn(), ParserOutcome.Valid, EngineResponse.Of(200)), // may "infer the missing quotes"
        new("mismatch01", "RFC 4475 3.1.2.17", Mismatch01(), ParserOutcome.BadRequest),
        new("mismatch02", "RFC 4475 3.1.2.18", Mismatch02(), ParserOutcome.NotImplemented),
    ];

    private static byte[] Badinv01() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=sep
        Max-Forwards: 8
        Call-ID: separators@198.51.100.15
        CSeq: 2 INVITE
        Via: SIP/2.0/UDP 198.51.100.15;;,;,,
        Contact: "Ann" <sip:ann@example.org>;;;
        Content-Length: {length}
        Content-Type: application/sdp
        """, Offer);

    private static byte[] Clerr() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        Max-Forwards: 80
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=short
        Contact: <sip:porter@thirsty.example.net>
        Call-ID: promised.more@198.51.100.16
        CSeq: 2 INVITE
        Via: SIP/2.0/UDP gate16.example.com;branch=z9hG4bKshort
        Content-Type: application/sdp
        Content-Length: 8888
        """, Offer);

    private static byte[] Ncl() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        Max-Forwards: 250
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=less
        Call-ID: less.than.nothing@198.51.100.17
        CSeq: 0 INVITE
        Via: SIP/2.0/UDP 198.51.100.17;branch=z9hG4bKless
        Contact: <sip:porter@gate17.example.net>
        Content-Type: application/sdp
        Content-Length: -77
        """, Offer);

    private static byte[] Scalar02() => Message($"""
        REGISTER sip:example.com SIP/2.0
        Via: SIP/2.0/TCP gate18.example.com;branch=z9hG4bKbig
        To: <sip:porter@example.com>
        From: <sip:porter@example.com>;tag=big
        CSeq: 18446744073709551616 REGISTER
        Call-ID: beyond.counting@203.0.113.18
        Max-Forwards: 400
        Expires: 9{Repeat("0", 90)}
        Contact: <sip:porter@gate18.example.com>
          ;expires=281474976710656
        Content-Length: 0
        """);

    private static byte[] Scalarlg() => Message("""
        SIP/2.0 503 Service Unavailable
        Via: SIP/2.0/TCP gate18.example.com;branch=z9hG4bKbig2;received=198.51.100.18
        To: <sip:porter@example.com>
        From: <sip:other@example.net>;tag=big2
        CSeq: 18446744073709551617 OPTIONS
        Call-ID: beyond.counting.back@203.0.113.18
        Retry-After: 777777777777777777777777
        Warning: 2399 lobby "Sometime"
        Content-Length: 0
        """);

    private static byte[] Quotbal() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        To: "The Lobby <sip:lobby@example.com>
        From: sip:porter@example.net;tag=open
        Max-Forwards: 11
        Call-ID: never.closed@203.0.113.19
        Contact: <sip:porter@gate19.example.net>
        CSeq: 2 INVITE
        Via: SIP/2.0/UDP 203.0.113.19:5050;branch=z9hG4bKopen
        Content-Type: application/sdp
        Content-Length: {length}
        """, Offer);

    private static byte[] Baddate() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=late
        Max-Forwards: 70
        Call-ID: wrong.zone@203.0.113.20
        CSeq: 2020 INVITE
        Via: SIP/2.0/UDP gate20.example.com;branch=z9hG4bKlate
        Date: Mon, 03 Mar 2025 09:30:00 CET
        Contact: <sip:porter@gate20.example.net>
        Content-Type: application/sdp
        Content-Length: {length}
        """, Offer);

    private static byte[] Regbadct() => Message("""
        REGISTER sip:example.com SIP/2.0
        To: sip:porter@example.com
        From: sip:porter@example.com;tag=bare
        Max-Forwards: 70
        Call-ID: no.brackets@203.0.113.21
        CSeq: 1 REGISTER
        Via: SIP/2.0/UDP 203.0.113.21:5060;branch=z9hG4bKbare
        Contact: sip:porter@example.com?Route=%3Csip:hop.example.com%3E
        l: 0
        """);

    private static byte[] Badaspec() => Message("""
        OPTIONS sip:lobby@example.org SIP/2.0
        Via: SIP/2.0/UDP gate22.example.com:5060;branch=z9hG4bKroomy
        Max-Forwards: 70
        From: "Porter, Night" <sip:porter@example.com>;tag=roomy
        To: "Lobby, Main" < sip:lobby@example.org >
        Call-ID: room.inside@203.0.113.22
        Accept: application/sdp
        CSeq: 22 OPTIONS
        l: 0
        """);

    private static byte[] Baddn() => Message("""
        OPTIONS sip:lobby@example.org SIP/2.0
        Via:     SIP/2.0/UDP gate23.example.com:5060;branch=z9hG4bKcomma
        Max-Forwards:      70
        From:    Porter, Night <sip:porter@example.com>;tag=c0
        To:      Lobby, Main <sip:lobby@example.org>
        Call-ID: no.quotes@203.0.113.23
        Accept: application/sdp
        CSeq:    23 OPTIONS
        l: 0
        """);

    private static byte[] Mismatch01() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=two-minds
        Max-Forwards: 7
        Call-ID: two.minds@203.0.113.24
        CSeq: 24 INVITE
        Via: SIP/2.0/UDP gate24.example.com;branch=z9hG4bKminds
        l: 0
        """);

    private static byte[] Mismatch02() => Message("""
        LEVITATE sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=two-minds-2
        Max-Forwards: 7
        Call-ID: two.minds.again@203.0.113.25
        CSeq: 25 INVITE
        Contact: <sip:porter@gate25.example.net>
        Via: SIP/2.0/UDP gate25.example.net;branch=z9hG4bKminds2
        Content-Type: application/sdp
        l: {length}
        """, Offer);
}
