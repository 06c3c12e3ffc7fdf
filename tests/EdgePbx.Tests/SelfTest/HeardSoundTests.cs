using System.Buffers.Binary;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class HeardSoundTests
{
    [Fact]
    public void A_tone_is_told_from_another()
    {
        short[] sound = [.. Enumerable.Range(0, Tone.SamplesPerSecond).Select(sample => Tone.At(440, sample))];

        Assert.InRange(Tone.ShareOf(440, sound), 0.999, 1.001);
        Assert.InRange(Tone.ShareOf(880, sound), 0, 0.0001);
    }

    [Fact]
    public void Silence_has_no_tone() => Assert.Equal(0, Tone.ShareOf(440, new short[Tone.SamplesPerSecond]));

    [Fact]
    public void Packets_are_put_where_their_timestamps_say_so_that_order_does_not_matter()
    {
        var heard = new HeardSound();
        foreach (int place in Enumerable.Range(0, HeardSound.Packets).OrderBy(place => place == 0 ? -1 : place * 7 % HeardSound.Packets))
        {
            Take(heard, place);
        }

        Assert.Equal(HeardSound.Packets, heard.Received);
        Assert.InRange(heard.ShareOf(440), 0.99, 1.01);
    }

    [Fact]
    public void Lost_packets_are_counted_and_blur_nothing_but_their_own_time()
    {
        var heard = new HeardSound();
        for (int place = 0; place < HeardSound.Packets; place++)
        {
            if (place is not (10 or 11 or 30))
            {
                Take(heard, place);
            }
        }

        Assert.Equal(HeardSound.Packets - 3, heard.Received);
        Assert.InRange(heard.ShareOf(440), 0.9, 0.96);
        Assert.InRange(heard.ShareOf(880), 0, 0.01);
    }

    [Fact]
    public void Copies_strangers_and_other_codecs_are_not_counted()
    {
        var heard = new HeardSound();
        Take(heard, 0);
        Take(heard, 0);
        Take(heard, 1, source: 78);
        Take(heard, 1, payloadType: 8);
        Take(heard, HeardSound.Packets);

        Assert.Equal(1, heard.Received);
    }

    // the sender's clock runs over its end on the way
    private static void Take(HeardSound heard, int place, uint source = 77, byte payloadType = 0)
    {
        byte[] bytes = new byte[12 + HeardSound.SamplesPerPacket];
        (bytes[0], bytes[1]) = (0x80, payloadType);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), uint.MaxValue - 500 + (uint)(place * HeardSound.SamplesPerPacket));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), source);
        for (int i = 0; i < HeardSound.SamplesPerPacket; i++)
        {
            bytes[12 + i] = Pcmu.Encode(Tone.At(440, (place * HeardSound.SamplesPerPacket) + i));
        }
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        heard.Take(packet);
    }
}
