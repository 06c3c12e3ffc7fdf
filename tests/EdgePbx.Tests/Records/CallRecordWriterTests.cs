using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Records on their way from the signalling thread to the file.</summary>
[Collection("/dev/full")]
public sealed class CallRecordWriterTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _log = new();

    private string Path => _folder.File("calls.jsonl");

    [Fact]
    public void Each_record_is_a_line_of_json_when_the_writer_has_ended()
    {
        CallRecordWriter writer = NewWriter(Path);
        for (int i = 0; i < 100; i++)
        {
            writer.Post(Record with { Call = $"0.{i}" });
        }
        writer.Dispose();
        Assert.Equal((100, 0), (writer.Written, writer.Dropped));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => $"{Noon.ToUnixTimeMilliseconds()}-0.{i}"),
            File.ReadAllLines(Path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));
    }

    [Fact]
    public void A_full_disk_is_reported_once_and_counted()
    {
        CallRecordWriter writer = NewWriter("/dev/full");
        for (int i = 0; i < 10; i++)
        {
            writer.Post(Record);
        }
        writer.Dispose();
        Assert.Equal((0, 10), (writer.Written, writer.Dropped));
        Assert.Equal((1, 0), (_log.EventCount("call_records_failed"), _log.EventCount("call_records_resumed")));
    }

    [Fact]
    public void Who_posts_a_line_of_a_recording_is_told_when_it_is_on_the_medium()
    {
        var kept = new List<(int Number, long Lines, long Syncs)>();
        var budget = new WriteBudget(() => default);
        using var writer = new CallRecordWriter(new RecordsSection(true, Path, 1 << 20, 1), TimeProvider.System, _log, meter: budget[WriteCause.CallRecords]);
        for (int i = 0; i < 3; i++)
        {
            int number = i;
            writer.Post(new RecordingLine
            {
                File = $"{number}.wav",
                Kept = () => kept.Add((number, File.ReadAllLines(Path).Length, budget.Snapshot().CallRecords.Syncs)),
            });
        }
        writer.Dispose();
        Assert.Equal([0, 1, 2], kept.Select(one => one.Number));
        Assert.All(kept, one => Assert.True(one.Lines > one.Number && one.Syncs > 0, $"line {one.Number} of {one.Lines} after {one.Syncs} syncs"));
    }

    [Fact]
    public void Who_posts_a_line_that_gets_nowhere_is_told_nothing()
    {
        bool isKept = false;
        CallRecordWriter writer = NewWriter("/dev/full");
        writer.Post(new RecordingLine { Kept = () => isKept = true });
        writer.Dispose();
        Assert.False(isKept);
    }

    [Fact]
    public void A_folder_that_comes_back_is_reported_once()
    {
        string path = _folder.File("later/calls.jsonl");
        CallRecordWriter writer = NewWriter(path);
        Assert.True(SpinWait.SpinUntil(() => writer.IsFailing, TimeSpan.FromSeconds(30)));
        _ = Directory.CreateDirectory(_folder.File("later"));
        writer.Post(Record);
        writer.Post(Record);
        writer.Dispose();
        Assert.Equal((2, 0), (writer.Written, writer.Dropped));
        Assert.Equal((1, 1), (_log.EventCount("call_records_failed"), _log.EventCount("call_records_resumed")));
    }

    [Fact]
    public void That_the_file_can_not_be_rotated_is_said_once()
    {
        File.WriteAllBytes(Path, [.. "{}"u8, .. Enumerable.Repeat((byte)' ', (1 << 20) - 10), (byte)'\n']);
        _ = Directory.CreateDirectory(Path + ".1");
        _ = Directory.CreateDirectory(Path + ".2");
        CallRecordWriter writer = NewWriter(Path);
        for (int i = 0; i < 3; i++)
        {
            writer.Post(Record);
        }
        writer.Dispose();
        Assert.Equal((3, 0), (writer.Written, writer.Dropped));
        Assert.Equal((1, 0), (_log.EventCount("call_records_not_rotated"), _log.EventCount("call_records_failed")));
    }

    [Fact]
    public void A_torn_line_is_reported()
    {
        File.WriteAllText(Path, "{\"id\"");
        NewWriter(Path).Dispose();
        Assert.Equal(1, _log.EventCount("call_record_repaired"));
        Assert.Equal("", File.ReadAllText(Path));
    }

    [Fact]
    public void Nothing_is_touched_before_the_start_and_what_was_posted_by_then_follows_what_was_repaired()
    {
        File.WriteAllText(Path, "{}\n{\"id\"");
        CallRecordWriter writer = UnstartedWriter(Path);
        writer.Post(Record);
        Assert.Equal("{}\n{\"id\"", File.ReadAllText(Path));
        writer.Start();
        writer.Dispose();
        Assert.Equal((1, 0, 1), (writer.Written, writer.Dropped, _log.EventCount("call_record_repaired")));
        Assert.Equal(["{}", "0.1"], File.ReadAllLines(Path).Select(line => line == "{}" ? line : JsonDocument.Parse(line).RootElement.GetProperty("call").GetString()));
    }

    [Fact]
    public void What_was_posted_is_written_even_if_it_never_was_started()
    {
        CallRecordWriter writer = UnstartedWriter(Path);
        writer.Post(Record);
        writer.Dispose();
        Assert.Equal((1, 0), (writer.Written, writer.Dropped));
        _ = Assert.Single(File.ReadAllLines(Path));
    }

    [Fact]
    public void After_its_end_records_are_dropped_and_counted()
    {
        CallRecordWriter writer = NewWriter(Path);
        writer.Dispose();
        writer.Post(Record);
        Assert.Equal((0, 1), (writer.Written, writer.Dropped));
    }

    [Fact]
    public void The_end_is_what_the_clock_says_and_the_rest_counts_back_from_it()
    {
        var ended = new Instant(TimeSpan.FromHours(5).Ticks);
        CallRecord record = Record with
        {
            Started = new Instant(TimeSpan.FromHours(4).Ticks),
            Answered = new Instant(TimeSpan.FromHours(4.5).Ticks),
            Ended = ended,
        };
        var detail = CallDetail.From(record, Noon, ended + TimeSpan.FromSeconds(2), Noon, isSynchronised: true);
        Assert.Equal(Noon.UtcDateTime.AddSeconds(-2), detail.End);
        Assert.Equal(Noon.UtcDateTime.AddSeconds(-2).AddHours(-1), detail.Start);
        Assert.Equal(Noon.UtcDateTime.AddSeconds(-2).AddHours(-0.5), detail.Answer);
        Assert.Equal((3600, 1800.0), (detail.Seconds, detail.SecondsTalked));
    }

    [Fact]
    public void The_line_has_these_names()
    {
        var detail = CallDetail.From(Record, Noon, Record.Ended, Noon, isSynchronised: false);
        using var line = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(detail, CallDetailJson.Default.CallDetail));
        Assert.Equal(
            [
                "id", "revision", "times", "call", "call_id", "b2bua_call_id", "start", "answer", "end", "clock_synchronised", "seconds", "seconds_talked",
                "ended_by", "end_code", "end_reason", "caller", "callee", "clean", "left", "receipt",
            ],
            line.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal("2026-01-02T12:00:00Z", line.RootElement.GetProperty("end").GetString());
        Assert.Equal("1001", line.RootElement.GetProperty("caller").GetProperty("number").GetString());
        Assert.Equal(1800, line.RootElement.GetProperty("caller").GetProperty("session_timer").GetProperty("interval_seconds").GetInt32());
        Assert.False(line.RootElement.GetProperty("clock_synchronised").GetBoolean());
        JsonElement receipt = line.RootElement.GetProperty("receipt");
        Assert.Equal(
            ["legs", "dialogs", "requests", "transactions", "timers", "media_paths", "ports", "sockets", "buffers", "files", "recordings"],
            receipt.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""{"opened":4,"closed":4,"lingering":3}""", receipt.GetProperty("transactions").GetRawText());
    }

    public void Dispose() => _folder.Dispose();

    private CallRecordWriter NewWriter(string path)
    {
        CallRecordWriter writer = UnstartedWriter(path);
        writer.Start();
        return writer;
    }

    private CallRecordWriter UnstartedWriter(string path) => new(new RecordsSection(IsOn: true, path, 1 << 20, 2), new StoppedClock(Noon), _log, lastWords: TimeSpan.FromSeconds(30));

    private static CallRecord Record { get; } = new()
    {
        Call = "0.1",
        CallId = "a@phone",
        B2buaCallId = "b",
        Started = new Instant(10),
        Ended = new Instant(20),
        EndCode = "hung_up",
        EndReason = "1002 hung up",
        EndedBy = "callee",
        Caller = new LegRecord { Number = "1001", Codec = "PCMA/8000", SessionTimer = new TimerRecord(1800, "us", "UPDATE", 2, "200") },
        Callee = new LegRecord { Number = "1002" },
        IsClean = true,
        Receipt = ByKind.From(kind => kind == ReceiptKind.Transaction ? new ReceiptCount(4, 4, 3) : new ReceiptCount(0, 0, 0)),
    };
}
