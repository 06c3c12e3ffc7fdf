namespace EdgePbx.Core.Tests;

public class OfferAnswerTests
{
    private const string Audio = "m=audio 4000 RTP/AVP 0\n";
    private const string Video = "m=video 4002 RTP/AVP 31\n";

    [Theory]
    [Trait("Clause", "O-02")]
    [InlineData(Audio, Audio, "")]
    [InlineData(Audio + Video, Audio + "m=video 0 RTP/AVP 31\n", "")]
    [InlineData("", "", "")]
    [InlineData(Audio, "m=AUDIO 4000 RTP/AVP 0", "")]
    [InlineData(Audio + Video, Audio, "")]
    [InlineData(Audio + Video + Audio, Audio, "")]
    [InlineData(Audio + Video, "", "2 media lines offered, 0 answered")]
    [InlineData(Audio, Audio + Video, "1 media lines offered, 2 answered")]
    [InlineData("", Audio, "0 media lines offered, 1 answered")]
    [InlineData(Audio + Video, Video + Audio, "media line 1: audio offered, video answered")]
    [InlineData(Audio + Video, Audio + Audio, "media line 2: video offered, audio answered")]
    public void An_answer_has_the_streams_of_its_offer_in_their_order(string offer, string answer, string why)
    {
        bool isAcceptable = OfferAnswer.IsAcceptableAnswer(
            Descriptions.Parse(Descriptions.Head + offer), Descriptions.Parse(Descriptions.Head + answer), out string said);

        Assert.Equal((why.Length == 0, why), (isAcceptable, said));
    }

    [Theory]
    [InlineData("RTP/AVP 0 8", "RTP/AVP 8", true)]
    [InlineData("RTP/AVP 0 8", "RTP/AVP 18", false)]
    [InlineData("RTP/AVP 0", "RTP/AVP 96\na=rtpmap:96 pcmu/8000/1", true)]
    [InlineData("RTP/AVP 96\na=rtpmap:96 opus/48000/2", "RTP/AVP 97\na=rtpmap:97 OPUS/48000/2", true)]
    [InlineData("RTP/AVP 96\na=rtpmap:96 opus/48000/2", "RTP/AVP 96\na=rtpmap:96 opus/48000", true)]
    [InlineData("RTP/AVP 96\na=rtpmap:96 opus/48000/2", "RTP/AVP 97\na=rtpmap:97 opus", true)]
    [InlineData("RTP/AVP 18", "RTP/AVP 18\na=rtpmap:18 G729a/8000", true)]
    [InlineData("RTP/AVP 18", "RTP/AVP 96\na=rtpmap:96 G729AB/8000", true)]
    [InlineData("RTP/AVP 9\na=rtpmap:9 G722/8000", "RTP/AVP 9\na=rtpmap:9 G722/16000", true)]
    [InlineData("RTP/AVP 8", "RTP/AVP 8\na=rtpmap:8 G711-A-Law", true)]
    [InlineData("RTP/AVP 8", "RTP/AVP 0\na=rtpmap:0 PCMA/8000", false)] // the number says what it is
    [InlineData("RTP/AVP 97\na=rtpmap:97 iLBC/8000", "RTP/AVP 97\na=rtpmap:97 ilbc-20ms/8000", true)]
    [InlineData("RTP/AVP 97\na=rtpmap:97 vendor-a/8000", "RTP/AVP 98\na=rtpmap:98 vendor-b/8000", false)]
    [InlineData("RTP/AVP 96\na=rtpmap:96 opus/48000/2", "RTP/AVP 96\na=rtpmap:96 speex/16000", false)]
    [InlineData("RTP/AVP 96\na=rtpmap:96 L16/16000", "RTP/AVP 96\na=rtpmap:96 L16/8000", false)]
    [InlineData("RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000", "RTP/AVP 101\na=rtpmap:101 telephone-event/8000", false)]
    [InlineData("RTP/AVP 0 13", "RTP/AVP 13", false)]
    [InlineData("RTP/AVP 101\na=rtpmap:101 telephone-event/8000", "RTP/AVP 101\na=rtpmap:101 telephone-event/8000", true)]
    [InlineData("RTP/AVP 101\na=rtpmap:101 telephone-event", "RTP/AVP 96\na=rtpmap:96 telephone-event/8000", true)]
    [InlineData("udptl t38", "udptl T38", true)]
    [InlineData("udptl t38", "udptl other", false)]
    public void A_common_format_is_the_same_codec_under_whatever_number(string offer, string answer, bool expected) =>
        Assert.Equal(expected, OfferAnswer.HasCommonFormat(
            Descriptions.ParseMedia("m=audio 4000 " + offer), Descriptions.ParseMedia("m=audio 5000 " + answer)));
}
