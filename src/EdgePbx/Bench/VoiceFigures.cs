namespace EdgePbx;

/// <summary>What a measured stretch of voices gave.</summary>
/// <param name="Sent">Packets that left in it.</param>
/// <param name="Received">Those of them that arrived at the other phone.</param>
/// <param name="LostOutside">Packets of before and after it that did not arrive, from the very first one on.</param>
/// <param name="Time">How long it was.</param>
internal sealed record VoiceFigures(long Sent, long Received, long LostOutside, TimeSpan Time)
{
    /// <summary>One way, from before the sender's system call to the kernel's time of arrival.</summary>
    public required LatencyHistogram Latency { get; init; }

    /// <summary>The longest that the sender itself was behind: when it is long, the machine is too small for what is measured.</summary>
    public required TimeSpan SenderLate { get; init; }

    public long Lost => Sent - Received;
}
