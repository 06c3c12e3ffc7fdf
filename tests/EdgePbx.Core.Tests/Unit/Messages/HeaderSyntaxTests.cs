using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>RFC 3261 section 7.3: how header fields are written.</summary>
[Trait("Clause", "C-44")]
public class HeaderSyntaxTests
{
    [Fact]
    public void Compact_names_and_any_case_are_the_same_header()
    {
        SipMessage message = Parse("""
            OPTIONS sip:1000@example.com SIP/2.0
            v: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-1
            F: <sip:1001@example.com>;tag=a1
            t: <sip:1000@example.com>
            I: one@192.0.2.7
            cseq: 1 OPTIONS
            K: timer
            sUPPORTED: 100rel
            x: 90
            l: 0


            """);

        Assert.Equal("one@192.0.2.7", Text(message.CallId));
        Assert.Equal(2, message.Count(HeaderName.Supported));
        Assert.True(message.HasToken(HeaderName.Supported, "TIMER"u8) && message.HasToken(HeaderName.Supported, "100rel"u8));
        Assert.Equal("I", Text(message.RawNameAt(3)));
        Assert.Equal(HeaderName.SessionExpires, message.NameAt(7));
    }

    [Theory]
    [InlineData("Subject: one\n two\n", "one   two")]
    [InlineData("Subject: one\n\ttwo\n", "one  \ttwo")]
    [InlineData("Subject:\n one\n", "one")]
    [InlineData("Subject: one\n \n two\n", "one      two")]
    [InlineData("Subject \t :   one  \t \n", "one")]
    [InlineData("Subject:one\n", "one")]
    [InlineData("Subject:\n", "")]
    [InlineData("Subject: a: b\n", "a: b")]
    public void Folds_become_blanks_and_blanks_around_a_value_go(string line, string value)
    {
        Assert.Equal(value, Text(Parse(Options(line)).First(HeaderName.Subject)));
    }

    [Fact]
    public void Unfolding_changes_no_offset_after_it()
    {
        SipMessage message = Parse(Options("Subject: one\n two\n", body: "body"));

        Assert.Equal("body", Text(message.Body));
        Assert.Equal("Content-Length", Text(message.RawNameAt(message.HeaderCount - 1)));
        Assert.DoesNotContain("\r\n two", Text(message.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_after_the_start_line_is_no_fold_and_its_line_no_field() =>
        Assert.False(Parse(Options().Replace("SIP/2.0\nVia", "SIP/2.0\n Subject: x\nVia", StringComparison.Ordinal)).Has(HeaderName.Subject));

    [Fact]
    public void Unknown_headers_are_kept_as_they_came()
    {
        SipMessage message = Parse(Options("X-Odd~Name!: ;;,\"<\nX-Odd~Name!: é\n"));

        Assert.Equal(2, message.Count(HeaderName.Unknown));
        Assert.Equal(["X-Odd~Name!=;;,\"<", "X-Odd~Name!=é"], Fields(message, HeaderName.Unknown));
        Assert.Equal([";;,\"<", "é"], All(message, HeaderName.Unknown)); // no list: who knows
    }

    [Theory]
    [InlineData("Supported: a,b , c\nk:d\n", HeaderName.Supported, "a|b|c|d")]
    [InlineData("Supported: ,a,, b,\nSupported:\n", HeaderName.Supported, "a|b")]
    [InlineData("Route: <sip:a;lr>,<sip:b,c;lr>;x=\"1,2\" , \"q,\\\",\" <sip:d>\n", HeaderName.Route, "<sip:a;lr>|<sip:b,c;lr>;x=\"1,2\"|\"q,\\\",\" <sip:d>")]
    [InlineData("Warning: 399 pbx \"one, two\", 307 pbx \"three\"\n", HeaderName.Warning, "399 pbx \"one, two\"|307 pbx \"three\"")]
    [InlineData("Authorization: Digest a=\"b\", c=d\n", HeaderName.Authorization, "Digest a=\"b\", c=d")]
    [InlineData("WWW-Authenticate: Digest a, b\nWWW-Authenticate: Digest c, d\n", HeaderName.WwwAuthenticate, "Digest a, b|Digest c, d")]
    [InlineData("Date: Sat, 13 Nov 2010 23:29:00 GMT\n", HeaderName.Date, "Sat, 13 Nov 2010 23:29:00 GMT")]
    [InlineData("Subject: one, two\n", HeaderName.Subject, "one, two")]
    [InlineData("Privacy: id;user ; critical\n", HeaderName.Privacy, "id|user|critical")]
    [InlineData("Reason: SIP;cause=200;text=\"a, b\", Q.850;cause=16\n", HeaderName.Reason, "SIP;cause=200;text=\"a, b\"|Q.850;cause=16")]
    [InlineData("Route: <sip:never, closed\n", HeaderName.Route, "<sip:never, closed")]
    [InlineData("Warning: 399 pbx \"never, closed\n", HeaderName.Warning, "399 pbx \"never, closed")]
    [InlineData("", HeaderName.Require, "")]
    public void Values_are_split_where_the_header_is_a_list(string lines, HeaderName name, string expected)
    {
        Assert.Equal(expected, string.Join('|', All(Parse(Options(lines)), name)));
    }

    [Theory]
    [InlineData("Supported: timer;x=1, path\n", "timer", true)]
    [InlineData("Supported: timer ;x\n", "timer", true)]
    [InlineData("Supported: Timer\n", "tIMER", true)]
    [InlineData("Supported: timers\n", "timer", false)]
    [InlineData("Supported: time\n", "timer", false)]
    [InlineData("Supported: path, x;timer\n", "timer", false)]
    [InlineData("", "timer", false)]
    public void A_token_is_found_among_values_and_not_in_parameters(string lines, string token, bool found)
    {
        Assert.Equal(found, Parse(Options(lines)).HasToken(HeaderName.Supported, Bytes(token)));
    }

    [Theory]
    [InlineData("Expires: 3600", true, 3600)]
    [InlineData("Expires: 0", true, 0)]
    [InlineData("Expires: 0003600", true, 3600)]
    [InlineData("Expires: 4294967295", true, 4294967295)]
    [InlineData("Expires: 4294967296", false, 0)]
    [InlineData("Expires: 60;refresher=uac", true, 60)]
    [InlineData("Expires: 60 (soon)", true, 60)]
    [InlineData("Expires: 60(soon)", true, 60)]
    [InlineData("Expires: 60s", false, 0)]
    [InlineData("Expires: -1", false, 0)]
    [InlineData("Expires: ", false, 0)]
    [InlineData("X: 1", false, 0)]
    public void A_number_is_read_up_to_what_may_follow_it(string line, bool isNumber, long value)
    {
        Assert.Equal(isNumber, Parse(Options(line + "\n")).TryGetUInt32(HeaderName.Expires, out uint number));
        Assert.Equal(value, number);
    }

    [Fact]
    public void Blank_lines_before_the_message_are_no_part_of_it() // RFC 3261 7.5
    {
        byte[] bytes = Bytes("\n\n\n" + Options(body: "body"));

        SipMessage message = Parse(bytes);

        Assert.StartsWith("OPTIONS", Text(message.Bytes), StringComparison.Ordinal);
        Assert.Equal("body", Text(message.Body));
    }

    private static List<string> All(SipMessage message, HeaderName name)
    {
        var values = new List<string>();
        foreach (ReadOnlySpan<byte> value in message.Values(name))
        {
            values.Add(Text(value));
        }
        return values;
    }

    private static List<string> Fields(SipMessage message, HeaderName name) =>
        [.. Enumerable.Range(0, message.HeaderCount)
            .Where(i => message.NameAt(i) == name)
            .Select(i => $"{Text(message.RawNameAt(i))}={Text(message.ValueAt(i))}")];
}
