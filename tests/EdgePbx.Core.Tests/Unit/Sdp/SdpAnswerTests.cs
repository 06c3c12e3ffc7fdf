namespace EdgePbx.Core.Tests;

/// <summary>Composing in answer to an offer of this leg (RFC 3264 6).</summary>
public class SdpAnswerTests
{
    private const string Audio = "m=audio 4000 RTP/AVP 0\n";
    private const string Video = "m=video 4002 RTP/AVP 31\n";

    [Fact]
    [Trait("Clause", "O-02")]
    public void Streams_that_the_other_side_forgot_to_answer_are_refused()
    {
        SdpSession shown = Answer(offer: Audio + Video, answer: Audio);

        Assert.Equal(["audio", "video"], shown.Media.Select(media => media.Type));
        Assert.Equal([20000, 0], shown.Media.Select(media => (int)media.Port));
    }

    [Fact]
    [Trait("Clause", "O-02")]
    public void Streams_that_nobody_offered_are_not_answered() =>
        Assert.Equal("audio", Assert.Single(Answer(offer: Audio, answer: Audio + Video).Media).Type);

    [Fact]
    [Trait("Clause", "O-02")]
    public void A_stream_offered_with_port_zero_is_answered_with_port_zero()
    {
        SdpSession shown = Answer(offer: Audio + "m=video 0 RTP/AVP 31\n", answer: Audio + Video);

        Assert.Equal([20000, 0], shown.Media.Select(media => (int)media.Port));
    }

    [Theory]
    [Trait("Clause", "O-05")]
    [InlineData("sendrecv", "sendrecv", MediaDirection.SendRecv)]
    [InlineData("sendrecv", "sendonly", MediaDirection.SendOnly)]
    [InlineData("sendrecv", "recvonly", MediaDirection.RecvOnly)]
    [InlineData("sendrecv", "inactive", MediaDirection.Inactive)]
    [InlineData("sendonly", "recvonly", MediaDirection.RecvOnly)]
    [InlineData("sendonly", "inactive", MediaDirection.Inactive)]
    [InlineData("sendonly", "sendrecv", MediaDirection.RecvOnly)] // what phones say that never heard of directions
    [InlineData("sendonly", "sendonly", MediaDirection.Inactive)]
    [InlineData("recvonly", "sendrecv", MediaDirection.SendOnly)]
    [InlineData("recvonly", "recvonly", MediaDirection.Inactive)]
    [InlineData("inactive", "sendrecv", MediaDirection.Inactive)]
    [InlineData("inactive", "inactive", MediaDirection.Inactive)]
    public void A_direction_is_narrowed_to_what_an_answer_may_say(string offer, string answer, MediaDirection shown) =>
        Assert.Equal(shown, Answer($"{Audio}a={offer}", $"{Audio}a={answer}").Media[0].Direction);

    [Fact]
    [Trait("Clause", "O-05")]
    public void A_hold_that_the_other_phone_ignored_is_still_answered_as_a_hold()
    {
        string shown = AnswerText($"{Audio}a=sendonly", Audio);

        Assert.Contains("m=audio 20000 RTP/AVP 0\na=recvonly\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "O-05")]
    public void The_old_hold_address_in_an_offer_does_not_narrow_the_answer() // RFC 6337 5.4
    {
        SdpSession shown = Answer($"{Audio}c=IN IP4 0.0.0.0", Audio);

        Assert.Equal(MediaDirection.SendRecv, shown.Media[0].Direction);
    }

    private static SdpSession Answer(string offer, string answer) => Descriptions.Parse(AnswerText(offer, answer));

    private static string AnswerText(string offer, string answer) => Descriptions.Text(Descriptions.NewFace().Compose(
        Descriptions.Parse(Descriptions.Head + answer), Descriptions.Ours, [20000, 20002],
        inAnswerTo: Descriptions.Parse(Descriptions.Head + offer)));
}
