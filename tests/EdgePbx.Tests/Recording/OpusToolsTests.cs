using System.Diagnostics;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>
/// Two files of Opus as opusdec and opusinfo read them, which nobody here wrote: packets of a real encoder that click, spoken by two phones whose
/// clocks and roads differ, are heard at the same place of both files to within 20 ms.
/// </summary>
public sealed class OpusToolsTests : IDisposable
{
    private const int Rate = 48000;
    private const int Packet = 960;
    private const double Seconds = 300;
    private const double Step = 0.020;
    private const double ClickInPacket = 0.008; // seconds from the packet's beginning, as the encoder got it
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgepbx-opus-").FullName;

    [Fact]
    public void Foreign_programs_hear_both_phones_in_step()
    {
        (byte[] silence, byte[] click) = Encoded();
        var order = new RecordingOrder { Format = RecordingFormat.Opus, From = "1001", To = "1002", Call = "0.1" };
        using var recording = new OpusRecording(default, order, RecordingName.For(_folder, order, DateTime.UnixEpoch, 1), default);
        Assert.True(recording.TryOpen(), recording.Problem);
        var random = new Random(1);
        List<Spoken> spoken =
        [
            .. Speak(random, RecordedSide.Caller, ppm: 200, loss: 0.03, jitter: 0.05, hold: (60, 75)),
            .. Speak(random, RecordedSide.Callee, ppm: -200, loss: 0.05, jitter: 0.04, hold: (200, 210)),
        ];
        spoken.Sort(static (one, other) => one.Arrival.CompareTo(other.Arrival));
        int next = 0;
        for (double until = 0.05; until < Seconds; until += 0.05)
        {
            for (; next < spoken.Count && spoken[next].Arrival <= until; next++)
            {
                Spoken one = spoken[next];
                recording.Put(one.Side, new SoundPacket
                {
                    Arrival = Ticks(one.Arrival), Codec = RecordedCodec.Opus, Ssrc = (uint)one.Side, Timestamp = one.Timestamp, Payload = one.Clicks ? click : silence,
                });
            }
            recording.Advance(Ticks(until) - OpenRecording.Window.Ticks);
        }
        recording.Advance(Ticks(Seconds), isEnd: true);
        recording.Close();
        Assert.Equal("", recording.Problem);

        List<double>[] heard = [.. recording.Finished.Select(file => ClicksOf(file.Path))];
        Dictionary<int, double>[] said = [SaidBy(RecordedSide.Caller), SaidBy(RecordedSide.Callee)];
        int pairs = 0;
        for (int second = 1; second < Seconds; second++)
        {
            if (Skew(heard[0], said[0], second) is { } one && Skew(heard[1], said[1], second) is { } other)
            {
                pairs++;
                Assert.True(Math.Abs(one - other) <= Step, $"at {second} s the files are {1000 * (one - other):0.0} ms apart");
            }
        }
        Assert.True(pairs > 230, $"{pairs} clicks were found in both files");

        Dictionary<int, double> SaidBy(RecordedSide side) =>
            spoken.Where(one => one.Side == side && one.Clicks).ToDictionary(one => (int)Math.Ceiling(one.Begins), one => one.Begins + ClickInPacket);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="Begins">When its first sample was spoken, by the true time.</param>
    private sealed record Spoken(RecordedSide Side, double Begins, double Arrival, uint Timestamp, bool Clicks);

    private static long Ticks(double seconds) => (long)(seconds * TimeSpan.TicksPerSecond);

    // the packet in which a second is full clicks
    private static IEnumerable<Spoken> Speak(Random random, RecordedSide side, double ppm, double loss, double jitter, (double From, double To) hold)
    {
        double length = Packet / (Rate * (1 + (ppm / 1e6)));
        for (long n = 0; (n + 1) * length < Seconds; n++)
        {
            double begins = n * length;
            bool isSent = random.NextDouble() >= loss && (begins < hold.From || begins >= hold.To);
            double way = 0.03 + (random.NextDouble() * random.NextDouble() * jitter);
            if (isSent)
            {
                yield return new Spoken(side, begins, begins + length + way, (uint)(n * Packet), begins > 0.5 && Math.Floor(begins + length) > Math.Floor(begins));
            }
        }
    }

    // where the click of that second is heard, later than it was said; null: it was lost
    private static double? Skew(List<double> heard, Dictionary<int, double> said, int second)
    {
        if (!said.TryGetValue(second, out double moment))
        {
            return null;
        }
        double nearest = heard.MinBy(click => Math.Abs(click - moment));
        return Math.Abs(nearest - moment) < 0.3 ? nearest - moment : null;
    }

    /// <summary>A packet without sound and one with a click, by opusenc.</summary>
    private (byte[] Silence, byte[] Click) Encoded()
    {
        string wav = Path.Combine(_folder, "click.wav");
        const int Packets = 20;
        const int Clicking = 10;
        var samples = new short[Packets * Packet];
        for (int i = 0; i < 192; i++) // 4 ms
        {
            // what opusenc puts first is left out by a decoder, so the sound of a packet begins so much earlier
            samples[(Clicking * Packet) - OpusStream.PreSkip + (int)(ClickInPacket * Rate) + i] = (short)(i / 12 % 2 == 0 ? 24000 : -24000);
        }
        using (FileStream file = File.Create(wav))
        using (var writer = new BinaryWriter(file))
        {
            writer.Write("RIFF"u8);
            writer.Write(36 + (2 * samples.Length));
            writer.Write("WAVEfmt "u8);
            writer.Write(16);
            writer.Write((short)1);
            writer.Write((short)1);
            writer.Write(Rate);
            writer.Write(2 * Rate);
            writer.Write((short)2);
            writer.Write((short)16);
            writer.Write("data"u8);
            writer.Write(2 * samples.Length);
            Array.ForEach(samples, writer.Write);
        }
        string opus = Path.Combine(_folder, "click.opus");
        _ = Run("opusenc", "--quiet", "--framesize", "20", "--bitrate", "64", "--music", wav, opus);
        List<byte[]> packets = PacketsOf(File.ReadAllBytes(opus));
        File.Delete(wav);
        File.Delete(opus);
        return (packets[5], packets[Clicking]);
    }

    private static List<byte[]> PacketsOf(ReadOnlySpan<byte> file)
    {
        var packets = new List<byte[]>();
        var packet = new List<byte>();
        while (!file.IsEmpty)
        {
            int segments = file[26];
            int at = 27 + segments;
            foreach (byte segment in file.Slice(27, segments))
            {
                packet.AddRange(file.Slice(at, segment));
                at += segment;
                if (segment < 255)
                {
                    packets.Add([.. packet]);
                    packet.Clear();
                }
            }
            file = file[at..];
        }
        return packets[2..]; // behind the two heads
    }

    /// <summary>In seconds, by opusdec; and opusinfo has nothing to complain of.</summary>
    private static List<double> ClicksOf(string file)
    {
        string said = Run("opusinfo", file);
        Assert.DoesNotContain("WARNING", said, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Playback length: 5m:00", said.Replace("4m:59.9", "5m:00", StringComparison.Ordinal), StringComparison.Ordinal);
        string wav = file + ".wav";
        _ = Run("opusdec", "--quiet", "--no-dither", "--rate", "48000", file, wav);
        byte[] bytes = File.ReadAllBytes(wav);
        ReadOnlySpan<short> samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes.AsSpan(44));
        var clicks = new List<double>();
        for (int i = 0; i < samples.Length; i++)
        {
            if (Math.Abs((int)samples[i]) > 6000 && (clicks.Count == 0 || ((double)i / Rate) - clicks[^1] > 0.2))
            {
                clicks.Add((double)i / Rate);
            }
        }
        return clicks;
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> problems = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Patience) && process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {problems.Result}");
        return output + problems.Result;
    }
}
