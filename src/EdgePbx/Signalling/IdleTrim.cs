namespace EdgePbx;

/// <summary>
/// After a busy time the heap stays as large as it was. When the last call is over and nothing of it is remembered any
/// more, it is collected and given back to the system: the only moment at which a pause of some milliseconds disturbs nobody.
/// </summary>
internal sealed class IdleTrim
{
    /// <summary>So many collections since the last time, each after two megabytes, make it worth while.</summary>
    private const int Collections = 4;

    private int _seen = GC.CollectionCount(0);
    private bool _wasIdle = true;

    /// <summary>How often memory was given back.</summary>
    public int Count { get; private set; }

    public void Note(bool isIdle)
    {
        if (isIdle && !_wasIdle && GC.CollectionCount(0) - _seen >= Collections)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _seen = GC.CollectionCount(0);
            Count++;
        }
        _wasIdle = isIdle;
    }
}
