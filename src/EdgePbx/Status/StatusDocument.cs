using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What <c>edgepbx status --json</c> prints.</summary>
internal sealed record StatusDocument
{
    public double UptimeSeconds { get; init; }
    public string Version { get; init; } = "";
    public int ProcessId { get; init; }

    /// <summary>False until the self-test that <c>run --self-test-first</c> makes has passed.</summary>
    public bool Ready { get; init; } = true;
    public string SelfTest { get; init; } = "";
    public IReadOnlyList<CallSnapshot> Calls { get; init; } = [];
    public IReadOnlyList<EndedCallSnapshot> EndedCalls { get; init; } = [];
    public IReadOnlyList<LeftoverSnapshot> Leftovers { get; init; } = [];

    /// <summary>Who is not heard, or slowed, since his secrets were wrong.</summary>
    public IReadOnlyList<BanSnapshot> Bans { get; init; } = [];
    public IReadOnlyList<RegistrationSnapshot> Registrations { get; init; } = [];

    /// <summary>A power cut would forget them: the medium is full, broken or too slow.</summary>
    public bool RegistrationsUnkept { get; init; }
    public GaugeSnapshot Gauges { get; init; } = new();
    public MemorySnapshot Memory { get; init; } = new();
    public CounterSnapshot Counters { get; init; } = new();
    public TransportSnapshot Transport { get; init; } = new();
    public ConfigurationSnapshot Configuration { get; init; } = new();
    public WritesSnapshot Writes { get; init; } = new();
}

/// <summary>Whether the configuration in force is the one in the file.</summary>
internal sealed record ConfigurationSnapshot
{
    /// <summary>The file was missing or had mistakes when the process started: it works with the copy of the one that last worked.</summary>
    public bool LastGoodUsed { get; init; }

    /// <summary>The file had mistakes when it was read anew: what was in force before still is.</summary>
    public bool ReloadRejected { get; init; }

    /// <summary>How often the file was read anew, whatever came of it.</summary>
    public int Reloads { get; init; }

    /// <summary>Keys of the configuration in force that only the next start takes.</summary>
    public IReadOnlyList<string> AwaitsRestart { get; init; } = [];

    /// <summary>What the last reading anew has changed, one sentence each, without a secret.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What is wrong with the file, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>Its JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
