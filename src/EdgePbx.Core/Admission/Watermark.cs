namespace EdgePbx.Core;

/// <summary>
/// A level that counts as high from one mark upward until it has fallen below another, so that it does not flicker at
/// either. While it is high a few get through all the same, one at a time: what fills it may take half a minute to leave.
/// </summary>
internal sealed class Watermark(long high)
{
    /// <summary>While it is high, one gets through in this time.</summary>
    public static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(62.5);

    private readonly long _low = high / 16 * 15;
    private bool _isHigh;
    private Instant _nextAt = new(long.MinValue);

    public bool Admits(Instant now, long level)
    {
        _isHigh = level >= (_isHigh ? _low : high);
        return !_isHigh || now >= _nextAt;
    }

    /// <summary>One has come through and stays.</summary>
    public void NoteAdmitted(Instant now) => _nextAt = now + Drip;
}
