namespace EdgePbx.Core.Tests;

public class SdpFaceTests
{
    private const string AudioAndVideo = Descriptions.Head + """
        m=audio 4000 RTP/AVP 0
        a=sendrecv
        m=video 4002 RTP/AVP 31
        a=rtpmap:31 H261/90000
        """;

    [Fact]
    public void The_other_legs_offer_is_shown_as_ours()
    {
        string shown = Descriptions.NewFace().Shown(Descriptions.Phone);

        Assert.Equal("""
            v=0
            o=- 20015998343868 1 IN IP4 192.0.2.1
            s=-
            c=IN IP4 192.0.2.1
            t=0 0
            m=audio 20000 RTP/AVP 8 0 101
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-16
            a=ptime:20
            a=sendrecv

            """.ReplaceLineEndings("\n"), shown);
    }

    [Fact]
    public void Lines_end_with_carriage_return_and_line_feed()
    {
        ReadOnlyMemory<byte> body = Descriptions.NewFace().Compose(Descriptions.Parse(Descriptions.Phone), Descriptions.Ours, [20000]);

        Assert.Equal(body.Span.Count((byte)'\n'), body.Span.Count("\r\n"u8));
        Assert.True(body.Span.EndsWith("\r\n"u8));
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void The_version_rises_by_one_with_a_change_and_only_then()
    {
        SdpFace face = Descriptions.NewFace();
        string held = Descriptions.Phone.Replace("a=sendrecv", "a=sendonly", StringComparison.Ordinal);
        string newVersionOnly = Descriptions.Phone.Replace("4711 7", "4711 8", StringComparison.Ordinal);

        ulong[] versions = [.. new[] { Descriptions.Phone, newVersionOnly, held, held, Descriptions.Phone }
            .Select(text => Descriptions.Parse(face.Shown(text)).SessionVersion)];

        Assert.Equal([1ul, 1, 2, 2, 3], versions);
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void Everything_in_the_origin_but_its_version_stays_even_when_our_address_changes()
    {
        SdpFace face = Descriptions.NewFace();
        SdpSession peer = Descriptions.Parse(Descriptions.Phone);
        SdpSession first = Descriptions.Reparse(face.Compose(peer, Descriptions.Ours, [20000]));
        SdpSession second = Descriptions.Reparse(face.Compose(peer, NetAddress.FromV4(192, 0, 2, 2), [20000]));

        Assert.Equal(first.OriginLine.Replace(" 1 IN ", " 2 IN ", StringComparison.Ordinal), second.OriginLine);
        Assert.Equal("192.0.2.2", second.Media[0].Address.ToString());
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void Each_leg_has_a_session_id_of_its_own()
    {
        SdpSession one = Descriptions.Parse(Descriptions.NewFace(1ul << 16).Shown(Descriptions.Phone));
        SdpSession other = Descriptions.Parse(Descriptions.NewFace(2ul << 16).Shown(Descriptions.Phone));

        Assert.Equal("1", one.SessionId);
        Assert.Equal("2", other.SessionId);
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void A_session_id_stays_below_what_phones_can_count() =>
        Assert.Equal(((1ul << 48) - 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
            Descriptions.Parse(Descriptions.NewFace(ulong.MaxValue).Shown(Descriptions.Phone)).SessionId);

    [Fact]
    [Trait("Clause", "ST-21")]
    public void The_last_body_can_be_sent_again_byte_for_byte()
    {
        SdpFace face = Descriptions.NewFace();
        Assert.False(face.HasComposed);
        Assert.True(face.Last.IsEmpty);

        ReadOnlyMemory<byte> body = face.Compose(Descriptions.Parse(Descriptions.Phone), Descriptions.Ours, [20000]);
        Assert.True(face.HasComposed);
        Assert.True(face.Last.Span.SequenceEqual(body.Span));

        ReadOnlyMemory<byte> again = face.Compose(Descriptions.Parse(Descriptions.Phone), Descriptions.Ours, [20000]);
        Assert.True(again.Span.SequenceEqual(body.Span));
    }

    [Fact]
    [Trait("Clause", "O-03")]
    public void Streams_that_are_gone_stay_in_their_place_with_port_zero()
    {
        SdpFace face = Descriptions.NewFace();
        _ = face.Shown(AudioAndVideo);

        SdpSession later = Descriptions.Parse(face.Shown(Descriptions.Phone));

        Assert.Equal(["audio", "video"], later.Media.Select(media => media.Type));
        Assert.Equal([20000, 0], later.Media.Select(media => (int)media.Port));
        Assert.Equal(["31"], later.Media[1].Formats);
    }

    [Fact]
    [Trait("Clause", "O-03")]
    public void A_stream_that_was_gone_may_come_back_in_its_place()
    {
        SdpFace face = Descriptions.NewFace();
        _ = face.Shown(AudioAndVideo);
        _ = face.Shown(Descriptions.Phone);

        SdpSession back = Descriptions.Parse(face.Shown(AudioAndVideo));

        Assert.Equal([20000, 20002], back.Media.Select(media => (int)media.Port));
        Assert.Equal(3ul, back.SessionVersion);
    }

    [Fact]
    [Trait("Clause", "O-02")]
    [Trait("Clause", "O-09")]
    public void A_stream_without_a_port_of_ours_is_refused_and_keeps_its_place()
    {
        SdpSession both = Descriptions.Parse(AudioAndVideo);

        string shown = Descriptions.Text(Descriptions.NewFace().Compose(both, Descriptions.Ours, [0, 20002]));
        SdpSession missing = Descriptions.Reparse(Descriptions.NewFace().Compose(both, Descriptions.Ours, [20000]));

        Assert.Contains("m=audio 0 RTP/AVP 0\nm=video 20002 RTP/AVP 31\n", shown, StringComparison.Ordinal);
        Assert.Equal([20000, 0], missing.Media.Select(media => (int)media.Port));
    }

    [Fact]
    [Trait("Clause", "O-02")]
    public void A_stream_that_the_peer_refused_stays_refused_though_we_have_a_port()
    {
        string refused = AudioAndVideo.Replace("m=video 4002 RTP/AVP 31", "m=video 0 RTP/AVP", StringComparison.Ordinal);

        Assert.Contains("m=video 0 RTP/AVP 0\n", Descriptions.NewFace().Shown(refused), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "O-12")]
    public void An_IPv4_description_is_shown_on_an_IPv6_leg_and_back()
    {
        Assert.True(NetAddress.TryParse("2001:db8::1", out NetAddress six));
        string shown = Descriptions.Text(Descriptions.NewFace().Compose(Descriptions.Parse(Descriptions.Phone), six, [20000]));
        string back = Descriptions.NewFace().Shown(shown);

        Assert.Contains(" IN IP6 2001:db8::1\ns=-\nc=IN IP6 2001:db8::1\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("IP4", shown, StringComparison.Ordinal);
        Assert.Contains(" IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\n", back, StringComparison.Ordinal);
        Assert.DoesNotContain("IP6", back, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_address_must_be_known() =>
        Assert.Throws<ArgumentException>(() => Descriptions.NewFace().Compose(Descriptions.Parse(Descriptions.Phone), default, [20000]));

    [Fact]
    [Trait("Clause", "O-08")]
    public void An_offer_in_the_answer_to_an_empty_INVITE_and_its_answer_in_the_ACK_cross_as_any_other()
    {
        (SdpFace caller, SdpFace callee) = (Descriptions.NewFace(1ul << 16), Descriptions.NewFace(2ul << 16));
        SdpSession offer = Descriptions.Parse(Descriptions.Phone);                              // the callee's 200
        SdpSession shownOffer = Descriptions.Reparse(caller.Compose(offer, Descriptions.Ours, [20000]));
        SdpSession answer = Descriptions.Parse(Descriptions.Head + "m=audio 5000 RTP/AVP 8");   // the caller's ACK

        Assert.True(OfferAnswer.IsAcceptableAnswer(shownOffer, answer, out _));
        SdpSession shownAnswer = Descriptions.Reparse(callee.Compose(answer, Descriptions.Ours, [20002], inAnswerTo: offer));

        Assert.Equal(["8"], shownAnswer.Media[0].Formats);
        Assert.Equal(20002, shownAnswer.Media[0].Port);
        Assert.Equal((1ul, 1ul), (shownOffer.SessionVersion, shownAnswer.SessionVersion));
    }
}
