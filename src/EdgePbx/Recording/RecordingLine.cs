using System.Text.Json;
using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The line of one recorded file among the call records. Names and meanings are a contract (ADR 13): fields are added, never changed.</summary>
internal sealed record RecordingLine : IRecordLine
{
    /// <summary>Tells it from the line of a call.</summary>
    public string Kind { get; } = "recording";

    /// <summary>The <c>id</c> of its call's line; empty when the recording was torn, and its call has no line.</summary>
    public string Id { get; init; } = "";
    public string Call { get; init; } = "";
    public string CallId { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";

    /// <summary>Without its folder.</summary>
    public string File { get; init; } = "";
    public DateTime Start { get; init; }
    public double Seconds { get; init; }
    public long Bytes { get; init; }

    /// <summary><c>wav</c> or <c>opus</c>.</summary>
    public string Format { get; init; } = "";

    /// <summary>Samples a second.</summary>
    public int Rate { get; init; }

    /// <summary><c>both</c>: the caller on the left, the callee on the right; else <c>caller</c> or <c>callee</c>.</summary>
    public string Side { get; init; } = "";

    /// <summary>Packets that are missing because the medium was too slow.</summary>
    public int Dropped { get; init; }

    /// <summary>Lower case hexadecimal; empty: the file could not be read back.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>A power cut or a crash ended it.</summary>
    public bool Torn { get; init; }

    /// <summary>Why it ends before the call did; empty: nothing was wrong.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Called when it is on the medium, by whoever writes it.</summary>
    [JsonIgnore]
    public Action Kept { get; init; } = static () => { };

    public static RecordingLine Of(FinishedFile file, string digest) => new()
    {
        Call = file.Order.Call,
        CallId = file.Order.CallId,
        From = file.Order.From,
        To = file.Order.To,
        File = System.IO.Path.GetFileName(file.KeptPath),
        Start = file.Start,
        Seconds = Math.Round(file.Seconds, 3),
        Bytes = file.Bytes,
        Format = file.Order.Format == RecordingFormat.Opus ? "opus" : "wav",
        Rate = file.Order.Format switch { RecordingFormat.Opus => 48000, RecordingFormat.Wide => 16000, _ => 8000 },
        Side = file.Side switch { RecordedSide.Caller => "caller", RecordedSide.Callee => "callee", _ => "both" },
        Dropped = file.Missed,
        Sha256 = digest,
        Torn = file.IsTorn,
        Problem = file.Problem,
    };

    public void OnKept() => Kept();

    public void WriteTo(Utf8JsonWriter json) => JsonSerializer.Serialize(json, this, RecordingLineJson.Default.RecordingLine);
}

/// <summary>Its JSON, generated at compile time: one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(RecordingLine))]
internal sealed partial class RecordingLineJson : JsonSerializerContext;
