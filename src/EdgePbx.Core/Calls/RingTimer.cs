namespace EdgePbx.Core;

/// <summary>How long a call may ring.</summary>
internal sealed class RingTimer(TimerHeap timers, TimerKind kind, Action<Instant> onFired) : IOwned
{
    private readonly OwnedTimer _timer = new(timers, kind, onFired);

    public ResourceKind Kind => ResourceKind.RingTimer;

    public void Arm(Instant due) => _timer.Arm(due);

    public void Cancel() => _timer.Cancel();

    Release IOwned.Release(Instant now)
    {
        _timer.Cancel();
        return Release.Done;
    }
}
