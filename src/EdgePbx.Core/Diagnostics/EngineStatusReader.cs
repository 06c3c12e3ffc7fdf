namespace EdgePbx.Core;

/// <summary>Copies the few numbers that lamps are made of. It looks at each call only when something has happened to calls or timers.</summary>
internal static class EngineStatusReader
{
    /// <returns><paramref name="former"/> when all of it still holds; then nothing is allocated.</returns>
    public static EngineStatus Read(PbxContext context, LocationService location, EngineStatus former)
    {
        Counters counters = context.Counters;
        int timers = context.Timers.ArmedOf(TimerKind.Session);
        long revision = counters.CallsSetUp + counters.CallsReleased + counters.SessionsRefreshed + counters.SessionsExpired + counters.CleanupsOverdue;
        bool isMoved = (revision, timers) != (former.Revision, former.SessionTimers);
        bool hasOverdue = isMoved ? context.Calls.Live.Any(call => call.IsOverdue) : former.HasOverdue;
        bool hasLeftovers = hasOverdue || context.Ended.UncleanUnseen > 0 || context.Reconciler.Left.Any;
        bool isOverloaded = context.Admission.IsOverloaded;
        if (!isMoved
            && (context.Calls.Count, location.Count, counters.LastExpiry) == (former.Calls, former.Registrations, former.LastExpiry)
            && (context.Settings.MaxCalls, isOverloaded, hasLeftovers) == (former.Capacity, former.IsOverloaded, former.HasLeftovers))
        {
            return former;
        }
        return new EngineStatus
        {
            Calls = context.Calls.Count,
            Capacity = context.Settings.MaxCalls,
            SessionTimers = timers,
            LateMoments = Late(context.Calls),
            LastRefresh = counters.LastRefresh,
            LastExpiry = counters.LastExpiry,
            LastCall = context.Ended.LastShown,
            Registrations = location.Count,
            IsOverloaded = isOverloaded,
            HasLeftovers = hasLeftovers,
            HasOverdue = hasOverdue,
            Revision = revision,
        };
    }

    private static LateMoments Late(CallTable calls)
    {
        Span<Instant> moments = stackalloc Instant[LateMoments.Kept];
        int count = 0;
        foreach (Call call in calls.Live)
        {
            call.CollectLate(moments, ref count);
        }
        return new LateMoments(moments[..count]);
    }
}
