using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What <c>edgepbx status --json</c> prints.</summary>
internal sealed record StatusDocument
{
    public double UptimeSeconds { get; init; }
    public string Version { get; init; } = "";
    public IReadOnlyList<CallSnapshot> Calls { get; init; } = [];
    public IReadOnlyList<EndedCallSnapshot> EndedCalls { get; init; } = [];
    public IReadOnlyList<LeftoverSnapshot> Leftovers { get; init; } = [];
    public IReadOnlyList<RegistrationSnapshot> Registrations { get; init; } = [];
    public GaugeSnapshot Gauges { get; init; } = new();
    public CounterSnapshot Counters { get; init; } = new();
    public TransportSnapshot Transport { get; init; } = new();
    public WritesSnapshot Writes { get; init; } = new();
}

/// <summary>Its JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
