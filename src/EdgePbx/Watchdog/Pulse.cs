namespace EdgePbx;

/// <summary>
/// The sign of life of one thread: it is asked for one, woken, and answers when it comes round. A thread that waits for a slow
/// medium or for a reader counts as alive: starting anew would help neither, and calls go on.
/// </summary>
/// <param name="thread">Its name.</param>
/// <param name="wake">Makes it come round soon, from any thread.</param>
internal sealed class Pulse(string thread, Action wake)
{
    private long _asked;
    private long _answered;
    private bool _isWaiting;

    public string Thread => thread;

    /// <summary>Any thread: it has answered since it was asked last.</summary>
    public bool IsAlive => Volatile.Read(ref _answered) == Volatile.Read(ref _asked) || Volatile.Read(ref _isWaiting);

    /// <summary>The watchdog's.</summary>
    public void Ask()
    {
        _ = Interlocked.Increment(ref _asked);
        wake();
    }

    /// <summary>The thread's own: it has come round.</summary>
    public void Beat() => Volatile.Write(ref _answered, Volatile.Read(ref _asked));

    /// <summary>The thread's own: what it does now may take as long as the medium, or whoever reads, lets it.</summary>
    public void BeginWaiting() => Volatile.Write(ref _isWaiting, true);

    /// <summary>The thread's own.</summary>
    public void EndWaiting()
    {
        Beat();
        Volatile.Write(ref _isWaiting, false);
    }
}
