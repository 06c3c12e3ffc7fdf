namespace EdgePbx.Core;

/// <summary>
/// Finds the key presses in a stream of RFC 4733 events: all packets of one press share a time stamp, so the first one that
/// arrives tells it, and any may be lost but one. Allocates nothing.
/// </summary>
public sealed class TelephoneEvents
{
    /// <summary>Nobody presses keys faster (RFC 4733 2.5.1.2 wants 40 ms at least); what comes faster is not passed on.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(40);

    private bool _hasLast;
    private uint _ssrc;
    private uint _timestamp;
    private Instant _toldAt;

    /// <summary>Another stream begins.</summary>
    public void Reset() => _hasLast = false;

    /// <summary>True when the packet is the first of a key press.</summary>
    public bool TryTake(Instant now, in RtpPacket packet, out char digit)
    {
        digit = default;
        ReadOnlySpan<byte> payload = packet.Payload;
        if (payload.Length < 4 || InfoDigit.Numbered(payload[0]) is var key && key == default)
        {
            return false;
        }
        if (_hasLast && packet.Ssrc == _ssrc && (int)(packet.Timestamp - _timestamp) <= 0)
        {
            return false; // more of the same press, or a late packet of a former one
        }
        bool isTooSoon = _hasLast && now - _toldAt < LeastPause;
        (_hasLast, _ssrc, _timestamp) = (true, packet.Ssrc, packet.Timestamp);
        if (!isTooSoon)
        {
            (digit, _toldAt) = (key, now);
        }
        return !isTooSoon;
    }
}
