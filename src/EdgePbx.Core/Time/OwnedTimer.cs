namespace EdgePbx.Core;

/// <summary>What a timer is for; the gauges count armed timers by kind.</summary>
public enum TimerKind : byte { Transaction, Session, Ring, Housekeeping }

/// <summary>A deadline that is a member of its owner. It has no key, so no wrong key can miss it.</summary>
public sealed class OwnedTimer(TimerHeap heap, TimerKind kind, Action<Instant> onFired)
{
    internal int Position = -1;
    internal long Sequence;

    /// <summary>When it fires; meaningful while <see cref="IsArmed"/>.</summary>
    public Instant Due { get; internal set; }

    public TimerKind Kind => kind;
    public bool IsArmed => Position >= 0;

    /// <summary>Arms it, or moves its deadline when it is armed already.</summary>
    public void Arm(Instant due) => heap.Schedule(this, due);

    /// <summary>Disarms it; without effect when it is not armed.</summary>
    public void Cancel() => heap.Remove(this);

    internal void Fire(Instant now) => onFired(now);
}
