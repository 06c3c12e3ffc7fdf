using System.Device.Gpio;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Lamps and a bar on lines of a port expander, whose registers are played as its data sheet has them.</summary>
public sealed class ExpanderTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);

    public static TheoryData<string> Types => [.. BoardChips.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Lamps_are_lines_of_the_chip(string type)
    {
        FakePort port = PortOf(type);
        int last = ExpanderOf(type, port).Lines - 1;
        using (GpioLamps lamps = GpioLamps.Open(ExpanderOf(type, port), [Led(0), Led(last) with { IsActiveLow = true }], bar: null))
        {
            Assert.Equal(('0', '1'), (port.Lines[0], port.Lines[last]));
            lamps.Show(0, LedColor.Normal);
            lamps.Show(1, LedColor.Error);
            Assert.Equal(('1', '0'), (port.Lines[0], port.Lines[last]));
            lamps.Show(0, LedColor.Dark);
            Assert.Equal(('0', '0'), (port.Lines[0], port.Lines[last]));
            lamps.Check();
        }
        Assert.Equal(('0', '1'), (port.Lines[0], port.Lines[last])); // left dark
        Assert.True(port.Closed > 0);
    }

    /// <summary>A PCF chip has no directions: its binding makes all lines low when it begins.</summary>
    [Theory]
    [InlineData("mcp23008")]
    [InlineData("mcp23017")]
    [InlineData("tca9554")]
    [InlineData("tca9555")]
    public void An_output_never_has_another_value_first(string type)
    {
        FakePort port = PortOf(type);
        using (GpioLamps.Open(ExpanderOf(type, port), [Led(3), Led(4) with { IsActiveLow = true }], bar: null))
        {
            Assert.Equal((false, false), (port.EverDrove(3, isHigh: true), port.EverDrove(4, isHigh: false)));
            Assert.Equal(0, Enumerable.Range(0, 8).Count(line => line is not (3 or 4) && port.IsOutput(line))); // nobody else's line is touched
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_bar_behind_it_shows_its_bits(string type)
    {
        FakePort port = PortOf(type);
        using GpioLamps lamps = GpioLamps.Open(ExpanderOf(type, port), [], new BoardBar("front", 0, 1, 2, IsActiveLow: false));
        int before = port.Transfers;
        lamps.ShowBar(0b1010_0101);
        Assert.Equal("000", port.Lines[..3]);
        Assert.True(port.Transfers > before);
    }

    /// <summary>Each transfer there is, from the first one on, fails once: nothing is thrown, it is said once, and a minute later all is as it was.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void Whichever_transfer_fails_the_lamps_come_back(string type)
    {
        FakePort port = PortOf(type);
        for (int failing = 0, transfers = int.MaxValue; failing < transfers; failing++)
        {
            (port.FailsAt, int opened, int closed) = (failing, 0, port.Closed);
            port.CutPower();
            _ = port.Again();
            Expander expander = new(Board(type), _ => { opened++; return port; });
            RecordingLogger log = new();
            FakeFaces faces = new() { Bar = 1 };
            faces.Faces[LedId.System] = new LedFace(LedPattern.Steady, LedColor.Normal, Start);
            using (LampGroup group = new("expander front", [Lamp], hasBar: true, () => GpioLamps.Open(expander, [Led(4)], new BoardBar("front", 0, 1, 2, false)), log))
            {
                _ = group.Update(faces, Start);
                group.Check(Start);
                faces.Faces[LedId.System] = default;
                _ = group.Update(faces, Start);
                transfers = Math.Min(transfers, port.Transfers > failing ? int.MaxValue : failing);
                int failures = log.EventCount("led_driver_failed");
                Assert.Equal(transfers == int.MaxValue ? 1 : 0, failures);

                port.FailsAt = -1;
                faces.Faces[LedId.System] = new LedFace(LedPattern.Steady, LedColor.Normal, Start);
                _ = group.Update(faces, Start + Retried<ILampDriver>.RetryAfter);
                Assert.Equal((failures, '1'), (log.EventCount("led_driver_resumed"), port.Lines[4]));
                Assert.Equal(failures + 1, opened);
            }
            Assert.Null(expander.Chip);
            Assert.True(port.Closed - closed >= opened); // each descriptor, whichever binding has it
        }
        GC.Collect();
        GC.WaitForPendingFinalizers(); // of drivers that were never whole: an exception there would end the process
    }

    [Theory]
    [InlineData("mcp23008")]
    [InlineData("mcp23017")]
    [InlineData("tca9554")]
    [InlineData("tca9555")]
    public void A_chip_that_lost_its_power_for_a_moment_is_found_out_though_it_answers(string type)
    {
        FakePort port = PortOf(type);
        using GpioLamps lamps = GpioLamps.Open(ExpanderOf(type, port), [Led(4)], bar: null);
        lamps.Show(0, LedColor.Normal);
        port.CutPower();
        LampException failure = Assert.Throws<LampException>(lamps.Check);
        Assert.Equal("front has forgotten what line 4 is: was its power interrupted?", failure.Message);
    }

    [Theory]
    [InlineData("pcf8574")]
    [InlineData("pcf8575")]
    public void A_chip_that_can_not_know_is_told_again(string type)
    {
        FakePort port = PortOf(type);
        using GpioLamps lamps = GpioLamps.Open(ExpanderOf(type, port), [Led(4), Led(5)], bar: null);
        lamps.Show(0, LedColor.Normal);
        port.CutPower();
        Assert.Equal("11", port.Lines[4..6]);
        lamps.Check();
        Assert.Equal("10", port.Lines[4..6]);
    }

    [Fact]
    public void Writing_a_lamp_allocates_nothing()
    {
        foreach (string type in BoardChips.Types)
        {
            FakePort port = PortOf(type);
            using GpioLamps lamps = GpioLamps.Open(ExpanderOf(type, port), [Led(4)], bar: null);
            port.IsSilent = true;
            Assert.Equal((type, 0), (type, Allocated.InEach(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    lamps.Show(0, i % 2 == 0 ? LedColor.Dark : LedColor.Normal);
                    lamps.Check();
                }
            })));
        }
    }

    [Fact]
    public void A_bus_that_is_not_there_is_named()
    {
        LampException failure = Assert.Throws<LampException>(() => I2cChip.Open("254", 0x20));
        Assert.StartsWith("there is no /dev/i2c-254", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Numbers of buses change with the kernel; where one is named, its name has to say which.</summary>
    [Fact]
    public void A_bus_can_be_found_by_its_name()
    {
        using var folder = new TemporaryFolder();
        foreach ((int number, string name) in new[] { (0, "Broadcom STB :\n"), (2, "bcm2835 (i2c@7e205000)\n"), (10, "bcm2835 (i2c@7e804000)\n") })
        {
            _ = Directory.CreateDirectory(folder.File($"i2c-{number}"));
            File.WriteAllText(folder.File($"i2c-{number}/name"), name);
        }
        _ = Directory.CreateDirectory(folder.File("i2c-x"));
        Assert.Equal((10, 0), (I2cBuses.Find(folder.Path, "i2c@7e804000"), I2cBuses.Find(folder.Path, "STB")));
        LampException none = Assert.Throws<LampException>(() => I2cBuses.Find(folder.Path, "rp1"));
        Assert.Equal("no I2C bus has 'rp1' in its name; there are: 0, Broadcom STB :; 2, bcm2835 (i2c@7e205000); 10, bcm2835 (i2c@7e804000)", none.Message);
        Assert.StartsWith("more than one I2C bus has 'bcm2835'", Assert.Throws<LampException>(() => I2cBuses.Find(folder.Path, "bcm2835")).Message, StringComparison.Ordinal);
        Assert.Contains("is i2c-dev loaded", Assert.Throws<LampException>(() => I2cBuses.Find("/absent", "x")).Message, StringComparison.Ordinal);
    }

    internal static LedLamp Lamp { get; } = new(LedId.System, IsRed: false);

    internal static BoardExpander Board(string type) => new("front", (ExpanderType)Array.IndexOf(BoardChips.Types, type), "1", 0x20);

    internal static Expander ExpanderOf(string type, FakePort port) => new(Board(type), _ => port);

    internal static FakePort PortOf(string type) => type switch
    {
        "mcp23008" => new FakeMcp(8),
        "mcp23017" => new FakeMcp(),
        "pcf8574" => new FakePcf(),
        "pcf8575" => new FakePcf(16),
        "tca9554" => new FakeTca(8),
        _ => new FakeTca(),
    };

    internal static BoardLed Led(int line) => new(Lamp) { Chip = "front", Lines = [line] };
}
