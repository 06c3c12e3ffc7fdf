namespace EdgePbx;

/// <summary>
/// The way to a thread that waits for a medium or a reader in place of those who have something to write. It sleeps without
/// turning round and round first, which would cost the voices processor time with every call.
/// </summary>
internal abstract class WriterQueue
{
    private bool _isAwake;

    protected object Gate { get; } = new();

    /// <summary>Nothing is added any more. Read with the gate held.</summary>
    protected bool IsComplete { get; private set; }

    /// <summary>Asked with the gate held.</summary>
    protected abstract bool IsEmpty { get; }

    /// <summary>Any thread: the writer comes round once, whether something waits or not.</summary>
    public void Wake()
    {
        lock (Gate)
        {
            _isAwake = true;
            Monitor.Pulse(Gate);
        }
    }

    /// <summary>Any thread: nothing is added any more, and the writer ends when it has taken what waits.</summary>
    public void Complete()
    {
        lock (Gate)
        {
            IsComplete = true;
            Monitor.Pulse(Gate);
        }
    }

    /// <summary>The writer's, with the gate held.</summary>
    /// <param name="atMost">Null: as long as it takes.</param>
    protected void WaitForWork(TimeSpan? atMost = null)
    {
        while (IsEmpty && !_isAwake && !IsComplete)
        {
            if (!Monitor.Wait(Gate, atMost ?? Timeout.InfiniteTimeSpan))
            {
                break;
            }
        }
        _isAwake = false;
    }
}
