using System.Text;

namespace EdgePbx.Core.Tests;

/// <content>RFC 4475 section 3.1.1: odd, and right.</content>
public static partial class TortureCases
{
    private static TortureCase[] ValidSyntax() =>
    [
        new("wsinv", "RFC 4475 3.1.1.1", Wsinv(), ParserOutcome.Valid),
        new("intmeth", "RFC 4475 3.1.1.2", Intmeth(), ParserOutcome.Valid, new EngineResponse([501, 405], "Allow")),
        new("esc01", "RFC 4475 3.1.1.3", Esc01(), ParserOutcome.Valid),
        new("escnull", "RFC 4475 3.1.1.4", Escnull(), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("esc02", "RFC 4475 3.1.1.5", Esc02(), ParserOutcome.Valid, new EngineResponse([501, 405], "Allow")),
        new("lwsdisp", "RFC 4475 3.1.1.6", Lwsdisp(), ParserOutcome.Valid),
        new("longreq", "RFC 4475 3.1.1.7", Longreq(), ParserOutcome.Valid),
        new("dblreq", "RFC 4475 3.1.1.8", Dblreq(), ParserOutcome.Valid, EngineResponse.Of(200)),
        new("semiuri", "RFC 4475 3.1.1.9", Semiuri(), ParserOutcome.Valid),
        new("transports", "RFC 4475 3.1.1.10", Transports(), ParserOutcome.Valid),
        new("mpart01", "RFC 4475 3.1.1.11", Mpart01(), ParserOutcome.Valid),
        new("unreason", "RFC 4475 3.1.1.12", Unreason(), ParserOutcome.Valid),
        new("noreason", "RFC 4475 3.1.1.13", Noreason(), ParserOutcome.Valid),
    ];

    private static byte[] Wsinv() => Message("""
        INVITE sip:night.bell@porter.example.com;someday SIP/2.0
        tO   :
         sip:night.bell@porter.example.com ;   tag   = 55020n
        FROM :   "The \\\"Porter\\\""      <sip:porter@example.com>
          ;
          tag = 77q
        mAX-fORWARDS: 0041
        i: fold.upon.fold@198.51.100.1
        content-LENGTH   : {length}
        cSEQ: 0017
          INVITE
        Via  : SIP  /   2.0
         /UDP
            198.51.100.2;branch=oldstyle17
        Subject :
        BrandNewThing:   of several words
         and another line
        ValueOfNoKnownShape: ,;,,;=;"
        c: application/sdp
        Route:
         <sip:hop.example.com;lr;mystery=box;flagonly>
        v:  SIP  / 2.0  / TCP     loom.example.com   ;
          branch  =   z9hG4bKweave  ,
         SIP  /    2.0   / UDP  203.0.113.200   ; branch=
         z9hG4bKshuttle
        m:"Desk \"\"" <sip:porter@example.com> ; extra =
              value ;
          bare ; q = 0.4
        """, Offer);

    private static byte[] Intmeth() => Message($$"""
        ~Polish'0987654321_*+`.%brass!- sip:2_odd.Name~(is-it!not)&sure+it$/is?,/;;*:&pass+wo=rd,weird!*sec$ret~(so)@example.com SIP/2.0
        Via: SIP/2.0/TCP anvil.example.com;branch=z9hG4bK.!-%71*_~`+'
        To: "bell \{{'\a'}} nul \{{'\0'}} rubout \{{'\x7f'}}" <sip:2_odd.Name~(is-it!not)&sure+it$/is?,/;;*@example.com>
        From: word` word1'+~ word2*%!.-_ <sip:plain@example.com>;parm'*+~_!.-%="Ελλάδα";tag=+%`~_'1!*-.
        Call-ID: clang.of%QZ-!.*_+'@iron`~)(><:\/"][?}{
        CSeq: 20100401 ~Polish'0987654321_*+`.%brass!-
        Max-Forwards: 255
        an-Extension-!.%*+_`'~: {{'\ufeff'}}電話
        Content-Length: 0
        """);

    private static byte[] Esc01() => Message("""
        INVITE sip:sips%3Amaria%40inner.example@example.net SIP/2.0
        To: sip:%6Dari%61@example.com
        From: <sip:Two%20%20Blanks@example.net>;tag=e1
        Max-Forwards: 61
        i: escaped.1@198.51.100.3
        CSeq: 70211 INVITE
        Via: SIP/2.0/UDP gate3.example.net;branch=z9hG4bKesc1
        C: application/sdp
        Contact:
          <sip:mar%69a@gate3.example.net;%6C%72;%63olour=r%65d%25%35%41>
        Content-Length: {length}
        """, Offer);

    private static byte[] Escnull() => Message("""
        REGISTER sip:example.com SIP/2.0
        To: sip:zero-%00-zero@example.com
        From: sip:zero-%00-zero@example.com;tag=n0
        Max-Forwards: 70
        Call-ID: nul.in.user@203.0.113.4
        CSeq: 9021 REGISTER
        Via: SIP/2.0/UDP gate4.example.com;branch=z9hG4bKnul
        Contact: <sip:%00@gate4.example.com>
        Contact: <sip:%00%00@gate4.example.com>
        L:0
        """);

    private static byte[] Esc02() => Message("""
        OPT%49ONS sip:directory.example.com SIP/2.0
        To: "%Q%41" <sip:shelf@example.com>
        From: "%Q%41" <sip:shelf@example.com>;tag=p5
        Call-ID: percent.is.a.letter@203.0.113.5
        Via: SIP/2.0/TCP gate5.example.com;branch=z9hG4bK7%cafe
        CSeq: 511 OPT%49ONS
        Max-Forwards: 70
        Contact: <sip:left@one.example.com>
        Con%74act: <sip:none@two.example.com>
        Contact: <sip:right@three.example.com>
        l: 0
        """);

    private static byte[] Lwsdisp() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: porter<sip:porter@example.com>;tag=nospace
        Max-Forwards: 70
        Call-ID: close.together@gate6.example.com
        CSeq: 6 OPTIONS
        Via: SIP/2.0/UDP gate6.example.com;branch=z9hG4bKclose
        l: 0
        """);

    private static byte[] Longreq()
    {
        string[] forms = ["Via", "v", "VIA", "ViA", "vIA", "V ", "v  ", "Via "];
        string hops = Repeat("\n", 1) + string.Join("\n", Enumerable.Range(1, 33).Select(i => $"{forms[i % forms.Length]}: SIP/2.0/TCP relay{40 - i}.example.com"));
        return Message($$"""
            INVITE sip:archive@example.com SIP/2.0
            To: "They call me the {{Repeat("very ", 30)}}patient archivist" <sip:archive@example.com:6010;first=so{{Repeat("far", 30)}}away;second{{Repeat("thing", 30)}}=x;{{Repeat("only", 30)}}AName>
            F: sip:{{Repeat("unabridgedcaller", 8)}}@example.net;tag=7{{Repeat("113", 60)}}9;other{{Repeat("part", 25)}}=some{{Repeat("worth", 20)}};bare{{Repeat("flag", 15)}}
            Call-ID: length.{{Repeat("tiresome", 25)}}token
            CSeq: 7777777 INVITE
            Nobody-{{Repeat("Knows", 25)}}-This: nobody-{{Repeat("reads", 25)}}-it; nobody-{{Repeat("names", 25)}}-it = nobody-{{Repeat("minds", 25)}}-it{{hops}}
            Via: SIP/2.0/TCP origin.example.com;received=198.51.100.7;branch=so{{Repeat("long", 60)}}branch
            Max-Forwards: 70
            Contact: <sip:{{Repeat("unabridgedcaller", 8)}}@gate7.example.net>
            Content-Type: application/sdp
            l: {length}
            """, Offer);
    }

    private static byte[] Dblreq() =>
    [
        .. Message("""
            REGISTER sip:example.com SIP/2.0
            To: sip:porter@example.com
            From: sip:porter@example.com;tag=first
            Max-Forwards: 9
            I: the.one.that.counts@198.51.100.8
            Contact: sip:porter@gate8.example.com
            CSeq: 3 REGISTER
            Via: SIP/2.0/UDP 198.51.100.8;branch=z9hG4bKfirst
            Content-Length: 0
            """),
        .. Message("""
            INVITE sip:nobody@example.com SIP/2.0
            t: sip:nobody@example.com
            From: sip:noise@example.net;tag=second
            Max-Forwards: 9
            Call-ID: the.one.that.is.noise@198.51.100.9
            CSeq: 3 INVITE
            Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKsecond
            Content-Type: application/sdp
            Content-Length: {length}
            """, Offer),
    ];

    private static byte[] Semiuri() => Message("""
        OPTIONS sip:lift;to=roof%40example.org@example.com SIP/2.0
        To: sip:lift@example.com
        From: sip:porter@example.org;tag=semi
        Max-Forwards: 4
        Call-ID: user.with.semicolon@203.0.113.9
        CSeq: 12 OPTIONS
        Accept: application/sdp, application/pidf+xml,
                multipart/related, multipart/mixed,
                message/sipfrag, text/plain
        Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKsemi
        l: 0
        """);

    private static byte[] Transports() => Message("""
        OPTIONS sip:lobby@example.com SIP/2.0
        To: sip:lobby@example.com
        From: <sip:porter@example.com>;tag=by-all-means
        Max-Forwards: 70
        Call-ID:  many.ways@203.0.113.10
        Accept: application/sdp
        CSeq: 14 OPTIONS
        Via: SIP/2.0/UDP road.example.com;branch=z9hG4bKw1
        Via: SIP/2.0/SCTP rail.example.com;branch=z9hG4bKw2
        Via: SIP/2.0/TLS tube.example.com;branch=z9hG4bKw3
        Via: SIP/2.0/PIGEON roof.example.com;branch=z9hG4bKw4
        Via: SIP/2.0/TCP river.example.com;branch=z9hG4bKw5
        l: 0
        """);

    private static byte[] Mpart01()
    {
        byte[] binary = [.. Enumerable.Range(0, 256).Select(i => (byte)i), (byte)'\r', 0, (byte)'\n', 0xff];
        byte[] body =
        [
            .. Encoding.UTF8.GetBytes(CrLf("""
                --edge7
                Content-Type: text/plain
                Content-Transfer-Encoding: binary

                Good morning
                --edge7
                Content-Type: application/octet-stream
                Content-Transfer-Encoding: binary


                """)),
            .. binary,
            .. "\r\n--edge7--\r\n"u8,
        ];
        return Message("""
            MESSAGE sip:archive@example.org SIP/2.0
            Via: SIP/2.0/UDP 198.51.100.11:5070;branch=z9hG4bK-parts-1;rport
            Max-Forwards: 70
            Route: <sip:198.51.100.12:5080>
            Identity: bm90IGEgc2lnbmF0dXJlLCBqdXN0IGEgbG9uZyB3b3Jk
            Contact: <sip:porter@198.51.100.11:5070>
            To: <sip:archive@example.org>
            From: <sip:porter@example.com>;tag=bin
            Call-ID: two.parts@cG9ydGVy.
            CSeq: 1 MESSAGE
            Content-Transfer-Encoding: binary
            Content-Type: multipart/mixed;boundary=edge7
            Date: Sun, 02 Feb 2025 02:02:02 GMT
            User-Agent: Rig/1.0 (bench)
            Content-Length: {length}
            """, body);
    }

    private static byte[] Unreason() => Message("""
        SIP/2.0 200 = 5*5 * 2**3; дежурный на месте - 電話
        Via: SIP/2.0/UDP 198.51.100.12;branch=z9hG4bKwords
        Call-ID: reason.in.words@198.51.100.12
        CSeq: 44 INVITE
        From: sip:porter@example.com;tag=r1
        To: sip:lobby@example.org;tag=r2
        Content-Length: {length}
        Content-Type: application/sdp
        Contact: <sip:lobby@gate12.example.com>
        """, Offer);

    private static byte[] Noreason() => Message($"""
        SIP/2.0 100{' '}
        Via: SIP/2.0/UDP 198.51.100.13;branch=z9hG4bKmute
        Call-ID: reason.without.words@198.51.100.13
        CSeq: 45 INVITE
        From: <sip:porter@example.com>;tag=r3
        To: <sip:lobby@example.org>;tag=r4
        Content-Length: 0
        Contact: <sip:lobby@gate13.example.com>
        """);
}
