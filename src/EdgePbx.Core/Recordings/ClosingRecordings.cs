namespace EdgePbx.Core;

/// <summary>
/// Recordings that have ended and whose files the recorder has still to close. They are no call's any more: a medium that stands
/// still keeps files waiting here, not calls. There is room for a certain number; beyond it no recording begins (ADR 13).
/// </summary>
internal sealed class ClosingRecordings
{
    /// <summary>So many may wait, besides those that are open by then: twenty calls a second for six seconds.</summary>
    public const int Most = 128;

    /// <summary>Who waits for longer is told of, once for all that wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// That is over when none has waited for longer than this: one or the other may always wait, and a medium that is just too slow
    /// would else be told of with each file.
    /// </summary>
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(1);

    /// <summary>After that it is taken for lost, and said to be: what the recorder tells of it later finds nothing.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromMinutes(10);

    private readonly PbxContext _context;
    private readonly RecordingTable _table;
    private readonly List<Recording> _waiting = []; // the one that has waited longest first
    private readonly OwnedTimer _timer;
    private bool _isOverdue;

    public ClosingRecordings(PbxContext context, RecordingTable table)
    {
        (_context, _table) = (context, table);
        _timer = new OwnedTimer(context.Timers, TimerKind.Housekeeping, Look);
    }

    public int Count => _waiting.Count;

    /// <summary>None may begin: it could not be closed either.</summary>
    public bool IsFull => _waiting.Count >= Most;

    public void Add(Instant now, Recording recording)
    {
        recording.HandedOver = now;
        _waiting.Add(recording);
        if (!_timer.IsArmed)
        {
            _timer.Arm(now + Patience);
        }
    }

    /// <summary>The recorder has closed its files.</summary>
    public void Remove(Instant now, Recording recording)
    {
        Drop(recording);
        Await(now);
    }

    private void Look(Instant now)
    {
        int lost = 0;
        while (_waiting is [{ HandedOver: { } since } oldest, ..] && now - since >= LastPatience)
        {
            lost++;
            Drop(oldest);
        }
        _context.Reconciler.Left.Add(now, "recordings_closing", lost, "the recorder");
        if (_waiting is [{ HandedOver: { } first }, ..] && now - first >= Patience && !_isOverdue)
        {
            _isOverdue = true;
            _context.Log.RecordingsOverdue(_waiting.Count, (int)Patience.TotalSeconds, Most);
        }
        Await(now);
    }

    private void Drop(Recording recording)
    {
        _ = _waiting.Remove(recording);
        _table.Free(recording.Key);
        recording.Call.Ledger.CloseHandedOver(ReceiptKind.File, recording.Files);
    }

    // for the moment at which the one that has waited longest will have waited for too long
    private void Await(Instant now)
    {
        Instant since = _waiting is [{ HandedOver: { } first }, ..] ? first : now;
        if (_isOverdue && now - since < InTime)
        {
            _isOverdue = false;
            _context.Log.RecordingsCaughtUp();
        }
        if (_waiting.Count == 0)
        {
            _timer.Cancel();
            return;
        }
        Instant due = since + (_isOverdue ? LastPatience : Patience);
        _timer.Arm(due > now ? due : now);
    }
}
