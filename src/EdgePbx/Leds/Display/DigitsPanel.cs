using System.Device.Gpio;
using Iot.Device.Tm16xx;

namespace EdgePbx;

/// <summary>Four digits of seven segments behind a TM1637, on two lines of a GPIO chip.</summary>
internal sealed class DigitsPanel : IStatusPanel
{
    private readonly Tm1637 _digits;
    private readonly byte _brightness;
    private readonly byte[] _shown = new byte[4];
    private bool _isKnown;

    /// <param name="controller">The chip's, which is the panel's from now on.</param>
    /// <param name="brightness">0 to 7.</param>
    /// <exception cref="LampException">A line can't be had.</exception>
    public DigitsPanel(GpioController controller, int clock, int data, int brightness)
    {
        _brightness = (byte)brightness;
        try
        {
            _digits = new Tm1637(clock, data, controller, shouldDispose: true) { ThrowWhenIoError = true };
        }
        catch
        {
            controller.Dispose();
            throw;
        }
    }

    public void Show(ReadOnlySpan<byte> face)
    {
        if (!_isKnown)
        {
            _digits.SetScreen(_brightness, screenOn: true); // it says nothing of brightness before that
        }
        else if (face.SequenceEqual(_shown))
        {
            return;
        }
        _digits.Display(face);
        face.CopyTo(_shown);
        _isKnown = true;
    }

    /// <summary>Leaves it dark, if that can still be done.</summary>
    public void Dispose()
    {
        try
        {
            _digits.IsScreenOn = false;
        }
#pragma warning disable CA1031 // it is gone, one way or the other
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        _digits.Dispose();
    }
}
