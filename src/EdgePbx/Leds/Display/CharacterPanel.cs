using System.Device.Gpio;
using System.Device.I2c;
using System.Drawing;
using Iot.Device.CharacterLcd;

namespace EdgePbx;

/// <summary>An HD44780 of 16 x 2 or 20 x 4 characters: behind a PCF8574 on I2C, or on six lines of a GPIO chip.</summary>
internal sealed class CharacterPanel : IStatusPanel
{
    private readonly IDisposable _owned;
    private readonly LcdInterface _interface;
    private readonly Hd44780 _lcd;
    private readonly int _columns;
    private readonly byte[] _shown;

    private CharacterPanel(IDisposable owned, Func<LcdInterface> connect, int columns, int rows)
    {
        (_owned, _columns, _shown) = (owned, columns, new byte[columns * rows]);
        try
        {
            _interface = connect();
            _lcd = new Hd44780(new Size(columns, rows), _interface);
            Thread.Sleep(2); // to clear takes it 1.52 ms, the binding waits for one
            _shown.AsSpan().Fill((byte)' ');
            for (int glyph = 0; glyph < PanelGlyphs.Count; glyph++)
            {
                _lcd.CreateCustomCharacter(glyph, PanelGlyphs.Of(glyph));
            }
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <param name="device">The PCF8574; it is the panel's from now on.</param>
    /// <exception cref="LampException">It does not answer.</exception>
    public static CharacterPanel Open(I2cDevice device, int columns, int rows) => new(device, () => Wake(device), columns, rows);

    /// <param name="controller">The chip's, which is the panel's from now on.</param>
    /// <param name="lines">RS, E, D4 to D7 and, if it is not -1, the backlight.</param>
    /// <exception cref="LampException">A line can't be had.</exception>
    public static CharacterPanel Open(GpioController controller, DisplayLines lines, int columns, int rows) => new(
        controller,
        () => LcdInterface.CreateGpio(lines.Select, lines.Enable, [.. lines.Data], lines.Backlight, controller: controller, shouldDispose: false),
        columns, rows);

    public void Show(ReadOnlySpan<byte> face)
    {
        Span<char> text = stackalloc char[_columns];
        for (int start = 0; start < face.Length; start += _columns)
        {
            ReadOnlySpan<byte> wanted = face.Slice(start, _columns);
            Span<byte> shown = _shown.AsSpan(start, _columns);
            int first = wanted.CommonPrefixLength(shown);
            if (first == _columns)
            {
                continue;
            }
            int length = _columns - first;
            while (wanted[first + length - 1] == shown[first + length - 1])
            {
                length--;
            }
            for (int i = 0; i < length; i++)
            {
                text[i] = (char)wanted[first + i];
            }
            _lcd.SetCursorPosition(first, start / _columns);
            _lcd.Write((ReadOnlySpan<char>)text[..length]);
            wanted.CopyTo(shown);
        }
    }

    /// <summary>Leaves it dark, if that can still be done.</summary>
    public void Dispose()
    {
        try
        {
            _lcd.DisplayOn = false;
            _interface.BacklightOn = false;
        }
#pragma warning disable CA1031 // it is gone, one way or the other
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        _lcd.Dispose();
        _owned.Dispose();
    }

    // data sheet, figure 24: the first of the three "8 bits" needs 4.1 ms, and the binding waits for one
    private static LcdInterface Wake(I2cDevice device)
    {
        const byte EightBits = 0x30, Backlight = 8, Enable = 4;
        device.WriteByte(EightBits | Backlight | Enable);
        device.WriteByte(EightBits | Backlight);
        Thread.Sleep(5);
        return LcdInterface.CreateI2c(device, uses8Bit: false);
    }
}
