using System.Device.Gpio;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Displays against their data sheets.</summary>
public sealed class PanelTests
{
    private static readonly StatusPage One = new("Calls", "3", ["of 24 at once"], "C  3");
    private static readonly StatusPage Other = new("Calls", "4", ["of 24 at once"], "C  4");
    private static readonly DisplayLines Lines = new(2, 3, [4, 5, 6, 7], 8);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_oled_is_set_up_for_its_64_lines_and_shows_each_pixel(bool isFlipped)
    {
        FakeOled oled = new();
        using (OledPanel panel = new(oled, isFlipped))
        {
            Assert.False(oled.IsOn); // not before there is something to see
            panel.Show(PanelFaces.Pixels(One));
            Assert.True(oled.IsOn);
            Assert.Equal(PanelFaces.Pixels(One), oled.Picture.ToArray());
            byte[] settings = [0xd5, 0xa8, 0xd3, 0x8d, 0x20, 0xda, 0xd9, 0xdb];
            Assert.Equal([0x80, 63, 0, 0x14, 0x00, 0x12, 0xf1, 0x20], settings.Select(setting => oled.Settings[setting].Single()));
            Assert.Equal((true, true, true), (oled.Settings.ContainsKey(0x40), oled.Settings.ContainsKey(0xa4), oled.Settings.ContainsKey(0xa6)));
            Assert.Equal((isFlipped, isFlipped), (oled.Settings.ContainsKey(0xa0), oled.Settings.ContainsKey(0xc0)));
            Assert.Equal((!isFlipped, !isFlipped), (oled.Settings.ContainsKey(0xa1), oled.Settings.ContainsKey(0xc8)));

            (int before, int transfers) = (oled.DataBytes, oled.Transfers);
            panel.Show(PanelFaces.Pixels(One));
            Assert.Equal(transfers, oled.Transfers);
            panel.Show(PanelFaces.Pixels(Other));
            Assert.Equal(PanelFaces.Pixels(Other), oled.Picture.ToArray());
            Assert.InRange(oled.DataBytes - before, 1, 2 * 12); // one large character
        }
        Assert.Equal((false, true), (oled.IsOn, oled.Closed > 0));
    }

    /// <summary>The bytes on the bus: data sheet, figure 24, each half of a byte with the falling edge of E.</summary>
    [Fact]
    public void Characters_behind_a_PCF8574_begin_with_four_bits()
    {
        FakeLcdOnI2c bus = new();
        using (CharacterPanel panel = CharacterPanel.Open(bus, 16, 2))
        {
            Assert.Equal("3c 38", string.Join(' ', bus.Written.Take(2).Select(bytes => $"{bytes.Single():x2}")));
            Assert.Contains("3c38", string.Concat(bus.Written.Skip(2).Take(40).Select(bytes => $"{bytes.Single():x2}")), StringComparison.Ordinal);
            Assert.Contains((byte)0x28, bus.Lcd.Commands); // four bits, two lines, five by eight
            Assert.Contains((byte)0x06, bus.Lcd.Commands); // to the right, nothing shifts
            Assert.Equal((true, true, true), (bus.Lcd.IsOn, bus.Lcd.HasTwoLines, bus.IsLit));
            panel.Show(PanelFaces.Characters(One, 16, 2));
            AssertShows(bus.Lcd, One, 16, 2);
        }
        Assert.Equal((false, false, true), (bus.Lcd.IsOn, bus.IsLit, bus.Closed > 0));
    }

    /// <summary>A process that is killed leaves it in the middle of a byte: no power comes and goes for the next one.</summary>
    [Fact]
    public void From_whatever_half_of_a_byte_it_was_left_at_it_is_found_again()
    {
        for (int half = -1; half < 16; half++)
        {
            FakeLcdOnI2c bus = new();
            bus.Lcd.LeaveAt(half);
            using CharacterPanel panel = CharacterPanel.Open(bus, 20, 4);
            panel.Show(PanelFaces.Characters(One, 20, 4));
            AssertShows(bus.Lcd, One, 20, 4);
        }
    }

    [Fact]
    public void Characters_that_it_may_not_have_are_drawn()
    {
        FakeLcdOnI2c bus = new();
        StatusPage page = new("Büro Süd", "größte Äcker, Öl, Übung \\ ~", ["und so weiter und weiter"], "");
        using CharacterPanel panel = CharacterPanel.Open(bus, 16, 2);
        panel.Show(PanelFaces.Characters(page, 16, 2));
        for (int code = 0; code < PanelGlyphs.Count; code++)
        {
            Assert.Equal(PanelGlyphs.Of(code).ToArray(), bus.Lcd.Character(code).ToArray());
        }
        Assert.Equal("B\u0005ro S\u0005d", string.Concat(bus.Lcd.Line(0, 8).Select(code => (char)code)));
        AssertShows(bus.Lcd, page, 16, 2);
        Assert.Equal([(byte)'/', (byte)'-'], PanelFaces.Characters(new StatusPage("\\~", "", [], ""), 2, 1));
    }

    [Fact]
    public void Only_what_is_different_is_written()
    {
        FakeLcdOnI2c bus = new();
        using CharacterPanel panel = CharacterPanel.Open(bus, 20, 4);
        panel.Show(PanelFaces.Characters(One, 20, 4));
        (int before, int transfers) = (bus.Lcd.Written, bus.Transfers);
        panel.Show(PanelFaces.Characters(One, 20, 4));
        Assert.Equal(transfers, bus.Transfers);
        panel.Show(PanelFaces.Characters(Other, 20, 4));
        Assert.Equal(1, bus.Lcd.Written - before);
        AssertShows(bus.Lcd, Other, 20, 4);
    }

    [Fact]
    public void Characters_on_lines_of_a_chip_are_the_same()
    {
        FakeLcdOnLines chip = new(Lines);
        using (CharacterPanel panel = CharacterPanel.Open(new GpioController(chip), Lines, 20, 4))
        {
            panel.Show(PanelFaces.Characters(One, 20, 4));
            AssertShows(chip.Lcd, One, 20, 4);
            Assert.Equal((true, true), (chip.Lcd.IsOn, chip.IsLit));
        }
        Assert.Equal((false, false, true), (chip.Lcd.IsOn, chip.IsLit, chip.IsDisposed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Digits_get_their_segments_bit_by_bit(int brightness)
    {
        FakeDigits chip = new(5, 6);
        using (DigitsPanel panel = new(new GpioController(chip), 5, 6, brightness))
        {
            panel.Show(PanelFaces.Segments(One));
            Assert.Equal([0x39, 0, 0, 0x4f, 0, 0], chip.Places);
            Assert.Equal((true, brightness), (chip.IsOn, chip.Brightness));
            int messages = chip.Messages;
            panel.Show(PanelFaces.Segments(One));
            Assert.Equal(messages, chip.Messages);
            panel.Show(PanelFaces.Segments(Other));
            Assert.Equal(0x66, chip.Places[3]);
        }
        Assert.Equal((false, true), (chip.IsOn, chip.IsClosed));
    }

    [Fact]
    public void Digits_that_acknowledge_nothing_are_not_there()
    {
        FakeDigits chip = new(5, 6) { IsGone = true };
        using DigitsPanel panel = new(new GpioController(chip), 5, 6, 3);
        _ = Assert.Throws<IOException>(() => panel.Show(PanelFaces.Segments(One)));
    }

    private static void AssertShows(FakeHd44780 lcd, StatusPage page, int columns, int rows)
    {
        byte[] face = PanelFaces.Characters(page, columns, rows);
        for (int row = 0; row < rows; row++)
        {
            Assert.Equal(face[(row * columns)..((row + 1) * columns)], lcd.Line(row, columns));
        }
    }
}
