using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Tells the lamps what has changed, five times a second at most. In a box where nothing happens it wants nothing.</summary>
internal sealed class LampFeed(Action<EngineStatus> post)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private EngineStatus _told = EngineStatus.None;
    private Instant _restsUntil = new(long.MinValue);

    /// <summary>When <see cref="Note"/> is wanted although nothing happens.</summary>
    public Instant NextDue { get; private set; } = Instant.Never;

    /// <summary>After each turn of the loop.</summary>
    public void Note(Instant now, ISipEngine engine)
    {
        if (now < _restsUntil)
        {
            NextDue = _restsUntil; // something may have changed meanwhile
            return;
        }
        NextDue = Instant.Never;
        EngineStatus status = engine.StatusAfter(_told);
        if (!ReferenceEquals(status, _told))
        {
            _told = status;
            _restsUntil = now + Interval;
            post(status);
        }
    }
}
