using System.Text.Json;

namespace EdgePbx.EndToEnd;

/// <summary>What <c>edgepbx status --json</c> said.</summary>
internal sealed class PbxStatus
{
    /// <summary>What a call holds: back at nothing as soon as it has ended.</summary>
    private static readonly string[] OfCalls =
        ["calls", "legs", "dialogs", "timers_session", "timers_ring", "relay_paths", "ports_in_use", "recordings"];

    /// <summary>What the RFCs let linger, up to 64*T1 after the last message, and what it keeps.</summary>
    private static readonly string[] Lingering =
        ["client_transactions", "server_transactions", "timers_transaction", "packet_buffers_rented", "recordings_closing", "tcp_connections", "overload"];

    private readonly Dictionary<string, long> _gauges;
    private readonly Dictionary<string, long> _counters;

    private PbxStatus(JsonElement root)
    {
        _gauges = Numbers(root.GetProperty("gauges"));
        _counters = Numbers(root.GetProperty("counters"));
        Registrations = root.GetProperty("registrations").GetArrayLength();
        IsRinging = root.GetProperty("calls").EnumerateArray()
            .Any(call => "ringing".Equals(call.GetProperty("state").GetString(), StringComparison.OrdinalIgnoreCase));
    }

    public int Registrations { get; }

    /// <summary>Whether a call rings.</summary>
    public bool IsRinging { get; }

    public static PbxStatus Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return new PbxStatus(document.RootElement);
    }

    public long Gauge(string name) => _gauges[name];

    public long Counter(string name) => _counters[name];

    /// <summary>The gauges of calls that are not 0, as text; empty when nothing is held.</summary>
    public string HeldByCalls() => NotZero(OfCalls);

    /// <summary>All gauges that are not 0, as text.</summary>
    public string Held() => NotZero([.. OfCalls, .. Lingering]);

    private string NotZero(IEnumerable<string> names) =>
        string.Join(", ", names.Where(n => _gauges[n] != 0).Select(n => $"{n} = {_gauges[n]}"));

    private static Dictionary<string, long> Numbers(JsonElement section) =>
        section.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt64());
}
