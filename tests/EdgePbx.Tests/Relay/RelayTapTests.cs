using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What the relay copies for a recording: every packet of its phones, and nothing of anybody else's.</summary>
public class RelayTapTests
{
    private static readonly CodecMap Codecs = CodecMap.Of(
        Descriptions("0 8 13 18 101", "a=rtpmap:101 telephone-event/8000\r\n"));

    [Fact]
    public void Packets_of_a_tapped_path_arrive_at_the_recorder_behind_each_other_and_before_the_stop()
    {
        using var inbox = new RecorderInbox();
        using var world = new RelayWorld(recorder: inbox);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        var recording = new RecordingKey(3, 7);
        world.Relay.Configure(left.Key, Tapped(a, right.Key, recording));
        world.Settle();

        a.SendRtp(Packets.Rtp(1), left.Rtp);
        a.SendRtp(Packets.Rtp(2, payloadType: 101), left.Rtp);
        a.SendRtp(Packets.Rtp(3, payloadType: 8), left.Rtp);
        a.SendRtp(Packets.Rtp(4, payloadType: 18), left.Rtp);
        b.SendRtp(Packets.Rtp(5), right.Rtp);
        for (int i = 0; i < 4; i++)
        {
            _ = b.ReceiveRtp(); // what can't be recorded goes on all the same
        }
        _ = a.ReceiveRtp();
        world.Relay.StopRecording(recording);
        world.Settle();

        Assert.True(inbox.TryTake(out RecorderMessage packets));
        Assert.True(inbox.TryTake(out RecorderMessage stop));
        Assert.False(inbox.TryTake(out _));
        Assert.Equal((RecorderMessageKind.Packets, RecorderMessageKind.Stop, recording), (packets.Kind, stop.Kind, stop.Recording));
        var copied = new List<(RecordedCodec, int)>();
        int place = 0;
        while (packets.Buffer!.TryRead(ref place, out TappedHeader header, out ReadOnlySpan<byte> payload))
        {
            Assert.Equal((recording, RecordedSide.Callee, 0xcafebabe, 160), (header.Recording, header.Side, header.Ssrc, payload.Length));
            copied.Add((header.Codec, payload[0]));
        }
        Assert.Equal([(RecordedCodec.Pcmu, 1), (RecordedCodec.Pcma, 3)], copied);
    }

    [Fact]
    public void A_packet_waits_for_company_only_for_a_moment()
    {
        using var inbox = new RecorderInbox();
        using var world = new RelayWorld(recorder: inbox);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        world.Relay.Configure(left.Key, Tapped(a, right.Key, new RecordingKey(0, 1)));
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        _ = b.ReceiveRtp();
        world.Clock.Advance(0.1);
        Assert.True(SpinWait.SpinUntil(() => inbox.TryTake(out _), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_relay_that_stops_keeps_nothing_back()
    {
        using var inbox = new RecorderInbox();
        using var world = new RelayWorld(recorder: inbox);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        world.Relay.Configure(left.Key, Tapped(a, right.Key, new RecordingKey(0, 1)));
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        _ = b.ReceiveRtp();
        world.Relay.Stop();
        Assert.True(inbox.TryTake(out RecorderMessage packets));
        Assert.Equal(RecorderMessageKind.Packets, packets.Kind);
    }

    [Fact]
    public void A_key_press_is_told_once_and_goes_on_to_the_other_phone()
    {
        using var world = new RelayWorld();
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        world.Relay.Configure(left.Key, Tapped(a, right.Key, default) with { Tap = new MediaTap { Codecs = Codecs, WantsDigits = true } });
        foreach ((int number, byte key, byte stamp, bool isEnd) in ((int, byte, byte, bool)[])
            [(1, 10, 1, false), (2, 10, 1, false), (3, 10, 1, true), (4, 10, 1, true), (5, 1, 9, false), (6, 1, 9, true), (3, 10, 1, true)])
        {
            world.Clock.Advance(0.05);
            a.SendRtp(Event(number, key, stamp, isEnd), left.Rtp);
            _ = b.ReceiveRtp();
        }
        string keys = "";
        while (keys.Length < 2 || world.HasReport())
        {
            RelayReport report = world.TakeReport();
            keys += report.Kind == RelayReportKind.Digit ? report.Digit : "";
        }
        Assert.Equal("*1", keys);
    }

    /// <summary>A phone that starts its time stamps anew with each call may well press a key at the same one.</summary>
    [Fact]
    [Trait("Clause", "MUT-109")]
    public void The_first_key_of_a_second_call_in_the_same_slot_is_told()
    {
        using var world = new RelayWorld();
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        for (int call = 0; call < 2; call++)
        {
            (OpenPath left, OpenPath right) = world.Connect(a, b);
            world.Relay.Configure(left.Key, Tapped(a, right.Key, default) with { Tap = new MediaTap { Codecs = Codecs, WantsDigits = true } });
            a.SendRtp(Event(1, 5, 1, isEnd: true), left.Rtp);
            _ = b.ReceiveRtp();
            RelayReport report = world.TakeReport();
            while (report.Kind == RelayReportKind.Latched)
            {
                report = world.TakeReport();
            }
            Assert.Equal((call, RelayReportKind.Digit, '5'), (call, report.Kind, report.Digit));
            world.CloseAndReturn(left.Key);
            world.CloseAndReturn(right.Key);
        }
    }

    [Fact]
    public void Without_a_buffer_packets_are_missed_and_counted_and_relayed_all_the_same()
    {
        using var world = new RelayWorld();
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        using var inbox = new RecorderInbox(buffers: 0);
        var taps = new RecordingTaps(inbox);
        byte[] bytes = Packets.Rtp(1);
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        var tap = new MediaTap { Codecs = Codecs, Recording = new RecordingKey(0, 1) };
        taps.Take(world.Clock.Now(), tap, RecordedCodec.Pcmu, packet);
        taps.Take(world.Clock.Now(), tap, RecordedCodec.Pcmu, packet);
        taps.Stop(world.Clock.Now(), tap.Recording);
        Assert.True(inbox.TryTake(out RecorderMessage stop));
        Assert.Equal((RecorderMessageKind.Stop, 2, 2), (stop.Kind, stop.Missed, inbox.Missed));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2, 2)]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    public void Padding_is_no_sound(byte padding, int length)
    {
        byte[] bytes = [0xa0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, padding];
        bytes[0] = padding == 0 ? (byte)0x80 : (byte)0xa0;
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        Assert.Equal(length, packet.Sound.Length);
    }

    /// <summary>A recording that never ends.</summary>
    public static MediaTap TapOfOpus(int number) => new()
    {
        Codecs = CodecMap.Of(Descriptions($"{number}", $"a=rtpmap:{number} opus/48000/2\r\n")), Recording = new RecordingKey(0, 1), WantsDigits = true,
    };

    private static RelaySettings Tapped(MediaPeer peer, RelayKey sink, RecordingKey recording) =>
        RelayWorld.Settings(peer, sink) with { Tap = new MediaTap { Codecs = Codecs, Recording = recording, Side = RecordedSide.Callee } };

    private static byte[] Event(int number, byte key, byte stamp, bool isEnd) =>
        [0x80, 101, 0, (byte)number, 0, 0, 0, stamp, 0xca, 0xfe, 0xba, 0xbe, key, (byte)(isEnd ? 0x8a : 0x0a), 0, 160];

    private static SdpMedia Descriptions(string formats, string attributes)
    {
        Assert.True(SdpSession.TryParse(System.Text.Encoding.ASCII.GetBytes(
            $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP {formats}\r\n{attributes}"), out SdpSession? session, out _));
        return session!.Media[0];
    }
}
