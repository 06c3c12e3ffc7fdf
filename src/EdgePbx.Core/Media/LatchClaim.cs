namespace EdgePbx.Core;

/// <summary>What a packet says of the stream that it belongs to: a guess at a source is believed when several packets agree.</summary>
/// <param name="Ssrc">Of its sender (RFC 3550 5.1, 6.4); 0 for what has none.</param>
/// <param name="Sequence">0 to 65535; null for what is not numbered, such as RTCP: then each packet counts.</param>
public readonly record struct LatchClaim(uint Ssrc, ushort? Sequence)
{
    /// <summary>Another stream of the same peer is latched at this address: RTP speaks for RTCP.</summary>
    public bool IsVouchedFor { get; init; }

    /// <summary>How many packets later than the former one of its stream.</summary>
    public int StepFrom(LatchClaim former) =>
        Sequence is { } mine && former.Sequence is { } before ? (ushort)(mine - before) : 1;
}
