namespace EdgePbx.Core.Tests;

/// <content>RFC 4475 section 3.1.2: wrong in the first line.</content>
public static partial class TortureCases
{
    private static TortureCase[] InvalidStartLines() =>
    [
        new("ltgtruri", "RFC 4475 3.1.2.7", Ltgtruri(), ParserOutcome.BadRequest),
        new("lwsruri", "RFC 4475 3.1.2.8", Lwsruri(), ParserOutcome.BadRequest),
        new("lwsstart", "RFC 4475 3.1.2.9", Lwsstart(), ParserOutcome.BadRequest),
        new("trws", "RFC 4475 3.1.2.10", Trws(), ParserOutcome.BadRequest),
        new("escruri", "RFC 4475 3.1.2.11", Escruri(), ParserOutcome.BadRequest),
        new("badvers", "RFC 4475 3.1.2.16", Badvers(), ParserOutcome.VersionNotSupported),
        new("bigcode", "RFC 4475 3.1.2.19", Bigcode(), ParserOutcome.Drop),
    ];

    private static byte[] Ltgtruri() => Message("""
        INVITE <sip:lobby@example.com> SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=angle
        Max-Forwards: 24
        Call-ID: angled@198.51.100.31
        CSeq: 1 INVITE
        Via: SIP/2.0/UDP 198.51.100.31
        Contact: <sip:porter@gate31.example.net>
        Content-Type: application/sdp
        Content-Length: {length}
        """, Offer);

    private static byte[] Lwsruri() => Message("""
        INVITE sip:lobby@example.com; maddr=198.51.100.1 SIP/2.0
        To: sip:lobby@example.com;tag=gap1
        From: sip:porter@example.net;tag=gap2
        Max-Forwards: 6
        Call-ID: gap.in.uri@198.51.100.32
        CSeq: 2130700000 INVITE
        Via: SIP/2.0/UDP 198.51.100.32:5060;branch=z9hG4bKgap
        Contact: <sip:porter@gate32.example.net>
        Content-Type: application/sdp
        Content-Length: {length}
        """, Offer);

    private static byte[] Lwsstart() => Message("""
        INVITE  sip:lobby@example.com  SIP/2.0
        Max-Forwards: 9
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=wide
        Call-ID: wide.line@198.51.100.33
        CSeq: 33 INVITE
        Via: SIP/2.0/UDP gate33.example.com;branch=z9hG4bKwide
        Contact: <sip:porter@gate33.example.net>
        Content-Type: application/sdp
        Content-Length: {length}
        """, Offer);

    private static byte[] Trws() => Message($"""
        OPTIONS sip:lobby@example.com SIP/2.0{"  "}
        Via: SIP/2.0/TCP gate34.example.com;branch=z9hG4bKtrail
        To: <sip:lobby@example.com>
        From: <sip:porter@example.com>;tag=trail
        Call-ID: trailing@198.51.100.34
        Accept: application/sdp
        CSeq: 34 OPTIONS
        Max-Forwards: 70
        Content-Length: 0
        """);

    private static byte[] Escruri() => Message("""
        INVITE sip:lobby@example.com?Subject=%3Cnot%20here%3E SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=hdr
        Max-Forwards: 8
        Contact: <sip:porter@gate35.example.net>
        Call-ID: header.in.uri@198.51.100.35
        CSeq: 35 INVITE
        Via: SIP/2.0/UDP gate35.example.com;branch=z9hG4bKhdr
        Content-Type: application/sdp
        Content-Length: {length}
        """, Offer);

    private static byte[] Badvers() => Message("""
        OPTIONS sip:lobby@example.org SIP/9.1
        Via:     SIP/9.1/UDP gate36.example.com;branch=z9hG4bKfuture
        Max-Forwards:     70
        From:    N. Porter <sip:porter@example.com>;tag=future
        To:      M. Lobby <sip:lobby@example.org>
        Call-ID: from.the.future@gate36.example.com
        CSeq:    1 OPTIONS
        l: 0
        """);

    private static byte[] Bigcode() => Message("""
        SIP/2.0 8589934792 far past the last code
        Via: SIP/2.0/UDP 198.51.100.37;branch=z9hG4bKcode
        Call-ID: past.the.codes@198.51.100.37
        CSeq: 37 INVITE
        From: <sip:porter@example.com>;tag=c1
        To: <sip:lobby@example.org>;tag=c2
        Content-Length: 0
        Contact: <sip:lobby@gate37.example.com>
        """);
}
