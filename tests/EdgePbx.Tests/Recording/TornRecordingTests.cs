using System.Diagnostics;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What an earlier process left is closed at the start: whole samples and whole pages stay.</summary>
public class TornRecordingTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(17, 0)]
    [InlineData(44, 0)]
    [InlineData(45, 0)]
    [InlineData(44 + 32003, 8000)]
    public void A_torn_wav_claims_exactly_the_whole_samples_that_are_there(int length, int frames)
    {
        using var bench = new RecorderBench(starts: false);
        string file = Path.Combine(Directory.CreateDirectory(bench.Folder).FullName, "2026-01-02T03-04-05Z_1001_1002_3.7.part.wav");
        var bytes = new byte[Math.Max(length, 44)];
        WavHeader.Write(bytes, 8000, 400);
        File.WriteAllBytes(file, bytes[..length]);
        bench.Recorder.Start();

        RecordingLine line = bench.TakeLine();
        Assert.Equal((true, "1001", "1002", "3.7", ""), (line.Torn, line.From, line.To, line.Call, line.CallId));
        Assert.Equal(("2026-01-02T03-04-05Z_1001_1002_3.7.wav", frames / 8000.0), (line.File, line.Seconds));
        string kept = Path.Combine(bench.Folder, line.File);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(kept), TimeSpan.FromSeconds(30)));
        Assert.Equal(frames, RecorderBench.ReadWav(kept).Caller.Length);
        Assert.Equal(1, bench.Log.EventCount("recording_repaired"));
    }

    /// <summary>A pipe in its place: whoever reads at a certain place of it gets an error, as from a card that is worn.</summary>
    [Theory]
    [InlineData(".wav")]
    [InlineData("_caller.opus")]
    public void What_can_not_be_read_is_left_for_the_next_start(string ending)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("2026-01-02T03-04-05Z_1001_1002_3.7.part" + ending);
        using (Process pipe = Process.Start("mkfifo", [file]))
        {
            pipe.WaitForExit();
        }
        var entry = new RecordingEntry(file, RecordingStage.Open, "2026-01-02T03-04-05Z_1001_1002_3.7" + ending, 0);
        Assert.False(TornRecording.TryClose(entry, out FinishedFile? finished));
        Assert.Null(finished);
    }

    [Fact]
    public void One_that_was_closed_is_not_cut_whatever_its_head_is()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("2026-01-02T03-04-05Z_1001_1002_3.7.done.wav");
        File.WriteAllBytes(file, new byte[1000]);
        var entry = new RecordingEntry(file, RecordingStage.Closed, "2026-01-02T03-04-05Z_1001_1002_3.7.wav", 1000);
        Assert.True(TornRecording.TryClose(entry, out FinishedFile? finished));
        Assert.Equal((1000, 1000, false), (new FileInfo(file).Length, finished!.Bytes, finished.IsTorn));
    }

    [Fact]
    public void A_torn_opus_file_ends_with_its_last_whole_page()
    {
        using var bench = new RecorderBench(starts: false);
        var pages = new List<byte[]>();
        var stream = new OpusStream(1, pages.Add);
        for (int i = 1; i <= 5; i++)
        {
            stream.Advance(i * TimeSpan.TicksPerSecond);
        }
        string file = Path.Combine(Directory.CreateDirectory(bench.Folder).FullName, "2026-01-02T03-04-05Z_1001_1002_3.7_callee.part.opus");
        byte[] whole = [.. pages.SelectMany(page => page)];
        File.WriteAllBytes(file, whole[..^3]);
        bench.Recorder.Start();
        RecordingLine line = bench.TakeLine();
        Assert.Equal((true, "callee", "opus"), (line.Torn, line.Side, line.Format));
        Assert.InRange(line.Seconds, 3.98, 4.01);
        string kept = Path.Combine(bench.Folder, line.File);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(kept), TimeSpan.FromSeconds(30)));
        byte[] closed = File.ReadAllBytes(kept);
        int place = 0;
        int last = 0;
        while (OggPage.LengthOf(closed.AsSpan(place), out _, out _, out _) is > 0 and var length)
        {
            (last, place) = (place, place + length);
        }
        Assert.Equal((closed.Length, 4), (place, closed[last + 5] & 4)); // the last page says so
    }

    [Fact]
    public void What_was_closed_and_got_no_line_gets_it_and_is_not_called_torn()
    {
        using var bench = new RecorderBench(starts: false);
        string file = Path.Combine(Directory.CreateDirectory(bench.Folder).FullName, "2026-01-02T03-04-05Z_1001_1002_3.7.done.wav");
        var bytes = new byte[44];
        WavHeader.Write(bytes, 16000, 0);
        File.WriteAllBytes(file, bytes);
        bench.Recorder.Start();
        RecordingLine line = bench.TakeLine();
        Assert.Equal((false, 16000), (line.Torn, line.Rate));
        Assert.Equal(0, bench.Log.EventCount("recording_repaired"));
    }

    [Fact]
    public void What_another_process_writes_is_left_alone()
    {
        using var bench = new RecorderBench(starts: false);
        string file = Path.Combine(Directory.CreateDirectory(bench.Folder).FullName, "2026-01-02T03-04-05Z_1001_1002_3.7.part.wav");
        using SoundFile? other = SoundFile.TryCreate(file, out _);
        Assert.NotNull(other);
        bench.Recorder.Start();
        RecordingKey key = bench.Begin();
        _ = bench.TakeReport(); // the start is over
        Assert.True(File.Exists(file));
        Assert.Empty(bench.Lines);
        bench.Stop(key, bench.Now);
    }
}
