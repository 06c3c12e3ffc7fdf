using EdgePbx.Core;

namespace EdgePbx.Tests;

public class BoardLoaderTests
{
    private const string Four = """
        chip = "c"
        [[led]]
        shows = ["system", "calls", "timer", "network"]
        line = 0

        """;

    [Fact]
    public void Everything_that_a_board_can_have_is_read()
    {
        BoardResult result = BoardLoader.Parse("""
            name = "Box"
            chip = "c"
            [[led]]
            shows = ["system", "network"]
            line = 17
            active_low = true
            [[led]]
            shows = ["calls"]
            driver = "class"
            name = "pbx:green:calls"
            [[led]]
            shows = ["timer"]
            chip = "d"
            rgb = [17, 18, 19]
            [[led]]
            shows = ["system"]
            line = 20
            color = "red"
            [bar]
            data = 1
            clock = 2
            latch = 3
            active_low = true
            [button]
            chip = "d"
            line = 4
            pull = "up"
            """, "b.toml");

        Assert.Empty(result.Errors);
        BoardConfig board = result.Board!;
        Assert.Equal(("Box", 4, false), (board.Name, board.Leds.Count, board.IsBare));
        Assert.Equal(
            [new LedLamp(LedId.System | LedId.Network, false), new LedLamp(LedId.Calls, false), new LedLamp(LedId.Timer, false), new LedLamp(LedId.System, true)],
            board.Leds.Select(led => led.Lamp));
        Assert.Equal(["c 17 True", " pbx:green:calls False", "d 17,18,19 False", "c 20 False"],
            board.Leds.Select(led => $"{led.Chip} {string.Join(',', led.Lines)}{led.ClassName} {led.IsActiveLow}"));
        Assert.Equal(new BoardBar("c", 1, 2, 3, IsActiveLow: true), board.Bar);
        Assert.Equal(new BoardButton("d", 4, IsActiveLow: true, ButtonPull.Up), board.Button);
    }

    [Fact]
    public void Expanders_and_a_display_are_read()
    {
        BoardConfig board = BoardLoader.Parse("""
            [[expander]]
            name = "front"
            type = "mcp23017"
            bus = 1
            address = 0x21
            [[expander]]
            name = "back"
            type = "pcf8574"
            bus = "i2c@7e804000"
            address = 0x38
            [[led]]
            shows = ["system", "calls", "timer", "network"]
            chip = "front"
            rgb = [0, 7, 15]
            [button]
            chip = "back"
            line = 7
            pull = "up"
            [display]
            driver = "ssd1306"
            bus = 1
            flipped = true
            """, "b.toml").Board!;
        Assert.Equal([new("front", ExpanderType.Mcp23017, "1", 0x21), new("back", ExpanderType.Pcf8574, "i2c@7e804000", 0x38)], board.Expanders);
        Assert.Equal(new BoardDisplay(DisplayDriver.Ssd1306) { Bus = "1", Address = 0x3c, IsFlipped = true }, board.Display! with { Lines = new BoardDisplay(default).Lines });
        Assert.Equal(("front", "back"), (board.Leds[0].Chip, board.Button!.Chip));
    }

    [Theory]
    [InlineData("driver = \"hd44780\"\nbus = 1\naddress = 0x3f", "Hd44780 bus 1 at 3f, 16x2")]
    [InlineData("driver = \"hd44780\"\nbus = 0\naddress = 0x27\nsize = \"20x4\"", "Hd44780 bus 0 at 27, 20x4")]
    [InlineData("driver = \"hd44780\"\nchip = \"c\"\nrs = 1\nenable = 2\ndata = [3, 4, 5, 6]\nbacklight = 7", "Hd44780 on c: 1 2 3,4,5,6 7, 16x2")]
    [InlineData("driver = \"hd44780\"\nchip = \"c\"\nrs = 1\nenable = 2\ndata = [3, 4, 5, 6]", "Hd44780 on c: 1 2 3,4,5,6 -1, 16x2")]
    [InlineData("driver = \"tm1637\"\nchip = \"c\"\nclock = 8\ndata = 9\nbrightness = 7", "Tm1637 on c: -1 8 9 -1, 0x0")]
    public void A_display_can_be_on_a_bus_or_on_lines(string toml, string expected)
    {
        BoardResult result = BoardLoader.Parse("[display]\n" + toml, "b.toml");
        Assert.Empty(result.Errors);
        BoardDisplay display = result.Board!.Display!;
        Assert.False(result.Board.IsBare);
        string place = display.Chip.Length > 0
            ? $"on {display.Chip}: {display.Lines.Select} {display.Lines.Enable} {string.Join(',', display.Lines.Data)} {display.Lines.Backlight}"
            : $"bus {display.Bus} at {display.Address:x2}";
        Assert.Equal(expected, $"{display.Driver} {place}, {display.Columns}x{display.Rows}");
    }

    [Fact]
    public void An_empty_file_is_a_board_without_anything() => Assert.True(BoardLoader.Parse("name = \"Box\"", "b.toml").Board!.IsBare);

    [Theory]
    [InlineData("[[led]]\nshows = [\"system\"]\nline = 1", "b.toml:1:1: led[0].chip: missing; the label of a GPIO chip as `gpiodetect` shows it in brackets, or the name of an [[expander]], here or once for all at the top")]
    [InlineData("chip = \"c\"\n[[led]]\nline = 1", "b.toml:2:1: led[0].shows: missing; which of system, calls, timer, network, such as [\"system\"]")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = []\nline = 1", "b.toml:3:9: led[0].shows: at least one of system, calls, timer, network")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"sytem\"]\nline = 1", "b.toml:3:10: led[0].shows[0]: not one of system, calls, timer, network")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"system\"]", "b.toml:2:1: led[0].line: missing; the number of a line of the chip")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"system\"]\nline = -1", "b.toml:4:8: led[0].line: -1 is out of range (0 to 1023)")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"system\"]\nrgb = [1, 2]", "b.toml:4:7: led[0].rgb: three lines are wanted here: red, green and blue")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"system\"]\nrgb = [1, 2, 1]", "b.toml:4:14: led[0].rgb: line 1 of c is taken above")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"system\"]\nrgb = [1, 2, 3]\nline = 4", "b.toml:5:8: led[0].line: give line or rgb, not both")]
    [InlineData("[[led]]\nshows = [\"system\"]\ndriver = \"class\"", "b.toml:1:1: led[0].name: the name of a folder in /sys/class/leds is wanted")]
    [InlineData("[[led]]\nshows = [\"system\"]\ndriver = \"class\"\nname = \"../x\"", "b.toml:4:8: led[0].name: the name of a folder in /sys/class/leds is wanted")]
    [InlineData("[[led]]\nshows = [\"system\"]\ndriver = \"klass\"\nchip = \"c\"\nline = 1", "b.toml:3:10: led[0].driver: 'klass' is not one of gpio, class; did you mean class?")]
    [InlineData("chip = \"c\"\n[[led]]\nshows = [\"system\"]\nline = 1\ncolour = \"red\"", "b.toml:5:1: led[0].colour: there is no such key; did you mean color?")]
    [InlineData("chip = \"c\"\n[button]\nline = 1\npull = \"sideways\"", "b.toml:4:8: button.pull: 'sideways' is not one of none, up, down")]
    [InlineData("chip = \"c\"\n[bar]\ndata = 1\nclock = 1\nlatch = 2", "b.toml:4:9: bar.clock: line 1 of c is taken above")]
    [InlineData("[bar]\ndata = 1\nclock = 1\nlatch = 2", "b.toml:3:9: bar.clock: line 1 is taken above")]
    [InlineData("[[expander]]\ntype = \"mcp23017\"\nbus = 1\naddress = 0x20", "b.toml:1:1: expander[0].name: missing; what LEDs and the button call their chip, such as \"front\"")]
    [InlineData("[[expander]]\nname = \"a\"\nbus = 1\naddress = 0x20", "b.toml:1:1: expander[0].type: missing; one of mcp23008, mcp23017, pcf8574, pcf8575, tca9554, tca9555")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"mcp23071\"\nbus = 1\naddress = 0x20", "b.toml:3:8: expander[0].type: 'mcp23071' is not one of mcp23008, mcp23017, pcf8574, pcf8575, tca9554, tca9555; did you mean mcp23017?")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"mcp23017\"\naddress = 0x20", "b.toml:1:1: expander[0].bus: missing; N of /dev/i2c-N, or what stands in the name of the bus")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"mcp23017\"\nbus = 256\naddress = 0x20", "b.toml:4:7: expander[0].bus: 256 is out of range (0 to 255)")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"mcp23017\"\nbus = 1", "b.toml:1:1: expander[0].address: missing; the chip's on the bus, such as 0x20")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"mcp23017\"\nbus = 1\naddress = 0x38", "b.toml:5:11: expander[0].address: it can't be at 0x38, only at 0x20 to 0x27")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"pcf8574\"\nbus = 1\naddress = 0x30", "b.toml:5:11: expander[0].address: it can't be at 0x30, only at 0x20 to 0x27 or 0x38 to 0x3f")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"pcf8574\"\nbus = 1\naddress = \"0x20\"", "b.toml:5:11: expander[0].address: a whole number is wanted here, not text")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"pcf8574\"\nbus = 1\naddress = 0x20\n[[expander]]\nname = \"b\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x20", "b.toml:10:11: expander[1].address: 0x20 on bus 1 is taken by expander a")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"pcf8574\"\nbus = 1\naddress = 0x20\n[[expander]]\nname = \"a\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x21", "b.toml:7:8: expander[1].name: another expander is called a already")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"pcf8574\"\nbus = 1\naddress = 0x20\n[[led]]\nshows = [\"system\"]\nchip = \"a\"\nline = 8", "b.toml:9:8: led[0].line: a has no line 8, only 0 to 7")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x20\n[[led]]\nshows = [\"system\"]\nchip = \"a\"\nrgb = [14, 15, 16]", "b.toml:9:16: led[0].rgb: a has no line 16, only 0 to 15")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x20\n[button]\nchip = \"a\"\nline = 8\npull = \"down\"", "b.toml:9:8: button.pull: an expander can't pull down")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x20\nreset = 4", "b.toml:6:1: expander[0].reset: there is no such key")]
    [InlineData("[display]\ndriver = \"ssd1306\"\nbus = \"\"", "b.toml:3:7: display.bus: what stands in the name of a bus is wanted here")]
    [InlineData("[display]\ndriver = \"ssd1306\"\nbus = -1", "b.toml:3:7: display.bus: -1 is out of range (0 to 255)")]
    [InlineData("[display]\nbus = 1", "b.toml:1:1: display.driver: missing; one of ssd1306, hd44780, tm1637")]
    [InlineData("[display]\ndriver = \"ssd1309\"\nbus = 1", "b.toml:2:10: display.driver: 'ssd1309' is not one of ssd1306, hd44780, tm1637; did you mean ssd1306?")]
    [InlineData("[display]\ndriver = \"ssd1306\"", "b.toml:1:1: display.bus: missing; N of /dev/i2c-N, or what stands in the name of the bus")]
    [InlineData("[display]\ndriver = \"ssd1306\"\nbus = 1\naddress = 0x27", "b.toml:4:11: display.address: it can't be at 0x27, only at 0x3c to 0x3d")]
    [InlineData("[display]\ndriver = \"ssd1306\"\nbus = 1\nflipped = 1", "b.toml:4:11: display.flipped: true or false is wanted here, not a whole number")]
    [InlineData("[display]\ndriver = \"ssd1306\"\nbus = 1\nsize = \"20x4\"", "b.toml:4:1: display.size: there is no such key")]
    [InlineData("[display]\ndriver = \"hd44780\"\nbus = 1", "b.toml:1:1: display.address: missing; the chip's on the bus, such as 0x20")]
    [InlineData("[display]\ndriver = \"hd44780\"\nbus = 1\naddress = 0x27\nsize = \"40x2\"", "b.toml:5:8: display.size: '40x2' is not one of 16x2, 20x4")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x20\n[display]\ndriver = \"hd44780\"\nbus = 1\naddress = 0x20", "b.toml:9:11: display.address: 0x20 on bus 1 is taken by expander a")]
    [InlineData("[display]\ndriver = \"hd44780\"\nrs = 1\nenable = 2\ndata = [3, 4, 5, 6]", "b.toml:1:1: display.chip: missing; the label")]
    [InlineData("chip = \"c\"\n[display]\ndriver = \"hd44780\"\nrs = 1\nenable = 2\ndata = [3, 4, 5]", "b.toml:6:8: display.data: four lines are wanted here: D4 to D7")]
    [InlineData("chip = \"c\"\n[display]\ndriver = \"hd44780\"\nrs = 1\nenable = 2\ndata = [3, 4, 5, 2]", "b.toml:6:18: display.data: line 2 of c is taken above")]
    [InlineData("chip = \"c\"\n[display]\ndriver = \"hd44780\"\nrs = 1\ndata = [3, 4, 5, 2]", "b.toml:2:1: display.enable: missing; the number of a line of the chip")]
    [InlineData("chip = \"c\"\n[display]\ndriver = \"tm1637\"\nclock = 1", "b.toml:2:1: display.data: missing; the number of a line of the chip")]
    [InlineData("chip = \"c\"\n[display]\ndriver = \"tm1637\"\nclock = 1\ndata = 1", "b.toml:5:8: display.data: line 1 of c is taken above")]
    [InlineData("chip = \"c\"\n[display]\ndriver = \"tm1637\"\nclock = 1\ndata = 2\nbrightness = 8", "b.toml:6:14: display.brightness: 8 is out of range (0 to 7)")]
    [InlineData("[[expander]]\nname = \"a\"\ntype = \"tca9555\"\nbus = 1\naddress = 0x20\n[display]\ndriver = \"tm1637\"\nchip = \"a\"\nclock = 1\ndata = 2", "b.toml:8:8: display.chip: a display has lines of a GPIO chip, and not of an expander")]
    [InlineData("led = 1", "b.toml:1:1: led: each one starts with [[led]], in double brackets")]
    [InlineData("chip = ", "b.toml:1:8: not valid TOML: one key = value a line, text in \"quotes\"")]
    public void Mistakes_are_named_with_their_place(string toml, string expected) =>
        Assert.Contains(BoardLoader.Parse(toml, "b.toml").Errors, error => error.ToString().StartsWith(expected, StringComparison.Ordinal));

    [Fact]
    public void What_no_lamp_shows_is_a_mistake_and_a_red_one_does_not_count()
    {
        string toml = Four.Replace(", \"timer\"", "", StringComparison.Ordinal) + "[[led]]\nshows = [\"timer\"]\nline = 1\ncolor = \"red\"\n";
        Assert.Equal(["b.toml:2:1: led: no LED shows timer: add it to the shows of one that is not red"], ErrorsOf(toml));
        Assert.Empty(ErrorsOf(Four));
    }

    [Fact]
    public void One_line_has_one_purpose_on_one_chip()
    {
        Assert.Equal(["b.toml:6:8: button.line: line 0 of c is taken above"], ErrorsOf(Four + "[button]\nline = 0\n"));
        Assert.Empty(ErrorsOf(Four + "[button]\nchip = \"d\"\nline = 0\n"));
    }

    [Fact]
    public void The_board_is_beside_the_configuration_unless_it_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(BoardLoader.Find(null, folder.File("edgepbx.toml")));
        Assert.Equal("/x/board.toml", BoardLoader.Find("/x/board.toml", folder.File("edgepbx.toml")));
        File.WriteAllText(folder.File("board.toml"), "");
        Assert.Equal(folder.File("board.toml"), BoardLoader.Find(null, folder.File("edgepbx.toml")));
        Assert.Equal("/absent/board.toml: there is no such file", Assert.Single(BoardLoader.Load("/absent/board.toml").Errors).ToString());
    }

    /// <summary>The boards that come with EdgePbx, each with its drawing, and with what is commented out in it too.</summary>
    [Theory]
    [InlineData("rpi3b", "pinctrl-bcm2835")]
    [InlineData("rpi4b", "pinctrl-bcm2711")]
    [InlineData("rpi5", "pinctrl-rp1")]
    [InlineData("rpi-zero2w", "pinctrl-bcm2835")]
    [InlineData("generic", "gpio-chip")]
    public void Our_boards_are_good(string board, string chip)
    {
        string folder = Path.Combine(RepositoryFolder.Path, "board", board);
        string text = File.ReadAllText(Path.Combine(folder, "board.toml"));
        BoardConfig config = Assert.IsType<BoardConfig>(BoardLoader.Parse(text, "b.toml").Board);
        Assert.All(config.Leds, led => Assert.Equal(chip, led.Chip));
        Assert.NotNull(config.Button);
        Assert.NotEmpty(config.Name);
        Assert.True(File.Exists(Path.Combine(folder, "WIRING.md")));

        string all = string.Join('\n', text.Split('\n').Select(line => line.StartsWith("#[", StringComparison.Ordinal)
            || (line.StartsWith('#') && line.Contains('=', StringComparison.Ordinal) && !line.StartsWith("# ", StringComparison.Ordinal)) ? line[1..] : line));
        Assert.Empty(ErrorsOf(all));
        Assert.True(BoardLoader.Parse(all, "b.toml").Board!.Leds.Count > config.Leds.Count);
    }

    private static string[] ErrorsOf(string toml) => [.. BoardLoader.Parse(toml, "b.toml").Errors.Select(error => error.ToString())];
}
