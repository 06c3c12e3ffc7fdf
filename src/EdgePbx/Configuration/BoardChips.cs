using System.Globalization;

namespace EdgePbx;

/// <summary>
/// The chips of a board.toml while it is read: which have lines, which of those are taken, and which addresses of the I2C buses.
/// </summary>
internal sealed class BoardChips
{
    public const string Missing =
        "missing; the label of a GPIO chip as `gpiodetect` shows it in brackets, or the name of an [[expander]], here or once for all at the top";

    private const int HighestLine = 1023;
    private const int HighestBus = 255;

    /// <summary>What an expander can be, as the file calls it.</summary>
    public static readonly string[] Types = ["mcp23008", "mcp23017", "pcf8574", "pcf8575", "tca9554", "tca9555"];

    private readonly List<BoardExpander> _expanders = [];
    private readonly HashSet<(string Chip, long Line)> _lines = [];
    private readonly Dictionary<(string Bus, int Address), string> _addresses = [];

    public IReadOnlyList<BoardExpander> Expanders => _expanders;

    public void ReadExpander(TableReader expander)
    {
        string name = expander.Text("name", "");
        if (name.Length == 0)
        {
            expander.Refuse("name", "missing; what LEDs and the button call their chip, such as \"front\"");
        }
        else if (_expanders.Any(one => one.Name == name))
        {
            expander.Refuse("name", $"another expander is called {name} already");
        }
        if (!expander.Has("type"))
        {
            expander.Refuse("type", $"missing; one of {string.Join(", ", Types)}");
        }
        var type = (ExpanderType)expander.Choice("type", Types);
        (string bus, int address) = ReadAddress(expander, RangeOf(type), $"expander {name}");
        expander.RefuseUnknown();
        _expanders.Add(new BoardExpander(name, type, bus, address));
    }

    /// <summary><c>bus</c> and <c>address</c> of a chip on I2C, which nothing else has.</summary>
    /// <param name="range">Where it can be; empty: anywhere.</param>
    /// <param name="owner">Whose they are, for whoever takes them too.</param>
    /// <param name="fallback">What the address is when none is given; 0: it must be.</param>
    public (string Bus, int Address) ReadAddress(TableReader part, ReadOnlySpan<(int Least, int Most)> range, string owner, int fallback = 0)
    {
        string bus = ReadBus(part);
        if (!part.Has("address") && fallback == 0)
        {
            part.Refuse("address", "missing; the chip's on the bus, such as 0x20");
            return (bus, 0);
        }
        int address = (int)part.Whole("address", fallback, 0x08, 0x77);
        bool isPossible = false;
        foreach ((int least, int most) in range)
        {
            isPossible |= address >= least && address <= most;
        }
        if (!isPossible && address > 0)
        {
            part.Refuse("address", $"it can't be at 0x{address:x2}, only at {Of(range)}");
        }
        else if (bus.Length > 0 && address > 0 && !_addresses.TryAdd((bus, address), owner))
        {
            part.Refuse("address", $"0x{address:x2} on bus {bus} is taken by {_addresses[(bus, address)]}");
        }
        return (bus, address);
    }

    private static string ReadBus(TableReader part)
    {
        if (part.IsText("bus"))
        {
            string name = part.Text("bus", "");
            if (name.Length == 0)
            {
                part.Refuse("bus", "what stands in the name of a bus is wanted here, as `i2cdetect -l` shows it");
            }
            return name;
        }
        if (!part.Has("bus"))
        {
            part.Refuse("bus", "missing; N of /dev/i2c-N, or what stands in the name of the bus, as `i2cdetect -l` shows it");
        }
        long number = part.Whole("bus", -1, 0, HighestBus);
        return number < 0 ? "" : number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The chip that a part of the board is on.</summary>
    /// <param name="common">The one for all.</param>
    public static string ReadChip(TableReader part, string common)
    {
        string chip = part.Text("chip", common);
        if (chip.Length == 0)
        {
            part.Refuse("chip", Missing);
        }
        return chip;
    }

    public int ReadLine(TableReader part, string key, string chip)
    {
        if (!part.Has(key))
        {
            part.Refuse(key, "missing; the number of a line of the chip");
            return 0;
        }
        long line = part.Whole(key, -1, 0, HighestLine);
        if (line >= 0 && Problem(chip, line) is { } problem)
        {
            part.Refuse(key, problem);
        }
        return (int)line;
    }

    /// <summary>So many lines in a list; empty: they are refused.</summary>
    /// <param name="wanted">What to say when there are others.</param>
    public int[] ReadLines(TableReader part, string key, string chip, int count, string wanted)
    {
        IReadOnlyList<TomlNode> list = part.List(key) ?? [];
        if (list.Count != count || !list.All(node => node.Value is >= 0L and <= HighestLine))
        {
            part.Refuse(key, wanted);
            return [];
        }
        foreach (TomlNode node in list)
        {
            if (Problem(chip, (long)node.Value) is { } problem)
            {
                part.Refuse(node.Position, key, problem);
            }
        }
        return [.. list.Select(node => (int)(long)node.Value)];
    }

    public BoardExpander? ExpanderOf(string chip) => _expanders.FirstOrDefault(one => one.Name == chip);

    // without a chip that is refused too, and there is no name to say
    private string? Problem(string chip, long line) =>
        ExpanderOf(chip) is { } expander && line >= expander.Lines ? $"{chip} has no line {line}, only 0 to {expander.Lines - 1}"
        : !_lines.Add((chip, line)) ? $"line {line}{(chip.Length > 0 ? $" of {chip}" : "")} is taken above"
        : null;

    private static ReadOnlySpan<(int Least, int Most)> RangeOf(ExpanderType type) =>
        type is ExpanderType.Pcf8574 or ExpanderType.Tca9554 ? new[] { (0x20, 0x27), (0x38, 0x3f) } : new[] { (0x20, 0x27) };

    private static string Of(ReadOnlySpan<(int Least, int Most)> range)
    {
        string text = "";
        foreach ((int least, int most) in range)
        {
            text += $"{(text.Length > 0 ? " or " : "")}0x{least:x2} to 0x{most:x2}";
        }
        return text;
    }
}
