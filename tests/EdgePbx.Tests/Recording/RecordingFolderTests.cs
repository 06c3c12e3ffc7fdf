using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Quota, age and a medium that fails: calls go on, the oldest recordings go first, and it is said once.</summary>
public class RecordingFolderTests
{
    [Fact]
    public void The_oldest_go_first_until_there_is_room_and_nothing_else_is_touched()
    {
        using var bench = new RecorderBench(largestTotal: 3000, starts: false);
        string folder = Directory.CreateDirectory(bench.Folder).FullName;
        foreach (string name in (string[])["2026-01-03T00-00-00Z_1_2_0.1.wav", "2026-01-01T00-00-00Z_1_2_0.1.wav", "2026-01-02T00-00-00Z_1_2_0.1_caller.opus", "notes.wav", "2026-01-01T00-00-00Z.txt"])
        {
            File.WriteAllBytes(Path.Combine(folder, name), new byte[1400]);
        }
        bench.Recorder.Start();
        RecordingKey key = bench.Begin();
        string open = bench.TakeReport().File.Replace(".wav", ".part.wav", StringComparison.Ordinal);
        Assert.Equal(((string[])["2026-01-01T00-00-00Z.txt", "2026-01-02T00-00-00Z_1_2_0.1_caller.opus", "2026-01-03T00-00-00Z_1_2_0.1.wav", "notes.wav", open]).Order(StringComparer.Ordinal), bench.Files());
        Assert.Equal(1, bench.Log.EventCount("recording_deleted"));
        bench.Stop(key, bench.Now);
    }

    [Fact]
    public void One_whose_line_the_call_records_do_not_take_is_left_for_the_next_start()
    {
        using var bench = new RecorderBench { TakesLines = false };
        RecordingKey key = bench.Begin();
        string file = bench.TakeReport().File;
        bench.Stop(key, bench.Now);
        Assert.Equal(RecordingReportKind.Closed, bench.TakeReport().Kind);
        Assert.True(bench.Recorder.TryStop(TimeSpan.FromSeconds(10)));
        Assert.Equal([file.Replace(".wav", ".done.wav", StringComparison.Ordinal)], bench.Files());
    }

    [Fact]
    public void When_even_that_makes_no_room_the_recording_is_refused_and_it_is_said_once()
    {
        using var bench = new RecorderBench(largestTotal: 1000, starts: false);
        string folder = Directory.CreateDirectory(bench.Folder).FullName;
        using SoundFile? open = SoundFile.TryCreate(Path.Combine(folder, "2026-01-01T00-00-00Z_1_2_0.1.part.wav"), out _);
        Assert.True(open!.TryAppend(new byte[2000], out _));
        bench.Recorder.Start();
        for (int i = 0; i < 3; i++)
        {
            _ = bench.Begin();
            RecordingReport report = bench.TakeReport();
            Assert.Equal((RecordingReportKind.Closed, ""), (report.Kind, report.File));
            Assert.Contains("max_size", report.Problem, StringComparison.Ordinal);
        }
        Assert.Equal(1, bench.Log.EventCount("recordings_failed"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_costs_the_recording_and_the_next_one_is_tried_again()
    {
        string parent = Directory.CreateTempSubdirectory("edgepbx-recorder-").FullName;
        string folder = Path.Combine(parent, "recordings");
        File.WriteAllText(folder, "in the way");
        using (var bench = new RecorderBench(folder: folder))
        {
            _ = bench.Begin();
            Assert.NotEqual("", bench.TakeReport().Problem);
            File.Delete(folder);
            RecordingKey key = bench.Begin();
            Assert.Equal(RecordingReportKind.Started, bench.TakeReport().Kind);
            Assert.True(SpinWait.SpinUntil(() => bench.Log.EventCount("recordings_resumed") == 1, TimeSpan.FromSeconds(30)));
            Assert.Equal(1, bench.Log.EventCount("recordings_failed"));
            bench.Stop(key, bench.Now);
        }
        Directory.Delete(parent, recursive: true);
    }

    [Fact]
    public void A_file_of_the_name_that_is_there_already_is_never_written_over()
    {
        using var bench = new RecorderBench();
        string folder = Directory.CreateDirectory(bench.Folder).FullName;
        string target = Path.Combine(folder, "target");
        File.WriteAllText(target, "untouched");
        // links at every name that it may choose within the next minute
        for (int i = 0; i < 60; i++)
        {
            string name = $"{DateTime.UtcNow.AddSeconds(i):yyyy-MM-dd'T'HH-mm-ss'Z'}_1001_1002_0.1.part.wav";
            _ = File.CreateSymbolicLink(Path.Combine(folder, name), target);
        }
        RecordingKey key = bench.Begin();
        Assert.EndsWith("_0.1_2.wav", bench.TakeReport().File, StringComparison.Ordinal);
        bench.Stop(key, bench.Now);
        _ = bench.TakeReport();
        Assert.Equal("untouched", File.ReadAllText(target));
    }

    [Fact]
    public void A_file_as_long_as_wav_may_be_goes_on_in_another_one()
    {
        using var bench = new RecorderBench(starts: false);
        _ = Directory.CreateDirectory(bench.Folder);
        var order = new RecordingOrder { Format = RecordingFormat.Narrow, From = "1", To = "2", Call = "0.1" };
        using var recording = new WavRecording(
            bench.NewKey(), order, RecordingName.For(bench.Folder, order, DateTime.UtcNow, 1), default, largest: 32000);
        Assert.True(recording.TryOpen());
        for (int i = 1; i <= 10; i++)
        {
            recording.Advance(i * TimeSpan.TicksPerSecond / 4);
            recording.Commit();
        }
        recording.Close();
        Assert.Equal("", recording.Problem);
        Assert.Equal(["_0.1.done.wav", "_0.1_part2.done.wav", "_0.1_part3.done.wav"], recording.Finished.Select(file => file.Path[file.Path.IndexOf("_0.1", StringComparison.Ordinal)..]));
        Assert.Equal(2.5, recording.Finished.Sum(file => file.Seconds));
    }
}
