using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePbx;

/// <summary>The line in place of calls that were too many of one account to have a line each; <c>kind</c> tells it from that of a call.</summary>
internal sealed record CallSummary : IRecordLine
{
    public string Kind => "summary";
    public string Account { get; init; } = "";

    /// <summary>That have no line of their own, and</summary>
    public long Calls { get; init; }

    /// <summary>so many of them were answered.</summary>
    public long Answered { get; init; }

    /// <summary>When the first of them ended, and until when they were counted.</summary>
    public DateTime From { get; init; }
    public DateTime To { get; init; }
    public bool ClockSynchronised { get; init; }

    public void WriteTo(Utf8JsonWriter json) => JsonSerializer.Serialize(json, this, CallSummaryJson.Default.CallSummary);
}

/// <summary>Its JSON, generated at compile time: one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(CallSummary))]
internal sealed partial class CallSummaryJson : JsonSerializerContext;
