namespace EdgePbx.Core;

/// <summary>One recording, from the order to start it until its files are closed. Only the core mints one.</summary>
public readonly record struct RecordingKey
{
    internal RecordingKey(ushort slot, uint generation) => (Slot, Generation) = (slot, generation);

    internal ushort Slot { get; }
    internal uint Generation { get; } // 0 is never live, so default(RecordingKey) finds nothing

    public bool IsNone => Generation == 0;

    public override string ToString() => $"{Slot}.{Generation}";
}
