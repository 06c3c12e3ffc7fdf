namespace EdgePbx.Core.Tests;

public class SdpMediaTests
{
    [Fact]
    [Trait("Clause", "O-09")]
    public void An_address_of_the_stream_goes_before_that_of_the_session()
    {
        SdpSession session = Descriptions.Parse(Descriptions.Head + """
            m=audio 4000 RTP/AVP 0
            m=video 4002 RTP/AVP 31
            c=IN IP4 10.0.0.9
            m=audio 4004 RTP/AVP 0
            """);

        Assert.Equal(["10.0.0.5:4000", "10.0.0.9:4002", "10.0.0.5:4004"], session.Media.Select(media => media.Rtp.ToString()));
    }

    [Theory]
    [InlineData("c=IN IP4 10.0.0.9", "10.0.0.9")]
    [InlineData("c=IN IP6 2001:db8::9", "2001:db8::9")]
    [InlineData("c=in ip4 10.0.0.9", "10.0.0.9")]
    [InlineData("c=IN IP4 224.2.36.42/127/3", "224.2.36.42")]
    [InlineData("c=IN IP4 phone.example.com", "-")]
    [InlineData("c=ATM NSAP 10.0.0.9", "-")]
    [InlineData("c=IN IP4 10.0.0.9\nc=IN IP4 10.0.0.10", "10.0.0.9")]
    public void The_connection_line_is_read(string line, string address) =>
        Assert.Equal(address, Descriptions.ParseMedia("m=audio 4000 RTP/AVP 0\n" + line).Address.ToString());

    [Fact]
    public void Without_any_connection_line_the_address_is_none()
    {
        SdpMedia media = Descriptions.Parse("v=0\no=- 1 1 IN IP4 10.0.0.5\nm=audio 4000 RTP/AVP 0").Media[0];

        Assert.True(media.Address.IsNone);
        Assert.True(media.Rtp.IsNone);
        Assert.False(media.IsHeld);
    }

    [Theory]
    [Trait("Clause", "M-09")]
    [InlineData("a=ptime:20", "10.0.0.5:4001")]
    [InlineData("a=rtcp:53020", "10.0.0.5:53020")]
    [InlineData("a=rtcp:53020 IN IP4 10.0.0.9", "10.0.0.9:53020")]
    [InlineData("a=rtcp:53020 IN IP6 2001:db8::9", "[2001:db8::9]:53020")]
    [InlineData("a=rtcp:53020 IN IP4 phone.example.com", "10.0.0.5:53020")]
    [InlineData("a=rtcp:0", "10.0.0.5:4001")]
    [InlineData("a=rtcp:99999", "10.0.0.5:4001")]
    [InlineData("a=rtcp:", "10.0.0.5:4001")]
    [InlineData("a=rtcp", "10.0.0.5:4001")]
    [InlineData("a=rtcp-mux", "10.0.0.5:4001")]
    public void RTCP_goes_where_the_attribute_says_else_to_the_next_port(string line, string rtcp) =>
        Assert.Equal(rtcp, Descriptions.ParseMedia("m=audio 4000 RTP/AVP 0\n" + line).Rtcp.ToString());

    [Fact]
    public void The_last_port_has_no_next_one() =>
        Assert.True(Descriptions.ParseMedia("m=audio 65535 RTP/AVP 0").Rtcp.IsNone);

    [Theory]
    [InlineData("", "", MediaDirection.SendRecv)]
    [InlineData("a=sendonly", "", MediaDirection.SendOnly)]
    [InlineData("a=sendonly", "a=sendrecv", MediaDirection.SendRecv)]
    [InlineData("", "a=recvonly", MediaDirection.RecvOnly)]
    [InlineData("a=recvonly", "a=inactive", MediaDirection.Inactive)]
    [InlineData("", "a=SendOnly", MediaDirection.SendOnly)]
    [InlineData("", "a=sendonly-not\na=recvonly", MediaDirection.RecvOnly)]
    public void A_direction_of_the_stream_goes_before_that_of_the_session(string session, string media, MediaDirection expected) =>
        Assert.Equal(expected, Descriptions.Parse($"{Descriptions.Head}{session}\nm=audio 4000 RTP/AVP 0\n{media}").Media[0].Direction);

    [Theory]
    [Trait("Clause", "O-10")]
    [InlineData("0", "PCMU/8000")]
    [InlineData("3", "GSM/8000")]
    [InlineData("4", "G723/8000")]
    [InlineData("8", "PCMA/8000")]
    [InlineData("9", "G722/8000")]
    [InlineData("10", "L16/44100/2")]
    [InlineData("13", "CN/8000")]
    [InlineData("15", "G728/8000")]
    [InlineData("18", "G729/8000")]
    [InlineData("31", "H261/90000")]
    [InlineData("34", "H263/90000")]
    [InlineData("1", "1")]
    [InlineData("96", "96")]
    [InlineData("300", "300")]
    [InlineData("what", "what")]
    public void A_static_number_needs_no_rtpmap(string format, string codec) =>
        Assert.Equal(codec, Descriptions.ParseMedia("m=audio 4000 RTP/AVP " + format).CodecName(format));

    [Fact]
    [Trait("Clause", "O-10")]
    [Trait("Clause", "BUG-03")]
    public void A_static_number_means_what_it_means_and_other_ones_what_an_rtpmap_says()
    {
        SdpMedia media = Descriptions.ParseMedia("""
            m=audio 4000 RTP/AVP 0 9 96 97
            a=rtpmap:0 X-OWN/16000
            a=rtpmap:9 G722/16000
            a=rtpmap:96 opus/48000/2
            a=rtpmap:
            a=rtpmap
            """);

        Assert.Equal(["PCMU/8000", "G722/16000", "opus/48000/2", "97"], media.Formats.Select(media.CodecName));
    }

    [Theory]
    [InlineData("RTP/AVP", true)]
    [InlineData("RTP/AVPF", true)]
    [InlineData("RTP/SAVP", true)]
    [InlineData("RTP/SAVPF", true)]
    [InlineData("UDP/TLS/RTP/SAVPF", true)]
    [InlineData("TCP/RTP/AVP", false)]
    [InlineData("udptl", false)]
    [InlineData("TCP/MSRP", false)]
    public void RTP_over_UDP_is_told_from_the_rest(string protocol, bool isRtp) =>
        Assert.Equal(isRtp, Descriptions.ParseMedia($"m=audio 4000 {protocol} 0").IsRtp);

    [Fact]
    public void A_static_number_means_nothing_outside_RTP() =>
        Assert.Equal("0", Descriptions.ParseMedia("m=image 4000 udptl 0").CodecName("0"));

    [Theory]
    [InlineData("m=audio 4000 RTP/AVP 101 8\na=rtpmap:101 telephone-event/8000", "PCMA/8000")]
    [InlineData("m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000", "")]
    [InlineData("m=video 0 RTP/AVP", "")]
    public void The_first_codec_is_the_first_that_is_no_key_press(string lines, string codec) =>
        Assert.Equal(codec, Descriptions.ParseMedia(lines).FirstCodec);

    [Fact]
    public void A_refused_stream_has_port_zero_and_may_lack_formats()
    {
        SdpMedia media = Descriptions.ParseMedia("m=video 0 RTP/AVP");

        Assert.True(media.IsRefused);
        Assert.Empty(media.Formats);
        Assert.True(media.Rtcp.IsNone);
    }

    [Fact]
    public void A_port_count_is_read()
    {
        SdpMedia media = Descriptions.ParseMedia("m=video 49170/2 RTP/AVP 31");

        Assert.Equal((49170, 2), (media.Port, media.PortCount));
    }
}
