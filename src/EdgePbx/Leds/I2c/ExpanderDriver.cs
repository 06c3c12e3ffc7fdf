using System.Device.Gpio;

namespace EdgePbx;

/// <summary>One user's share of an expander: as a chip of its own, until the expander is closed.</summary>
internal sealed class ExpanderDriver : GpioDriver
{
    private readonly Expander _expander;
    private readonly GpioController _chip;
    private readonly List<int> _lines = [];

    /// <exception cref="LampException">The expander can't be had.</exception>
    public ExpanderDriver(Expander expander) => (_expander, _chip) = (expander, expander.Open());

    protected override int PinCount => _expander.Lines;

    protected override void OpenPin(int pinNumber)
    {
        _ = Chip.OpenPin(pinNumber);
        _lines.Add(pinNumber);
    }

    protected override void ClosePin(int pinNumber)
    {
        if (_lines.Remove(pinNumber) && IsOpen)
        {
            _chip.ClosePin(pinNumber);
        }
    }

    protected override void SetPinMode(int pinNumber, PinMode mode) => Chip.SetPinMode(pinNumber, _expander.ModeOf(mode));

    /// <summary>The value before the mode, so that an output never has another value first.</summary>
    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        Chip.Write([new PinValuePair(pinNumber, initialValue)]);
        SetPinMode(pinNumber, mode);
    }

    protected override PinMode GetPinMode(int pinNumber) => Chip.GetPinMode(pinNumber);

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode is PinMode.Output or PinMode.Input or PinMode.InputPullUp;

    protected override PinValue Read(int pinNumber) => Chip.Read(pinNumber);

    protected override void Write(int pinNumber, PinValue value) => Chip.Write([new PinValuePair(pinNumber, value)]);

    protected override void Write(ReadOnlySpan<PinValuePair> pinValuePairs) => Chip.Write(pinValuePairs);

    protected override void Toggle(int pinNumber) => throw new NotSupportedException();

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && IsOpen) // one that was never whole is finalized, too
        {
            _expander.Close();
        }
        base.Dispose(disposing);
    }

    private bool IsOpen => ReferenceEquals(_expander.Chip, _chip);

    private GpioController Chip => IsOpen ? _chip : throw new LampException($"{_expander.Name} was closed, since another part of it failed");
}
