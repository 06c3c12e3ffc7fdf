using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePbx;

/// <summary>What was measured on a board, kept beside the configuration for <c>max_calls = "auto"</c>.</summary>
/// <param name="Board">Which board, kernel and version it was measured on: on another one it means nothing.</param>
/// <param name="Calls">That it carries.</param>
internal sealed record MeasuredCalls(string Board, int Calls)
{
    public const string FileName = "edgepbx.calls";

    private const int Largest = 4096;

    /// <summary>This board, this kernel, this program.</summary>
    public static string ThisBoard => $"{Environment.ProcessorCount} x {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.OSDescription}, EdgePbx {ProductVersion.Version}";

    /// <summary>Null: never measured on this board.</summary>
    /// <param name="folder">That of the configuration.</param>
    public static int? Read(string folder)
    {
        try
        {
            MeasuredCalls? kept = SystemFiles.Instance.Read(Path.Combine(folder, FileName), Largest) is { } bytes
                ? JsonSerializer.Deserialize(bytes, MeasuredCallsJson.Default.MeasuredCalls) : null;
            return kept is { Calls: > 0 } && kept.Board == ThisBoard ? kept.Calls : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>False: the folder takes no files.</summary>
    public static bool TryWrite(string folder, int calls)
    {
        using var file = new AppendFile(Path.Combine(folder, FileName), SystemFiles.Instance);
        return file.TryReplace(JsonSerializer.SerializeToUtf8Bytes(new MeasuredCalls(ThisBoard, calls), MeasuredCallsJson.Default.MeasuredCalls), out _);
    }
}

/// <summary>Its JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(MeasuredCalls))]
internal sealed partial class MeasuredCallsJson : JsonSerializerContext;
