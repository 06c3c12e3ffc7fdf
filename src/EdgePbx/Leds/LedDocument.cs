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

    /// <summary>The first few of them, of which that is the first.</summary>
    public IReadOnlyList<double> LateRefreshes { get; init; } = [];
    public double? SecondsSinceRefresh { get; init; }
    public double? SecondsSinceExpiry { get; init; }
    public int Registrations { get; init; }
    public bool Overloaded { get; init; }
    public bool LeftBehind { get; init; }
    public string Name { get; init; } = "";
    public string Address { get; init; } = "";
    public string LastCall { get; init; } = "";
    public double? SecondsSinceLastCall { get; init; }
    public double? LastCallScore { get; init; }
    public string Page { get; init; } = "";
    public double? SecondsOfPage { get; init; }

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
        LateRefreshes = [.. status.Engine.LateMoments.All.ToArray().Select(late => (late - now).TotalSeconds)],
        Name = status.Box.Name,
        Address = status.Box.Address,
        LastCall = status.Engine.LastCall?.How ?? "",
        SecondsSinceLastCall = (now - status.Engine.LastCall?.At)?.TotalSeconds,
        LastCallScore = status.Engine.LastCall?.Score,
        Page = now < status.PageUntil ? Word(status.Page) : "",
        SecondsOfPage = now < status.PageUntil ? (status.PageUntil - now).TotalSeconds : null,
    };

    public LedStatus ToStatus(Instant now) => new()
    {
        Phase = Parse<LedPhase>(Phase),
        Action = Parse<LedAction>(Action),
        ActionUntil = In(SecondsOfAction, now),
        Fault = Parse<LedFault>(Fault),
        FaultUntil = In(SecondsOfFault, now),
        Box = new BoxIdentity(Name, Address),
        Page = Parse<DisplayPage>(Page),
        PageUntil = SecondsOfPage is { } page ? now + TimeSpan.FromSeconds(page) : new Instant(long.MinValue),
        Troubles = Troubles.Aggregate(LedTroubles.None, (all, one) => all | Parse<LedTroubles>(one)),
        Engine = new EngineStatus
        {
            Calls = Calls,
            Capacity = Capacity,
            SessionTimers = SessionTimers,
            LateMoments = new([.. LateRefreshes.Select(late => now + TimeSpan.FromSeconds(late)).Take(LateMoments.Kept)]),
            LastCall = SecondsSinceLastCall is { } ended ? new EndedCallStatus(now + TimeSpan.FromSeconds(-ended), LastCall, LastCallScore) : null,
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
