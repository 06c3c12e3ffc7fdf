namespace EdgePbx.Core;

/// <summary>
/// So many at once, and then so many a second: a token bucket of which one moment is kept, that at which it is full again
/// (the generic cell rate algorithm). A moment that was never set is a full bucket.
/// </summary>
internal readonly struct TokenRate(int burst, double perSecond)
{
    private readonly long _each = (long)(TimeSpan.TicksPerSecond / perSecond);

    /// <summary>How far in the future the moment may lie, in ticks.</summary>
    private long Room => burst * _each;

    public bool Has(Instant fullAt, Instant now) => fullAt.Ticks - now.Ticks <= Room - _each;

    /// <summary>Takes one if there is one; else nothing changes.</summary>
    public bool TryTake(ref Instant fullAt, Instant now)
    {
        if (!Has(fullAt, now))
        {
            return false;
        }
        fullAt = new Instant(Math.Max(fullAt.Ticks, now.Ticks) + _each);
        return true;
    }
}
