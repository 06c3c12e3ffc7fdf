using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What lamps are to show at a moment.</summary>
internal interface ILedFaces
{
    LedFace FaceOf(in LedLamp lamp, Instant now);

    byte Bar { get; }
}

/// <summary>The faces of a status.</summary>
internal sealed class StatusFaces : ILedFaces
{
    public LedStatus Status { get; set; } = new();

    public byte Bar => LedBar.BitsOf(Status.Engine.Calls, Status.Engine.Capacity);

    public LedFace FaceOf(in LedLamp lamp, Instant now) => lamp.FaceAt(Status, now);
}

/// <summary>One line of the table on the lamps that it belongs to, all others dark.</summary>
internal sealed class RowFaces(LedRow row, Instant since) : ILedFaces
{
    public byte Bar { get; init; }

    public LedFace FaceOf(in LedLamp lamp, Instant now) =>
        (lamp.Shows & row.Leds) == 0 || (lamp.IsRed && row.Color != LedColor.Error) ? default : new LedFace(row.Pattern, row.Color, since);
}
