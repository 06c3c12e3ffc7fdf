using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>What a network and a phone's clock do to a stream.</summary>
internal sealed record Road
{
    /// <summary>An hour with everything that this can say, for one phone</summary>
    public static Road HourOfTroubles { get; } = new() { Ppm = 200, Loss = 0.05, Copies = 0.02, Jitter = 0.06, Hold = (600, 630), RestartsAt = 1800 };

    /// <summary>and for the other one.</summary>
    public static Road HourOfOthers { get; } = new()
    {
        Ppm = -200, Loss = 0.03, Jitter = 0.04, Hold = (2000, 2020), StopsItsClock = true, RestartsAt = 3000, KeepsSsrc = true,
    };

    /// <summary>For two minutes.</summary>
    public static Gen<Road> Any { get; } =
        from ppm in Gen.Double[-200, 200]
        from loss in Gen.Double[0, 0.2]
        from copies in Gen.Double[0, 0.1]
        from jitter in Gen.Double[0, 0.15]
        from hold in Gen.Double[20, 60]
        from held in Gen.Double[1, 30]
        from stops in Gen.Bool
        from restart in Gen.Double[10, 110]
        from keeps in Gen.Bool
        select new Road
        {
            Ppm = ppm, Loss = loss, Copies = copies, Jitter = jitter, Hold = (hold, hold + held), StopsItsClock = stops, RestartsAt = restart, KeepsSsrc = keeps,
        };

    /// <summary>How much faster than ours the phone's clock runs.</summary>
    public double Ppm { get; init; }
    public double Loss { get; init; }
    public double Copies { get; init; }

    /// <summary>Seconds beyond the shortest way; above one packet's length they overtake each other.</summary>
    public double Jitter { get; init; }

    /// <summary>Seconds in which nothing is sent.</summary>
    public (double From, double To) Hold { get; init; }

    /// <summary>The time stamps stand still during the hold.</summary>
    public bool StopsItsClock { get; init; }

    /// <summary>When the stream begins anew, with another source, sequence and time stamps.</summary>
    public double RestartsAt { get; init; } = double.MaxValue;

    /// <summary>The restart keeps the source's name.</summary>
    public bool KeepsSsrc { get; init; }

    /// <summary>From when on the way is so much longer.</summary>
    public (double From, double Seconds) Detour { get; init; } = (double.MaxValue, 0);
}

/// <summary>
/// A phone in a room with a clock that clicks once a second, by the true time: its stream as a recorder sees it, packet by packet
/// in the order of arrival.
/// </summary>
internal static class TalkingPhone
{
    public const int PacketSamples = 160;
    private const double Delay = 0.03;
    private const byte Silence = 0xff;
    private const byte Click = 0x80; // the loudest there is

    public sealed record Packet(double Arrival, uint Ssrc, uint Timestamp, byte[] Payload);

    public static List<Packet> Speak(Random random, double seconds, Road road) => Speak(random, seconds, road, 8000, PacketSamples, Payload);

    /// <param name="random">Of the road.</param>
    /// <param name="seconds">How long it talks.</param>
    /// <param name="road">What happens to the packets.</param>
    /// <param name="clockRate">Ticks a second of the phone's time stamps.</param>
    /// <param name="length">Of a packet, in ticks.</param>
    /// <param name="payload">Of a packet, by its number and the true rate of the phone's clock.</param>
    public static List<Packet> Speak(Random random, double seconds, Road road, int clockRate, int length, Func<long, double, byte[]> payload)
    {
        var packets = new List<Packet>();
        double rate = clockRate * (1 + (road.Ppm / 1e6));
        uint offset = (uint)random.Next();
        uint ssrc = 1;
        bool hasRestarted = false;
        uint stood = 0;
        for (long n = 0; ; n++)
        {
            double spoken = (n + 1) * length / rate; // the true time at which the last sample is there
            if (spoken > seconds)
            {
                packets.Sort((a, b) => a.Arrival.CompareTo(b.Arrival));
                return packets;
            }
            if (spoken >= road.RestartsAt && !hasRestarted)
            {
                (hasRestarted, offset, ssrc) = (true, (uint)random.NextInt64(uint.MaxValue), road.KeepsSsrc ? ssrc : ssrc + 1);
            }
            if (spoken >= road.Hold.From && spoken < road.Hold.To)
            {
                stood += road.StopsItsClock ? (uint)length : 0;
                continue;
            }
            double way = Delay + (random.NextDouble() * random.NextDouble() * road.Jitter) + (spoken >= road.Detour.From ? road.Detour.Seconds : 0);
            var packet = new Packet(spoken + way, ssrc, offset + (uint)(n * length) - stood, payload(n, rate));
            if (random.NextDouble() >= road.Loss)
            {
                packets.Add(packet);
            }
            if (random.NextDouble() < road.Copies)
            {
                packets.Add(packet with { Arrival = packet.Arrival + (random.NextDouble() * 0.1) });
            }
        }
    }

    /// <summary>The recording of two streams, sample by sample, made as the recorder makes it: a step every tenth of a second.</summary>
    /// <param name="window">Seconds that a packet may be late.</param>
    public static (short[] One, short[] Other, int MostWaiting) Record(List<Packet> one, List<Packet> other, double seconds, double window = 0.3)
    {
        const int Step = 800;
        var channels = new[] { new SoundChannel(8000), new SoundChannel(8000) };
        List<Packet>[] streams = [one, other];
        int[] next = [0, 0];
        int mostWaiting = 0;
        var files = new short[2][] { new short[(int)(seconds * 10) * Step], new short[(int)(seconds * 10) * Step] };
        for (int step = 0; step < (int)(seconds * 10); step++)
        {
            double now = ((step + 1) * 0.1) + window;
            for (int i = 0; i < 2; i++)
            {
                while (next[i] < streams[i].Count && streams[i][next[i]].Arrival <= now)
                {
                    Packet packet = streams[i][next[i]++];
                    channels[i].Put(new SoundPacket
                    {
                        Arrival = (long)(packet.Arrival * TimeSpan.TicksPerSecond),
                        Codec = RecordedCodec.Pcmu,
                        Ssrc = packet.Ssrc,
                        Timestamp = packet.Timestamp,
                        Payload = packet.Payload,
                    });
                }
                channels[i].Render(files[i].AsSpan(step * Step, Step));
                mostWaiting = Math.Max(mostWaiting, channels[i].Waiting);
            }
        }
        return (files[0], files[1], mostWaiting);
    }

    /// <summary>Where the clicks are, in seconds.</summary>
    public static List<double> Clicks(short[] samples)
    {
        var found = new List<double>();
        for (int i = 0; i < samples.Length; i++)
        {
            if (Math.Abs((int)samples[i]) > 20000 && (found.Count == 0 || (i / 8000.0) - found[^1] > 0.05))
            {
                found.Add(i / 8000.0);
            }
        }
        return found;
    }

    private static byte[] Payload(long n, double rate)
    {
        var payload = new byte[PacketSamples];
        Array.Fill(payload, Silence);
        double from = n * PacketSamples / rate;
        double second = Math.Ceiling(from);
        int at = (int)((second - from) * rate);
        if (at < PacketSamples)
        {
            payload.AsSpan(at, Math.Min(8, PacketSamples - at)).Fill(Click);
        }
        return payload;
    }
}
