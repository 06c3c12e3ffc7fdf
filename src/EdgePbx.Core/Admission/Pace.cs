namespace EdgePbx.Core;

/// <summary>
/// A token bucket in one number: so many at once, then one in each interval. What it would take to be empty again is kept as the
/// moment at which it is full, so nothing ticks and no clock that stands still harms it.
/// </summary>
internal struct Pace
{
    private Instant _fullAt;

    /// <summary>One of what is counted; false: too many came, and this one is not counted.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="interval">In which one more is allowed.</param>
    /// <param name="burst">How many may come at once, at least 1.</param>
    public bool TryTake(Instant now, TimeSpan interval, int burst)
    {
        if (!HasRoom(now, interval, burst))
        {
            return false;
        }
        _fullAt = (_fullAt > now ? _fullAt : now) + interval;
        return true;
    }

    /// <summary>One more would be allowed now.</summary>
    public readonly bool HasRoom(Instant now, TimeSpan interval, int burst) => _fullAt - now <= interval * (burst - 1);
}
