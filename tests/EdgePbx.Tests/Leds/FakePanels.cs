using System.Device.Gpio;

namespace EdgePbx.Tests;

/// <summary>An SSD1306 on I2C as its data sheet has it: a control byte, then commands with their operands, or bytes of its picture.</summary>
internal sealed class FakeOled() : FakeI2c(0x3c)
{
    private readonly byte[] _picture = PowerOn();
    private (int First, int Last) _columns = (0, 127);
    private (int First, int Last) _rows = (0, 7);
    private int _column;
    private int _row;

    /// <summary>Each command byte with its last operands.</summary>
    public Dictionary<byte, byte[]> Settings { get; } = [];
    public bool IsOn { get; private set; }
    public int DataBytes { get; private set; }
    public ReadOnlySpan<byte> Picture => _picture;

    public void CutPower() => (IsOn, _) = (false, PowerOn().AsSpan().TryCopyTo(_picture));

    protected override void Give(Span<byte> bytes) => throw new NotSupportedException();

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        Assert.True(bytes[0] is 0x00 or 0x40, $"control byte {bytes[0]:x2}");
        if (bytes[0] == 0x00)
        {
            Command(bytes[1], bytes[2..]);
            return;
        }
        Assert.InRange(bytes.Length, 2, 33); // what SMBus can, too
        foreach (byte pixels in bytes[1..])
        {
            DataBytes++;
            _picture[(_row * 128) + _column] = pixels;
            if (_column++ == _columns.Last)
            {
                _column = _columns.First;
                _row = _row == _rows.Last ? _rows.First : _row + 1;
            }
        }
    }

    private void Command(byte command, ReadOnlySpan<byte> operands)
    {
        int wanted = command switch
        {
            0x20 or 0x81 or 0x8d or 0xa8 or 0xd3 or 0xd5 or 0xd9 or 0xda or 0xdb => 1,
            0x21 or 0x22 => 2,
            (>= 0x40 and <= 0x7f) or 0xa0 or 0xa1 or 0xa4 or 0xa6 or 0xae or 0xaf or 0xc0 or 0xc8 => 0,
            _ => throw new InvalidOperationException($"there is no command {command:x2}"),
        };
        Assert.Equal(wanted, operands.Length);
        Settings[command] = operands.ToArray();
        switch (command)
        {
            case 0x21:
                _columns = (operands[0], operands[1]);
                _column = operands[0];
                break;
            case 0x22:
                _rows = (operands[0], operands[1]);
                _row = operands[0];
                break;
            case 0xae or 0xaf:
                IsOn = command == 0xaf;
                break;
            default:
                break;
        }
    }

    // its memory is anything when it gets power
    private static byte[] PowerOn() => [.. Enumerable.Range(0, 1024).Select(i => (byte)(i * 37))];
}

/// <summary>An HD44780 by its data lines D4 to D7, its register select and its enable, from whatever state it was left in.</summary>
internal sealed class FakeHd44780
{
    private readonly byte[] _display = new byte[0x80];
    private readonly byte[] _characters = new byte[64];
    private bool _isFourBits;
    private int _high = -1; // of a byte whose second half is to come
    private int _address;
    private bool _isCharacter;

    public FakeHd44780() => Array.Fill(_display, (byte)'?');

    public bool IsOn { get; private set; }
    public bool HasTwoLines { get; private set; }
    public List<byte> Commands { get; } = [];
    public int Written { get; private set; }

    public ReadOnlySpan<byte> Character(int code) => _characters.AsSpan(8 * code, 8);

    /// <summary>It was left with four data lines, perhaps in the middle of a byte.</summary>
    public void LeaveAt(int high) => (_isFourBits, _high) = (true, high);

    public void CutPower()
    {
        (_isFourBits, _high, IsOn, HasTwoLines) = (false, -1, false, false);
        Array.Fill(_display, (byte)'?');
    }

    public byte[] Line(int line, int columns) => _display.AsSpan((line % 2 * 0x40) + (line / 2 * 20), columns).ToArray();

    /// <summary>The falling edge of enable.</summary>
    public void Take(int nibble, bool isData)
    {
        if (!_isFourBits)
        {
            Do((byte)(nibble << 4), isData);
        }
        else if (_high < 0)
        {
            _high = nibble;
        }
        else
        {
            (int high, _high) = (_high, -1);
            Do((byte)(high << 4 | nibble), isData);
        }
    }

    private void Do(byte value, bool isData)
    {
        if (isData)
        {
            Written++;
            if (_isCharacter)
            {
                _characters[_address++ % 64] = value;
            }
            else
            {
                _display[_address++ % 0x80] = value;
            }
            return;
        }
        Commands.Add(value);
        switch (value)
        {
            case >= 0x80:
                (_address, _isCharacter) = (value & 0x7f, false);
                break;
            case >= 0x40:
                (_address, _isCharacter) = (value & 0x3f, true);
                break;
            case >= 0x20:
                (_isFourBits, _high, HasTwoLines) = ((value & 0x10) == 0, -1, (value & 0x08) != 0);
                break;
            case >= 0x10:
                break;
            case >= 0x08:
                IsOn = (value & 4) != 0;
                break;
            case 0x01:
                Array.Fill(_display, (byte)' ');
                (_address, _isCharacter) = (0, false);
                break;
            case 0x02 or 0x03:
                (_address, _isCharacter) = (0, false);
                break;
            default:
                break;
        }
    }
}

/// <summary>It behind a PCF8574, wired as all such boards are: P0 RS, P1 R/W, P2 E, P3 backlight, P4 to P7 data.</summary>
internal sealed class FakeLcdOnI2c() : FakeI2c(0x27)
{
    private byte _port;

    public FakeHd44780 Lcd { get; } = new();
    public bool IsLit => (_port & 8) != 0;

    protected override void Give(Span<byte> bytes) => throw new NotSupportedException();

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte port in bytes)
        {
            Assert.Equal(0, port & 2); // it is never read
            if ((_port & 4) != 0 && (port & 4) == 0)
            {
                Assert.Equal(_port & 0xf1, port & 0xf1); // nothing else moves with the edge
                Lcd.Take(_port >> 4, isData: (_port & 1) != 0);
            }
            _port = port;
        }
    }
}

/// <summary>It on lines of a chip.</summary>
internal sealed class FakeLcdOnLines(DisplayLines lines) : FakeChip
{
    private readonly Dictionary<int, bool> _now = [];

    public FakeHd44780 Lcd { get; } = new();
    public bool IsLit => _now.GetValueOrDefault(lines.Backlight);

    protected override void OnWritten(int line, bool isHigh)
    {
        if (line == lines.Enable && _now.GetValueOrDefault(line) && !isHigh)
        {
            Lcd.Take(Enumerable.Range(0, 4).Sum(bit => _now.GetValueOrDefault(lines.Data[bit]) ? 1 << bit : 0), _now.GetValueOrDefault(lines.Select));
        }
        _now[line] = isHigh;
    }
}

/// <summary>
/// A TM1637 by its two lines: data falls while the clock is high, that is the start; it rises, that is the end; between them eight bits at rising
/// clocks, the lowest first, and a ninth clock in which the chip pulls data low.
/// </summary>
internal sealed class FakeDigits(int clock, int data) : GpioDriver
{
    private readonly List<byte> _message = [];
    private bool _clock;
    private bool _driven = true; // what we drive data to
    private bool _isInput;
    private bool _isBetween; // start and end
    private int _bits;
    private int _byte;

    /// <summary>Six places.</summary>
    public byte[] Places { get; } = [0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa];
    public bool IsOn { get; private set; }
    public int Brightness { get; private set; }
    public bool IsGone { get; set; }

    /// <summary>Of the writes from now on, the one that fails; -1: none.</summary>
    public int FailsAt { get; set; } = -1;
    public int Writes { get; private set; }
    public int Messages { get; private set; }
    public bool IsClosed { get; private set; }

    protected override int PinCount => 32;

    public FakeDigits Again()
    {
        (_clock, _driven, _isInput, _isBetween, _bits, Writes, IsClosed) = (false, true, false, false, 0, 0, false);
        return this;
    }

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        Assert.True(mode == PinMode.Output || pinNumber == data);
        if (pinNumber == data)
        {
            _isInput = mode == PinMode.Input;
            _driven &= _isInput; // an output begins low
        }
    }

    protected override PinMode GetPinMode(int pinNumber) => pinNumber == data && _isInput ? PinMode.Input : PinMode.Output;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => IsGone || _bits != 8; // the resistor pulls it up, the chip down

    protected override void Write(int pinNumber, PinValue value)
    {
        if (Writes++ == FailsAt)
        {
            throw new LampException("the chip is gone");
        }
        bool isHigh = value == PinValue.High;
        if (pinNumber == clock && isHigh != _clock)
        {
            _clock = isHigh;
            if (isHigh && _isBetween)
            {
                Rise();
            }
        }
        else if (pinNumber == data && isHigh != _driven)
        {
            _driven = isHigh;
            if (_clock)
            {
                Edge(isHigh);
            }
        }
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
        IsClosed = true;
        base.Dispose(disposing);
    }

    private void Rise()
    {
        if (_bits == 8)
        {
            _message.Add((byte)_byte); // the ninth clock
            (_bits, _byte) = (0, 0);
            return;
        }
        _byte |= _driven ? 1 << _bits : 0;
        _bits++;
    }

    private void Edge(bool isHigh)
    {
        if (!isHigh)
        {
            (_isBetween, _bits, _byte) = (true, 0, 0);
            _message.Clear();
            return;
        }
        _isBetween = false;
        if (_message.Count == 0)
        {
            return;
        }
        Messages++;
        switch (_message[0])
        {
            case >= 0xc0:
                for (int i = 1; i < _message.Count; i++)
                {
                    Places[(_message[0] & 0x0f) + i - 1] = _message[i];
                }
                break;
            case >= 0x80:
                (IsOn, Brightness) = ((_message[0] & 8) != 0, _message[0] & 7);
                break;
            default:
                Assert.True(_message[0] is 0x40 or 0x44, $"command {_message[0]:x2}");
                break;
        }
    }
}
