using System.Buffers;
using System.Text.Json;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The thread that writes the call records. The queue to it is bounded: when the medium can't keep up, records are dropped
/// and counted, and no call waits. Each record is one write; the medium is told to keep it as soon as no other one waits.
/// The thread also opens the file, and repairs it: no phone waits for that.
/// </summary>
internal sealed class CallRecordWriter : IDisposable
{
    private const int QueuedRecords = 1024;
    private const int MostBetweenSyncs = 32;
    private const int MostHeldBack = 1024; // while the budget is used up

    private readonly RecordQueue _queue;
    private readonly List<IRecordLine> _unsynced = new(MostBetweenSyncs); // written, and not told to keep yet
    private readonly ArrayBufferWriter<byte> _line = new(2048);
    private readonly Utf8JsonWriter _json;
    private readonly CallRecordFile _file;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _started;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private long _written;
    private long _dropped;
    private readonly string _path;
    private volatile bool _isFailing;
    private readonly WriteMeter? _meter;
    private readonly RecordShares _shares;
    private Instant _nextSync; // while the budget is used up
    private bool _isStuck;
    private bool _isStarted;
    private bool _isDisposed;

    /// <summary>Takes records from now on; they are written once it is started.</summary>
    /// <param name="section">Where to, and how much.</param>
    /// <param name="clock">The one on the wall.</param>
    /// <param name="log">Told once when records can't be written, and once when they can again.</param>
    /// <param name="capacity">Records that may wait.</param>
    /// <param name="lastWords">How long the end waits for what is not written yet.</param>
    /// <param name="meter">Told what is written.</param>
    public CallRecordWriter(RecordsSection section, TimeProvider clock, ILogger log, int capacity = QueuedRecords, TimeSpan? lastWords = null, WriteMeter? meter = null)
    {
        (_clock, _started, _log, LastWords) = (clock, clock.GetUtcNow(), log, lastWords ?? ShutdownLimits.Records);
        _queue = new RecordQueue(capacity);
        _json = new Utf8JsonWriter(_line);
        Pulse = new Pulse("records", _queue.Wake);
        _file = new CallRecordFile(section.File, section.LargestFile, section.KeptFiles, meter);
        _path = section.File;
        _meter = meter;
        _shares = new RecordShares(section, clock, () => Now());
        _thread = new Thread(Write) { Name = "records", IsBackground = true };
    }

    /// <summary>The clock that nobody sets.</summary>
    public Func<Instant> Now { get; init; } = static () => MonotonicClock.Now;

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>Records in the file since the start.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Records lost, because the medium was full, broken or too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Any thread: records can't be written at present.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Starts the thread, unless it has been.</summary>
    public void Start()
    {
        if (!Interlocked.Exchange(ref _isStarted, true))
        {
            _thread.Start();
        }
    }

    /// <summary>How long the end waits for what is not written yet.</summary>
    public TimeSpan LastWords { get; set; }

    /// <summary>The signalling thread's; never waits.</summary>
    public void Post(CallRecord record) => Post(CallDetail.From(record, _started, MonotonicClock.Now, _clock.GetUtcNow(), WallClock.IsSynchronised));

    /// <summary>The recorder thread's; never waits. What it found of an earlier process has no call here.</summary>
    public void Post(RecordingLine recording) =>
        Post((IRecordLine)(recording.CallId.Length == 0 ? recording : recording with { Id = CallDetail.IdOf(_started, recording.Call) }));

    /// <summary>Writes what waits, unless the medium hangs.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }
        Start(); // or what was posted would never be written
        _queue.Complete();
        if (_thread.Join(LastWords))
        {
            _file.Dispose();
            _json.Dispose();
        }
        else
        {
            _ = Interlocked.Add(ref _dropped, _queue.Count);
            _log.CallRecordsFailed($"the medium is too slow: {_queue.Count} record(s) are lost at the end");
        }
    }

    private void Post(IRecordLine line)
    {
        if (!_queue.TryAdd(line))
        {
            _ = Interlocked.Increment(ref _dropped);
        }
    }

    private void Open()
    {
        try
        {
            Note(_file.TryOpen(out string problem), problem, records: 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Note(isFine: false, failure.Message, records: 0);
        }
        if (_file.Repaired > 0)
        {
            _log.CallRecordRepaired(_path, _file.Repaired);
        }
    }

    private void Write()
    {
        Pulse.BeginWaiting();
        Open();
        Pulse.EndWaiting();
        while (_queue.TryTake(out IRecordLine? line, UntilNextDeed()))
        {
            Pulse.BeginWaiting();
            if (line is not null)
            {
                Append(line, isSummed: false);
            }
            foreach (CallSummary summary in _shares.TakeDue())
            {
                Append(summary, isSummed: true);
            }
            if (_unsynced.Count > 0 && IsSyncDue())
            {
                Sync();
            }
            Pulse.EndWaiting();
        }
        foreach (CallSummary summary in _shares.TakeDue(isLast: true))
        {
            Append(summary, isSummed: true);
        }
        if (_unsynced.Count > 0)
        {
            Sync();
        }
    }

    private void Append(IRecordLine line, bool isSummed)
    {
        ReadOnlySpan<byte> bytes = LineOf(line);
        if (!isSummed && !_shares.Takes(line, bytes.Length))
        {
            return;
        }
        bool isFine = _file.TryAppend(bytes, out string problem);
        if (_file.IsStuckAtItsSize && !_isStuck)
        {
            _isStuck = true;
            _log.CallRecordsNotRotated(_path);
        }
        if (isFine)
        {
            _unsynced.Add(line);
            return;
        }
        _ = Interlocked.Add(ref _written, _unsynced.Count);
        _unsynced.Clear();
        Note(isFine, problem, records: 1);
    }

    private bool IsSyncDue() => _meter is { IsOver: true } && Now() < _nextSync
        ? _unsynced.Count >= MostHeldBack
        : _queue.Count == 0 || _unsynced.Count >= MostBetweenSyncs;

    private void Sync()
    {
        bool isFine = _file.TrySync(out string problem);
        _nextSync = Now() + WriteMeter.Pause;
        Note(isFine, problem, _unsynced.Count);
        if (isFine)
        {
            _unsynced.ForEach(static one => one.OnKept());
        }
        _unsynced.Clear();
    }

    // null: whatever comes next
    private TimeSpan? UntilNextDeed()
    {
        Instant? next = _unsynced.Count > 0 ? _nextSync : null;
        next = _shares.Due is { } due && (next is null || due < next) ? due : next;
        return next is { } at ? TimeSpan.FromMilliseconds(Math.Max(1, (at - Now()).TotalMilliseconds)) : null;
    }

    private ReadOnlySpan<byte> LineOf(IRecordLine record)
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        record.WriteTo(_json);
        _json.Flush();
        _line.Write("\n"u8);
        return _line.WrittenSpan;
    }

    // records count as written when they are on the medium
    private void Note(bool isFine, string problem, int records)
    {
        _ = Interlocked.Add(ref isFine ? ref _written : ref _dropped, records);
        if (isFine == _isFailing)
        {
            _isFailing = !isFine;
            if (isFine)
            {
                _log.CallRecordsResumed(Dropped);
            }
            else
            {
                _log.CallRecordsFailed(problem);
            }
        }
    }
}
