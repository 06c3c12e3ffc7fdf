using System.Globalization;

namespace EdgePbx;

/// <summary>One of the two places on the card that hold a kernel and a RAM root.</summary>
internal enum Slot { A, B }

/// <summary>Which slot is started, as both the boot script (board/boot/boot.cmd) and we read and write it.</summary>
/// <param name="Sequence">Of two copies the higher one counts.</param>
/// <param name="Confirmed">The slot that has passed its self-test.</param>
/// <param name="Trial">The one that shall be tried, or was; null: none.</param>
/// <param name="Tries">How often it may still be tried; the boot script takes one before each.</param>
internal sealed record SlotState(uint Sequence, Slot Confirmed, Slot? Trial = null, uint Tries = 0)
{
    /// <summary>What counts when neither copy can be read.</summary>
    public static SlotState Unknown { get; } = new(0, Slot.A);

    public bool IsTrialPending => Trial is not null && Tries > 0;

    public static Slot Other(Slot slot) => slot == Slot.A ? Slot.B : Slot.A;

    /// <summary>Null: no such state is in this sector.</summary>
    public static SlotState? Parse(ReadOnlySpan<byte> block)
    {
        if (VariableBlock.Parse(block) is not { } values
            || !TryHex(values, "pbx_seq", out uint sequence) || sequence is 0 or > int.MaxValue
            || !TryHex(values, "pbx_tries", out uint tries)
            || ParseSlot(values.GetValueOrDefault("pbx_slot")) is not { } confirmed
            || values.GetValueOrDefault("pbx_trial") is not { } trial
            || (trial != "-" && ParseSlot(trial) is null))
        {
            return null;
        }
        return new SlotState(sequence, confirmed, ParseSlot(trial), tries);
    }

    public byte[] ToBlock() => VariableBlock.Write(
    [
        new("pbx_seq", Sequence.ToString("x", CultureInfo.InvariantCulture)),
        new("pbx_slot", Confirmed.ToString()),
        new("pbx_trial", Trial?.ToString() ?? "-"),
        new("pbx_tries", Tries.ToString("x", CultureInfo.InvariantCulture)),
    ]);

    public static Slot? ParseSlot(string? word) => word switch
    {
        "A" => Slot.A,
        "B" => Slot.B,
        _ => null,
    };

    private static bool TryHex(Dictionary<string, string> values, string name, out uint number) =>
        uint.TryParse(values.GetValueOrDefault(name), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
