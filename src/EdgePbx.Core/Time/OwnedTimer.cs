namespace EdgePbx.Core;

/// <summary>What a timer is for; the gauges count armed timers by kind.</summary>
public enum TimerKind : byte { Transaction, Session, Ring, Housekeeping }

/// <summary>Who has timers, and is told which one fired.</summary>
internal interface ITimerOwner
{
    void OnFired(Instant now, OwnedTimer timer);
}

/// <summary>A deadline that is a member of its owner. It has no key, so no wrong key can miss it.</summary>
public sealed class OwnedTimer
{
    private readonly TimerHeap _heap;
    private readonly Action<Instant>? _onFired;
    private readonly ITimerOwner? _owner;
    internal int Position = -1;
    internal long Sequence;

    /// <param name="heap">Where it is kept while it is armed.</param>
    /// <param name="kind">For the gauges.</param>
    /// <param name="onFired">Its owner.</param>
    /// <param name="ledger">Of the call that it belongs to; null: it belongs to none.</param>
    internal OwnedTimer(TimerHeap heap, TimerKind kind, Action<Instant> onFired, CallLedger? ledger = null) =>
        (_heap, Kind, _onFired, Ledger) = (heap, kind, onFired, ledger);

    /// <summary>As the other, for what there is one of in each call or transaction: no delegate is made.</summary>
    internal OwnedTimer(TimerHeap heap, TimerKind kind, ITimerOwner owner, CallLedger? ledger = null) =>
        (_heap, Kind, _owner, Ledger) = (heap, kind, owner, ledger);

    internal CallLedger? Ledger { get; private set; }

    /// <summary>When it fires; meaningful while <see cref="IsArmed"/>.</summary>
    public Instant Due { get; internal set; }

    public TimerKind Kind { get; }
    public bool IsArmed => Position >= 0;

    /// <summary>Arms it, or moves its deadline when it is armed already.</summary>
    public void Arm(Instant due) => _heap.Schedule(this, due);

    /// <summary>Disarms it; without effect when it is not armed.</summary>
    public void Cancel() => _heap.Remove(this);

    internal void Fire(Instant now)
    {
        if (_owner is { } owner)
        {
            owner.OnFired(now, this);
        }
        else
        {
            _onFired!(now);
        }
    }

    /// <summary>It turns out to belong to a call.</summary>
    internal void ChargeTo(CallLedger ledger)
    {
        Ledger = ledger;
        if (IsArmed)
        {
            ledger.Open(ReceiptKind.Timer);
        }
    }
}
