using System.Globalization;

namespace EdgePbx;

/// <summary>The first sector of a slot, written last: without it the slot is empty.</summary>
/// <param name="Version">For people.</param>
/// <param name="Built">Seconds since 1970; which of two is newer.</param>
internal sealed record SlotHead(string Version, long Built)
{
    /// <summary>Bytes of the slot before its content; the head and zeros.</summary>
    public const int Room = 4096;

    /// <summary>Null: there is none.</summary>
    public static SlotHead? Parse(ReadOnlySpan<byte> block) =>
        VariableBlock.Parse(block) is { } values
        && values.TryGetValue("pbx_version", out string? version)
        && long.TryParse(values.GetValueOrDefault("pbx_built"), NumberStyles.None, CultureInfo.InvariantCulture, out long built)
            ? new SlotHead(version, built)
            : null;

    public override string ToString() => $"{Version} of {DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(Built, 0, 253402300799)):yyyy-MM-dd HH:mm}";
}
