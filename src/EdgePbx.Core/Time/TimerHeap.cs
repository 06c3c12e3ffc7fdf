namespace EdgePbx.Core;

/// <summary>All armed timers, earliest first: a binary heap whose entries know their own place.</summary>
public sealed class TimerHeap
{
    private readonly List<OwnedTimer> _heap = [];
    private readonly int[] _armed = new int[Enum.GetValues<TimerKind>().Length];
    private long _sequence;

    /// <summary>How many timers are armed, of all kinds.</summary>
    public int Armed => _heap.Count;

    public Instant NextDue => _heap.Count == 0 ? Instant.Never : _heap[0].Due;

    public int ArmedOf(TimerKind kind) => _armed[(int)kind];

    /// <summary>Fires what is due at <paramref name="now"/>. A timer is disarmed before its owner hears of it.</summary>
    public void FireDue(Instant now)
    {
        while (TryFireNext(now))
        {
        }
    }

    /// <summary>Fires the earliest timer; false when none is due.</summary>
    public bool TryFireNext(Instant now)
    {
        if (NextDue > now)
        {
            return false;
        }
        OwnedTimer timer = _heap[0];
        Remove(timer);
        timer.Fire(now);
        return true;
    }

    /// <summary>Disarms every timer that the predicate names, and gives their number: for what its owner left behind.</summary>
    internal int RemoveWhere(Predicate<OwnedTimer> isLeft)
    {
        int removed = 0;
        foreach (OwnedTimer timer in _heap.FindAll(isLeft))
        {
            Remove(timer);
            removed++;
        }
        return removed;
    }

    internal void Schedule(OwnedTimer timer, Instant due)
    {
        if (timer.IsArmed)
        {
            TakeOut(timer);
        }
        else
        {
            timer.Ledger?.Open(ReceiptKind.Timer);
        }
        timer.Due = due;
        timer.Sequence = _sequence++;
        timer.Position = _heap.Count;
        _heap.Add(timer);
        _armed[(int)timer.Kind]++;
        Up(timer.Position);
    }

    internal void Remove(OwnedTimer timer)
    {
        if (timer.IsArmed)
        {
            TakeOut(timer);
            timer.Ledger?.Close(ReceiptKind.Timer);
        }
    }

    private void TakeOut(OwnedTimer timer)
    {
        int at = timer.Position;
        int last = _heap.Count - 1;
        Swap(at, last);
        _heap.RemoveAt(last);
        timer.Position = -1;
        _armed[(int)timer.Kind]--;
        if (at < last)
        {
            Up(at);
            Down(at);
        }
    }

    private void Up(int at)
    {
        while (at > 0 && IsBefore(at, (at - 1) / 2))
        {
            Swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void Down(int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _heap.Count)
            {
                return;
            }
            if (child + 1 < _heap.Count && IsBefore(child + 1, child))
            {
                child++;
            }
            if (!IsBefore(child, at))
            {
                return;
            }
            Swap(at, child);
            at = child;
        }
    }

    // equal deadlines fire in the order in which they were armed, so that a run can be repeated
    private bool IsBefore(int a, int b) => _heap[a].Due < _heap[b].Due
        || (_heap[a].Due == _heap[b].Due && _heap[a].Sequence < _heap[b].Sequence);

    private void Swap(int a, int b)
    {
        (_heap[a], _heap[b]) = (_heap[b], _heap[a]);
        _heap[a].Position = a;
        _heap[b].Position = b;
    }
}
