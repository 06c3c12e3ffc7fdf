using System.Text;

namespace EdgePbx.Core.Tests;

[Trait("Clause", "O-07")]
public class SdpSessionTests
{
    [Fact]
    public void A_phones_offer_is_read_whole()
    {
        SdpSession session = Descriptions.Parse(Descriptions.Phone);

        Assert.Equal("phone 4711 7 IN IP4 10.0.0.5", session.OriginLine);
        Assert.Equal(("phone", "4711", 7ul), (session.OriginUser, session.SessionId, session.SessionVersion));
        SdpMedia audio = Assert.Single(session.Media);
        Assert.Equal(("audio", (ushort)4000, 1, "RTP/AVP"), (audio.Type, audio.Port, audio.PortCount, audio.Protocol));
        Assert.Equal(["8", "0", "101"], audio.Formats);
        Assert.Equal(MediaDirection.SendRecv, audio.Direction);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Lines_may_end_with_or_without_a_carriage_return(string end)
    {
        byte[] body = Encoding.Latin1.GetBytes(Descriptions.Phone.ReplaceLineEndings(end) + end + end);

        Assert.True(SdpSession.TryParse(body, out SdpSession? session, out _));
        Assert.Equal(["8", "0", "101"], session!.Media[0].Formats);
    }

    [Fact]
    public void Missing_s_and_t_are_tolerated()
    {
        SdpSession session = Descriptions.Parse("""
            v=0
            o=- 1 1 IN IP4 10.0.0.5
            c=IN IP4 10.0.0.5
            m=audio 4000 RTP/AVP 0
            """);

        Assert.Equal("10.0.0.5:4000", session.Media[0].Rtp.ToString());
    }

    [Fact]
    public void Lines_in_another_order_within_their_level_are_understood()
    {
        SdpSession session = Descriptions.Parse("""
            v=0
            a=sendonly
            t=0 0
            c=IN IP4 10.0.0.5
            b=AS:64
            s=-
            o=- 1 1 IN IP4 10.0.0.5
            m=audio 4000 RTP/AVP 0
            a=ptime:20
            c=IN IP4 10.0.0.6
            i=after the attributes
            """);

        Assert.Equal(MediaDirection.SendOnly, session.Media[0].Direction);
        Assert.Equal("10.0.0.6:4000", session.Media[0].Rtp.ToString());
    }

    [Fact]
    public void All_letters_of_the_grammar_are_known() => Descriptions.Parse("""
        v=0
        o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
        s=Call to John Smith
        i=SDP Offer #1
        u=http://www.jdoe.example.com/home.html
        e=Jane Doe <jane@jdoe.example.com>
        p=+1 617 555-6011
        c=IN IP4 198.51.100.1
        b=CT:128
        t=3034423619 3042462419
        r=604800 3600 0 90000
        z=3724394400 -1h 3042462419 0
        k=prompt
        a=unheard-of:by anyone
        m=audio 49170 RTP/AVP 0
        i=a title
        c=IN IP4 198.51.100.2
        b=AS:64
        k=clear:secret
        a=neither-this
        """);

    [Theory]
    [InlineData("", "empty body")]
    [InlineData("\n\n", "empty body")]
    [InlineData("o=- 1 1 IN IP4 10.0.0.5\nv=0", "line 1: the description does not begin with v=")]
    [InlineData("v=1\no=- 1 1 IN IP4 10.0.0.5", "line 1: v= is not 0")]
    [InlineData("v=0\ns=-\nt=0 0", "line 3: the description ends without origin and streams")]
    [InlineData("v=0\nhello", "line 2: the description ends without origin and streams")]
    [InlineData("v=0\nv=0", "line 2: a second v=")]
    [InlineData("hello\nv=0", "line 1: the description does not begin with v=")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\nm=audio", "line 3: m= needs a media type, a port, a protocol and formats")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\nm=audio 65536 RTP/AVP 0", "line 3: m= has no valid port")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\nm=audio -1 RTP/AVP 0", "line 3: m= has no valid port")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\nm=audio 4000/0 RTP/AVP 0", "line 3: m= has no valid port")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\nm=audio 4000/x RTP/AVP 0", "line 3: m= has no valid port")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\nm=audio 4000 RTP/AVP", "line 3: m= names no format")]
    [InlineData("v=0\no=- 1 1 IN IP4 h\na=x\0y", "line 3: a NUL or a CR inside a line")]
    public void What_is_no_description_is_refused_with_the_line_and_the_reason(string text, string error) =>
        Assert.Equal(error, Descriptions.ErrorOf(text));

    /// <summary>What phones add, leave out or put elsewhere, though the meaning is clear.</summary>
    [Theory]
    [Trait("Clause", "BUG-06")]
    [Trait("Clause", "BUG-32")]
    [InlineData("\0")]
    [InlineData("\n\0\0\0")]
    [InlineData("\n\n \t")]
    [InlineData("\nt=0 0")]
    [InlineData("\ns=-\nr=7d 1h 0 25h\no=- 2 2 IN IP4 10.0.0.9")]
    [InlineData("\ny=0100000001\nf=v/2/4///a///")]
    [InlineData("\nhello")]
    [InlineData("\nM=audio 1 RTP/AVP 0")]
    [InlineData("\n a=sendrecv")]
    [InlineData("\nc=IN IP4")]
    [InlineData("\nc=")]
    public void What_follows_a_stream_and_is_no_part_of_it_changes_nothing(string tail)
    {
        const string Text = Descriptions.Head + "a=inactive \nm=audio 4000 RTP/AVP 0 101\t\na=rtpmap:101 telephone-event/8000 \t \na=sendonly \t";

        SdpSession session = Descriptions.Parse(Text + tail);

        Assert.Equal(("10.0.0.5:4000", "1"), (Assert.Single(session.Media).Rtp.ToString(), session.SessionId));
        Assert.Equal((MediaDirection.SendOnly, "telephone-event/8000"), (session.Media[0].Direction, session.Media[0].CodecName("101")));
        Assert.True(session.HasSameMeaningAs(Descriptions.Parse(Text.Replace("\t", "", StringComparison.Ordinal))));
    }

    [Theory]
    [Trait("Clause", "BUG-06")]
    [InlineData("sendonly ", MediaDirection.SendOnly)]
    [InlineData("recvonly\t", MediaDirection.RecvOnly)]
    [InlineData("INACTIVE \t ", MediaDirection.Inactive)]
    [InlineData(" inactive", MediaDirection.Inactive)]
    public void Blanks_around_a_direction_mean_nothing_on_either_level(string direction, MediaDirection expected)
    {
        Assert.Equal(expected, Descriptions.Parse($"{Descriptions.Head}a={direction}\nm=audio 4000 RTP/AVP 0").Media[0].Direction);
        Assert.Equal(expected, Descriptions.Parse($"{Descriptions.Head}m=audio 4000 RTP/AVP 0\na={direction}\n").Media[0].Direction);
    }

    [Theory]
    [Trait("Clause", "BUG-32")]
    [InlineData("v=0\ns=-\nc=IN IP4 10.0.0.5\nm=audio 4000 RTP/AVP 0")]
    [InlineData("v=0\no=- 1 1 IN IP4\nc=IN IP4 10.0.0.5\nm=audio 4000 RTP/AVP 0")]
    [InlineData("v=0\no=\nc=IN\tIP4 10.0.0.5\nm=audio\t4000 RTP/AVP\t0")]
    [InlineData("v=0 \no=- 1 1 IN IP4 10.0.0.5\no=- 1 2 IN IP4 10.0.0.6\nc=IN IP4 10.0.0.5\nm=audio 4000 RTP/AVP 0")]
    public void A_description_is_none_the_worse_for_its_origin(string text)
    {
        SdpSession session = Descriptions.Parse(text);

        Assert.Equal("10.0.0.5:4000", Assert.Single(session.Media).Rtp.ToString());
        Assert.Equal(session.OriginLine.Length == 0 ? "" : "1", session.SessionId);
    }

    [Fact]
    public void A_carriage_return_inside_a_line_is_refused_since_other_readers_would_see_two_lines()
    {
        byte[] body = Encoding.Latin1.GetBytes("v=0\r\no=- 1 1 IN IP4 h\r\na=x\rm=audio 9 RTP/AVP 0\r\n");

        Assert.False(SdpSession.TryParse(body, out _, out string error));
        Assert.Equal("line 3: a NUL or a CR inside a line", error);
    }

    [Fact]
    public void A_description_without_streams_is_one() =>
        Assert.Empty(Descriptions.Parse("v=0\no=- 1 1 IN IP4 10.0.0.5").Media);

    [Fact]
    public void A_user_with_blanks_does_not_shift_the_other_fields_of_the_origin()
    {
        SdpSession session = Descriptions.Parse("v=0\no=John Q Smith 12 13 IN IP4 10.0.0.5");

        Assert.Equal(("John Q Smith", "12", 13ul), (session.OriginUser, session.SessionId, session.SessionVersion));
    }

    [Fact]
    public void A_version_that_is_no_number_still_tells_same_from_other()
    {
        ulong first = Version("abc");

        Assert.Equal(first, Version("abc"));
        Assert.NotEqual(first, Version("abd"));
        Assert.NotEqual(Version("99999999999999999999998"), Version("99999999999999999999999")); // more than 64 bits

        static ulong Version(string text) => Descriptions.Parse($"v=0\no=- 1 {text} IN IP4 h").SessionVersion;
    }

    [Fact]
    public void Sixteen_media_lines_are_read_and_one_more_is_refused()
    {
        string sixteen = Descriptions.Head + string.Concat(Enumerable.Repeat("m=audio 4000 RTP/AVP 0\n", SipLimits.MediaLines));

        Assert.Equal(SipLimits.MediaLines, Descriptions.Parse(sixteen).Media.Count);
        Assert.Equal("line 22: more than 16 media lines", Descriptions.ErrorOf(sixteen + "m=audio 4000 RTP/AVP 0\n"));
    }

    [Fact]
    public void A_media_line_has_at_most_as_many_formats_as_RTP_has_payload_numbers()
    {
        string line = "m=audio 4000 RTP/AVP " + string.Join(' ', Enumerable.Range(0, 128));

        Assert.Equal(128, Descriptions.ParseMedia(line).Formats.Count);
        Assert.Equal("line 6: m= names more than 128 formats", Descriptions.ErrorOf(Descriptions.Head + line + " 0"));
    }
}
