using System.Device.Gpio;
using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Lines of a chip that is played by a dictionary.</summary>
public sealed class GpioTests
{
    /// <summary>include/uapi/linux/gpio.h; the size is a part of each ioctl's number too.</summary>
    [Fact]
    public unsafe void Structures_are_those_of_the_kernel()
    {
        Assert.Equal(
            (68, 24, 592, 16, 48),
            (sizeof(GpioCalls.ChipInfo), sizeof(GpioCalls.LineAttribute), sizeof(GpioCalls.LineRequest), sizeof(GpioCalls.LineValues), sizeof(GpioCalls.LineEvent)));
        Assert.Equal([32, 64], new[] { "Label", "Lines" }.Select(field => (int)Marshal.OffsetOf<GpioCalls.ChipInfo>(field)));
        Assert.Equal([8, 16], new[] { "Value", "Mask" }.Select(field => (int)Marshal.OffsetOf<GpioCalls.LineAttribute>(field)));
        Assert.Equal(
            [0, 256, 288, 296, 320, 560, 588],
            new[] { "Offset", "Consumer", "Flags", "AttributeCount", "Attribute", "LineCount", "Descriptor" }.Select(field => (int)Marshal.OffsetOf<GpioCalls.LineRequest>(field)));
        Assert.Equal([8, 12], new[] { "Id", "Offset" }.Select(field => (int)Marshal.OffsetOf<GpioCalls.LineEvent>(field)));
        Assert.Equal(
            (68u, 592u, 16u, 16u),
            (GpioCalls.GPIO_GET_CHIPINFO_IOCTL >> 16 & 0x3fff, GpioCalls.GPIO_V2_GET_LINE_IOCTL >> 16 & 0x3fff,
                GpioCalls.GPIO_V2_LINE_GET_VALUES_IOCTL >> 16 & 0x3fff, GpioCalls.GPIO_V2_LINE_SET_VALUES_IOCTL >> 16 & 0x3fff));
    }

    [Fact]
    public void A_chip_that_is_not_there_is_named()
    {
        LampException failure = Assert.Throws<LampException>(() => GpioChip.Open("no-such-chip"));
        Assert.StartsWith("there is no GPIO chip with the label no-such-chip", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_high_when_its_lamp_is_lit_unless_it_is_active_low()
    {
        var chip = new FakeChip();
        BoardLed[] leds = [Led(4), Led(5) with { IsActiveLow = true }];
        using (var lamps = new GpioLamps(new GpioController(chip), leds, bar: null))
        {
            Assert.Equal("4=0 5=1", chip.Levels);
            lamps.Show(0, LedColor.Normal);
            lamps.Show(1, LedColor.Attention);
            Assert.Equal("4=1 5=0", chip.Levels);
            lamps.Show(0, LedColor.Dark);
            Assert.Equal("4=0 5=0", chip.Levels);
        }
        Assert.Equal(["4=0", "5=1", "4=1", "5=0", "4=0", "4=0", "5=1"], chip.Writes); // opened and left dark
    }

    /// <summary>The red line of a lamp with three colours, through every status: an error, or low.</summary>
    [Fact]
    public void The_red_line_is_high_for_errors_and_for_nothing_else()
    {
        foreach (LedRow row in LedLanguage.Rows)
        {
            var chip = new FakeChip();
            using var lamps = new GpioLamps(new GpioController(chip), [new BoardLed(default) { Chip = "c", Lines = [1, 2, 3] }], bar: null);
            lamps.Show(0, row.Color);
            Assert.Equal(row.Color == LedColor.Error, chip.Levels.StartsWith("1=1", StringComparison.Ordinal));
            Assert.Equal(row.Color == LedColor.Dark ? 0 : 1, chip.Levels.Split(' ').Count(line => line.EndsWith("=1", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData(0b0000_0001, false)]
    [InlineData(0b0111_1111, false)]
    [InlineData(0b1010_0110, true)]
    public void Eight_lamps_behind_a_shift_register_show_the_bits(byte bits, bool isActiveLow)
    {
        var chip = new FakeRegister(data: 7, clock: 8, latch: 9);
        using var lamps = new GpioLamps(new GpioController(chip), [], new BoardBar("c", 7, 8, 9, isActiveLow));
        lamps.ShowBar(bits);
        Assert.Equal(isActiveLow ? (byte)~bits : bits, chip.Outputs);
    }

    /// <summary>Each lamp alone, and each wired the other way round: a register that swaps or loses a bit is seen.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_bit_of_the_bar_is_a_lamp_of_its_own(bool isActiveLow)
    {
        var chip = new FakeRegister(data: 0, clock: 1, latch: 2);
        byte dark = isActiveLow ? (byte)0xff : (byte)0;
        using (var lamps = new GpioLamps(new GpioController(chip), [], new BoardBar("c", 0, 1, 2, isActiveLow)))
        {
            Assert.Equal(dark, chip.Outputs); // whatever it held before
            for (int lamp = 0; lamp < LedBar.Length; lamp++)
            {
                lamps.ShowBar((byte)(1 << lamp));
                Assert.Equal((byte)(dark ^ (1 << lamp)), chip.Outputs);
            }
        }
        Assert.Equal(dark, chip.Outputs);
    }

    [Fact]
    public void A_line_of_the_bar_that_is_taken_closes_what_was_opened()
    {
        foreach (int line in (ReadOnlySpan<int>)[7, 8, 9])
        {
            var chip = new FakeRegister(7, 8, 9) { Taken = line };
            LampException failure = Assert.Throws<LampException>(() => new GpioLamps(new GpioController(chip), [Led(4)], new BoardBar("c", 7, 8, 9, false)));
            Assert.Equal(($"line {line} is taken", true), (failure.Message, chip.IsDisposed));
        }
    }

    [Fact]
    public void Writing_a_lamp_allocates_nothing()
    {
        using var lamps = new GpioLamps(new GpioController(new FakeChip { IsSilent = true }), [Led(4)], bar: null);
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                lamps.Show(0, i % 2 == 0 ? LedColor.Dark : LedColor.Normal);
            }
        }));
    }

    [Fact]
    public void A_line_that_is_taken_closes_what_was_opened()
    {
        var chip = new FakeChip { Taken = 5 };
        LampException failure = Assert.Throws<LampException>(() => new GpioLamps(new GpioController(chip), [Led(4), Led(5)], bar: null));
        Assert.Equal(("line 5 is taken", true), (failure.Message, chip.IsDisposed));
    }

    /// <summary>The bits as linux/gpio.h has them: active low 1, input 2, rising 4, falling 5, pull up 8, pull down 9.</summary>
    [Theory]
    [Trait("Clause", "MUT-138")]
    [InlineData(false, 0, 0b00_0011_0100)]
    [InlineData(true, 0, 0b00_0011_0110)]
    [InlineData(true, 1, 0b01_0011_0110)]
    [InlineData(false, 2, 0b10_0011_0100)]
    public void The_kernel_is_told_which_level_is_a_pressed_button(bool isActiveLow, int pull, ulong flags) =>
        Assert.Equal(flags, ButtonLine.FlagsOf(new BoardButton("c", 4, isActiveLow, (ButtonPull)pull)));

    private static BoardLed Led(int line) => new(default(LedLamp)) { Chip = "c", Lines = [line] };
}
