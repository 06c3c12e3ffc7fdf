using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// What the lamps shall show, told by any thread: one immutable status, of which the newest is the only one. Telling never
/// waits; whoever shows it is woken.
/// </summary>
internal sealed class LedPanel
{
    private readonly Action? _wake;
    private LedStatus _status = new();

    /// <param name="wake">Called when something has changed; null: nobody shows it, and it can be asked for all the same.</param>
    public LedPanel(Action? wake = null) => _wake = wake;

    public LedStatus Status => Volatile.Read(ref _status);

    /// <summary>What the engine has told.</summary>
    public void Tell(EngineStatus engine) => Change(status => status with { Engine = engine });

    public void Tell(LedPhase phase) => Change(status => status with { Phase = phase });

    /// <summary>Those of the mask are as given; the others stay.</summary>
    public void Tell(LedTroubles mask, LedTroubles troubles) => Change(status => status with { Troubles = (status.Troubles & ~mask) | troubles });

    /// <param name="until">When it is no longer shown.</param>
    public void Tell(LedFault fault, Instant until) => Change(status => status with { Fault = fault, FaultUntil = until });

    /// <summary>What the button does. A warning gives way only to its own end.</summary>
    public void Tell(LedAction action, Instant until) => Change(status =>
        status.Action == LedAction.ResetWarning && action is not (LedAction.None or LedAction.ResetWarning)
            ? status
            : status with { Action = action, ActionUntil = until });

    public void Tell(BoxIdentity box) => Change(status => status with { Box = box });

    /// <summary>Somebody wants to see the next page.</summary>
    public void Leaf(Instant now) => Change(status => DisplayPolicy.Leaf(status, now));

    private void Change(Func<LedStatus, LedStatus> change)
    {
        LedStatus before, after;
        do
        {
            before = Status;
            after = change(before);
            if (after == before)
            {
                return;
            }
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _status, after, before), before)); // another one that says the same is another one
        _wake?.Invoke();
    }
}
