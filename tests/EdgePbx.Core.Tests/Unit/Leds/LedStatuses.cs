namespace EdgePbx.Core.Tests;

/// <summary>Every combination of what a lamp can be told.</summary>
internal static class LedStatuses
{
    public static readonly Instant Now = new(TimeSpan.FromHours(1).Ticks);

    private static readonly Instant?[] Moments = [null, Now + TimeSpan.FromMilliseconds(-1)];
    private static readonly Instant[] Lates = [Instant.Never, Now];

    public static IReadOnlyList<EngineStatus> Engines { get; } =
    [
        .. from calls in Enumerable.Range(0, 8)
           from capacity in new[] { 7, 100 }
           from timers in new[] { 0, 2 }
           from late in Lates
           from refresh in Moments
           from expiry in Moments
           from phones in new[] { 0, 1 }
           from isOverloaded in new[] { false, true }
           from hasLeftovers in new[] { false, true }
           select new EngineStatus
           {
               Calls = calls,
               Capacity = capacity,
               SessionTimers = timers,
               RefreshLateAt = late,
               LastRefresh = refresh,
               LastExpiry = expiry,
               Registrations = phones,
               IsOverloaded = isOverloaded,
               HasLeftovers = hasLeftovers,
           },
    ];

    public static IReadOnlyList<LedStatus> All { get; } =
    [
        .. from action in Enum.GetValues<LedAction>() select new LedStatus { Action = action },
        .. from fault in Enum.GetValues<LedFault>()
           from isUnfit in new[] { LedTroubles.None, LedTroubles.SelfTestFailed }
           from engine in Engines.Where((_, i) => i % 61 == 0) // some of them: what comes first is decided without the engine
           from phase in new[] { LedPhase.Starting, LedPhase.Ready, LedPhase.Stopping }
           from troubles in Enumerable.Range(0, 64)
           select new LedStatus { Engine = engine, Phase = phase, Troubles = (LedTroubles)troubles | isUnfit, Fault = fault },
        .. from engine in Engines
           from phase in new[] { LedPhase.Starting, LedPhase.Ready }
           from troubles in Enumerable.Range(0, 64)
           select new LedStatus { Engine = engine, Phase = phase, Troubles = (LedTroubles)troubles },
    ];
}
