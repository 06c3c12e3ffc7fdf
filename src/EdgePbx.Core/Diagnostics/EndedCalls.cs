namespace EdgePbx.Core;

/// <summary>The last calls that ended, and the last that were not clean; both lists are bounded.</summary>
internal sealed class EndedCalls
{
    public const int Kept = 50;
    private readonly Queue<CallRecord> _last = new();
    private readonly Queue<CallRecord> _unclean = new();

    /// <summary>Newest first.</summary>
    public IEnumerable<CallRecord> Last => _last.Reverse();

    /// <summary>Newest first.</summary>
    public IEnumerable<CallRecord> Unclean => _unclean.Reverse();

    /// <summary>Calls since the start that were not clean.</summary>
    public long UncleanCount { get; private set; }

    /// <summary>Those that nobody has acknowledged.</summary>
    public long UncleanUnseen { get; private set; }

    public void Acknowledge() => UncleanUnseen = 0;

    public void Add(CallRecord record)
    {
        if (record.Revision == 1)
        {
            Put(_last, record);
        }
        if (!record.IsClean)
        {
            UncleanCount++;
            UncleanUnseen++;
            Put(_unclean, record);
        }
    }

    private static void Put(Queue<CallRecord> list, CallRecord record)
    {
        if (list.Count == Kept)
        {
            _ = list.Dequeue();
        }
        list.Enqueue(record);
    }
}
