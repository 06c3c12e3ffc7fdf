namespace EdgePbx.Core;

/// <summary>
/// A level that counts as high from one mark upward until it has fallen below another, so that it does not flicker at
/// either. While it is high a few get through all the same, one at a time: what fills it may take half a minute to leave.
/// </summary>
internal sealed class Watermark
{
    /// <summary>While it is high, one gets through in this time.</summary>
    public static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(62.5);

    private bool _isHigh;
    private Instant _nextAt = new(long.MinValue);

    /// <param name="high">The mark; the lower one is a sixteenth less.</param>
    public bool Admits(Instant now, long level, long high)
    {
        _isHigh = level >= (_isHigh ? high / 16 * 15 : high);
        return !_isHigh || now >= _nextAt;
    }

    /// <summary>One has come through and stays.</summary>
    public void NoteAdmitted(Instant now) => _nextAt = now + Drip;
}
