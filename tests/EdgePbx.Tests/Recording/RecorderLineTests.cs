using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What the signalling thread hears of recordings while the recorder waits for its medium: that it need not wait itself.</summary>
public sealed class RecorderLineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgepbx-recorder-line-");
    private readonly ManualResetEventSlim _medium = new(); // each line among the call records waits for it, on the recorder thread
    private readonly RecorderInbox _inbox;
    private readonly Recorder _recorder;
    private readonly RecorderLine _line;
    private readonly RecordingTaps _taps;
    private int _wakes;

    public RecorderLineTests()
    {
        _inbox = new RecorderInbox(handedOver: () => Interlocked.Increment(ref _wakes));
        _recorder = new Recorder(
            new RecordingSection(RecordMode.Always, "*1", Path.Combine(_folder.FullName, "recordings"), 1L << 30, null),
            _inbox, TimeProvider.System, new RecordingLogger(), static () => { }, _ =>
            {
                _medium.Wait();
                return true;
            }) { StalledAfter = Patience };
        _line = new RecorderLine(_recorder, _inbox, static () => { });
        _taps = new RecordingTaps(_inbox);
    }

    [Fact]
    public void While_the_medium_stands_still_ends_are_handed_over_and_nothing_new_is_begun()
    {
        RecordingKey first = Begin(0);
        Assert.Equal(RecordingReportKind.Started, TakeReport().Kind);
        Stop(first);
        Assert.Equal([RecordingReportKind.Closed, RecordingReportKind.HandedOver], new[] { TakeReport().Kind, TakeReport().Kind }.Order().Reverse());

        RecordingKey second = Begin(1);
        Assert.True(SpinWait.SpinUntil(() => _recorder.IsHung, Patience)); // at the line of the first
        _ = Begin(2);
        RecordingReport refused = TakeReport();
        Assert.Equal((RecordingReportKind.Closed, "the medium does not answer"), (refused.Kind, refused.Problem));
        Stop(second);
        RecordingReport handedOver = TakeReport();
        Assert.Equal((RecordingReportKind.HandedOver, second, 2), (handedOver.Kind, handedOver.Recording, _wakes));

        _medium.Set();
        Assert.Equal([RecordingReportKind.Started, RecordingReportKind.Closed], [TakeReport().Kind, TakeReport().Kind]);
        _ = Begin(3);
        Assert.Equal(RecordingReportKind.Started, TakeReport().Kind);
    }

    [Fact]
    public void An_end_is_not_handed_over_unless_the_recorder_has_it()
    {
        using var full = new RecorderInbox(buffers: 0, orders: 2);
        var taps = new RecordingTaps(full);
        for (ushort i = 0; i < 3; i++)
        {
            taps.Stop(default, new RecordingKey(i, 1));
        }
        var handedOver = new List<RecordingKey>();
        while (full.TryTakeHandedOver(out RecordingKey recording))
        {
            handedOver.Add(recording);
        }
        Assert.Equal([new RecordingKey(0, 1), new RecordingKey(1, 1)], handedOver);
    }

    public void Dispose()
    {
        _medium.Set();
        if (_recorder.TryStop(Patience))
        {
            _recorder.Dispose();
            _inbox.Dispose();
            _medium.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    private RecordingKey Begin(ushort slot)
    {
        var key = new RecordingKey(slot, 1);
        _line.Begin(key, new RecordingOrder { Format = RecordingFormat.Narrow, Call = "0.1", From = "1001", To = "1002", Part = slot + 1 });
        return key;
    }

    private void Stop(RecordingKey recording) => _taps.Stop(new Instant(TimeProvider.System.GetElapsedTime(0).Ticks), recording);

    private RecordingReport TakeReport()
    {
        RecordingReport report = default;
        Assert.True(SpinWait.SpinUntil(() => _line.TryTakeReport(out report), Patience), "no report came");
        return report;
    }
}
