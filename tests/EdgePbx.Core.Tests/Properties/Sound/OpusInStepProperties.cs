using System.Buffers.Binary;
using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>
/// The two Ogg files of a call that is recorded in Opus, read page by page: what was said at one moment is at one place in both to
/// within 20 ms, for an hour, as long as in each quarter of a second one packet of each phone is not held up; else by as much more as
/// the promptest was (<see cref="Promptness"/>). Each packet carries the moment at which it was spoken.
/// </summary>
public class OpusInStepProperties
{
    private const double Hour = 3600;
    private const double Step = 0.020;
    private const byte OneFrame = 0xf8; // of 20 ms
    private const byte TwoFrames = 0xf9;
    private const byte ManyFrames = 0xfb;

    [Fact]
    public void An_hour_of_loss_jitter_copies_drift_hold_and_restart_stays_in_step()
    {
        int heard = AssertInStep(1, Hour, Road.HourOfTroubles, Road.HourOfOthers);
        Assert.True(heard > 150_000, $"{heard} packets are in the file of the first phone");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(200, -200)]
    [InlineData(-500, 500)]
    public void Clocks_alone_cost_a_packet_for_each_that_the_phone_has_sent_too_many(double one, double other)
    {
        int heard = AssertInStep(1, Hour, new Road { Ppm = one }, new Road { Ppm = other });
        Assert.InRange(heard, (Hour - 2) * 50 * (1 - (1e-6 * Math.Abs(one))), Hour * 50 * (1 + (1e-6 * Math.Abs(one))));
    }

    [Theory]
    [InlineData(0xe0, 120)] // 2.5 ms
    [InlineData(0xf0, 480)]
    [InlineData(TwoFrames, 1920)]
    [InlineData(0x18, 2880)] // SILK, 60 ms
    [InlineData(ManyFrames, 5760)] // six of 20 ms
    public void Packets_of_any_length_stay_in_step(byte first, int length)
    {
        var one = new Road { Ppm = 200, Loss = 0.05, Jitter = 0.06, Hold = (100, 120) };
        var other = new Road { Ppm = -200, Loss = 0.03, Jitter = 0.04, RestartsAt = 300 };
        int heard = AssertInStep(2, 600, one, other, first, length);
        Assert.True(heard > 0.85 * 600 * 48000 / length, $"{heard} packets");
    }

    // what is lost makes room for what was too much: here nothing is
    [Theory]
    [InlineData(0x18, 2880)]
    [InlineData(ManyFrames, 5760)]
    public void Long_packets_of_a_fast_clock_stay_in_step_without_a_gap_that_helps(byte first, int length) =>
        Assert.True(AssertInStep(3, 900, new Road { Ppm = 200 }, new Road(), first, length) > 0.98 * 900 * 48000 / length);

    [Fact]
    public void Any_road_keeps_the_step_as_far_as_it_can_be_known() => Gen.Select(Road.Any, Road.Any, Gen.Int[1, int.MaxValue])
        .Sample((one, other, seed) => AssertInStep(seed, 120, one, other) >= 0, iter: 40);

    [Fact]
    public void Any_road_with_a_prompt_packet_now_and_then_keeps_the_step() => Gen.Select(Road.AnyPrompt, Road.AnyPrompt, Gen.Int[1, int.MaxValue])
        .Sample((one, other, seed) => AssertInStep(seed, 120, one, other, isPrompt: true) >= 0, iter: 40);

    // a copy of before the restart arrives after the first packets of it, and both have the same source
    [Fact]
    public void What_is_late_of_before_a_restart_takes_nothing_from_what_comes_after()
    {
        var one = new Road { Ppm = -105, Hold = (57.47745094856703, 79.69967317078925), StopsItsClock = true, RestartsAt = 47, KeepsSsrc = true };
        var other = new Road
        {
            Copies = 0.05084745762711865, Jitter = 0.13636363636363635, Hold = (23, 32.002444483196285), StopsItsClock = true, RestartsAt = 86, KeepsSsrc = true,
        };
        Assert.True(AssertInStep(1134793564, 120, one, other) > 4800);
    }

    [Fact]
    public void Both_files_are_as_long_as_the_recording()
    {
        var random = new Random(3);
        byte[] full = Write(Speak(random, 60, new Road { Ppm = 100 }, OneFrame, 960), 59);
        byte[] silent = Write([], 59);
        Assert.All((byte[][])[full, silent], file => Assert.InRange(OpusFile.Read(file).Seconds, 58.94, 59));
    }

    // 60 ms each: of such a packet half would be more than two files may be apart
    [Theory]
    [InlineData(0, 2)]
    [InlineData(9, 2)]
    [InlineData(11, 1)]
    [InlineData(25, 1)]
    public void A_long_packet_that_would_lie_more_than_ten_milliseconds_behind_its_place_is_left_out(int milliseconds, int packets)
    {
        byte[] payload = [0x18, 6, .. new byte[8]];
        TalkingPhone.Packet[] talk =
        [
            new(0.1, 1, 0, payload),
            new(0.1 + 0.06 - (0.001 * milliseconds), 1, 2880 - (48u * (uint)milliseconds), payload), // the one before still lasts for so long
        ];
        Assert.Equal(packets, OpusFile.Read(Write([.. talk], 1)).Packets.Count);
    }

    /// <returns>How many packets of the first phone are in its file.</returns>
    private static int AssertInStep(
        int seed, double seconds, Road one, Road other, byte first = OneFrame, int length = 960, bool isPrompt = false)
    {
        var random = new Random(seed);
        List<TalkingPhone.Packet> talk = Speak(random, seconds, one, first, length);
        List<TalkingPhone.Packet> otherTalk = Speak(random, seconds, other, first, length);
        (var late, var otherLate) = (new Promptness(talk), new Promptness(otherTalk));
        OpusFile a = OpusFile.Read(Write(talk, seconds - 1));
        OpusFile b = OpusFile.Read(Write(otherTalk, seconds - 1));
        // the last packet is whole, and may begin as much behind its place as any; silence is made in pieces of 2.5 ms
        double longest = (length + Math.Min(length / 2, OpusStream.MostAhead) + 120.0) / OpusStream.Rate;
        Assert.InRange(a.Seconds - b.Seconds, -longest, longest);
        int at = 0;
        foreach ((double place, double spoken) in a.Packets)
        {
            while (at + 1 < b.Packets.Count && b.Packets[at + 1].Place <= place)
            {
                at++;
            }
            if (b.Packets.Count > 0 && Math.Abs(b.Packets[at].Place - place) < 0.5)
            {
                double apart = place - spoken - (b.Packets[at].Place - b.Packets[at].Spoken);
                double unknown = isPrompt ? 0 : Math.Max(late.LateAt(spoken), otherLate.LateAt(b.Packets[at].Spoken));
                Assert.True(
                    Math.Abs(apart) <= Step + unknown,
                    $"at {place:0.000} s the files are {1000 * apart:0.0} ms apart, and the promptest packet was {1000 * unknown:0.0} ms late");
            }
        }
        return a.Packets.Count;
    }

    private static List<TalkingPhone.Packet> Speak(Random random, double seconds, Road road, byte first, int length) =>
        TalkingPhone.Speak(random, seconds, road, OpusStream.Rate, length, (number, rate) =>
        {
            byte[] payload = [first, 6, .. new byte[8]]; // the count of frames, where one is looked for
            BinaryPrimitives.WriteDoubleLittleEndian(payload.AsSpan(2), number * length / rate);
            return payload;
        });

    // as the recorder writes it: twenty times a second, with its window
    private static byte[] Write(List<TalkingPhone.Packet> packets, double seconds)
    {
        var file = new List<byte>();
        var stream = new OpusStream(7, file.AddRange);
        int next = 0;
        for (long until = 0; until < seconds * TimeSpan.TicksPerSecond; until += TimeSpan.TicksPerSecond / 20)
        {
            while (next < packets.Count && packets[next].Arrival * TimeSpan.TicksPerSecond <= until + (0.25 * TimeSpan.TicksPerSecond))
            {
                TalkingPhone.Packet packet = packets[next++];
                stream.Put(new SoundPacket
                {
                    Arrival = (long)(packet.Arrival * TimeSpan.TicksPerSecond), Codec = RecordedCodec.Opus, Ssrc = packet.Ssrc, Timestamp = packet.Timestamp,
                    Payload = packet.Payload,
                });
            }
            stream.Advance(until);
        }
        stream.End();
        return [.. file];
    }
}
