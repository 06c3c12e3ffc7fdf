using System.Device.Gpio;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Lamps on lines of one GPIO chip: of one colour, of three, or eight behind a shift register.</summary>
internal sealed class GpioLamps : ILampDriver
{
    private readonly GpioController _controller;
    private readonly IReadOnlyList<BoardLed> _leds;
    private readonly ShiftRegister? _bar;
    private readonly Action? _check;

    /// <param name="check">Throws when the lines are no longer what they were set to; null: a chip of the kernel's, which says so itself.</param>
    /// <exception cref="LampException">A line can't be had.</exception>
    public GpioLamps(GpioController controller, IReadOnlyList<BoardLed> leds, BoardBar? bar, Action? check = null)
    {
        (_controller, _leds, _check) = (controller, leds, check);
        try
        {
            foreach (BoardLed led in leds)
            {
                foreach (int line in led.Lines)
                {
                    _ = controller.OpenPin(line, PinMode.Output, ValueOf(led, isLit: false));
                }
            }
            _bar = bar is null ? null : new ShiftRegister(controller, bar);
        }
        catch
        {
            controller.Dispose();
            throw;
        }
    }

    /// <exception cref="LampException">The chip or a line can't be had.</exception>
    public static GpioLamps Open(string chip, IReadOnlyList<BoardLed> leds, BoardBar? bar)
    {
#pragma warning disable CA2000 // each owns the former, and the lamps own the controller
        return new GpioLamps(new GpioController(new ChardevGpioDriver(GpioChip.Open(chip))), leds, bar);
#pragma warning restore CA2000
    }

    /// <exception cref="LampException">The expander or a line can't be had.</exception>
    public static GpioLamps Open(Expander expander, IReadOnlyList<BoardLed> leds, BoardBar? bar)
    {
        int line = leds.Count > 0 ? leds[0].Lines[0] : bar!.Latch;
#pragma warning disable CA2000 // as above
        return new GpioLamps(new GpioController(new ExpanderDriver(expander)), leds, bar, () => expander.Check(line, PinMode.Output));
#pragma warning restore CA2000
    }

    public void Show(int lamp, LedColor color)
    {
        BoardLed led = _leds[lamp];
        if (led.Lines.Count == 1)
        {
            _controller.Write([new PinValuePair(led.Lines[0], ValueOf(led, color != LedColor.Dark))]); // of a single value it would keep a copy on the heap
            return;
        }
        _controller.Write(
        [
            new PinValuePair(led.Lines[BoardLed.Red], ValueOf(led, color == LedColor.Error)),
            new PinValuePair(led.Lines[BoardLed.Green], ValueOf(led, color == LedColor.Normal)),
            new PinValuePair(led.Lines[BoardLed.Blue], ValueOf(led, color == LedColor.Attention)),
        ]);
    }

    public bool TryBlink(int lamp, in LedFace face) => false;

    public void ShowBar(byte bits) => _bar?.Write(bits);

    public void Check() => _check?.Invoke();

    /// <summary>Leaves all of them dark, if that can still be done.</summary>
    public void Dispose()
    {
        try
        {
            for (int lamp = 0; lamp < _leds.Count; lamp++)
            {
                Show(lamp, LedColor.Dark);
            }
            _bar?.Write(0);
        }
        finally
        {
            _bar?.Dispose();
            _controller.Dispose();
        }
    }

    private static PinValue ValueOf(BoardLed led, bool isLit) => isLit != led.IsActiveLow ? PinValue.High : PinValue.Low;
}
