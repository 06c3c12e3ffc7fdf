using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The thread that writes all recordings. It alone waits for the medium: relay and signalling hand over values and go on. What it
/// has to say it says in reports.
/// </summary>
internal sealed class Recorder : IDisposable
{
    /// <summary>Recordings that may be open or closing at once.</summary>
    public const int Most = 256;

    private const string ThreadName = "recorder";
    private const int TurnMilliseconds = 50;

    /// <summary>Together with the window, the ways between the threads and the time that the medium takes this stays within a second.</summary>
    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RoomInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HungAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookWhetherStalled = TimeSpan.FromMilliseconds(20);

    private readonly RecorderInbox _inbox;
    private readonly RecordingFolder _folder;
    private readonly RecordingIndex _index;
    private readonly Func<Instant> _now;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Action _reported;
    private readonly WriteMeter? _meter;
    private readonly Mailbox<RecordingReport> _reports = new(4 * Most);
    private readonly List<OpenRecording> _open = [];
    private readonly Queue<EndedRecording> _ended = new(); // whose files are still to be closed
    private readonly Thread _thread;
    private Instant _nextCommit;
    private Instant _nextRoom;
    private volatile bool _isFailing;
    private bool _hasMessages; // some wait until a commit has been
    private bool _hasClosed;   // in the last turn
    private bool _wantsRoom;   // since something was closed
    private string? _noRoom;   // what this turn's look through the folder said; null: there was none yet
    private bool _isQuitting;
    private bool _isStarted;
    private bool _hasGivenUp; // by whoever stops it
    private long _busySince; // ticks of the clock: when it began the last thing that may take long; 0: it waits for work

    /// <param name="section">Where to, and how much.</param>
    /// <param name="inbox">What it is told.</param>
    /// <param name="clock">For both the packets' clock and the one on the wall.</param>
    /// <param name="log">Told once when the medium fails, and once when it works again.</param>
    /// <param name="reported">Called on the recorder thread after each report.</param>
    /// <param name="onLine">Takes the line of each file for the call records, on the recorder thread; false: it can't.</param>
    /// <param name="meter">Told what is written; null: nobody counts.</param>
    public Recorder(
        RecordingSection section, RecorderInbox inbox, TimeProvider clock, ILogger log, Action reported, Func<RecordingLine, bool> onLine,
        WriteMeter? meter = null)
    {
        (_inbox, _clock, _log, _reported, _meter) = (inbox, clock, log, reported, meter);
        Pulse = new Pulse(ThreadName, inbox.Wake);
        Pulse.BeginWaiting(); // until its thread runs, if it ever does
        _now = () => new Instant(clock.GetElapsedTime(0).Ticks);
        _folder = new RecordingFolder(section, clock, log);
        _index = new RecordingIndex(onLine);
        _thread = new Thread(Run) { Name = ThreadName, IsBackground = true };
    }

    /// <summary>Who gets on with nothing for so long stands still.</summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Called on its thread when that has failed, with its name; without it the process ends there and then.</summary>
    public Action<string, Exception> OnBug { get; init; } = MediaRelay.EndProcess;

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>The signalling thread's.</summary>
    public bool TryTakeReport(out RecordingReport report) => _reports.TryTake(out report);

    /// <summary>Any thread: recordings can't be written at present.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Any thread: the medium has let it wait for so long that nothing new should be given to it.</summary>
    public bool IsHung => HasLastedFor(HungAfter);

    /// <summary>Any thread: one thing, the writing of a file or whatever it be, lasts for so long that a shutdown need not wait for its end.</summary>
    public bool IsStalled => HasLastedFor(StalledAfter);

    /// <summary>The signalling thread's, or whoever's who starts the process: begins the thread, which first looks at what the last process left.</summary>
    public void Start()
    {
        if (!Volatile.Read(ref _isStarted) && !Interlocked.Exchange(ref _isStarted, true))
        {
            _thread.Start();
        }
    }

    /// <summary>The signalling thread's, before the relay is told to copy. False: it takes no more.</summary>
    public bool TryBegin(RecordingKey key, RecordingOrder order)
    {
        Start();
        return _inbox.TryPost(new RecorderMessage(RecorderMessageKind.Start, key) { Order = order, At = _now() });
    }

    /// <summary>
    /// Closes what is open and writes the lines of what is closed, as far as that is possible in the time. False: the medium is too
    /// slow, or stands still, which is not waited for; it is said once.
    /// </summary>
    public bool TryStop(TimeSpan patience)
    {
        if (!_isStarted || _hasGivenUp)
        {
            return !_isStarted || _thread.Join(TimeSpan.Zero);
        }
        _ = _inbox.TryPost(new RecorderMessage(RecorderMessageKind.Quit, default) { At = _now() });
        Instant until = MonotonicClock.Now + patience;
        while (!_thread.Join(LookWhetherStalled))
        {
            bool isStalled = IsStalled;
            if (isStalled || MonotonicClock.Now >= until)
            {
                _hasGivenUp = true;
                _log.RecordingsLeftOpen(isStalled ? "the medium stands still" : "the medium is too slow");
                return false;
            }
        }
        return true;
    }

    public void Dispose() => _index.Dispose();

    /// <summary>The thread's body.</summary>
    private void Run()
    {
        try
        {
            Repair();
            while (!_isQuitting || _hasMessages || HasWork)
            {
                Turn();
            }
        }
#pragma warning disable CA1031 // a bug must not end the process in silence: whoever is told of it ends it with a sentence and a note
        catch (Exception failure)
#pragma warning restore CA1031
        {
            OnBug(ThreadName, failure);
        }
    }

    /// <summary>Once round; the thread's, or a test's that has not started it.</summary>
    internal void Turn()
    {
        Pulse.EndWaiting();
        Volatile.Write(ref _busySince, 0);
        if (!_hasMessages && !HasWork)
        {
            _inbox.Wait(_open.Count == 0 ? -1 : TurnMilliseconds);
        }
        GoOn();
        Pulse.BeginWaiting(); // from here on for the medium
        _noRoom = null;
        TakeMessages();
        Instant now = _now();
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
        WorkOff();
    }

    /// <summary>Something is to be done that need not wait for a message.</summary>
    private bool HasWork => _ended.Count > 0 || _wantsRoom || _index.IsBusy;

    private bool HasLastedFor(TimeSpan time) => Volatile.Read(ref _busySince) is > 0 and var since && _now().Ticks - since > time.Ticks;

    // its sign of life for those who ask whether it hangs: many things that take a while are none that takes for ever
    private void GoOn() => Volatile.Write(ref _busySince, _now().Ticks);

    // packets at once, since their buffers are waited for; beginning a file may take long, and no commit waits for more than one of those
    private void TakeMessages()
    {
        _hasMessages = false;
        while (!_hasMessages && _inbox.TryTake(out RecorderMessage message))
        {
            Take(message);
            GoOn();
            _hasMessages = message.Kind == RecorderMessageKind.Start && _now() >= _nextCommit;
        }
    }

    // one thing a turn, as each may take as long as the medium wants: the next commit is late by that and no more
    private void WorkOff()
    {
        bool closes = _ended.Count > 0 && (_isQuitting || !_hasClosed || !_index.IsBusy); // else digests would wait for ever
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

    private void Take(in RecorderMessage message)
    {
        switch (message.Kind)
        {
            case RecorderMessageKind.Packets:
                Take(message.Buffer!);
                break;
            case RecorderMessageKind.Start:
                Begin(message.Recording, message.Order!, message.At);
                break;
            case RecorderMessageKind.Stop when Find(message.Recording) is { } recording:
                End(recording, message.At, message.Missed);
                break;
            case RecorderMessageKind.Quit:
                _isQuitting = true;
                foreach (OpenRecording recording in _open.ToArray())
                {
                    End(recording, message.At);
                }
                break;
            default:
                break;
        }
    }

    private void Take(TapBuffer buffer)
    {
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
        _inbox.Return(buffer);
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

    private void Begin(RecordingKey key, RecordingOrder order, Instant at)
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

    private OpenRecording Make(RecordingKey key, RecordingOrder order, Instant at)
    {
        DateTime start = (_clock.GetUtcNow() - (_now() - at)).UtcDateTime;
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
                End(recording, _now());
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
            _ = _folder.TryMakeRoom(out _noRoom);
            GoOn();
        }
        problem = _noRoom;
        return problem.Length == 0;
    }

    private void Repair()
    {
        GoOn();
        if (Directory.Exists(_folder.Path))
        {
            foreach (FinishedFile file in _folder.Repair())
            {
                _index.Add(file);
                GoOn();
            }
            _ = _folder.TryMakeRoom(out _);
        }
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

    private void Report(in RecordingReport report)
    {
        if (!_reports.TryPost(report))
        {
            throw new InvalidOperationException("nobody takes its reports");
        }
        _reported();
    }

    /// <param name="At">When its call, or what made it possible, was over.</param>
    private readonly record struct EndedRecording(OpenRecording Recording, Instant At);
}
