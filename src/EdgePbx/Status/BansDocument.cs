using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What <c>edgepbx bans --json</c> prints: who is not heard, or slowed, since his secrets were wrong.</summary>
internal sealed record BansDocument
{
    public IReadOnlyList<BanSnapshot> Bans { get; init; } = [];
    public long CredentialsRefused { get; init; }
    public long CredentialsWithheld { get; init; }

    public static BansDocument From(PbxSnapshot engine) => new()
    {
        Bans = engine.Bans,
        CredentialsRefused = engine.Counters.CredentialsRefused,
        CredentialsWithheld = engine.Counters.CredentialsWithheld,
    };
}

/// <summary>Its JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BansDocument))]
internal sealed partial class BansJson : JsonSerializerContext;
