namespace EdgePbx.Core;

/// <summary>From status to meaning: the only place that knows what makes a lamp say something.</summary>
public static class LedPolicy
{
    /// <summary>How long it is shown that a call was ended by expiry.</summary>
    public static readonly TimeSpan ExpiryShown = TimeSpan.FromMinutes(5);

    /// <summary>How long it is shown that the process had to be started again.</summary>
    public static readonly TimeSpan BreakdownShown = TimeSpan.FromMinutes(5);

    /// <summary>How long a refresh is shown: its pattern, once.</summary>
    public static readonly TimeSpan RefreshShown = LedLanguage.Of(LedMeaning.Refreshed).Pattern.Cycle;

    /// <summary>What a lamp says that shows all of these: the most urgent of what each one alone would say.</summary>
    public static LedMeaning MeaningOf(LedId leds, LedStatus status, Instant now)
    {
        if (status.Action != LedAction.None && now < status.ActionUntil)
        {
            return OfAction(status.Action);
        }
        var meaning = LedMeaning.NoTimer;
        meaning = (leds & LedId.System) != 0 ? First(meaning, OfSystem(status, now)) : meaning;
        meaning = (leds & LedId.Calls) != 0 ? First(meaning, OfCalls(status.Engine)) : meaning;
        meaning = (leds & LedId.Timer) != 0 ? First(meaning, OfTimer(status.Engine, now)) : meaning;
        return (leds & LedId.Network) != 0 ? First(meaning, OfNetwork(status)) : meaning;
    }

    /// <summary>When the cycle of its pattern began: a refresh at its own moment, all others together.</summary>
    public static Instant BeginningOf(LedMeaning meaning, LedStatus status) =>
        meaning == LedMeaning.Refreshed ? status.Engine.LastRefresh ?? default : default;

    /// <summary>When a meaning may change although nothing happens.</summary>
    public static Instant NextChange(LedStatus status, Instant now)
    {
        EngineStatus engine = status.Engine;
        Instant next = Earliest(After(engine.RefreshLateAt, now), After(status.ActionUntil, now));
        next = Earliest(next, After(status.FaultUntil, now));
        next = Earliest(next, After(EndOf(engine.LastRefresh, RefreshShown), now));
        return Earliest(next, After(EndOf(engine.LastExpiry, ExpiryShown), now));
    }

    private static LedMeaning OfAction(LedAction action) => action switch
    {
        LedAction.ResetWarning => LedMeaning.ResetWarning,
        LedAction.SelfTestRunning => LedMeaning.SelfTestRunning,
        LedAction.SelfTestFailed => LedMeaning.SelfTestFailed,
        _ => LedMeaning.SelfTestPassed,
    };

    /// <summary>How a fault is shown.</summary>
    public static LedMeaning OfFault(LedFault fault) => fault switch
    {
        LedFault.NoConfiguration => LedMeaning.NoConfiguration,
        LedFault.CannotListen => LedMeaning.CannotListen,
        LedFault.CannotWrite => LedMeaning.CannotWrite,
        LedFault.CannotMeasure => LedMeaning.CannotMeasure,
        _ => LedMeaning.BrokeDown,
    };

    private static LedMeaning OfSystem(LedStatus status, Instant now) =>
        (status.Troubles & LedTroubles.SelfTestFailed) != 0 ? LedMeaning.SelfTestFailed
        : status.Fault != LedFault.None && now < status.FaultUntil ? OfFault(status.Fault)
        : (status.Troubles & LedTroubles.StorageFailed) != 0 ? LedMeaning.StorageFailed
        : (status.Troubles & LedTroubles.ConfigRefused) != 0 ? LedMeaning.ConfigRefused
        : status.Engine.HasLeftovers ? LedMeaning.LeftBehind
        : status.Phase != LedPhase.Ready ? LedMeaning.Starting
        : status.Engine.IsOverloaded || (status.Troubles & LedTroubles.Degraded) != 0 ? LedMeaning.Degraded
        : LedMeaning.Ready;

    private static LedMeaning OfCalls(EngineStatus engine) => engine.Calls switch
    {
        <= 0 => LedMeaning.NoCall,
        var calls when calls >= engine.Capacity => LedMeaning.AtCapacity,
        1 => LedMeaning.OneCall,
        2 => LedMeaning.TwoCalls,
        3 => LedMeaning.ThreeCalls,
        4 => LedMeaning.FourCalls,
        5 => LedMeaning.FiveCalls,
        _ => LedMeaning.ManyCalls,
    };

    private static LedMeaning OfTimer(EngineStatus engine, Instant now) =>
        engine.RefreshLateAt <= now ? LedMeaning.RefreshLate
        : now < EndOf(engine.LastExpiry, ExpiryShown) ? LedMeaning.SessionExpired
        : engine.SessionTimers == 0 ? LedMeaning.NoTimer
        : now < EndOf(engine.LastRefresh, RefreshShown) ? LedMeaning.Refreshed
        : LedMeaning.TimersHealthy;

    private static LedMeaning OfNetwork(LedStatus status) =>
        (status.Troubles & LedTroubles.NoLink) != 0 ? LedMeaning.NoLink
        : (status.Troubles & LedTroubles.NoAddress) != 0 ? LedMeaning.NoAddress
        : status.Engine.Registrations == 0 ? LedMeaning.NoPhone
        : (status.Troubles & LedTroubles.TimeNotSet) != 0 ? LedMeaning.TimeNotSet
        : LedMeaning.Online;

    private static LedMeaning First(LedMeaning one, LedMeaning other) => one < other ? one : other;

    // long ago when there was none
    private static Instant EndOf(Instant? beginning, TimeSpan shown) => beginning is { } at ? at + shown : new Instant(long.MinValue);

    private static Instant After(Instant when, Instant now) => when > now ? when : Instant.Never;

    private static Instant Earliest(Instant a, Instant b) => a < b ? a : b;
}
