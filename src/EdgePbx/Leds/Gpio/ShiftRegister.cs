using System.Device.Gpio;

namespace EdgePbx;

/// <summary>Eight lamps behind a 74HC595: bits go in one by one at the rising clock, the last one first, and come out at the rising latch.</summary>
internal sealed class ShiftRegister
{
    private readonly GpioController _controller;
    private readonly BoardBar _bar;

    /// <exception cref="LampException">A line can't be had.</exception>
    public ShiftRegister(GpioController controller, BoardBar bar)
    {
        (_controller, _bar) = (controller, bar);
        foreach (int line in (ReadOnlySpan<int>)[bar.Data, bar.Clock, bar.Latch])
        {
            _ = controller.OpenPin(line, PinMode.Output, PinValue.Low);
        }
        Write(0); // what it holds at power-on is nobody's
    }

    /// <summary>The lowest bit comes out at QA.</summary>
    public void Write(byte bits)
    {
        int levels = _bar.IsActiveLow ? ~bits : bits;
        for (int bit = 7; bit >= 0; bit--)
        {
            PinValue level = (levels >> bit & 1) != 0 ? PinValue.High : PinValue.Low;
            _controller.Write([new(_bar.Data, level), new(_bar.Clock, PinValue.High), new(_bar.Clock, PinValue.Low)]);
        }
        _controller.Write([new(_bar.Latch, PinValue.High), new(_bar.Latch, PinValue.Low)]);
    }
}
