using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What loading gave: a board, or every mistake in the order of the file.</summary>
internal sealed record BoardResult(BoardConfig? Board, IReadOnlyList<ConfigError> Errors);

/// <summary>Reads board.toml. It knows the file only: whether the lines exist shows when they are opened.</summary>
internal sealed class BoardLoader
{
    private static readonly string[] LedNames = ["system", "calls", "timer", "network"];

    private readonly List<ConfigError> _errors;
    private readonly BoardChips _chips = new();
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
        foreach (TableReader expander in root.Sections("expander"))
        {
            _chips.ReadExpander(expander);
        }
        BoardLed[] leds = [.. root.Sections("led").Select(ReadLed)];
        BoardBar? bar = root.Has("bar") ? ReadBar(root.Section("bar")) : null;
        BoardButton? button = root.Has("button") ? ReadButton(root.Section("button")) : null;
        BoardDisplay? display = root.Has("display") ? BoardDisplayReader.Read(root.Section("display"), _chips, _chip) : null;
        root.RefuseUnknown();
        if (leds.Length > 0 && _errors.Count == 0)
        {
            RefuseMissing(root, leds);
        }
        return new BoardConfig { Name = name, Expanders = _chips.Expanders, Leds = leds, Bar = bar, Button = button, Display = display };
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
        string chip = BoardChips.ReadChip(led, _chip);
        bool isActiveLow = led.Flag("active_low");
        bool isRgb = led.Has("rgb");
        int[] lines = isRgb ? _chips.ReadLines(led, "rgb", chip, 3, "three lines are wanted here: red, green and blue") : [_chips.ReadLine(led, "line", chip)];
        if (isRgb && led.Has("line"))
        {
            led.Refuse("line", "give line or rgb, not both");
        }
        return new BoardLed(default) { Chip = chip, Lines = lines, IsActiveLow = isActiveLow };
    }

    private BoardBar ReadBar(TableReader bar)
    {
        string chip = BoardChips.ReadChip(bar, _chip);
        var read = new BoardBar(
            chip, _chips.ReadLine(bar, "data", chip), _chips.ReadLine(bar, "clock", chip), _chips.ReadLine(bar, "latch", chip), bar.Flag("active_low"));
        bar.RefuseUnknown();
        return read;
    }

    private BoardButton ReadButton(TableReader button)
    {
        string chip = BoardChips.ReadChip(button, _chip);
        var read = new BoardButton(
            chip, _chips.ReadLine(button, "line", chip), button.Flag("active_low", fallback: true), (ButtonPull)button.Choice("pull", "none", "up", "down"));
        if (read.Pull == ButtonPull.Down && _chips.ExpanderOf(chip) is not null)
        {
            button.Refuse("pull", "an expander can't pull down");
        }
        button.RefuseUnknown();
        return read;
    }
}
