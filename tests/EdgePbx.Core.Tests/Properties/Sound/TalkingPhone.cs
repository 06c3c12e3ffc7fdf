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
        from every in Gen.OneOf(Gen.Const(double.MaxValue), Gen.Double[0.2, 5])
        from keeps in Gen.Bool
        select new Road
        {
            Ppm = ppm, Loss = loss, Copies = copies, Jitter = jitter, Hold = (hold, hold + held), StopsItsClock = stops,
            RestartsAt = restart, RestartsEvery = every, KeepsSsrc = keeps,
        };

    /// <summary>The same, but of each eight packets one is neither lost nor held up.</summary>
    public static Gen<Road> AnyPrompt { get; } = Any.Select(road => road with { PromptOf = 8 });

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

    /// <summary>Seconds after which it begins anew once more, again and again.</summary>
    public double RestartsEvery { get; init; } = double.MaxValue;

    /// <summary>Of so many packets one comes by the shortest way, the first of each run with them. 0: as it happens.</summary>
    public int PromptOf { get; init; }

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
    public const double Delay = 0.03;
    private const byte Silence = 0xff;
    private const byte Click = 0x80; // the loudest there is

    /// <param name="Arrival">Seconds.</param>
    /// <param name="Ssrc">RFC 3550.</param>
    /// <param name="Timestamp">RFC 3550.</param>
    /// <param name="Payload">RFC 3550.</param>
    /// <param name="Spoken">The true time at which its last sample was there.</param>
    /// <param name="Late">Seconds beyond the shortest way.</param>
    /// <param name="Run">Rises when the time stamps begin anew, and after a hold.</param>
    public sealed record Packet(double Arrival, uint Ssrc, uint Timestamp, byte[] Payload, double Spoken = 0, double Late = 0, int Run = 0);

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
        List<uint> begins = [(uint)random.Next()];
        uint ssrc = 1;
        int run = 0;
        double restartsAt = road.RestartsAt;
        int inRun = 0;
        bool isHeld = false;
        uint stood = 0;
        for (long n = 0; ; n++)
        {
            double spoken = (n + 1) * length / rate; // the true time at which the last sample is there
            if (spoken > seconds)
            {
                packets.Sort((a, b) => a.Arrival.CompareTo(b.Arrival));
                return packets;
            }
            if (spoken >= restartsAt)
            {
                begins.Add(Elsewhere(random, begins, 10 * (uint)clockRate, stood));
                ssrc += road.KeepsSsrc ? 0u : 1;
                (restartsAt, run, inRun) = (restartsAt + road.RestartsEvery, run + 1, 0);
            }
            if (spoken >= road.Hold.From && spoken < road.Hold.To)
            {
                stood += road.StopsItsClock ? (uint)length : 0;
                isHeld = true;
                continue;
            }
            if (isHeld)
            {
                (isHeld, run, inRun) = (false, run + 1, 0);
            }
            double late = random.NextDouble() * random.NextDouble() * road.Jitter;
            bool isPrompt = road.PromptOf > 0 && inRun++ % road.PromptOf == 0;
            late = isPrompt ? 0 : late;
            double way = Delay + late + (spoken >= road.Detour.From ? road.Detour.Seconds : 0);
            var packet = new Packet(spoken + way, ssrc, begins[^1] + (uint)(n * length) - stood, payload(n, rate), spoken, late, run);
            if (random.NextDouble() >= road.Loss || isPrompt)
            {
                packets.Add(packet);
            }
            if (random.NextDouble() < road.Copies)
            {
                double later = random.NextDouble() * 0.1;
                packets.Add(packet with { Arrival = packet.Arrival + later, Late = late + later });
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

    // that new time stamps are next to those of before is one chance in fifty thousand: nobody could tell them apart
    private static uint Elsewhere(Random random, List<uint> begins, uint distance, uint stood)
    {
        while (true)
        {
            uint begin = (uint)random.NextInt64(uint.MaxValue);
            if (begins.TrueForAll(one => begin - one > distance + stood && one - begin > distance + stood))
            {
                return begin;
            }
        }
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
