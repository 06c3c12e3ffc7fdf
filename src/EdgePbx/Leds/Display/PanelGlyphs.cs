namespace EdgePbx;

/// <summary>The characters that fonts lack, in the order of <see cref="Core.DisplayText.Extra"/>: eight rows of five pixels, the leftmost is bit 4.</summary>
/// <remarks>They are drawn here for all displays alike, since each maker of an HD44780 has other ones, if any.</remarks>
internal static class PanelGlyphs
{
    public const int Count = 8;

    private static ReadOnlySpan<byte> Rows =>
    [
        // Ä
        0b_01010,
        0b_00000,
        0b_01110,
        0b_10001,
        0b_11111,
        0b_10001,
        0b_10001,
        0b_00000,

        // Ö
        0b_01010,
        0b_00000,
        0b_01110,
        0b_10001,
        0b_10001,
        0b_10001,
        0b_01110,
        0b_00000,

        // Ü
        0b_01010,
        0b_00000,
        0b_10001,
        0b_10001,
        0b_10001,
        0b_10001,
        0b_01110,
        0b_00000,

        // ä
        0b_01010,
        0b_00000,
        0b_01110,
        0b_00001,
        0b_01111,
        0b_10001,
        0b_01111,
        0b_00000,

        // ö
        0b_01010,
        0b_00000,
        0b_00000,
        0b_01110,
        0b_10001,
        0b_10001,
        0b_01110,
        0b_00000,

        // ü
        0b_01010,
        0b_00000,
        0b_10001,
        0b_10001,
        0b_10001,
        0b_10011,
        0b_01101,
        0b_00000,

        // ß
        0b_00110,
        0b_01001,
        0b_01001,
        0b_01110,
        0b_01001,
        0b_01001,
        0b_10110,
        0b_00000,

        // …
        0b_00000,
        0b_00000,
        0b_00000,
        0b_00000,
        0b_00000,
        0b_00000,
        0b_10101,
        0b_00000,
    ];

    public static ReadOnlySpan<byte> Of(int glyph) => Rows.Slice(8 * glyph, 8);
}
