namespace EdgePbx;

/// <summary>
/// Records on their way to the thread that writes them. Bounded; who posts never waits for the medium, and the writer
/// sleeps without turning round and round first, which would cost the voices processor time with every call.
/// </summary>
/// <param name="capacity">Records that may wait.</param>
internal sealed class RecordQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly Queue<IRecordLine> _waiting = new();
    private bool _isAwake;
    private bool _isComplete;

    /// <summary>Records that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Any thread. False: no room, or nothing is taken any more.</summary>
    public bool TryAdd(IRecordLine record)
    {
        lock (_gate)
        {
            if (_isComplete || _waiting.Count >= capacity)
            {
                return false;
            }
            _waiting.Enqueue(record);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Any thread: the writer comes round once, with or without a record.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isAwake = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Any thread: nothing is added any more, and the writer ends when it has taken what waits.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The writer's: waits until there is something to do. False: it is over.</summary>
    /// <param name="record">Null after <see cref="Wake"/>.</param>
    public bool TryTake(out IRecordLine? record)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isAwake && !_isComplete)
            {
                _ = Monitor.Wait(_gate);
            }
            _isAwake = false;
            return _waiting.TryDequeue(out record) || !_isComplete;
        }
    }
}
