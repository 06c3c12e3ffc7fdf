using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>Why something is written to the medium.</summary>
internal enum WriteCause { CallRecords, Registrations, Configuration, Recordings, Updates }

/// <summary>What one cause may write in a day, and what it has written. Any thread may count and look.</summary>
internal sealed class WriteMeter(Func<Instant> now, long budget = 0)
{
    private static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    /// <summary>Between two writes of a cause that is over its budget.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly long[] _lastDay = new long[24]; // bytes by the hour; a slice is zeroed when its turn comes again
    private long _slice;
    private long _bytes;
    private long _syncs;
    private bool _isOver;

    /// <summary>Told once when the budget of a day is used up, and again after it was kept: bytes of the last day.</summary>
    public Action<long>? OnOver { get; set; }

    public void Wrote(long bytes)
    {
        long? over = null;
        lock (_gate)
        {
            Turn();
            _bytes += bytes;
            _lastDay[_slice % _lastDay.Length] += bytes;
            long day = _lastDay.Sum();
            bool isOver = budget > 0 && day > budget;
            over = isOver && !_isOver ? day : null;
            _isOver = isOver;
        }
        if (over is { } amount)
        {
            OnOver?.Invoke(amount);
        }
    }

    /// <summary>The last day has used up what it may: whoever writes for this cause writes at most every <see cref="Pause"/> then, all that waits at once.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                Turn();
                return budget > 0 && _lastDay.Sum() > budget;
            }
        }
    }

    /// <summary>The medium was told to keep it, which costs it a block or two whatever it is.</summary>
    public void Synced()
    {
        lock (_gate)
        {
            _syncs++;
        }
    }

    public WriteSnapshot Snapshot()
    {
        lock (_gate)
        {
            Turn();
            return new WriteSnapshot { Bytes = _bytes, Syncs = _syncs, BytesLastDay = _lastDay.Sum(), BudgetBytesADay = budget };
        }
    }

    private void Turn()
    {
        long slice = now().Ticks / Slice.Ticks;
        for (long passed = Math.Min(slice - _slice, _lastDay.Length); passed > 0; passed--)
        {
            _lastDay[(slice - passed + 1) % _lastDay.Length] = 0;
        }
        _slice = Math.Max(slice, _slice);
    }
}

/// <summary>What everybody has written to the medium since the start: an SD card wears out.</summary>
internal sealed class WriteBudget(Func<Instant> now)
{
    private const long MiB = 1 << 20;

    private readonly WriteMeter[] _meters =
    [
        new(now, 16 * MiB), // some 10,000 calls
        new(now, 4 * MiB),  // some 10,000 registrations from a new place
        new(now, 1 * MiB),
        new(now),           // as much as there is to record
        new(now),
    ];

    public WriteMeter this[WriteCause cause] => _meters[(int)cause];

    /// <summary>Whom to tell when a cause has used up its day.</summary>
    public void Tell(ILogger log)
    {
        foreach (WriteCause cause in Enum.GetValues<WriteCause>())
        {
            WriteMeter meter = this[cause];
            meter.OnOver = bytes => log.WriteBudgetExceeded(cause, bytes, meter.Snapshot().BudgetBytesADay);
        }
    }

    public WritesSnapshot Snapshot() => new()
    {
        CallRecords = this[WriteCause.CallRecords].Snapshot(),
        Registrations = this[WriteCause.Registrations].Snapshot(),
        Configuration = this[WriteCause.Configuration].Snapshot(),
        Recordings = this[WriteCause.Recordings].Snapshot(),
        Updates = this[WriteCause.Updates].Snapshot(),
    };
}

/// <summary>Writes to the medium by cause.</summary>
internal sealed record WritesSnapshot
{
    public WriteSnapshot CallRecords { get; init; } = new();
    public WriteSnapshot Registrations { get; init; } = new();
    public WriteSnapshot Configuration { get; init; } = new();
    public WriteSnapshot Recordings { get; init; } = new();
    public WriteSnapshot Updates { get; init; } = new();

    public IEnumerable<(string Cause, WriteSnapshot Value)> All() =>
    [
        ("call records", CallRecords), ("registrations", Registrations), ("configuration", Configuration), ("recordings", Recordings),
        ("updates", Updates),
    ];
}

/// <summary>Of one cause since the start: bytes, and how often the medium was told to keep them.</summary>
internal sealed record WriteSnapshot
{
    public long Bytes { get; init; }
    public long Syncs { get; init; }

    /// <summary>In the last 24 hours, to the hour.</summary>
    public long BytesLastDay { get; init; }

    /// <summary>What it should stay below in a day; 0: nothing is set.</summary>
    public long BudgetBytesADay { get; init; }
}
