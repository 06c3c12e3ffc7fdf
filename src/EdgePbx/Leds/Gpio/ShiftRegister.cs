using System.Device.Gpio;
using Iot.Device.Multiplexing;

namespace EdgePbx;

/// <summary>Eight lamps behind a 74HC595: what <see cref="Sn74hc595"/> does not know is lamps that are lit when low, and that they begin dark.</summary>
internal sealed class ShiftRegister : IDisposable
{
    private readonly Sn74hc595 _register;
    private readonly bool _isActiveLow;

    /// <param name="controller">It stays the caller's, and closes the lines with itself.</param>
    /// <exception cref="LampException">A line can't be had.</exception>
    public ShiftRegister(GpioController controller, BoardBar bar)
    {
        _isActiveLow = bar.IsActiveLow;
        _register = new Sn74hc595(new Sn74hc595PinMapping(bar.Data, bar.Clock, bar.Latch), gpioController: controller, shouldDispose: false);
        Write(0); // what it holds at power-on is nobody's
    }

    /// <summary>The lowest bit comes out at QA.</summary>
    public void Write(byte bits) => _register.ShiftByte(_isActiveLow ? (byte)~bits : bits);

    public void Dispose() => _register.Dispose();
}
