using System.Buffers.Binary;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Much to do at once, because the medium has stood still or is slow: what is being recorded loses nothing by it.</summary>
public class RecorderBacklogTests
{
    private const int Many = 60;
    private static readonly TimeSpan WriteTakes = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void While_many_files_are_closed_a_running_recording_holds_all_but_the_last_second()
    {
        using var medium = new SlowMedium();
        RecordingKey[] ended = [.. Enumerable.Range(0, Many).Select(_ => medium.Begin().Key)];
        WatchOver(medium, medium.Begin().Path);
        Array.ForEach(ended, medium.Stop);
        medium.TurnUntilLines(Many);
        Assert.All(medium.Reports(), report => Assert.Equal((RecordingReportKind.Closed, ""), (report.Kind, report.Problem)));
    }

    [Fact]
    public void While_many_begin_a_running_recording_holds_all_but_the_last_second()
    {
        using var medium = new SlowMedium();
        WatchOver(medium, medium.Begin().Path);
        (medium.WriteTakes, medium.BeginTakes) = (TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(100));
        RecordingKey[] begun = [.. Enumerable.Range(0, 20).Select(_ => medium.Order())];
        var reports = new List<RecordingReport>();
        for (int turns = 0; reports.Count < begun.Length; turns++)
        {
            Assert.True(turns < begun.Length, "they do not begin");
            medium.Recorder.Turn();
            reports.AddRange(medium.Reports());
        }
        Assert.Equal(begun, reports.Select(report => report.Recording));
        Assert.All(reports, report => Assert.Equal(RecordingReportKind.Started, report.Kind));
    }

    [Fact]
    public void Many_files_that_are_closed_one_after_the_other_are_signs_of_life()
    {
        using var medium = new SlowMedium();
        RecordingKey[] ended = [.. Enumerable.Range(0, Many).Select(_ => medium.Begin().Key)];
        medium.WriteTakes = TimeSpan.FromSeconds(1);
        medium.Watch = () => Assert.False(medium.Recorder.IsHung);
        Array.ForEach(ended, medium.Stop);
        medium.TurnUntilLines(Many);
    }

    [Fact]
    public void One_write_that_does_not_come_back_is_none()
    {
        using var medium = new SlowMedium();
        RecordingKey key = medium.Begin().Key;
        medium.WriteTakes = TimeSpan.FromSeconds(6);
        bool wasHung = false;
        medium.Watch = () => wasHung |= medium.Recorder.IsHung;
        medium.Stop(key);
        medium.TurnUntilLines(1);
        Assert.True(wasHung);
        Assert.False(medium.Recorder.IsHung);
    }

    [Fact]
    public void However_many_end_the_folder_is_looked_through_once_a_turn()
    {
        using var medium = new SlowMedium(longestAge: TimeSpan.FromDays(1));
        RecordingKey[] ended = [.. Enumerable.Range(0, Many).Select(_ => medium.Begin().Key)];
        string old = $"{DateTime.UtcNow:yyyy-MM-dd'T'HH-mm-ss'Z'}_1_2_0.1.wav"; // whose age is asked for each time
        File.WriteAllBytes(Path.Combine(medium.Section.Folder, old), []);
        Array.ForEach(ended, medium.Stop);
        int before = medium.AsksForDate;
        medium.Recorder.Turn();
        Assert.InRange(medium.AsksForDate - before, 0, 1);
    }

    [Fact]
    public void A_file_that_is_too_much_goes_when_the_last_recording_has_ended()
    {
        using var medium = new SlowMedium(largestTotal: 1 << 20);
        RecordingKey key = medium.Begin().Key;
        string old = medium.Put("2020-01-01T00-00-00Z_1_2_0.1.wav", 1 << 20); // with what has just been recorded it is more than there may be
        medium.Stop(key);
        medium.TurnUntilLines(1);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public void A_file_that_is_too_old_goes_when_the_last_recording_has_ended()
    {
        using var medium = new SlowMedium(longestAge: TimeSpan.FromDays(7));
        medium.Stop(medium.Begin().Key);
        medium.TurnUntilLines(1);
        _ = medium.Reports();
        medium.Advance(TimeSpan.FromHours(25)); // no clock is believed before it has gone well for a day
        RecordingKey key = medium.Begin().Key;
        string old = medium.Put("2020-01-01T00-00-00Z_1_2_0.1.wav", 0);
        medium.Stop(key);
        medium.TurnUntilLines(2);
        Assert.False(File.Exists(old));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(10)]
    public void What_is_said_while_the_medium_stands_still_is_in_the_file(int milliseconds)
    {
        using var medium = new SlowMedium();
        RecordingKey key = medium.Begin().Key;
        var taps = new RecordingTaps(medium.Inbox);
        var tap = new MediaTap { Codecs = CodecMap.Of(), Recording = key };
        var bytes = new byte[12 + (8 * milliseconds)];
        bytes[0] = 0x80;
        bytes.AsSpan(12).Fill(0x10); // loud
        for (int number = 0; number < 10_000 / milliseconds; number++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)(number * 8 * milliseconds));
            Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
            taps.Take(medium.Now, tap, RecordedCodec.Pcmu, packet);
            medium.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }
        taps.Stop(medium.Now, key);
        taps.HandOverNow();
        medium.TurnUntilLines(1);
        (_, short[] caller, short[] callee) = RecorderBench.ReadWav(Path.Combine(medium.Section.Folder, Assert.Single(medium.Lines).File));
        Assert.Equal((80_000, 80_000, 0), (caller.Length, caller.Count(sample => sample != 0), callee.Count(sample => sample != 0)));
    }

    // From now on each write takes its time, and after each of them the file must hold what was said a second ago: silence is time too.
    private static void WatchOver(SlowMedium medium, string path)
    {
        Instant start = medium.Now;
        medium.WriteTakes = WriteTakes;
        medium.Watch = () =>
        {
            double held = RecorderBench.ReadWav(path).Caller.Length / 8000.0;
            double passed = (medium.Now - start).TotalSeconds;
            Assert.True(held > passed - 1, $"after {passed:0.00} s the file holds {held:0.00} s");
        };
    }
}
