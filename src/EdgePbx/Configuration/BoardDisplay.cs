namespace EdgePbx;

/// <summary><c>[display]</c>: a chip on I2C, or on lines of a GPIO chip.</summary>
internal sealed record BoardDisplay(DisplayDriver Driver)
{
    /// <summary>On I2C: N of /dev/i2c-N or what stands in the name of the bus, and the address.</summary>
    public string Bus { get; init; } = "";
    public int Address { get; init; }

    /// <summary>The label of a GPIO chip; empty: it is on I2C.</summary>
    public string Chip { get; init; } = "";
    public DisplayLines Lines { get; init; } = new(-1, -1, [], -1);

    /// <summary>Characters.</summary>
    public int Columns { get; init; }
    public int Rows { get; init; }

    /// <summary>0 to 7.</summary>
    public int Brightness { get; init; }

    /// <summary>It hangs upside down.</summary>
    public bool IsFlipped { get; init; }
}

/// <summary>In the order of <see cref="BoardDisplayReader"/>'s words.</summary>
internal enum DisplayDriver { Ssd1306, Hd44780, Tm1637 }

/// <summary>Lines of an HD44780: RS, E, D4 to D7 and the backlight (-1: none). Of a TM1637: E is its clock, and there is one for data.</summary>
internal sealed record DisplayLines(int Select, int Enable, IReadOnlyList<int> Data, int Backlight);
