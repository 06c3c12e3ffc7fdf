using System.Device.Gpio;
using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// System.Device.Gpio on the kernel's character device. The drivers that come with that package load libgpiod, which a static
/// binary can't.
/// </summary>
/// <remarks>Outputs, and inputs that are read; edges are <see cref="ButtonLine"/>'s.</remarks>
internal sealed unsafe class ChardevGpioDriver(GpioChip chip) : GpioDriver
{
    private const int NotRequested = -1;

    private readonly Dictionary<int, (int Descriptor, PinMode Mode)> _lines = [];

    protected override int PinCount => chip.Lines;

    protected override void OpenPin(int pinNumber) => _lines.Add(pinNumber, (NotRequested, PinMode.Input));

    protected override void ClosePin(int pinNumber)
    {
        if (_lines.Remove(pinNumber, out (int Descriptor, PinMode Mode) line))
        {
            Close(line.Descriptor);
        }
    }

    protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

    /// <summary>In one request, so that an output never has another value first.</summary>
    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        Close(_lines[pinNumber].Descriptor);
        _lines[pinNumber] = (NotRequested, mode);
        int descriptor = mode == PinMode.Output
            ? chip.Request(pinNumber, GpioCalls.GPIO_V2_LINE_FLAG_OUTPUT, (GpioCalls.GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, initialValue == PinValue.High ? 1UL : 0))
            : chip.Request(pinNumber, GpioCalls.GPIO_V2_LINE_FLAG_INPUT | BiasOf(mode), default);
        _lines[pinNumber] = (descriptor, mode);
    }

    protected override PinMode GetPinMode(int pinNumber) => _lines[pinNumber].Mode;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        mode is PinMode.Output or PinMode.Input or PinMode.InputPullUp or PinMode.InputPullDown;

    protected override PinValue Read(int pinNumber)
    {
        var values = new GpioCalls.LineValues { Mask = 1 };
        if (GpioCalls.ioctl(_lines[pinNumber].Descriptor, GpioCalls.GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0)
        {
            throw Failure(pinNumber);
        }
        return (values.Bits & 1) != 0 ? PinValue.High : PinValue.Low;
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        var values = new GpioCalls.LineValues { Mask = 1, Bits = value == PinValue.High ? 1UL : 0 };
        if (GpioCalls.ioctl(_lines[pinNumber].Descriptor, GpioCalls.GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0)
        {
            throw Failure(pinNumber);
        }
    }

    protected override void Toggle(int pinNumber) => Write(pinNumber, !Read(pinNumber));

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach ((int descriptor, _) in _lines.Values)
        {
            Close(descriptor);
        }
        _lines.Clear();
        chip.Dispose();
        base.Dispose(disposing);
    }

    private static ulong BiasOf(PinMode mode) => mode switch
    {
        PinMode.InputPullUp => GpioCalls.GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
        PinMode.InputPullDown => GpioCalls.GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
        _ => 0,
    };

    private static void Close(int descriptor)
    {
        if (descriptor != NotRequested)
        {
            _ = Native.close(descriptor);
        }
    }

    private LampException Failure(int line) => new(chip.Describe(line, Marshal.GetLastPInvokeError()));
}
