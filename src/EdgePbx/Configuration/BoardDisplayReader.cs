namespace EdgePbx;

/// <summary>Reads <c>[display]</c>.</summary>
internal static class BoardDisplayReader
{
    private const int OledAddress = 0x3c;
    private const int Brightest = 7;

    public static BoardDisplay Read(TableReader display, BoardChips chips, string commonChip)
    {
        if (!display.Has("driver"))
        {
            display.Refuse("driver", "missing; one of ssd1306, hd44780, tm1637");
        }
        var read = new BoardDisplay((DisplayDriver)display.Choice("driver", "ssd1306", "hd44780", "tm1637"));
        read = read.Driver switch
        {
            DisplayDriver.Ssd1306 => ReadOled(display, chips, read),
            DisplayDriver.Tm1637 => ReadDigits(display, chips, read, commonChip),
            _ => ReadCharacters(display, chips, read, commonChip),
        };
        display.RefuseUnknown();
        return read;
    }

    private static BoardDisplay ReadOled(TableReader display, BoardChips chips, BoardDisplay read)
    {
        (string bus, int address) = chips.ReadAddress(display, [(OledAddress, OledAddress + 1)], "the display", OledAddress);
        return read with { Bus = bus, Address = address, IsFlipped = display.Flag("flipped") };
    }

    // behind a PCF8574, unless lines are named
    private static BoardDisplay ReadCharacters(TableReader display, BoardChips chips, BoardDisplay read, string commonChip)
    {
        (int columns, int rows) = display.Choice("size", "16x2", "20x4") == 0 ? (16, 2) : (20, 4);
        read = read with { Columns = columns, Rows = rows };
        if (!display.Has("rs") && !display.Has("enable") && !display.Has("data"))
        {
            (string bus, int address) = chips.ReadAddress(display, [(0x20, 0x27), (0x38, 0x3f)], "the display");
            return read with { Bus = bus, Address = address };
        }
        string chip = ReadChip(display, chips, commonChip);
        return read with
        {
            Chip = chip,
            Lines = new DisplayLines(
                chips.ReadLine(display, "rs", chip), chips.ReadLine(display, "enable", chip),
                chips.ReadLines(display, "data", chip, 4, "four lines are wanted here: D4 to D7"),
                display.Has("backlight") ? chips.ReadLine(display, "backlight", chip) : -1),
        };
    }

    private static BoardDisplay ReadDigits(TableReader display, BoardChips chips, BoardDisplay read, string commonChip)
    {
        string chip = ReadChip(display, chips, commonChip);
        return read with
        {
            Chip = chip,
            Lines = new DisplayLines(-1, chips.ReadLine(display, "clock", chip), [chips.ReadLine(display, "data", chip)], -1),
            Brightness = (int)display.Whole("brightness", 3, 0, Brightest),
        };
    }

    // its thread is not the lamps', whose expanders are
    private static string ReadChip(TableReader display, BoardChips chips, string commonChip)
    {
        string chip = BoardChips.ReadChip(display, commonChip);
        if (chips.ExpanderOf(chip) is not null)
        {
            display.Refuse("chip", "a display has lines of a GPIO chip, and not of an expander");
        }
        return chip;
    }
}
