using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>How the self-test is conducted; as it stands for a user, changed where a test wants a part to fail.</summary>
internal sealed record SelfTestOptions
{
    /// <summary>After this it is over, whatever hangs.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>How long one step may take. A loaded or emulated machine is slow, not broken.</summary>
    public TimeSpan StepLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long both phones may take to say what they say in one second.</summary>
    public TimeSpan TimeToSpeak { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the last of it may be under way.</summary>
    public TimeSpan TimeToArrive { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Null: some that are probably free. Those that are not are skipped.</summary>
    public (ushort First, ushort Last)? MediaPorts { get; init; }

    /// <summary>Where the events of the PBX under test go besides.</summary>
    public ILogger? Log { get; init; }

    /// <summary>What the engine's orders pass on their way to the relay.</summary>
    public Func<IRelayLine, IRelayLine>? RelayLine { get; init; }

    /// <summary>What messages pass on their way to the engine.</summary>
    public Func<ISipEngine, ISipEngine>? EngineLine { get; init; }
}
