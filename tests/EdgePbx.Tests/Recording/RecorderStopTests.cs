using System.Collections.Concurrent;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The end of a recorder whose medium stands still, or is slow: time is the test's, and each line among the call records waits for the medium.</summary>
public sealed class RecorderStopTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgepbx-recorder-stop-");
    private readonly FakeClock _clock = new();
    private readonly RecordingLogger _log = new();
    private readonly RecorderInbox _inbox = new();
    private readonly SemaphoreSlim _atMedium = new(0);
    private readonly BlockingCollection<(string Thread, string Problem)> _bugs = [];
    private readonly Recorder _recorder;
    private Action _medium = static () => { };

    public RecorderStopTests() => _recorder = new Recorder(
        new RecordingSection(RecordMode.Always, "*1", Path.Combine(_folder.FullName, "recordings"), 1L << 30, null),
        _inbox, _clock, _log, static () => { }, line =>
        {
            _ = _atMedium.Release();
            _medium();
            return true;
        }) { OnBug = (thread, failure) => _bugs.Add((thread, failure.Message)) };

    [Fact]
    public void One_that_stands_still_is_not_waited_for_and_it_is_said_once()
    {
        using var medium = new ManualResetEventSlim();
        _medium = medium.Wait;
        Begin(1);
        Assert.True(_inbox.TryPost(new RecorderMessage(RecorderMessageKind.Stop, new RecordingKey(0, 1)) { At = _clock.Now() }));
        Assert.True(_atMedium.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.False(_recorder.IsStalled);
        _clock.Advance(1.1);
        Assert.True(_recorder.IsStalled);
        Assert.False(_recorder.TryStop(Patience)); // or this test takes ten minutes
        Assert.False(_recorder.TryStop(Patience));
        Assert.Equal(1, _log.EventCount("recordings_left_open"));
        medium.Set();
        Assert.True(SpinWait.SpinUntil(() => _recorder.TryStop(Patience), Patience)); // it has been told, and ends when it can
    }

    [Fact]
    public void One_that_is_slow_and_gets_on_is_waited_for()
    {
        _medium = () => _clock.Advance(0.9);
        Begin(20);
        Assert.True(_recorder.TryStop(Patience));
        Assert.Equal((20, 0), (_atMedium.CurrentCount, _log.EventCount("recordings_left_open")));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_folder.FullName, "recordings")), file => !file.EndsWith("1.wav", StringComparison.Ordinal));
    }

    [Fact]
    public void Nor_is_one_waited_for_longer_than_was_said()
    {
        using var medium = new ManualResetEventSlim();
        _medium = medium.Wait;
        Begin(1);
        Assert.False(_recorder.TryStop(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(1, _log.EventCount("recordings_left_open"));
        medium.Set();
        Assert.True(SpinWait.SpinUntil(() => _recorder.TryStop(Patience), Patience));
    }

    [Fact]
    public void One_that_fails_says_so_and_is_over()
    {
        _medium = () => throw new InvalidOperationException("a bug");
        Begin(1);
        Assert.True(_recorder.TryStop(Patience));
        Assert.True(_bugs.TryTake(out (string Thread, string Problem) bug, Patience));
        Assert.Equal(("recorder", "a bug"), bug);
    }

    public void Dispose()
    {
        Assert.True(_recorder.TryStop(Patience));
        _recorder.Dispose();
        _inbox.Dispose();
        _atMedium.Dispose();
        _bugs.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Begin(int count)
    {
        for (ushort i = 0; i < count; i++)
        {
            Assert.True(_recorder.TryBegin(new RecordingKey(i, 1), new RecordingOrder { Format = RecordingFormat.Narrow, Call = $"{i}.1", From = "1001", To = "1002" }));
        }
        int begun = 0;
        Assert.True(SpinWait.SpinUntil(() => (begun += _recorder.TryTakeReport(out _) ? 1 : 0) == count, Patience));
    }
}
