using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The recordings that are open or are still to be closed, and their folder. Belongs to the recorder thread, which says when there
/// is time for what.
/// </summary>
internal sealed class RecordingDesk : IDisposable
{
    /// <summary>Together with the window, the ways between the threads and the time that the medium takes this stays within a second.</summary>
    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RoomInterval = TimeSpan.FromSeconds(10);

    private readonly RecordingFolder _folder;
    private readonly RecordingIndex _index;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly WriteMeter? _meter;
    private readonly List<OpenRecording> _open = [];
    private readonly Queue<EndedRecording> _ended = new(); // whose files are still to be closed
    private Instant _nextCommit;
    private Instant _nextRoom;
    private volatile bool _isFailing;
    private bool _hasClosed;   // in the last turn
    private bool _wantsRoom;   // since something was closed
    private string? _noRoom;   // what this turn's look through the folder said; null: there was none yet

    /// <param name="section">Where to, and how much.</param>
    /// <param name="clock">For the names of files.</param>
    /// <param name="log">Told once when the medium fails, and once when it works again.</param>
    /// <param name="onLine">As <see cref="RecordingIndex"/>'s.</param>
    /// <param name="meter">Told what is written; null: nobody counts.</param>
    public RecordingDesk(RecordingSection section, TimeProvider clock, ILogger log, Func<RecordingLine, bool> onLine, WriteMeter? meter)
    {
        (_clock, _log, _meter) = (clock, log, meter);
        _folder = new RecordingFolder(section, clock, log, () => Now!());
        _index = new RecordingIndex(onLine);
    }

    /// <summary>The clock that also stamps the packets.</summary>
    public required Func<Instant> Now { get; init; }

    /// <summary>Called after each thing that may have taken long.</summary>
    public required Action GoOn { get; init; }

    public required Action<RecordingReport> Report { get; init; }

    /// <summary>Any thread: recordings can't be written at present.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Nothing is being recorded.</summary>
    public bool IsEmpty => _open.Count == 0;

    /// <summary>Something is to be done that need not wait for a message.</summary>
    public bool HasWork => _ended.Count > 0 || _wantsRoom || _index.IsBusy;

    public bool IsCommitDue => Now() >= _nextCommit;

    public void Dispose() => _index.Dispose();

    /// <summary>What the last process left.</summary>
    public void Repair()
    {
        GoOn();
        if (Directory.Exists(_folder.Path))
        {
            foreach (FinishedFile file in _folder.Repair())
            {
                _index.Add(file);
                GoOn();
            }
            _ = _folder.TryMakeRoom(out _, GoOn);
        }
    }

    /// <summary>What was seen in the folder may have changed since the last one.</summary>
    public void BeginTurn() => _noRoom = null;

    /// <summary>Puts what has come into its place, and commits what it is time for.</summary>
    public void Write()
    {
        Instant now = Now();
        foreach (OpenRecording recording in _open)
        {
            recording.Advance((now - recording.Start - OpenRecording.Window).Ticks);
            GoOn();
        }
        if (now >= _nextCommit)
        {
            _nextCommit = now + CommitInterval;
            Commit();
        }
        if (now >= _nextRoom && _open.Count > 0)
        {
            _nextRoom = now + RoomInterval;
            MakeRoom(now);
        }
    }

    /// <summary>One thing a turn, as each may take as long as the medium wants: the next commit is late by that and no more.</summary>
    public void WorkOff(bool isQuitting)
    {
        bool closes = _ended.Count > 0 && (isQuitting || !_hasClosed || !_index.IsBusy); // else digests would wait for ever
        if (closes)
        {
            Close(_ended.Dequeue());
        }
        else if (_wantsRoom && _ended.Count == 0)
        {
            _wantsRoom = false;
            _ = HasRoom(out _);
        }
        else
        {
            _index.Work();
        }
        _hasClosed = closes;
    }

    /// <summary>The packets and ends of all recordings that are in it.</summary>
    public void Take(TapBuffer buffer)
    {
        Instant now = Now();
        int place = 0;
        while (buffer.TryRead(ref place, out TappedHeader header, out ReadOnlySpan<byte> payload))
        {
            if (Find(header.Recording) is not { } recording)
            {
                continue;
            }
            if (header.IsEnd)
            {
                End(recording, header.Arrival, header.Missed);
            }
            else
            {
                recording.MakeWay(((header.Arrival < now ? header.Arrival : now) - recording.Start).Ticks);
                recording.Put(header.Side, new SoundPacket
                {
                    Arrival = (header.Arrival - recording.Start).Ticks,
                    Codec = header.Codec,
                    Ssrc = header.Ssrc,
                    Timestamp = header.Timestamp,
                    Payload = payload,
                });
            }
        }
    }

    public void Begin(RecordingKey key, RecordingOrder order, Instant at)
    {
        OpenRecording? recording = null;
        if (_folder.TryOpen(out string problem) && HasRoom(out problem))
        {
            recording = Make(key, order, at);
            problem = recording.TryOpen() ? "" : recording.Problem;
        }
        if (problem.Length > 0)
        {
            recording?.Close(); // one of two files may be there
            Collect(recording);
            Fail(problem);
            Report(new RecordingReport(RecordingReportKind.Closed, key, "", problem));
            return;
        }
        _open.Add(recording!);
        Report(new RecordingReport(RecordingReportKind.Started, key, recording!.FileName));
    }

    /// <summary>If it is open; <paramref name="missed"/> packets found no buffer.</summary>
    public void End(RecordingKey key, Instant at, int missed)
    {
        if (Find(key) is { } recording)
        {
            End(recording, at, missed);
        }
    }

    public void EndAll(Instant at)
    {
        foreach (OpenRecording recording in _open.ToArray())
        {
            End(recording, at);
        }
    }

    private OpenRecording? Find(RecordingKey key)
    {
        foreach (OpenRecording recording in _open)
        {
            if (recording.Key == key)
            {
                return recording;
            }
        }
        return null;
    }

    private OpenRecording Make(RecordingKey key, RecordingOrder order, Instant at)
    {
        DateTime start = (_clock.GetUtcNow() - (Now() - at)).UtcDateTime;
        start = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMillisecond));
        int number = order.Part;
        RecordingName name = RecordingName.For(_folder.Path, order, start, number);
        while (name.Exists("") || name.Exists("_caller") || name.Exists("_callee"))
        {
            name = RecordingName.For(_folder.Path, order, start, ++number);
        }
        return order.Format == RecordingFormat.Opus
            ? new OpusRecording(key, order, name, at) { Meter = _meter }
            : new WavRecording(key, order, name, at) { Meter = _meter };
    }

    // what is left to do is done later: closing takes long, and those that are being recorded come first
    private void End(OpenRecording recording, Instant at, int missed = 0)
    {
        recording.Missed += missed;
        _ = _open.Remove(recording);
        _ended.Enqueue(new EndedRecording(recording, at));
        if (recording.Problem.Length > 0)
        {
            Fail(recording.Problem);
        }
    }

    private void Close(EndedRecording ended)
    {
        OpenRecording recording = ended.Recording;
        bool isKnown = recording.Problem.Length > 0;
        recording.Advance((ended.At - recording.Start).Ticks, isEnd: true);
        recording.Close();
        Collect(recording);
        if (!isKnown && recording.Problem.Length > 0)
        {
            Fail(recording.Problem);
        }
        Report(new RecordingReport(RecordingReportKind.Closed, recording.Key, recording.FileName, recording.Problem)
        {
            Seconds = recording.Seconds, Bytes = recording.Bytes, Dropped = recording.Missed,
        });
        recording.Dispose();
        _wantsRoom = true;
    }

    private void Collect(OpenRecording? recording)
    {
        foreach (FinishedFile file in recording?.Finished ?? [])
        {
            _index.Add(file);
        }
    }

    private void Commit()
    {
        foreach (OpenRecording recording in _open.ToArray())
        {
            recording.Commit();
            GoOn();
            if (recording.Problem.Length > 0)
            {
                End(recording, Now());
            }
            else if (_isFailing)
            {
                _isFailing = false;
                _log.RecordingsResumed();
            }
        }
    }

    private void MakeRoom(Instant now)
    {
        if (!HasRoom(out string problem))
        {
            foreach (OpenRecording recording in _open.ToArray())
            {
                recording.EndFor(problem);
                End(recording, now);
            }
        }
    }

    // the folder is looked through once a turn, whatever number of recordings wants to know
    private bool HasRoom(out string problem)
    {
        if (_noRoom is null)
        {
            _ = _folder.TryMakeRoom(out _noRoom, GoOn);
            GoOn();
        }
        problem = _noRoom;
        return problem.Length == 0;
    }

    // once each time that it goes wrong, whatever number of calls that costs
    private void Fail(string problem)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            _log.RecordingsFailed(problem);
        }
    }

    /// <param name="At">When its call, or what made it possible, was over.</param>
    private readonly record struct EndedRecording(OpenRecording Recording, Instant At);
}
