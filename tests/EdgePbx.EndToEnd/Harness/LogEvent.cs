using System.Text.Json;

namespace EdgePbx.EndToEnd;

/// <summary>One line of the PBX's log.</summary>
internal sealed record LogEvent(string Name, string Level, string? Call, string Text)
{
    public bool IsError => Level is "error" or "critical";

    public static LogEvent Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        string? call = root.TryGetProperty("call", out JsonElement key) ? key.ToString() : null;
        return new LogEvent(root.GetProperty("event").GetString()!, root.GetProperty("level").GetString()!, call, line);
    }
}
