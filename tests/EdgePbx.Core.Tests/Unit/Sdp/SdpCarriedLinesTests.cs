namespace EdgePbx.Core.Tests;

/// <summary>Which of the peer's lines the other leg sees.</summary>
public class SdpCarriedLinesTests
{
    [Theory]
    [Trait("Clause", "O-07")]
    [InlineData("a=unheard-of:by anyone")]
    [InlineData("a=x-flag")]
    [InlineData("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz")]
    [InlineData("a=fingerprint:sha-256 4A:AD:B9:B1")]
    [InlineData("a=setup:actpass")]
    [InlineData("a=ptime:20")]
    [InlineData("a=maxptime:150")]
    [InlineData("a=rtcp-fb:* nack")]
    [InlineData("a=rtcp-rsize")]
    [InlineData("a=rtcp-xr:voip-metrics")]
    [InlineData("a=ssrc:1234 cname:abc")]
    [InlineData("a=extmap-allow-mixed")]
    [InlineData("a=mid:0")]
    [InlineData("a=label:1")]
    [InlineData("b=AS:64")]
    [InlineData("b=RR:0")]
    [InlineData("i=\u00e9t\u00e9 \u00ff")] // bytes of any character set
    public void A_line_of_a_stream_passes_unchanged(string line) =>
        Assert.Contains($"\n{line}\n", Shown("m=audio 4000 RTP/AVP 0\n" + line), StringComparison.Ordinal);

    [Theory]
    [InlineData("a=candidate:1 1 UDP 2130706431 10.0.1.1 8998 typ host")]
    [InlineData("a=remote-candidates:1 10.0.1.1 8998")]
    [InlineData("a=end-of-candidates")]
    [InlineData("a=ice-ufrag:8hhY")]
    [InlineData("a=ice-pwd:asd88fgpdd777uzjYhagZg")]
    [InlineData("a=ice-options:trickle")]
    [InlineData("a=ice-lite")]
    [InlineData("a=rtcp:4009 IN IP4 10.0.0.5")]
    [InlineData("a=rtcp-mux")]
    [InlineData("a=rtcp-mux-only")]
    [InlineData("a=bundle-only")]
    [InlineData("a=source-filter: incl IN IP4 * 10.0.0.5")]
    [InlineData("k=clear:secret")]
    [InlineData("c=IN IP4 10.0.0.6")]
    public void A_line_that_binds_a_stream_to_the_peers_address_or_transport_stays_behind(string line)
    {
        string without = Shown("m=audio 4000 RTP/AVP 0\na=ptime:20");

        Assert.Equal(without, Shown($"m=audio 4000 RTP/AVP 0\n{line}\na=ptime:20"));
    }

    [Fact]
    public void The_peers_title_names_and_addresses_stay_behind()
    {
        string shown = Descriptions.NewFace().Shown("""
            v=0
            o=jane 3724394400 3724394405 IN IP4 198.51.100.77
            s=Secret talks
            i=about a merger
            u=http://www.jdoe.example.com/
            e=jane@jdoe.example.com
            p=+1 617 555-6011
            c=IN IP4 198.51.100.77
            k=prompt
            a=rtcp:9 IN IP4 198.51.100.77
            a=ice-lite
            m=audio 49170 RTP/AVP 0
            c=IN IP4 198.51.100.77
            """);

        Assert.EndsWith(" 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 20000 RTP/AVP 0\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("198.51.100.77", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("jane", shown, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "O-07")]
    public void Lines_come_out_in_the_order_of_the_grammar()
    {
        string shown = Descriptions.NewFace().Shown("""
            v=0
            a=sendonly
            z=3724394400 -1h
            t=1 2
            r=604800 3600 0
            t=3 4
            b=CT:128
            o=- 1 1 IN IP4 10.0.0.5
            m=audio 4000 RTP/AVP 0
            a=ptime:20
            b=AS:64
            i=title
            """);

        Assert.EndsWith("""
            s=-
            c=IN IP4 192.0.2.1
            b=CT:128
            t=1 2
            r=604800 3600 0
            t=3 4
            z=3724394400 -1h
            a=sendonly
            m=audio 20000 RTP/AVP 0
            i=title
            b=AS:64
            a=ptime:20

            """.ReplaceLineEndings("\n"), shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_goes_with_its_identifiers()
    {
        string shown = Descriptions.NewFace().Shown(Descriptions.Head + """
            a=group:BUNDLE 0 1
            m=audio 4000 RTP/AVP 0
            a=mid:0
            m=video 4000 RTP/AVP 31
            a=mid:1
            """);

        Assert.DoesNotContain("a=group", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("a=mid", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Identifiers_stay_where_another_group_needs_them()
    {
        string shown = Descriptions.NewFace().Shown(Descriptions.Head + """
            a=group:BUNDLE 0 1
            a=group:LS 0 1
            m=audio 4000 RTP/AVP 0
            a=mid:0
            m=video 4000 RTP/AVP 31
            a=mid:1
            """);

        Assert.DoesNotContain("BUNDLE", shown, StringComparison.Ordinal);
        Assert.Contains("a=group:LS 0 1\n", shown, StringComparison.Ordinal);
        Assert.Contains("a=mid:0\n", shown, StringComparison.Ordinal);
        Assert.Contains("a=mid:1\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_count_is_not_ours_to_repeat() =>
        Assert.Contains("m=video 20000 RTP/AVP 31\n", Shown("m=video 49170/2 RTP/AVP 31"), StringComparison.Ordinal);

    private static string Shown(string lines) => Descriptions.NewFace().Shown(Descriptions.Head + lines);
}
