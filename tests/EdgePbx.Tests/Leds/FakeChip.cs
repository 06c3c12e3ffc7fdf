using System.Device.Gpio;

namespace EdgePbx.Tests;

/// <summary>A GPIO chip whose lines are numbers in a dictionary.</summary>
internal class FakeChip : GpioDriver
{
    private readonly SortedDictionary<int, bool> _levels = [];

    public int Taken { get; init; } = -1;
    public bool IsSilent { get; init; }
    public bool IsDisposed { get; private set; }

    /// <summary>Of the writes from now on, the one that fails; -1: none.</summary>
    public int FailsAt { get; set; } = -1;
    public int Count { get; private set; }
    public List<string> Writes { get; } = [];
    public string Levels => string.Join(' ', _levels.Select(line => $"{line.Key}={(line.Value ? 1 : 0)}"));

    protected override int PinCount => 32;

    protected virtual void OnWritten(int line, bool isHigh)
    {
    }

    /// <summary>Opened once more.</summary>
    public void Again() => (Count, IsDisposed) = (0, false);

    protected override void OpenPin(int pinNumber)
    {
        if (pinNumber == Taken)
        {
            throw new LampException($"line {pinNumber} is taken");
        }
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        Assert.Equal(PinMode.Output, mode);
        Write(pinNumber, initialValue);
    }

    protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => _levels[pinNumber];

    protected override void Write(int pinNumber, PinValue value)
    {
        if (Count++ == FailsAt)
        {
            throw new LampException("the chip is gone");
        }
        if (IsSilent)
        {
            return;
        }
        _levels[pinNumber] = value == PinValue.High;
        Writes.Add($"{pinNumber}={(value == PinValue.High ? 1 : 0)}");
        OnWritten(pinNumber, value == PinValue.High);
    }

    protected override void Toggle(int pinNumber) => throw new NotSupportedException();

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

/// <summary>A 74HC595 on three of its lines, as its data sheet has it.</summary>
internal sealed class FakeRegister(int data, int clock, int latch) : FakeChip
{
    private readonly Dictionary<int, bool> _now = [];
    private byte _shifted = 0x5a; // whatever it held at power-on

    /// <summary>QA is the lowest bit.</summary>
    public byte Outputs { get; private set; } = 0x5a;

    protected override void OnWritten(int line, bool isHigh)
    {
        bool isRising = isHigh && !_now.GetValueOrDefault(line);
        _now[line] = isHigh;
        if (isRising && line == clock)
        {
            _shifted = (byte)((_shifted << 1) | (_now.GetValueOrDefault(data) ? 1 : 0));
        }
        if (isRising && line == latch)
        {
            Outputs = _shifted;
        }
    }
}
