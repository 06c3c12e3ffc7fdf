namespace EdgePbx;

/// <summary>Records on their way to the thread that writes them. Bounded; who posts never waits for the medium.</summary>
/// <param name="capacity">Records that may wait.</param>
internal sealed class RecordQueue(int capacity) : WriterQueue
{
    private readonly Queue<IRecordLine> _waiting = new();

    /// <summary>Records that wait.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
            {
                return _waiting.Count;
            }
        }
    }

    protected override bool IsEmpty => _waiting.Count == 0;

    /// <summary>Any thread. False: no room, or nothing is taken any more.</summary>
    public bool TryAdd(IRecordLine record)
    {
        lock (Gate)
        {
            if (IsComplete || _waiting.Count >= capacity)
            {
                return false;
            }
            _waiting.Enqueue(record);
            Monitor.Pulse(Gate);
            return true;
        }
    }

    /// <summary>The writer's: waits until there is something to do. False: it is over.</summary>
    /// <param name="record">Null after <see cref="WriterQueue.Wake"/>, and when the time is over.</param>
    /// <param name="atMost">How long it waits; null: as long as it takes.</param>
    public bool TryTake(out IRecordLine? record, TimeSpan? atMost = null)
    {
        lock (Gate)
        {
            WaitForWork(atMost);
            return _waiting.TryDequeue(out record) || !IsComplete;
        }
    }
}
