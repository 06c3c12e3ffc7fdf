namespace EdgePbx.Core.Tests;

/// <content>RFC 4475 sections 3.2, 3.3 and 3.4, first part: what must be there, and once.</content>
public static partial class TortureCases
{
    private static TortureCase[] Semantics() =>
    [
        new("badbranch", "RFC 4475 3.2.1", Badbranch(), ParserOutcome.Valid, EngineResponse.Of(200, 400)),
        new("insuf", "RFC 4475 3.3.1", Insuf(), ParserOutcome.BadRequest),
        new("unkscm", "RFC 4475 3.3.2", Unkscm(), ParserOutcome.Valid, EngineResponse.Of(416)),
        new("novelsc", "RFC 4475 3.3.3", Novelsc(), ParserOutcome.Valid, EngineResponse.Of(416, 404)),
        new("unksm2", "RFC 4475 3.3.4", Unksm2(), ParserOutcome.Valid, EngineResponse.Of(400)),
        new("multi01", "RFC 4475 3.3.8", Multi01(), ParserOutcome.BadRequest),
        new("mcl01", "RFC 4475 3.3.9", Mcl01(), ParserOutcome.BadRequest),
        new("bcast", "RFC 4475 3.3.10", Bcast(), ParserOutcome.Valid, EngineResponse.Of()),
        new("zeromf", "RFC 4475 3.3.11", Zeromf(), ParserOutcome.Valid, EngineResponse.Of(200, 483)),
        new("inv2543", "RFC 4475 3.4.1", Inv2543(), ParserOutcome.Valid),
    ];

    private static byte[] Badbranch() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.org;tag=cookie
        Max-Forwards: 4
        Via: SIP/2.0/UDP 198.51.100.41;branch=z9hG4bK
        Accept: application/sdp
        Call-ID: only.the.cookie@198.51.100.41
        CSeq: 41 OPTIONS
        l: 0
        """);

    private static byte[] Insuf() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        CSeq: 42 INVITE
        Via: SIP/2.0/UDP 198.51.100.42;branch=z9hG4bKbare42
        Content-Type: application/sdp
        l: {length}
        """, Offer);

    private static byte[] Unkscm() => Message("""
        OPTIONS unheardOf:anything.goes/here SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=scheme
        Max-Forwards: 4
        Call-ID: unheard.of@198.51.100.43
        CSeq: 43 OPTIONS
        Via: SIP/2.0/TCP gate43.example.com;branch=z9hG4bKscheme
        Content-Length: 0
        """);

    private static byte[] Novelsc() => Message("""
        OPTIONS gopher://198.51.100.44:3004 SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=novel
        Max-Forwards: 4
        Call-ID: known.but.odd@198.51.100.44
        CSeq: 44 OPTIONS
        Via: SIP/2.0/TCP gate44.example.com;branch=z9hG4bKnovel
        Content-Length: 0
        """);

    private static byte[] Unksm2() => Message("""
        REGISTER sip:example.com SIP/2.0
        To: doi:10.1000/182
        From: <https://www.example.com>;tag=web
        Call-ID: other.schemes@203.0.113.45
        CSeq: 45 REGISTER
        Max-Forwards: 70
        Via: SIP/2.0/UDP 203.0.113.45:5060;branch=z9hG4bKother
        Contact: <file:Night_Porter>
        l: 0
        """);

    private static byte[] Multi01() => Message("""
        INVITE sip:lobby@example.com SIP/2.0
        Contact: <sip:porter@gate46.example.net>
        Via: SIP/2.0/UDP 198.51.100.46;branch=z9hG4bKtwice
        Max-Forwards: 70
        CSeq: 6 INVITE
        Call-ID: twice.a@198.51.100.46
        CSeq: 46 INVITE
        Call-ID: twice.b@198.51.100.46
        From: sip:porter@example.com;tag=t1
        To: sip:lobby@example.com
        To: sip:roof@example.net
        From: sip:porter@example.net;tag=t2
        Content-Type: application/sdp
        l: {length}
        Contact: <sip:porter@gate47.example.net>
        Max-Forwards: 6
        """, Offer);

    private static byte[] Mcl01() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        Via: SIP/2.0/UDP gate48.example.net;branch=z9hG4bKlengths
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=lengths
        Call-ID: which.length@198.51.100.48
        CSeq: 48 OPTIONS
        Content-Length: 11
        Max-Forwards: 60
        Content-Length: 4
        Content-Type: text/plain
        """, "Nobody can tell how long this is meant to be.");

    private static byte[] Bcast() => Message("""
        SIP/2.0 200 OK
        Via: SIP/2.0/UDP 198.51.100.49;branch=z9hG4bKfan1
        Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKfan2
        Call-ID: to.everybody@198.51.100.49
        CSeq: 49 INVITE
        From: sip:porter@example.com;tag=f1
        To: sip:lobby@example.org;tag=f2
        Content-Length: {length}
        Content-Type: application/sdp
        Contact: <sip:lobby@gate49.example.com>
        """, Offer);

    private static byte[] Zeromf() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: sip:porter@example.net;tag=last-hop
        Call-ID: last.hop@198.51.100.50
        CSeq: 50 OPTIONS
        Via: SIP/2.0/UDP gate50.example.com;branch=z9hG4bKlast
        Max-Forwards: 0
        Content-Length: 0
        """);

    private static byte[] Inv2543() => Message("""
        INVITE sip:Lobby@example.com SIP/2.0
        Via: SIP/2.0/UDP oldgate.example.com
        From: <sip:+12025550141@old.example.net;user=phone>
        Record-Route: <sip:Lobby@example.com;maddr=hop51.example.com>
        To: sip:+12025550142@hop51.example.net;user=phone
        Call-ID: before.3261@old.example.com
        CSeq: 51 INVITE
        Content-Type: application/sdp
        """, Offer);
}
