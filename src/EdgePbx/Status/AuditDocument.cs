using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What <c>edgepbx audit --json</c> prints: the whole uptime in numbers.</summary>
internal sealed record AuditDocument
{
    public double UptimeSeconds { get; init; }
    public string Version { get; init; } = "";
    public AuditCalls Calls { get; init; } = new();

    /// <summary>What all calls opened, what is closed, and what is held: by calls that are up, and by transactions that outlive theirs.</summary>
    public required ByKind<AuditCount> Kinds { get; init; }

    /// <summary>The last calls whose receipt does not balance, newest first.</summary>
    public IReadOnlyList<EndedCallSnapshot> UncleanCalls { get; init; } = [];

    /// <summary>What the reconciler found and nobody has acknowledged yet, newest first.</summary>
    public IReadOnlyList<LeftoverSnapshot> Leftovers { get; init; } = [];

    /// <summary>Nothing waits for somebody to look at it.</summary>
    public bool IsFine => Calls.UncleanUnseen == 0 && Leftovers.Count == 0;

    public static AuditDocument From(StatusDocument status, PbxSnapshot engine) => new()
    {
        UptimeSeconds = status.UptimeSeconds,
        Version = status.Version,
        Calls = new AuditCalls
        {
            SetUp = status.Counters.CallsSetUp,
            Answered = status.Counters.CallsEstablished,
            Up = status.Gauges.Calls,
            Ended = status.Counters.CallsReleased,
            Unclean = status.Counters.CallsUnclean,
            UncleanUnseen = engine.CallsUncleanUnseen,
            Overdue = status.Counters.CleanupsOverdue,
            Faulted = status.Counters.CallsFaulted,
            ThingsReconciled = status.Counters.ThingsReconciled,
            RecordsWritten = status.Counters.CallRecordsWritten,
            RecordsDropped = status.Counters.CallRecordsDropped,
        },
        Kinds = engine.Ledger,
        UncleanCalls = engine.UncleanCalls,
        Leftovers = engine.Leftovers,
    };
}

/// <summary>Calls since the start.</summary>
internal sealed record AuditCalls
{
    public long SetUp { get; init; }
    public long Answered { get; init; }
    public long Up { get; init; }
    public long Ended { get; init; }

    /// <summary>Their receipt does not balance.</summary>
    public long Unclean { get; init; }

    /// <summary>Those that nobody has acknowledged.</summary>
    public long UncleanUnseen { get; init; }

    /// <summary>Not cleaned up 5 s after their end.</summary>
    public long Overdue { get; init; }

    /// <summary>Ended by a bug of ours.</summary>
    public long Faulted { get; init; }
    public long ThingsReconciled { get; init; }
    public long RecordsWritten { get; init; }
    public long RecordsDropped { get; init; }
}

/// <summary>Its JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(AuditDocument))]
internal sealed partial class AuditJson : JsonSerializerContext;
