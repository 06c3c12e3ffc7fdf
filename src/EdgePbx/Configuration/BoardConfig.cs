using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What is soldered to the machine that this runs on: board.toml, checked.</summary>
internal sealed record BoardConfig
{
    public const string FileName = "board.toml";

    public string Name { get; init; } = "";
    public IReadOnlyList<BoardExpander> Expanders { get; init; } = [];
    public IReadOnlyList<BoardLed> Leds { get; init; } = [];
    public BoardBar? Bar { get; init; }
    public BoardButton? Button { get; init; }
    public BoardDisplay? Display { get; init; }

    /// <summary>Nothing to show anything with, and nothing to press.</summary>
    public bool IsBare => Leds.Count == 0 && Bar is null && Button is null && Display is null;
}

/// <summary>One <c>[[led]]</c>: lines of a GPIO chip (one, or red, green and blue), or a name of the kernel's LED class.</summary>
internal sealed record BoardLed(LedLamp Lamp)
{
    public const int Red = 0;
    public const int Green = 1;
    public const int Blue = 2;

    /// <summary>The label of a chip of the kernel's, or the name of an expander; empty: it is one of the LED class.</summary>
    public string Chip { get; init; } = "";
    public IReadOnlyList<int> Lines { get; init; } = [];
    public bool IsActiveLow { get; init; }

    /// <summary>Its folder in /sys/class/leds; empty: it is on a chip.</summary>
    public string ClassName { get; init; } = "";
}

/// <summary>One <c>[[expander]]</c>: a chip on I2C with lines that LEDs and the button may be on; they name it as their chip.</summary>
/// <param name="Bus">N of /dev/i2c-N, or what stands in the name of the bus.</param>
internal sealed record BoardExpander(string Name, ExpanderType Type, string Bus, int Address)
{
    /// <summary>How many it has.</summary>
    public int Lines => Type is ExpanderType.Mcp23008 or ExpanderType.Pcf8574 or ExpanderType.Tca9554 ? 8 : 16;
}

/// <summary>In the order of <see cref="BoardChips.Types"/>.</summary>
internal enum ExpanderType { Mcp23008, Mcp23017, Pcf8574, Pcf8575, Tca9554, Tca9555 }

/// <summary><c>[bar]</c>: eight lamps behind a 74HC595.</summary>
internal sealed record BoardBar(string Chip, int Data, int Clock, int Latch, bool IsActiveLow);

/// <summary><c>[button]</c></summary>
internal sealed record BoardButton(string Chip, int Line, bool IsActiveLow, ButtonPull Pull);

/// <summary>The resistor that holds the line while nobody presses.</summary>
internal enum ButtonPull { None, Up, Down }
