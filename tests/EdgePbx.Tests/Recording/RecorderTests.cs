using System.Security.Cryptography;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The recorder thread on a real folder.</summary>
public class RecorderTests
{
    private static readonly byte[] Loud = [.. Enumerable.Repeat((byte)0x80, 160)];
    private static readonly byte[] Soft = [.. Enumerable.Repeat((byte)0xf0, 160)];

    [Fact]
    public void A_call_becomes_a_stereo_file_with_one_phone_a_channel_and_a_line_with_its_digest()
    {
        using var bench = new RecorderBench();
        RecordingKey key = bench.Begin();
        RecordingReport started = bench.TakeReport();
        Instant start = bench.Now;
        bench.Talk(key, RecordedSide.Caller, start, 50, _ => Loud);
        bench.Talk(key, RecordedSide.Callee, start, 25, _ => Soft);
        bench.Stop(key, start + TimeSpan.FromSeconds(1.2), missed: 3);
        RecordingReport closed = bench.TakeReport();
        RecordingLine line = bench.TakeLine();

        Assert.Equal((RecordingReportKind.Started, RecordingReportKind.Closed, ""), (started.Kind, closed.Kind, closed.Problem));
        Assert.Equal(started.File, closed.File);
        Assert.Matches("^20[0-9-]{8}T[0-9-]{8}Z_1001_1002_0[.]1[.]wav$", closed.File);
        string path = Path.Combine(bench.Folder, closed.File);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(path), TimeSpan.FromSeconds(30)));
        Assert.Equal([closed.File], bench.Files());
        (int rate, short[] caller, short[] callee) = RecorderBench.ReadWav(path);
        Assert.Equal(8000, rate);
        Assert.InRange(caller.Length, 8000 * 1.1, 8000 * 1.4);
        Assert.Equal((8000, 4000), (caller.Count(s => s == G711.FromMuLaw(0x80)), callee.Count(s => s == G711.FromMuLaw(0xf0))));
        Assert.Equal((caller.Length - 8000, callee.Length - 4000), (caller.Count(s => s == 0), callee.Count(s => s == 0)));
        Assert.Equal((closed.Bytes, 3), (new FileInfo(path).Length, closed.Dropped));

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), line.Sha256);
        Assert.Equal(("recording", closed.File, "1001", "1002", "wav", 8000, "both", 3, false), (line.Kind, line.File, line.From, line.To, line.Format, line.Rate, line.Side, line.Dropped, line.Torn));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(path).UnixFileMode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(bench.Folder).UnixFileMode);
    }

    [Fact]
    public void While_it_is_written_it_is_a_valid_file_that_grows()
    {
        using var bench = new RecorderBench();
        RecordingKey key = bench.Begin();
        string path = Path.Combine(bench.Folder, bench.TakeReport().File.Replace(".wav", ".part.wav", StringComparison.Ordinal));
        int last = 0;
        Assert.True(SpinWait.SpinUntil(() => Grown(path, ref last) > 8000, TimeSpan.FromSeconds(30))); // silence too is time that passes
        bench.Stop(key, bench.Now);

        static int Grown(string path, ref int last)
        {
            int now = RecorderBench.ReadWav(path).Caller.Length;
            Assert.True(now >= last);
            return last = now;
        }
    }

    [Fact]
    public void G722_is_recorded_at_16_kHz()
    {
        using var bench = new RecorderBench();
        RecordingKey key = bench.Begin(RecordingFormat.Wide);
        _ = bench.TakeReport();
        Instant start = bench.Now;
        var random = new Random(1);
        bench.Talk(key, RecordedSide.Callee, start, 50, _ => { var bytes = new byte[160]; random.NextBytes(bytes); return bytes; }, RecordedCodec.G722);
        bench.Stop(key, start + TimeSpan.FromSeconds(1));
        Assert.Equal("", bench.TakeReport().Problem);
        (int rate, _, short[] callee) = RecorderBench.ReadWav(Path.Combine(bench.Folder, KeptFile(bench)));
        Assert.Equal(16000, rate);
        Assert.True(callee.Count(s => s != 0) > 15500);
    }

    [Fact]
    public void Opus_becomes_a_file_a_phone_of_the_same_length()
    {
        using var bench = new RecorderBench();
        RecordingKey key = bench.Begin(RecordingFormat.Opus);
        _ = bench.TakeReport();
        Instant start = bench.Now;
        bench.Talk(key, RecordedSide.Caller, start, 50, _ => [0xf8, 1, 2, 3], RecordedCodec.Opus);
        bench.Stop(key, start + TimeSpan.FromSeconds(2));
        Assert.Equal("", bench.TakeReport().Problem);
        RecordingLine[] lines = [bench.TakeLine(), bench.TakeLine()];
        Assert.Equal(["callee", "caller"], lines.Select(line => line.Side).Order());
        Assert.All(lines, line => Assert.InRange(line.Seconds, 1.95, 2.2));
        Assert.All(lines, line => Assert.EndsWith($"_{line.Side}.opus", line.File, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../etc/passwd", "a/b\0c", "_..-..-etc-passwd_a-b-c_")]
    [InlineData("*1_2", "", "_-1-2_-_")]
    public void A_name_has_only_plain_characters_whatever_the_numbers_are(string from, string to, string expected)
    {
        using var bench = new RecorderBench();
        _ = bench.Begin(from: from, to: to);
        Assert.Contains(expected, bench.TakeReport().File, StringComparison.Ordinal);
        Assert.Single(bench.Files());
    }

    [Fact]
    public void Two_recordings_of_one_call_in_one_second_are_two_files()
    {
        using var bench = new RecorderBench();
        string[] names = [.. Enumerable.Range(0, 5).Select(n =>
        {
            RecordingKey key = bench.Begin();
            string file = bench.TakeReport().File;
            bench.Stop(key, bench.Now);
            _ = bench.TakeReport();
            return file;
        })];
        Assert.Equal(5, names.Distinct().Count());
    }

    [Fact]
    public void Packets_of_nobodys_recording_are_let_go_and_their_buffers_come_back()
    {
        using var bench = new RecorderBench();
        RecordingKey key = bench.Begin();
        _ = bench.TakeReport();
        bench.Talk(bench.NewKey(), RecordedSide.Caller, bench.Now, 3 * RecorderInbox.Buffers, _ => Loud);
        bench.Stop(key, bench.Now);
        _ = bench.TakeReport();
        Assert.True(SpinWait.SpinUntil(() => bench.Inbox.Lent == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_stop_closes_what_is_open_and_writes_its_line()
    {
        using var bench = new RecorderBench();
        _ = bench.Begin();
        _ = bench.TakeReport();
        Assert.True(bench.Recorder.TryStop(TimeSpan.FromSeconds(30)));
        Assert.NotEqual("", bench.TakeLine().Sha256);
        Assert.DoesNotContain(bench.Files(), file => file.Contains(".part", StringComparison.Ordinal) || file.Contains(".done", StringComparison.Ordinal));
    }

    private static string KeptFile(RecorderBench bench)
    {
        string file = bench.TakeLine().File;
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(bench.Folder, file)), TimeSpan.FromSeconds(30)));
        return file;
    }
}
