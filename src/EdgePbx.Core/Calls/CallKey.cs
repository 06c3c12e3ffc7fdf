namespace EdgePbx.Core;

/// <summary>One call, for as long as it lives. Only <see cref="CallTable"/> mints one; it finds a call and never releases one.</summary>
public readonly record struct CallKey
{
    internal CallKey(ushort slot, uint generation) => (Slot, Generation) = (slot, generation);

    internal ushort Slot { get; }
    internal uint Generation { get; } // 0 is never live, so default(CallKey) finds nothing

    public override string ToString() => $"{Slot}.{Generation}";
}
