using System.Device.Gpio;
using System.Device.I2c;

namespace EdgePbx;

/// <summary>The display of a board with the driver that it needs; nothing is opened yet.</summary>
internal static class BoardDisplays
{
    /// <param name="openBus">Opens a chip on I2C by bus and address; null: by the kernel.</param>
    /// <param name="openChip">Opens a GPIO chip by its label; null: the kernel's.</param>
    public static PanelKind KindOf(BoardDisplay display, Func<string, int, I2cDevice>? openBus = null, Func<string, GpioController>? openChip = null)
    {
        openBus ??= I2cChip.Open;
        openChip ??= static label => new GpioController(new ChardevGpioDriver(GpioChip.Open(label)));
        string name = display.Chip.Length > 0 ? $"the display on {display.Chip}" : $"the display at 0x{display.Address:x2} on I2C bus {display.Bus}";
        (int columns, int rows) = (display.Columns, display.Rows);
        return display.Driver switch
        {
            DisplayDriver.Ssd1306 => new PanelKind(name, PanelFaces.Pixels, () => new OledPanel(openBus(display.Bus, display.Address), display.IsFlipped)),
            DisplayDriver.Tm1637 => new PanelKind(
                name, PanelFaces.Segments, () => new DigitsPanel(openChip(display.Chip), display.Lines.Enable, display.Lines.Data[0], display.Brightness)),
            _ => new PanelKind(name, page => PanelFaces.Characters(page, columns, rows), () => display.Chip.Length > 0
                ? CharacterPanel.Open(openChip(display.Chip), display.Lines, columns, rows)
                : CharacterPanel.Open(openBus(display.Bus, display.Address), columns, rows)),
        };
    }
}
