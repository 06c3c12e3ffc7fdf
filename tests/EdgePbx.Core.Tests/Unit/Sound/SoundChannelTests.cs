namespace EdgePbx.Core.Tests;

/// <summary>What one channel makes of packets that are lost, late, doubled, or of another kind than the file.</summary>
public class SoundChannelTests
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;

    [Fact]
    public void Packets_in_disorder_and_twice_are_put_in_order_once()
    {
        var channel = new SoundChannel(8000);
        Put(channel, 120, 160, Ramp(1));
        Put(channel, 121, 480, Ramp(3));
        Put(channel, 122, 320, Ramp(2));
        Put(channel, 123, 480, Ramp(3));
        short[] sound = Render(channel, 1600);
        // the shortest way was that of the one that overtook another
        int start = Array.FindIndex(sound, sample => sample != 0);
        Assert.Equal(Enumerable.Repeat(Level(1), 160).Concat(Enumerable.Repeat(Level(2), 160)).Concat(Enumerable.Repeat(Level(3), 160)), sound[start..(start + 480)]);
        Assert.All(sound[(start + 480)..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void A_lost_packet_is_silence_of_its_length()
    {
        var channel = new SoundChannel(8000);
        Put(channel, 20, 0, Ramp(1));
        Put(channel, 60, 320, Ramp(1));
        short[] sound = Render(channel, 1600);
        Assert.Equal((160, 160, 320), (Array.FindIndex(sound, s => s != 0), sound.Skip(320).TakeWhile(s => s == 0).Count(), sound.Count(s => s != 0)));
    }

    [Theory]
    [InlineData(RecordedCodec.TelephoneEvent)]
    [InlineData(RecordedCodec.ComfortNoise)]
    [InlineData(RecordedCodec.Unknown)]
    [InlineData(RecordedCodec.Opus)]
    public void What_is_no_sound_of_this_file_is_silence(RecordedCodec codec)
    {
        var channel = new SoundChannel(8000);
        channel.Put(new SoundPacket { Arrival = 0, Codec = codec, Ssrc = 1, Timestamp = 0, Payload = Ramp(1) });
        Assert.All(Render(channel, 1600), sample => Assert.Equal(0, sample));
    }

    [Theory]
    [InlineData(RecordedCodec.Pcma, 16000)]
    [InlineData(RecordedCodec.G722, 8000)]
    [InlineData(RecordedCodec.G722, 16000)]
    public void A_packet_of_the_other_rate_keeps_its_length(RecordedCodec codec, int rate)
    {
        var channel = new SoundChannel(rate);
        var payload = new byte[160];
        new Random(1).NextBytes(payload);
        channel.Put(new SoundPacket { Arrival = 0, Codec = codec, Ssrc = 1, Timestamp = 0, Payload = payload });
        channel.Put(new SoundPacket { Arrival = 20 * Millisecond, Codec = codec, Ssrc = 1, Timestamp = 160, Payload = payload });
        short[] sound = Render(channel, 1600);
        Assert.InRange(Array.FindLastIndex(sound, sample => sample != 0), (rate / 25) - 20, (rate / 25) - 1);
    }

    [Fact]
    public void Two_sources_that_take_turns_do_not_move_each_other()
    {
        var channel = new SoundChannel(8000);
        for (uint i = 0; i < 4; i++)
        {
            channel.Put(new SoundPacket { Arrival = i * 20 * Millisecond, Codec = RecordedCodec.Pcmu, Ssrc = i % 2, Timestamp = (i % 2 * 77777) + (i / 2 * 320), Payload = Ramp(1) });
        }
        Assert.Equal(640, Render(channel, 1600).Count(sample => sample != 0));
    }

    [Fact]
    public void A_packet_that_comes_after_its_moment_is_left_out()
    {
        var channel = new SoundChannel(8000);
        Put(channel, 20, 0, Ramp(1));
        _ = Render(channel, 1600);
        Put(channel, 300, 160, Ramp(1));
        Assert.All(Render(channel, 1600), sample => Assert.Equal(0, sample));
        Put(channel, 420, 3200, Ramp(1));
        Assert.Equal(160, Render(channel, 1600).Count(sample => sample != 0));
    }

    // each at the moment at which it was sent, although the first of the new time stamps come late, and one of the old ones among them
    [Fact]
    public void A_phone_that_begins_anew_under_its_old_name_keeps_the_packets_of_before_and_after_apart()
    {
        var channel = new SoundChannel(8000);
        int[] old = [0, 20, 40, 80];
        Array.ForEach(old, at => Put(channel, at, (uint)(1_000_000 + (at * 8)), Ramp((byte)(1 + (at / 20)))));
        (int Sent, int Arrives)[] anew = [(100, 190), (60, 195), (120, 200), (140, 205), (60, 206), (160, 208), (180, 210), (200, 212), (220, 220)];
        foreach ((int sent, int arrives) in anew)
        {
            Put(channel, arrives, (uint)((sent < 100 ? 1_000_000 : 5000) + (sent * 8)), Ramp((byte)(1 + (sent / 20))));
        }
        Assert.Equal(
            Enumerable.Range(1, 12).SelectMany(number => Enumerable.Repeat(Level((byte)number), 160)), [.. Render(channel, 1600), .. Render(channel, 320)]);
    }

    [Theory]
    [InlineData(uint.MaxValue - 200)]
    [InlineData(0u)]
    public void Time_stamps_may_pass_their_end(uint first)
    {
        var channel = new SoundChannel(8000);
        for (uint i = 0; i < 4; i++)
        {
            Put(channel, 20 * i, first + (160 * i), Ramp(1));
        }
        short[] sound = Render(channel, 1600);
        Assert.All(sound[..640], sample => Assert.NotEqual(0, sample));
        Assert.All(sound[640..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void A_datagram_of_any_length_is_taken()
    {
        var channel = new SoundChannel(16000);
        foreach (int length in (int[])[0, 1, 4084, 9000])
        {
            channel.Put(new SoundPacket { Arrival = 0, Codec = RecordedCodec.G722, Ssrc = (uint)length, Timestamp = 0, Payload = new byte[length] });
        }
        for (int i = 0; i < 20; i++)
        {
            _ = Render(channel, 1600);
        }
        Assert.Equal(0, channel.Waiting);
    }

    private static void Put(SoundChannel channel, long milliseconds, uint timestamp, byte[] payload) => channel.Put(new SoundPacket
    {
        Arrival = milliseconds * Millisecond, Codec = RecordedCodec.Pcmu, Ssrc = 1, Timestamp = timestamp, Payload = payload,
    });

    private static byte[] Ramp(byte value)
    {
        var payload = new byte[160];
        Array.Fill(payload, value);
        return payload;
    }

    private static short Level(byte value) => G711.FromMuLaw(value);

    private static short[] Render(SoundChannel channel, int count)
    {
        var samples = new short[count];
        channel.Render(samples);
        return samples;
    }
}
