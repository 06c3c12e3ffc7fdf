namespace EdgePbx.Core;

/// <summary>The last calls that ended, and the last that were not clean; both lists are bounded.</summary>
internal sealed class EndedCalls
{
    public const int Kept = 50;
    private readonly List<CallRecord> _last = [];
    private readonly List<CallRecord> _unclean = [];

    /// <summary>Newest first.</summary>
    public IEnumerable<CallRecord> Last => _last.AsEnumerable().Reverse();

    /// <summary>Newest first.</summary>
    public IEnumerable<CallRecord> Unclean => _unclean.AsEnumerable().Reverse();

    /// <summary>Calls since the start that were not clean.</summary>
    public long UncleanCount { get; private set; }

    /// <summary>Those that nobody has acknowledged.</summary>
    public long UncleanUnseen { get; private set; }

    /// <summary>The newest of them as a display shows it; null: there was none.</summary>
    public EndedCallStatus? LastShown { get; private set; }

    public void Acknowledge() => UncleanUnseen = 0;

    public void Add(CallRecord record)
    {
        int former = record.Revision == 1 ? -1 : _last.FindIndex(known => known.Call == record.Call);
        if (former >= 0)
        {
            _last[former] = record;
        }
        else if (record.Revision == 1)
        {
            Put(_last, record);
            LastShown = new EndedCallStatus(record.Ended, DisplayWords.HowEnded(record), WorseOf(record.Caller.Media?.Score, record.Callee.Media?.Score));
        }
        if (!record.IsClean)
        {
            UncleanCount++;
            UncleanUnseen++;
            Put(_unclean, record);
        }
    }

    private static double? WorseOf(double? one, double? other) => one is null || other < one ? other : one;

    private static void Put(List<CallRecord> list, CallRecord record)
    {
        if (list.Count == Kept)
        {
            list.RemoveAt(0);
        }
        list.Add(record);
    }
}
