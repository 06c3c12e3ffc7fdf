using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What the running process tells of its lamps: what they are made of, so that others can draw the same ones.</summary>
internal sealed record LedDocument
{
    public string Phase { get; init; } = "";
    public string Action { get; init; } = "";
    public double? SecondsOfAction { get; init; }
    public string Fault { get; init; } = "";
    public double? SecondsOfFault { get; init; }
    public IReadOnlyList<string> Troubles { get; init; } = [];
    public int Calls { get; init; }
    public int Capacity { get; init; }
    public int SessionTimers { get; init; }

    /// <summary>Negative: it is late already. Null: no session timer is armed.</summary>
    public double? SecondsToLateRefresh { get; init; }
    public double? SecondsSinceRefresh { get; init; }
    public double? SecondsSinceExpiry { get; init; }
    public int Registrations { get; init; }
    public bool Overloaded { get; init; }
    public bool LeftBehind { get; init; }

    public static LedDocument From(LedStatus status, Instant now) => new()
    {
        Phase = Word(status.Phase),
        Action = Word(status.Action),
        SecondsOfAction = Seconds(status.ActionUntil, now),
        Fault = Word(status.Fault),
        SecondsOfFault = Seconds(status.FaultUntil, now),
        Troubles = [.. Enum.GetValues<LedTroubles>().Where(one => one != LedTroubles.None && status.Troubles.HasFlag(one)).Select(Word)],
        Calls = status.Engine.Calls,
        Capacity = status.Engine.Capacity,
        SessionTimers = status.Engine.SessionTimers,
        SecondsToLateRefresh = Seconds(status.Engine.RefreshLateAt, now),
        SecondsSinceRefresh = (now - status.Engine.LastRefresh)?.TotalSeconds,
        SecondsSinceExpiry = (now - status.Engine.LastExpiry)?.TotalSeconds,
        Registrations = status.Engine.Registrations,
        Overloaded = status.Engine.IsOverloaded,
        LeftBehind = status.Engine.HasLeftovers,
    };

    public LedStatus ToStatus(Instant now) => new()
    {
        Phase = Parse<LedPhase>(Phase),
        Action = Parse<LedAction>(Action),
        ActionUntil = In(SecondsOfAction, now),
        Fault = Parse<LedFault>(Fault),
        FaultUntil = In(SecondsOfFault, now),
        Troubles = Troubles.Aggregate(LedTroubles.None, (all, one) => all | Parse<LedTroubles>(one)),
        Engine = new EngineStatus
        {
            Calls = Calls,
            Capacity = Capacity,
            SessionTimers = SessionTimers,
            RefreshLateAt = In(SecondsToLateRefresh, now),
            LastRefresh = SecondsSinceRefresh is { } refresh ? now + TimeSpan.FromSeconds(-refresh) : null,
            LastExpiry = SecondsSinceExpiry is { } expiry ? now + TimeSpan.FromSeconds(-expiry) : null,
            Registrations = Registrations,
            IsOverloaded = Overloaded,
            HasLeftovers = LeftBehind,
        },
    };

    private static double? Seconds(Instant until, Instant now) => until == Instant.Never ? null : (until - now).TotalSeconds;

    private static Instant In(double? seconds, Instant now) => seconds is { } left ? now + TimeSpan.FromSeconds(left) : Instant.Never;

    // "config_refused", as in the events
    private static string Word<T>(T value) where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    // a word that a newer one may say means nothing here
    private static T Parse<T>(string word) where T : struct, Enum => Enum.GetValues<T>().FirstOrDefault(value => Word(value) == word);
}

/// <summary>Its JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(LedDocument))]
internal sealed partial class LedJson : JsonSerializerContext;
