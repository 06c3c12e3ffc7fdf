using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>
/// A recorder without its thread, on a clock that goes on only while its medium works: so much for each write of a file. Who watches is
/// called after each write, and sees all that a power cut could leave.
/// </summary>
internal sealed class SlowMedium : TimeProvider, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgepbx-slow-medium-");
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow.AddHours(-1); // nobody sets its clock on the wall
    private long _ticks = TimeSpan.TicksPerHour;
    private ushort _slot;

    public SlowMedium(TimeSpan? longestAge = null, long largestTotal = 1L << 30)
    {
        Section = new RecordingSection(RecordMode.Always, "*1", Path.Combine(_folder.FullName, "recordings"), largestTotal, longestAge);
        var meter = new WriteMeter(() => // it is told of each write, and asks what time it is
        {
            Advance(WriteTakes);
            Watch?.Invoke();
            return Now;
        });
        Recorder = new Recorder(Section, Inbox, this, new RecordingLogger(), static () => { }, line =>
        {
            Lines.Add(line);
            return true;
        }, meter);
    }

    public RecordingSection Section { get; }
    public RecorderInbox Inbox { get; } = new();
    public Recorder Recorder { get; }
    public List<RecordingLine> Lines { get; } = [];
    public TimeSpan WriteTakes { get; set; }

    /// <summary>To find a name and make a file, for which the date is asked.</summary>
    public TimeSpan BeginTakes { get; set; }

    /// <summary>Called after each write.</summary>
    public Action? Watch { get; set; }

    public Instant Now => new(_ticks);

    /// <summary>How often somebody asked for the clock on the wall.</summary>
    public int AsksForDate { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow()
    {
        AsksForDate++;
        Advance(BeginTakes);
        return _start.AddTicks(_ticks);
    }

    public void Advance(TimeSpan time) => _ticks += time.Ticks;

    /// <summary>The order alone.</summary>
    public RecordingKey Order(RecordingFormat format = RecordingFormat.Narrow)
    {
        var key = new RecordingKey(_slot++, 1);
        var order = new RecordingOrder { Format = format, Call = $"{key.Slot}.1", From = "1001", To = "1002" };
        Assert.True(Inbox.TryPost(new RecorderMessage(RecorderMessageKind.Start, key) { Order = order, At = Now }));
        return key;
    }

    /// <summary>The order, and its file.</summary>
    public (RecordingKey Key, string Path) Begin(RecordingFormat format = RecordingFormat.Narrow)
    {
        RecordingKey key = Order(format);
        Recorder.Turn();
        RecordingReport started = Assert.Single(Reports());
        Assert.Equal(RecordingReportKind.Started, started.Kind);
        return (key, Path.Combine(Section.Folder, started.File.Replace(".wav", ".part.wav", StringComparison.Ordinal)));
    }

    /// <summary>A file that an earlier recording left; where it is.</summary>
    public string Put(string name, int bytes)
    {
        string path = Path.Combine(Section.Folder, name);
        File.WriteAllBytes(path, new byte[bytes]);
        return path;
    }

    public void Stop(RecordingKey key) => Assert.True(Inbox.TryPost(new RecorderMessage(RecorderMessageKind.Stop, key) { At = Now }));

    public List<RecordingReport> Reports()
    {
        var reports = new List<RecordingReport>();
        while (Recorder.TryTakeReport(out RecordingReport report))
        {
            reports.Add(report);
        }
        return reports;
    }

    /// <summary>Turns until that many lines are written.</summary>
    public void TurnUntilLines(int count)
    {
        for (int turns = 0; Lines.Count < count; turns++)
        {
            Assert.True(turns < 100 * count, $"{Lines.Count} of {count} lines came");
            Recorder.Turn();
        }
    }

    public void Dispose()
    {
        Recorder.Dispose();
        Inbox.Dispose();
        _folder.Delete(recursive: true);
    }
}
