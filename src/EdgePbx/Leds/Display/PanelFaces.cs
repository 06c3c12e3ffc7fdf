using EdgePbx.Core;
using Iot.Device.Graphics;

namespace EdgePbx;

/// <summary>Pages as the bytes of a display: pure functions.</summary>
internal static class PanelFaces
{
    public const int Width = 128;
    public const int Height = 64;

    private const int Cell = 6; // five columns and a gap
    private const int Columns = Width / Cell;
    private const int Rows = Height / 8;

    private static readonly Font5x8 Font = new();

    /// <summary>
    /// 128 x 64 pixels as an SSD1306 has them: eight rows of 128 bytes, each a column of eight pixels, the lowest bit on top. The title stands in
    /// a bar of light; the main part is twice as large if it fits.
    /// </summary>
    public static byte[] Pixels(StatusPage page)
    {
        byte[] pixels = new byte[Width * Rows];
        List<string> lines = [PageLayout.Cut(page.Title, Columns)];
        bool isLarge = page.Main.Length is > 0 and <= Columns / 2;
        if (isLarge)
        {
            DrawLarge(pixels, 2, page.Main);
            lines.AddRange(["", "", "", ""]); // the main part and the air around it
            PageLayout.Fill(lines, page.Details, Columns, Rows);
        }
        else
        {
            lines.Add("");
            PageLayout.Fill(lines, [page.Main, "", .. page.Details], Columns, Rows);
        }
        for (int row = 0; row < lines.Count; row++)
        {
            Draw(pixels, row, lines[row]);
        }
        for (int column = 0; column < Width; column++)
        {
            pixels[column] ^= 0xff;
        }
        return pixels;
    }

    /// <summary>The characters of an HD44780, line by line. Those of 0 to 7 are <see cref="PanelGlyphs"/>.</summary>
    public static byte[] Characters(StatusPage page, int columns, int rows) =>
        [.. PageLayout.Of(page, columns, rows).SelectMany(static line => line).Select(CodeOf)];

    /// <summary>Four digits of seven segments, from a (bit 0) to g (bit 6) and the dot (bit 7).</summary>
    public static byte[] Segments(StatusPage page)
    {
        byte[] digits = new byte[4];
        int count = 0;
        foreach (char c in page.Digits)
        {
            if (c == '.' && count > 0)
            {
                digits[count - 1] |= 0x80;
            }
            else if (count < digits.Length)
            {
                digits[count++] = SegmentsOf(c);
            }
        }
        return digits;
    }

    // whichever character table its maker has put in: a backslash and a tilde are something else in most of them
    private static byte CodeOf(char c) => DisplayText.Extra.IndexOf(c, StringComparison.Ordinal) is >= 0 and var extra ? (byte)extra
        : c switch { '\\' => (byte)'/', '~' => (byte)'-', _ => (byte)c };

    private static byte SegmentsOf(char c) => c switch
    {
        '0' or 'O' => 0x3f,
        '1' => 0x06,
        '2' => 0x5b,
        '3' => 0x4f,
        '4' => 0x66,
        '5' or 'S' => 0x6d,
        '6' => 0x7d,
        '7' => 0x07,
        '8' => 0x7f,
        '9' => 0x6f,
        'A' => 0x77,
        'C' => 0x39,
        'E' => 0x79,
        'F' => 0x71,
        'I' => 0x06,
        'L' => 0x38,
        'P' => 0x73,
        'd' => 0x5e,
        'g' => 0x6f,
        'n' => 0x54,
        'o' => 0x5c,
        'q' => 0x67,
        'r' => 0x50,
        't' => 0x78,
        '-' => 0x40,
        _ => 0,
    };

    private static void Draw(byte[] pixels, int row, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            for (int column = 0; column < Cell - 1; column++)
            {
                pixels[(row * Width) + (i * Cell) + column + 1] |= ColumnOf(text[i], column);
            }
        }
    }

    // each pixel becomes four
    private static void DrawLarge(byte[] pixels, int row, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            for (int column = 0; column < Cell - 1; column++)
            {
                int tall = 0;
                for (int bit = 0; bit < 8; bit++)
                {
                    tall |= (ColumnOf(text[i], column) >> bit & 1) * (3 << (2 * bit));
                }
                int at = (row * Width) + (2 * ((i * Cell) + column)) + 1;
                pixels[at] = pixels[at + 1] = (byte)tall;
                pixels[at + Width] = pixels[at + Width + 1] = (byte)(tall >> 8);
            }
        }
    }

    private static byte ColumnOf(char c, int column)
    {
        int extra = DisplayText.Extra.IndexOf(c, StringComparison.Ordinal);
        int bits = 0;
        if (extra >= 0)
        {
            ReadOnlySpan<byte> glyph = PanelGlyphs.Of(extra);
            for (int row = 0; row < glyph.Length; row++)
            {
                bits |= (glyph[row] >> (Cell - 2 - column) & 1) << row;
            }
            return (byte)bits;
        }
        Font.GetCharData(c, out ReadOnlySpan<ushort> rows);
        for (int row = 0; row < rows.Length; row++)
        {
            bits |= (rows[row] >> (Cell - 2 - column) & 1) << row;
        }
        return (byte)bits;
    }
}
