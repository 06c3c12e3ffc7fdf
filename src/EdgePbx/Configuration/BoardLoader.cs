using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What loading gave: a board, or every mistake in the order of the file.</summary>
internal sealed record BoardResult(BoardConfig? Board, IReadOnlyList<ConfigError> Errors);

/// <summary>Reads board.toml. It knows the file only: whether the lines exist shows when they are opened.</summary>
internal sealed class BoardLoader
{
    private const int HighestLine = 1023;

    private static readonly string[] LedNames = ["system", "calls", "timer", "network"];

    private readonly List<ConfigError> _errors;
    private readonly HashSet<(string Chip, long Line)> _lines = [];
    private string _chip = "";

    private BoardLoader(List<ConfigError> errors) => _errors = errors;

    /// <summary>The file that is meant: the one named, else the one beside the configuration if there is one.</summary>
    /// <returns>Null: there is none.</returns>
    public static string? Find(string? named, string configFile)
    {
        if (named is not null)
        {
            return named;
        }
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configFile))!, BoardConfig.FileName);
        return File.Exists(beside) ? beside : null;
    }

    public static BoardResult Load(string file)
    {
        List<ConfigError> errors = [];
        return ConfigLoader.ReadText(file, errors) is { } text ? Parse(text, file) : new BoardResult(null, errors);
    }

    public static BoardResult Parse(string text, string file)
    {
        List<ConfigError> errors = [];
        BoardConfig? board = TomlFile.Read(text, file, errors, new BoardLoader(errors).Read);
        return errors.Count == 0
            ? new BoardResult(board, [])
            : new BoardResult(null, [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]);
    }

    private BoardConfig Read(TableReader root)
    {
        string name = root.Text("name", "");
        _chip = root.Text("chip", "");
        BoardLed[] leds = [.. root.Sections("led").Select(ReadLed)];
        BoardBar? bar = root.Has("bar") ? ReadBar(root.Section("bar")) : null;
        BoardButton? button = root.Has("button") ? ReadButton(root.Section("button")) : null;
        root.RefuseUnknown();
        if (leds.Length > 0 && _errors.Count == 0)
        {
            RefuseMissing(root, leds);
        }
        return new BoardConfig { Name = name, Leds = leds, Bar = bar, Button = button };
    }

    // what no lamp says, nobody learns; a red one is dark until there is an error
    private static void RefuseMissing(TableReader root, BoardLed[] leds)
    {
        LedId shown = leds.Where(led => !led.Lamp.IsRed).Aggregate(LedId.None, (all, led) => all | led.Lamp.Shows);
        foreach (string missing in LedNames.Where((_, i) => !shown.HasFlag((LedId)(1 << i))))
        {
            root.Refuse("led", $"no LED shows {missing}: add it to the shows of one that is not red");
        }
    }

    private BoardLed ReadLed(TableReader led)
    {
        bool isClass = led.Choice("driver", "gpio", "class") == 1;
        LedId shows = ReadShows(led);
        bool isRed = led.Choice("color", "green", "yellow", "blue", "white", "red") == 4;
        BoardLed read = isClass ? ReadClass(led) : ReadLines(led);
        led.RefuseUnknown();
        return read with { Lamp = new LedLamp(shows, isRed && read.Lines.Count != 3) };
    }

    private static LedId ReadShows(TableReader led)
    {
        var shows = LedId.None;
        if (!led.Has("shows"))
        {
            led.Refuse("shows", $"missing; which of {string.Join(", ", LedNames)}, such as [\"system\"]");
            return shows;
        }
        IReadOnlyList<TomlNode> list = led.List("shows") ?? [];
        for (int i = 0; i < list.Count; i++)
        {
            int index = list[i].Value is string word ? Array.IndexOf(LedNames, word) : -1;
            if (index < 0)
            {
                led.Refuse(list[i].Position, $"shows[{i}]", $"not one of {string.Join(", ", LedNames)}");
                continue;
            }
            shows |= (LedId)(1 << index);
        }
        if (list.Count == 0)
        {
            led.Refuse("shows", $"at least one of {string.Join(", ", LedNames)}");
        }
        return shows;
    }

    private static BoardLed ReadClass(TableReader led)
    {
        string name = led.Text("name", "");
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
        {
            led.Refuse("name", "the name of a folder in /sys/class/leds is wanted");
        }
        return new BoardLed(default) { ClassName = name };
    }

    private BoardLed ReadLines(TableReader led)
    {
        string chip = ReadChip(led);
        bool isActiveLow = led.Flag("active_low");
        bool isRgb = led.Has("rgb");
        int[] lines = isRgb ? ReadRgb(led, chip) : [ReadLine(led, "line", chip)];
        if (isRgb && led.Has("line"))
        {
            led.Refuse("line", "give line or rgb, not both");
        }
        return new BoardLed(default) { Chip = chip, Lines = lines, IsActiveLow = isActiveLow };
    }

    private int[] ReadRgb(TableReader led, string chip)
    {
        IReadOnlyList<TomlNode> list = led.List("rgb") ?? [];
        if (list.Count != 3 || !list.All(node => node.Value is >= 0L and <= HighestLine))
        {
            led.Refuse("rgb", "three lines are wanted here: red, green and blue");
            return [];
        }
        foreach (TomlNode node in list)
        {
            Claim(led, node.Position, "rgb", chip, (long)node.Value);
        }
        return [.. list.Select(node => (int)(long)node.Value)];
    }

    private BoardBar ReadBar(TableReader bar)
    {
        string chip = ReadChip(bar);
        var read = new BoardBar(
            chip, ReadLine(bar, "data", chip), ReadLine(bar, "clock", chip), ReadLine(bar, "latch", chip), bar.Flag("active_low"));
        bar.RefuseUnknown();
        return read;
    }

    private BoardButton ReadButton(TableReader button)
    {
        string chip = ReadChip(button);
        var read = new BoardButton(
            chip, ReadLine(button, "line", chip), button.Flag("active_low", fallback: true), (ButtonPull)button.Choice("pull", "none", "up", "down"));
        button.RefuseUnknown();
        return read;
    }

    private string ReadChip(TableReader part)
    {
        string chip = part.Text("chip", _chip);
        if (chip.Length == 0)
        {
            part.Refuse("chip", "missing; the label of a GPIO chip as `gpiodetect` shows it in brackets, here or once for all at the top");
        }
        return chip;
    }

    private int ReadLine(TableReader part, string key, string chip)
    {
        if (!part.Has(key))
        {
            part.Refuse(key, "missing; the number of a line of the chip");
            return 0;
        }
        long line = part.Whole(key, -1, 0, HighestLine);
        if (line >= 0 && !_lines.Add((chip, line)))
        {
            part.Refuse(key, Taken(chip, line));
        }
        return (int)line;
    }

    private void Claim(TableReader part, TomlPosition at, string key, string chip, long line)
    {
        if (!_lines.Add((chip, line)))
        {
            part.Refuse(at, key, Taken(chip, line));
        }
    }

    // without a chip that is refused too, and there is no name to say
    private static string Taken(string chip, long line) => $"line {line}{(chip.Length > 0 ? $" of {chip}" : "")} is taken above";
}
