using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Orders to the recorder and its reports, as the signalling thread sees them. That a recording ends it hears by the relay, behind the last packets.</summary>
internal interface IRecorderLine
{
    void Begin(RecordingKey key, RecordingOrder order);
    bool TryTakeReport(out RecordingReport report);

    /// <summary>Packets that the recorder could not take in time.</summary>
    long Missed { get; }

    /// <summary>The medium has not let the recorder get on for so long that a shutdown need not wait for it.</summary>
    bool IsStalled { get; }
}

/// <summary>The real recorder. What it can't take is refused here, so that no call ever waits for it.</summary>
internal sealed class RecorderLine(Recorder recorder, RecorderInbox inbox, Action wakeSignalling) : IRecorderLine
{
    private readonly Queue<RecordingReport> _refused = new();
    private int _open;

    public long Missed => inbox.Missed;
    public bool IsStalled => recorder.IsStalled;

    public void Begin(RecordingKey key, RecordingOrder order)
    {
        string problem = recorder.IsHung ? "the medium does not answer" : _open >= Recorder.Most ? "too many calls are being recorded" : "";
        if (problem.Length == 0 && recorder.TryBegin(key, order))
        {
            _open++;
            return;
        }
        _refused.Enqueue(new RecordingReport(RecordingReportKind.Closed, key, "", problem.Length == 0 ? "the recorder is too slow" : problem));
        wakeSignalling();
    }

    public bool TryTakeReport(out RecordingReport report)
    {
        if (_refused.TryDequeue(out report))
        {
            return true;
        }
        if (inbox.TryTakeHandedOver(out RecordingKey recording))
        {
            report = new RecordingReport(RecordingReportKind.HandedOver, recording, "");
            return true;
        }
        bool isTaken = recorder.TryTakeReport(out report);
        _open -= isTaken && report.Kind == RecordingReportKind.Closed ? 1 : 0;
        return isTaken;
    }
}
