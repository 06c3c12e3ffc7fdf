namespace EdgePbx.Core;

/// <summary>One lamp of a board: which of the four it shows, and whether it can only be red.</summary>
/// <remarks>A red lamp stays dark until there is an error.</remarks>
public readonly record struct LedLamp(LedId Shows, bool IsRed)
{
    /// <summary>What it says now, or at least would if it were not red.</summary>
    public LedRow RowAt(LedStatus status, Instant now) => LedLanguage.Of(LedPolicy.MeaningOf(Shows, status, now));

    /// <summary>The pattern that it shows now, its colour, and when the cycle of the pattern began.</summary>
    public LedFace FaceAt(LedStatus status, Instant now)
    {
        LedRow row = RowAt(status, now);
        return IsRed && row.Color != LedColor.Error
            ? default
            : new LedFace(row.Pattern, row.Color, LedPolicy.BeginningOf(row.Meaning, status));
    }
}

/// <summary>A pattern in a colour, from a moment on. The default is a dark lamp.</summary>
public readonly record struct LedFace(LedPattern Pattern, LedColor Color, Instant Since)
{
    /// <summary>Its colour, or dark.</summary>
    public LedColor LightAt(Instant now) => Pattern.IsLitAt(now - Since) ? Color : LedColor.Dark;

    /// <summary>When that changes.</summary>
    public Instant NextChange(Instant now) => Pattern.IsSteady ? Instant.Never : now + Pattern.NextChange(now - Since);
}

/// <summary>The load as a bar of eight lamps.</summary>
public static class LedBar
{
    public const int Length = 8;

    /// <summary>One bit a lamp, the lowest first: none without a call, all eight only when no other call fits.</summary>
    public static byte BitsOf(int calls, int capacity)
    {
        int lit = calls <= 0 ? 0
            : calls >= capacity ? Length
            : Math.Min(Length - 1, ((calls * Length) + capacity - 1) / capacity);
        return (byte)((1 << lit) - 1);
    }
}
