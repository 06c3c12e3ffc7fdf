namespace EdgePbx.Core.Tests;

[Trait("Clause", "O-05")]
public class SdpHoldTests
{
    [Theory]
    [InlineData("a=sendrecv", false)]
    [InlineData("a=recvonly", false)]
    [InlineData("a=sendonly", true)]
    [InlineData("a=inactive", true)]
    [InlineData("c=IN IP4 0.0.0.0", true)]
    [InlineData("c=IN IP6 ::", true)]
    [InlineData("c=IN IP4 0.0.0.0\na=sendrecv", true)]
    [InlineData("c=IN IP4 0.0.0.0\na=inactive", true)]
    public void Every_form_of_hold_is_recognised(string lines, bool isHeld) =>
        Assert.Equal(isHeld, Descriptions.ParseMedia("m=audio 4000 RTP/AVP 0\n" + lines).IsHeld);

    [Fact]
    public void Hold_at_session_level_holds_each_stream_that_says_nothing_else()
    {
        SdpSession byDirection = Descriptions.Parse(
            Descriptions.Head + "a=sendonly\nm=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31\na=sendrecv");
        SdpSession byAddress = Descriptions.Parse(
            "v=0\no=- 1 1 IN IP4 h\nc=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31\nc=IN IP4 10.0.0.5");

        Assert.Equal([true, false], byDirection.Media.Select(media => media.IsHeld));
        Assert.Equal([true, false], byAddress.Media.Select(media => media.IsHeld));
    }

    [Theory]
    [InlineData("a=sendonly")]
    [InlineData("a=recvonly")]
    [InlineData("a=inactive")]
    [InlineData("a=sendrecv")]
    public void A_direction_passes_as_it_is(string direction) =>
        Assert.EndsWith($"m=audio 20000 RTP/AVP 0\n{direction}\n", Shown(direction), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "a=sendonly")]
    [InlineData("a=sendrecv", "a=sendonly")]
    [InlineData("a=sendonly", "a=sendonly")]
    [InlineData("a=recvonly", "a=inactive")]
    [InlineData("a=inactive", "a=inactive")]
    public void The_old_hold_address_becomes_our_address_and_a_direction_without_receiving(string direction, string shown)
    {
        string text = Shown($"c=IN IP4 0.0.0.0\n{direction}");

        Assert.EndsWith($"m=audio 20000 RTP/AVP 0\n{shown}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0.0.0.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_hold_address_at_session_level_gives_each_stream_its_direction()
    {
        string text = Descriptions.NewFace().Shown("""
            v=0
            o=- 1 1 IN IP4 10.0.0.5
            c=IN IP4 0.0.0.0
            a=sendrecv
            m=audio 4000 RTP/AVP 0
            m=video 4002 RTP/AVP 31
            c=IN IP4 10.0.0.5
            """);

        Assert.EndsWith(
            "a=sendrecv\nm=audio 20000 RTP/AVP 0\na=sendonly\nm=video 20002 RTP/AVP 31\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hold_and_resume_are_two_changes()
    {
        SdpFace face = Descriptions.NewFace();
        string held = Descriptions.Phone.Replace("c=IN IP4 10.0.0.5", "c=IN IP4 0.0.0.0", StringComparison.Ordinal);

        ulong[] versions = [.. new[] { Descriptions.Phone, held, held, Descriptions.Phone }
            .Select(text => Descriptions.Parse(face.Shown(text)).SessionVersion)];

        Assert.Equal([1ul, 2, 2, 3], versions);
    }

    private static string Shown(string lines) => Descriptions.NewFace().Shown($"{Descriptions.Head}m=audio 4000 RTP/AVP 0\n{lines}");
}
