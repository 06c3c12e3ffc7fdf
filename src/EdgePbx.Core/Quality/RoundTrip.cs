namespace EdgePbx.Core;

/// <summary>
/// Measures the round trip to a phone by the sender reports that pass on the way to it: its receiver report names the
/// last one that it got, and how long ago (RFC 3550 6.4.1). The box sends no reports of its own for that.
/// </summary>
public sealed class RoundTrip
{
    private uint _passedTime;
    private Instant _passedAt = Instant.Never;

    /// <summary>The last one that was measured; null: none yet.</summary>
    public TimeSpan? Last { get; private set; }

    /// <summary>Forgets everything: another path begins.</summary>
    public void Reset() => (_passedTime, _passedAt, Last) = (0, Instant.Never, null);

    /// <summary>A sender report leaves for the phone.</summary>
    public void Passed(Instant now, uint senderTime) => (_passedTime, _passedAt) = (senderTime, now);

    /// <summary>The phone reports. What speaks of another sender report than the last one, or can't be, is not used.</summary>
    public void Heard(Instant now, in RtcpReportBlock block)
    {
        if (_passedAt == Instant.Never || block.LastSenderReport == 0 || block.LastSenderReport != _passedTime) // 0: it got none, or from a phone without a clock
        {
            return;
        }
        TimeSpan trip = now - _passedAt - block.SinceSenderReport;
        if (trip >= TimeSpan.Zero)
        {
            Last = trip;
        }
    }
}
