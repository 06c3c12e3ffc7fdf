namespace EdgePbx.Core;

/// <summary>How long a call may ring.</summary>
internal sealed class RingTimer(ResourceScope scope, TimerHeap timers, Action<Instant> onFired) : Owned(scope, ResourceKind.RingTimer)
{
    private readonly OwnedTimer _timer = new(timers, TimerKind.Ring, onFired, scope.Ledger);

    public void Arm(Instant due) => _timer.Arm(due);

    internal override Release Release(Instant now)
    {
        _timer.Cancel();
        return Core.Release.Done;
    }
}
