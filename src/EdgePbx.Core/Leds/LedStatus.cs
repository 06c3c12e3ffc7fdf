namespace EdgePbx.Core;

/// <summary>Where the process is in its life.</summary>
public enum LedPhase : byte { Starting, Ready, Stopping }

/// <summary>What goes on at the button.</summary>
public enum LedAction : byte { None, ResetWarning, SelfTestRunning, SelfTestFailed, SelfTestPassed }

/// <summary>Why the process can't go on, or why it had to be started again.</summary>
public enum LedFault : byte
{
    None,

    /// <summary>No configuration that can be used, neither the file's nor a last good one.</summary>
    NoConfiguration,

    /// <summary>An address of <c>sip.listen</c> can't be had.</summary>
    CannotListen,

    /// <summary>There is no configuration, and the medium does not take a first one.</summary>
    CannotWrite,

    /// <summary><c>max_calls = "auto"</c>, and the system has no sockets to measure this board with.</summary>
    CannotMeasure,

    /// <summary>The process before this one died of a bug.</summary>
    BrokeDown,
}

/// <summary>What the host knows to be wrong; whoever notices such a thing sets its flag.</summary>
[Flags]
public enum LedTroubles : byte
{
    None = 0,
    ConfigRefused = 1,

    /// <summary>Call records, recordings or the configuration can't be written.</summary>
    StorageFailed = 2,
    NoLink = 4,
    NoAddress = 8,
    TimeNotSet = 16,

    /// <summary>Calls are served, but something that was asked for is missing.</summary>
    Degraded = 32,

    /// <summary>The last self-test did not pass.</summary>
    SelfTestFailed = 64,
}

/// <summary>The few numbers of the engine that lamps are made of; it never changes.</summary>
public sealed record EngineStatus
{
    public static readonly EngineStatus None = new();

    public int Calls { get; init; }
    public int Capacity { get; init; } = 1;
    public int SessionTimers { get; init; }

    /// <summary>When refreshes will be overdue, or were, if none comes: the earliest of all session timers.</summary>
    public LateMoments LateMoments { get; init; }

    /// <summary>The earliest of them.</summary>
    public Instant RefreshLateAt
    {
        get => LateMoments.First;
        init => LateMoments = value == Instant.Never ? default : new LateMoments([value]);
    }

    public Instant? LastRefresh { get; init; }
    public Instant? LastExpiry { get; init; }

    /// <summary>The last call that ended since the start; null: there was none.</summary>
    public EndedCallStatus? LastCall { get; init; }
    public int Registrations { get; init; }
    public bool IsOverloaded { get; init; }

    /// <summary>A call has not given back everything, and nobody has acknowledged it.</summary>
    public bool HasLeftovers { get; init; }

    internal bool HasOverdue { get; init; }

    /// <summary>Grows with everything that happens to calls and session timers.</summary>
    internal long Revision { get; init; }
}

/// <summary>A call that is over, as far as anybody may see it who walks by.</summary>
/// <param name="How">It ended, in a few words without a number.</param>
/// <param name="Score">How the one heard the other who heard worse: 1 to 4.5; null: nothing was heard.</param>
public sealed record EndedCallStatus(Instant At, string How, double? Score);

/// <summary>Which box it is.</summary>
/// <param name="Address">Where phones reach it; empty: nobody knows.</param>
public sealed record BoxIdentity(string Name, string Address)
{
    public static readonly BoxIdentity Unknown = new("", "");
}

/// <summary>Everything that lamps and displays are made of; it never changes.</summary>
public sealed record LedStatus
{
    public EngineStatus Engine { get; init; } = EngineStatus.None;
    public LedPhase Phase { get; init; }
    public LedAction Action { get; init; }

    /// <summary>When the action is no longer shown.</summary>
    public Instant ActionUntil { get; init; } = Instant.Never;
    public LedTroubles Troubles { get; init; }
    public LedFault Fault { get; init; }

    /// <summary>When the fault is no longer shown.</summary>
    public Instant FaultUntil { get; init; } = Instant.Never;

    public BoxIdentity Box { get; init; } = BoxIdentity.Unknown;

    /// <summary>The page of the display that somebody has leafed to, and until when it stays.</summary>
    public DisplayPage Page { get; init; }
    public Instant PageUntil { get; init; } = new(long.MinValue);
}
