namespace EdgePbx.Core;

/// <summary>One relay path: the socket pair of one stream of one leg. Only the core mints one.</summary>
public readonly record struct RelayKey
{
    internal RelayKey(ushort slot, uint generation) => (Slot, Generation) = (slot, generation);

    internal ushort Slot { get; }
    internal uint Generation { get; } // 0 is never live, so default(RelayKey) finds nothing

    public bool IsNone => Generation == 0;

    public override string ToString() => $"{Slot}.{Generation}";
}
