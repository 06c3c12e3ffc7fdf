namespace EdgePbx.Core.Tests;

[Trait("Clause", "O-06")]
public class PayloadRenumberingTests
{
    private const string Opus96Keys101 = """
        m=audio 4000 RTP/AVP 96 0 101
        a=rtpmap:96 opus/48000/2
        a=rtpmap:101 telephone-event/8000
        """;

    [Theory]
    [InlineData("m=audio 5000 RTP/AVP 96 0 101\na=rtpmap:96 opus/48000/2\na=rtpmap:101 telephone-event/8000")]
    [InlineData("m=audio 5000 RTP/AVP 0")]
    [InlineData("m=audio 5000 RTP/AVP 0\na=rtpmap:0 pcmu/8000/1")]
    [InlineData("m=audio 5000 RTP/AVP 18")]
    [InlineData("m=audio 0 RTP/AVP")]
    [InlineData("m=audio 5000 udptl 101")]
    public void The_same_numbers_need_no_map(string answer) =>
        Assert.Null(OfferAnswer.Match(Descriptions.ParseMedia(Opus96Keys101), Descriptions.ParseMedia(answer)));

    [Fact]
    [Trait("Clause", "M-06")]
    public void Key_presses_under_another_number_are_mapped_on_the_way_to_the_answerer()
    {
        PayloadRenumbering map = Match(Opus96Keys101, """
            m=audio 5000 RTP/AVP 0 97
            a=rtpmap:97 telephone-event/8000
            """);

        Assert.Equal(97, map.ToAnswerer![101]);
        Assert.Equal(0, map.ToAnswerer[0]);
        Assert.Equal("101", map.ShownToOfferer("97"));
        Assert.Equal("0", map.ShownToOfferer("0"));
    }

    [Fact]
    [Trait("Clause", "M-06")]
    public void Packets_to_the_offerer_pass_in_its_own_numbers_and_the_answerers_are_understood_where_they_are_free()
    {
        PayloadRenumbering map = Match(Opus96Keys101, """
            m=audio 5000 RTP/AVP 0 97
            a=rtpmap:97 telephone-event/8000
            """);

        Assert.NotNull(map.ToOfferer);
        Assert.Equal(101, map.ToOfferer[101]);
        Assert.Equal(101, map.ToOfferer[97]);
    }

    [Fact]
    public void Swapped_numbers_are_swapped_one_way_and_pass_the_other()
    {
        PayloadRenumbering map = Match(
            "m=audio 4000 RTP/AVP 96 97\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/8000",
            "m=audio 5000 RTP/AVP 97 96\na=rtpmap:96 telephone-event/8000\na=rtpmap:97 opus/48000/2");

        Assert.Equal((97, 96), (map.ToAnswerer![96], map.ToAnswerer[97]));
        Assert.Null(map.ToOfferer); // an answerer sends with the numbers of the offer
        Assert.Equal(("97", "96"), (map.ShownToOfferer("96"), map.ShownToOfferer("97")));
    }

    [Fact]
    public void A_static_number_may_answer_a_dynamic_one()
    {
        PayloadRenumbering map = Match("m=audio 4000 RTP/AVP 100\na=rtpmap:100 PCMU/8000", "m=audio 5000 RTP/AVP 0");

        Assert.Equal(0, map.ToAnswerer![100]);
        Assert.Equal(100, map.ToOfferer![0]);
        Assert.Equal("100", map.ShownToOfferer("0"));
    }

    [Fact]
    public void Of_several_formats_of_one_codec_the_one_with_the_same_parameters_is_meant()
    {
        PayloadRenumbering map = Match(
            """
            m=video 4000 RTP/AVP 96 97
            a=rtpmap:96 H264/90000
            a=fmtp:96 packetization-mode=0
            a=rtpmap:97 H264/90000
            a=fmtp:97 packetization-mode=1
            """,
            """
            m=video 5000 RTP/AVP 120 121
            a=rtpmap:120 H264/90000
            a=fmtp:120 packetization-mode=1
            a=rtpmap:121 H264/90000
            a=fmtp:121 packetization-mode=3
            """);

        Assert.Equal(("97", "96"), (map.ShownToOfferer("120"), map.ShownToOfferer("121")));
    }

    [Fact]
    public void The_same_number_for_the_same_codec_wins_over_all_else() => Assert.Null(OfferAnswer.Match(
        Descriptions.ParseMedia("""
            m=audio 4000 RTP/AVP 96 97
            a=rtpmap:96 iLBC/8000
            a=fmtp:96 mode=20
            a=rtpmap:97 iLBC/8000
            a=fmtp:97 mode=30
            """),
        Descriptions.ParseMedia("m=audio 5000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=fmtp:97 mode=20")));

    [Fact]
    public void A_format_that_was_not_offered_is_left_out_only_where_its_number_is_taken()
    {
        PayloadRenumbering map = Match(
            "m=audio 4000 RTP/AVP 96 97\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/8000",
            "m=audio 5000 RTP/AVP 97 96 18\na=rtpmap:97 opus/48000/2\na=rtpmap:96 G726-32/8000");

        Assert.Equal("96", map.ShownToOfferer("97"));
        Assert.Null(map.ShownToOfferer("96"));
        Assert.Equal("18", map.ShownToOfferer("18"));
    }

    [Fact]
    [Trait("Clause", "M-06")]
    public void The_offerer_reads_the_answer_in_its_own_numbers()
    {
        string shown = Shown(
            "m=audio 4000 RTP/AVP 96 97\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/8000",
            """
            m=audio 5000 RTP/AVP 97 96 98
            a=rtpmap:97 opus/48000/2
            a=fmtp:97 useinbandfec=1
            a=rtpmap:96 G726-32/8000
            a=fmtp:96 gone
            a=rtpmap:98 telephone-event/8000
            a=fmtp:98 0-15
            a=rtcp-fb:97 nack
            a=rtcp-fb:* trr-int 100
            a=ptime:20
            """);

        Assert.EndsWith("""
            m=audio 20000 RTP/AVP 96 97
            a=rtpmap:96 opus/48000/2
            a=fmtp:96 useinbandfec=1
            a=rtpmap:97 telephone-event/8000
            a=fmtp:97 0-15
            a=rtcp-fb:96 nack
            a=rtcp-fb:* trr-int 100
            a=ptime:20

            """.ReplaceLineEndings("\n"), shown, StringComparison.Ordinal);
    }

    /// <summary>Who asked for a codec by one name may not know it by another; its number counts, and the packets pass as they are.</summary>
    [Theory]
    [Trait("Clause", "BUG-03")]
    [InlineData("18", "18\na=rtpmap:18 G729a/8000", "18\na=rtpmap:18 G729/8000")]
    [InlineData("9\na=rtpmap:9 G722/8000", "9\na=rtpmap:9 G722/16000\na=ptime:20", "9\na=rtpmap:9 G722/8000\na=ptime:20")]
    [InlineData("96 0\na=rtpmap:96 opus/48000/2", "96\na=rtpmap:96 opus/48000\na=fmtp:96 stereo=1", "96\na=rtpmap:96 opus/48000/2\na=fmtp:96 stereo=1")]
    [InlineData("97\na=rtpmap:97 iLBC/8000", "97\na=rtpmap:97 ilbc-20ms", "97\na=rtpmap:97 iLBC/8000")]
    [InlineData("0 101\na=rtpmap:101 telephone-event/48000", "0 101\na=rtpmap:101 telephone-event/8000", "0 101\na=rtpmap:101 telephone-event/48000")]
    public void The_offerer_reads_the_answer_in_its_own_names(string offer, string answer, string shown)
    {
        PayloadRenumbering map = Match($"m=audio 4000 RTP/AVP {offer}", $"m=audio 5000 RTP/AVP {answer}");

        Assert.Null(map.ToAnswerer);
        Assert.Null(map.ToOfferer);
        Assert.EndsWith($"m=audio 20000 RTP/AVP {shown}\n", Shown($"m=audio 4000 RTP/AVP {offer}", $"m=audio 5000 RTP/AVP {answer}"), StringComparison.Ordinal);
    }

    /// <summary>A name that is found under another number is that one's: equal numbers count only where the name says nothing.</summary>
    [Fact]
    [Trait("Clause", "BUG-03")]
    public void A_name_goes_before_a_number()
    {
        PayloadRenumbering map = Match(
            "m=audio 4000 RTP/AVP 96 97\na=rtpmap:96 vendor-a/8000\na=rtpmap:97 vendor-b/8000",
            "m=audio 5000 RTP/AVP 97\na=rtpmap:97 vendor-a/8000");

        Assert.Equal("96", map.ShownToOfferer("97"));
    }

    [Fact]
    public void Formats_that_name_other_formats_follow()
    {
        string shown = Shown(
            """
            m=video 4000 RTP/AVP 96 97 98
            a=rtpmap:96 VP8/90000
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            a=rtpmap:98 red/90000
            """,
            """
            m=video 5000 RTP/AVP 106 107 108
            a=rtpmap:106 VP8/90000
            a=rtpmap:107 rtx/90000
            a=fmtp:107 apt=106;rtx-time=3000
            a=rtpmap:108 red/90000
            a=fmtp:108 106/106
            """);

        Assert.Contains("a=fmtp:97 apt=96;rtx-time=3000\n", shown, StringComparison.Ordinal);
        Assert.Contains("a=fmtp:98 96/96\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_without_a_map_beside_one_with_a_map_keeps_its_numbers()
    {
        const string Audio = "m=audio 5000 RTP/AVP 97\na=rtpmap:97 opus/48000/2\n";
        SdpSession answer = Descriptions.Parse(Descriptions.Head + Audio + "m=video 5002 RTP/AVP 97\na=rtpmap:97 VP8/90000");
        PayloadRenumbering map = Match("m=audio 4000 RTP/AVP 96\na=rtpmap:96 opus/48000/2", Audio);

        SdpSession shown = Descriptions.Reparse(Descriptions.NewFace().Compose(answer, Descriptions.Ours, [20000, 20002], [map, null]));

        Assert.Equal(["opus/48000/2"], shown.Media[0].Formats.Select(shown.Media[0].CodecName));
        Assert.Equal(["96"], shown.Media[0].Formats);
        Assert.Equal(["97"], shown.Media[1].Formats);
    }

    private static PayloadRenumbering Match(string offer, string answer)
    {
        PayloadRenumbering? map = OfferAnswer.Match(Descriptions.ParseMedia(offer), Descriptions.ParseMedia(answer));
        Assert.NotNull(map);
        return map;
    }

    private static string Shown(string offer, string answer) => Descriptions.Text(Descriptions.NewFace().Compose(
        Descriptions.Parse(Descriptions.Head + answer), Descriptions.Ours, [20000], [Match(offer, answer)],
        inAnswerTo: Descriptions.Parse(Descriptions.Head + offer)));
}
