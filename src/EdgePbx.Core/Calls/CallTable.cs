namespace EdgePbx.Core;

/// <summary>Every live call, in generational slots; the only maker of calls. A key of a call that is gone finds nothing.</summary>
internal sealed class CallTable(PbxContext context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly List<Call?> _calls = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<ushort> _free = new();

    public int Count { get; private set; }

    /// <summary>Calls that have not ended; the others are being cleaned up.</summary>
    public int Up { get; private set; }

    /// <summary>How many there ever were at once, and how many of these places wait for the next call.</summary>
    internal (int All, int Free) Slots => (_calls.Count, _free.Count);

    public IEnumerable<Call> Live => _calls.OfType<Call>();
    public int Legs => Live.Sum(call => call.LegCount);

    /// <summary>Null when the table is full, which the caller answers with 503.</summary>
    public Call? TryCreate(Instant now)
    {
        if (Count >= context.Settings.MaxCalls)
        {
            return null;
        }
        if (!_free.TryPop(out ushort slot))
        {
            slot = (ushort)_calls.Count;
            _calls.Add(null);
            _generations.Add(0);
        }
        Count++;
        Up++;
        context.Reconciler.OnBusy();
        return _calls[slot] = new Call(context, new CallKey(slot, ++_generations[slot]), now);
    }

    public Call? Find(CallKey key) =>
        key.Slot < _calls.Count && _generations[key.Slot] == key.Generation ? _calls[key.Slot] : null;

    /// <summary>The call has ended.</summary>
    internal void OnEnded(Instant now)
    {
        if (--Up == 0)
        {
            context.Reconciler.OnIdle(now);
        }
    }

    /// <summary>Watches an ending call from outside, since the watch must outlive it.</summary>
    internal OwnedTimer Watch(Call call, Instant now)
    {
        var watchdog = new OwnedTimer(context.Timers, TimerKind.Housekeeping, _ => call.ReportOverdue());
        watchdog.Arm(now + Patience);
        return watchdog;
    }

    internal void Remove(CallKey key)
    {
        if (Find(key) is null)
        {
            throw new InvalidOperationException($"call {key} removed twice");
        }
        _calls[key.Slot] = null;
        _free.Push(key.Slot);
        Count--;
        context.Counters.CallsReleased++;
    }
}
