namespace EdgePbx.Core;

/// <summary>One packet of sound as the relay saw it.</summary>
internal readonly ref struct SoundPacket
{
    /// <summary>Ticks of 100 ns since the recording began.</summary>
    public required long Arrival { get; init; }
    public required RecordedCodec Codec { get; init; }
    public required uint Ssrc { get; init; }
    public required uint Timestamp { get; init; }
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Ticks a second of its time stamps. Those of G.722 tick at half its rate (RFC 3551 4.5.2).</summary>
    public int ClockRate => Codec == RecordedCodec.Opus ? 48000 : 8000;
}
