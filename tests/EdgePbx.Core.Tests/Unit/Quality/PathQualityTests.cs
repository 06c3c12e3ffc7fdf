using System.Buffers.Binary;

namespace EdgePbx.Core.Tests;

public class PathQualityTests
{
    private static readonly RelaySettings Watched = new()
    {
        RemoteRtp = default, RemoteRtcp = default, SignallingSource = default, Sink = default, ExpectsMedia = true, DeadAfter = TimeSpan.FromSeconds(30),
    };

    private readonly PathQuality _quality = new();
    private Instant _now = new(TimeSpan.TicksPerHour);
    private ushort _number;

    public PathQualityTests() => _quality.Open(_now);

    private MediaFlow Flow => _quality.Report(_now, false).Flow;

    [Fact]
    public void A_path_whose_phone_need_not_send_is_never_silent()
    {
        After(1000);
        Assert.Equal(MediaFlow.Unwatched, Flow);
        Assert.False(_quality.HasNews(_now, false));
    }

    [Fact]
    public void A_phone_that_stops_sending_is_silent_after_five_seconds_and_dead_after_its_limit()
    {
        _quality.Configure(_now, Watched);
        TakeRtp();
        Assert.Equal(MediaFlow.Flowing, After(4.75));
        Assert.Equal(MediaFlow.Silent, After(0.25));
        Assert.Equal(MediaFlow.Silent, After(24.75));
        Assert.Equal(MediaFlow.Dead, After(0.25));
    }

    [Fact]
    public void A_phone_that_never_sent_anything_is_silent_and_not_dead()
    {
        _quality.Configure(_now, Watched);
        Assert.Equal(MediaFlow.Silent, After(10_000));
    }

    [Fact]
    public void Packets_of_a_type_that_was_not_agreed_on_are_counted()
    {
        RelaySettings agreed = Watched with { ForeignPayloads = PayloadSet.NotIn() };
        TakeRtp();
        Assert.Equal((0, 0), (_quality.Report(_now, false).Foreign, _quality.Report(_now, false).ForeignType));
        TakeRtp(agreed);
        TakeRtp(agreed);
        Assert.Equal(2, _quality.Report(_now, false).Foreign);
        _quality.Open(_now);
        Assert.Equal(0, _quality.Report(_now, false).Foreign);
    }

    [Fact]
    public void Somebody_speaks_who_has_sent_within_a_second()
    {
        Assert.False(_quality.IsSpeaking(_now));
        TakeRtp();
        Assert.True(_quality.IsSpeaking(_now));
        _ = After(1);
        Assert.False(_quality.IsSpeaking(_now));
    }

    [Fact]
    public void That_the_other_phone_speaks_is_news_while_this_one_is_silent()
    {
        _quality.Configure(_now, Watched);
        _ = After(5);
        _quality.Reported(_now, false);
        Assert.True(_quality.HasNews(_now, true));
        _quality.Reported(_now, true);
        Assert.False(_quality.HasNews(_now, true));
        Assert.True(_quality.HasNews(_now, false));
    }

    [Fact]
    public void One_packet_makes_it_flow_again()
    {
        _quality.Configure(_now, Watched);
        After(40);
        TakeRtp();
        Assert.Equal(MediaFlow.Flowing, Flow);
        Assert.Equal(MediaFlow.Silent, After(5));
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void RTCP_alone_keeps_it_from_being_dead_but_not_from_being_silent()
    {
        _quality.Configure(_now, Watched);
        for (int i = 0; i < 10; i++)
        {
            _ = After(5);
            _quality.TakeRtcp(_now, ReceiverReport(0, 0));
        }
        Assert.Equal(MediaFlow.Silent, Flow);
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void A_hold_ends_the_watch_and_a_resume_begins_it_anew()
    {
        _quality.Configure(_now, Watched);
        After(20);
        _quality.Configure(_now, Watched with { ExpectsMedia = false });
        Assert.Equal(MediaFlow.Unwatched, After(1000));
        _quality.Configure(_now, Watched);
        Assert.Equal(MediaFlow.Flowing, After(4.75));
        Assert.Equal(MediaFlow.Silent, After(0.25));
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void What_was_negotiated_anew_is_watched_anew()
    {
        _quality.Configure(_now, Watched);
        TakeRtp();
        Assert.Equal(MediaFlow.Dead, After(30));
        _quality.Configure(_now, Watched with { OpensLatch = true });
        Assert.Equal(MediaFlow.Flowing, After(4.75));
        Assert.Equal(MediaFlow.Silent, After(25));
        Assert.Equal(MediaFlow.Dead, After(0.25));
    }

    [Fact]
    public void A_refresh_of_the_same_settings_does_not_begin_the_watch_anew()
    {
        _quality.Configure(_now, Watched);
        After(4);
        _quality.Configure(_now, Watched);
        Assert.Equal(MediaFlow.Silent, After(1));
    }

    [Fact]
    public void Without_a_limit_a_silent_path_is_never_dead()
    {
        _quality.Configure(_now, Watched with { DeadAfter = null });
        Assert.Equal(MediaFlow.Silent, After(100_000));
    }

    [Fact]
    public void News_are_a_change_of_the_flow_at_once_and_figures_every_five_seconds()
    {
        _quality.Configure(_now, Watched);
        Assert.True(_quality.HasNews(_now, false));
        _quality.Reported(_now, false);
        TakeRtp();
        Assert.False(_quality.HasNews(_now, false));
        _ = After(4.75);
        Assert.False(_quality.HasNews(_now, false));
        _ = After(0.25);
        Assert.True(_quality.HasNews(_now, false)); // both: the figures and the silence
        _quality.Reported(_now, false);
        _ = After(24.75);
        Assert.False(_quality.HasNews(_now, false));
        _ = After(0.25);
        Assert.True(_quality.HasNews(_now, false)); // dead
    }

    [Fact]
    public void The_round_trip_and_what_the_phone_hears_come_from_its_RTCP()
    {
        _quality.PassRtcp(_now, SenderReport(0x12345678));
        _ = After(0.25);
        _quality.TakeRtcp(_now, [.. ReceiverReport(0x12345678, 0.125), .. (byte[])[0x81, 202, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0]]);
        MediaReport report = _quality.Report(_now, false);
        Assert.Equal(TimeSpan.FromSeconds(0.125), report.RoundTrip);
        Assert.Equal((9, 5), (report.Heard!.Value.CumulativeLost, (int)report.Heard.Value.Jitter));
    }

    [Fact]
    public void Nothing_of_the_path_before_is_left()
    {
        _quality.Configure(_now, Watched);
        TakeRtp();
        _quality.PassRtcp(_now, SenderReport(1));
        _quality.TakeRtcp(_now, ReceiverReport(1, 0));
        _ = After(60);
        _quality.Reported(_now, false);
        _quality.Open(_now);
        Assert.False(_quality.HasNews(_now, false));
        Assert.Equal(new MediaReport(new RtpStreamReport { LastArrival = Instant.Never }, MediaFlow.Unwatched), _quality.Report(_now, false));
        _quality.TakeRtcp(_now, ReceiverReport(1, 0));
        Assert.Null(_quality.Report(_now, false).RoundTrip);
    }

    [Fact]
    public void Bytes_that_are_no_RTCP_are_nothing()
    {
        foreach (byte[] bytes in (byte[][])[[], [1], [0x81, 201, 0, 9, 1, 2, 3, 4], [0x81, 201, 0, 1, 1, 2, 3, 4], [0x81, 200, 0, 1, 1, 2, 3, 4]])
        {
            _quality.TakeRtcp(_now, bytes);
            _quality.PassRtcp(_now, bytes);
        }
        Assert.Null(_quality.Report(_now, false).Heard);
    }

    private MediaFlow After(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return Flow;
    }

    private void TakeRtp(RelaySettings? settings = null)
    {
        byte[] bytes = [0x80, 0, 0, (byte)++_number, 0, 0, 0, 0, 0, 0, 0, 1];
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        _quality.TakeRtp(_now, packet, settings ?? Watched);
    }

    private static byte[] SenderReport(uint time)
    {
        byte[] bytes = [0x80, 200, 0, 6, 0, 0, 0, 1, .. new byte[20]];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(10), time);
        return bytes;
    }

    private static byte[] ReceiverReport(uint senderTime, double since)
    {
        byte[] bytes = [0x81, 201, 0, 7, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 5, .. new byte[8]];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), senderTime);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(28), (uint)(since * 65_536));
        return bytes;
    }
}
