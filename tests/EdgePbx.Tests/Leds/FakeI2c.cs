using System.Device.I2c;

namespace EdgePbx.Tests;

/// <summary>A chip on an I2C bus. Each transfer is counted, and can be made to fail as the kernel lets it fail.</summary>
internal abstract class FakeI2c(int address) : I2cDevice
{
    private int _transfers;

    /// <summary>Of the next transfers, the one that fails, counted from 0; -1: none.</summary>
    public int FailsAt { get; set; } = -1;

    /// <summary>Every transfer fails.</summary>
    public bool IsDead { get; set; }

    /// <summary>Nobody notes what is written.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The data line has a short circuit to ground: whatever is read is zeros, and everything is acknowledged.</summary>
    public bool IsShort { get; set; }

    public int Transfers => _transfers;
    public int Closed { get; private set; }
    public List<byte[]> Written { get; } = [];

    public override I2cConnectionSettings ConnectionSettings => new(1, address);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count();
        if (!IsSilent)
        {
            Written.Add(buffer.ToArray());
        }
        if (!IsShort)
        {
            Take(buffer);
        }
    }

    public override void Read(Span<byte> buffer)
    {
        Count();
        Give(buffer);
        if (IsShort)
        {
            buffer.Clear();
        }
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Count();
        Take(writeBuffer);
        Give(readBuffer);
        if (IsShort)
        {
            readBuffer.Clear();
        }
    }

    /// <summary>Opened once more.</summary>
    public FakeI2c Again()
    {
        _transfers = 0;
        return this;
    }

    protected abstract void Take(ReadOnlySpan<byte> bytes);

    protected abstract void Give(Span<byte> bytes);

    protected override void Dispose(bool disposing)
    {
        Closed++;
        base.Dispose(disposing);
    }

    private void Count()
    {
        if (IsDead || _transfers++ == FailsAt)
        {
            throw new LampException("/dev/i2c-1 failed with 0x20 (Input/output error)");
        }
    }
}

/// <summary>A chip with lines, of which each is an input or drives its level. Whatever a line ever drove is remembered.</summary>
internal abstract class FakePort(int address, int lines) : FakeI2c(address)
{
    private readonly List<(int Line, bool IsHigh)> _driven = [];

    /// <summary>One bit a line: what comes from outside.</summary>
    public int Inputs { get; set; } = 0xffff;

    /// <summary>The levels of the lines that are outputs, one character each: 0, 1, or - for an input.</summary>
    public string Lines => string.Concat(Enumerable.Range(0, lines).Select(line => !IsOutput(line) ? '-' : IsHigh(line) ? '1' : '0'));

    public bool EverDrove(int line, bool isHigh) => _driven.Contains((line, isHigh));

    public abstract bool IsOutput(int line);

    protected abstract bool IsHigh(int line);

    /// <summary>All of its registers are what they are at power-on.</summary>
    public abstract void CutPower();

    protected int Levels()
    {
        int levels = 0;
        for (int line = 0; line < lines; line++)
        {
            levels |= (IsOutput(line) ? IsHigh(line) : (Inputs >> line & 1) != 0) ? 1 << line : 0;
        }
        return levels;
    }

    protected void NoteDriven()
    {
        for (int line = 0; line < lines && !IsSilent; line++)
        {
            if (IsOutput(line) && !_driven.Contains((line, IsHigh(line))))
            {
                _driven.Add((line, IsHigh(line)));
            }
        }
    }
}

/// <summary>MCP23017, or MCP23008 with half of everything: registers in pairs (IOCON.BANK = 0), the pointer moves on (data sheet DS20001952, table 3-5).</summary>
internal sealed class FakeMcp(int lines = 16) : FakePort(0x20, lines)
{
    public const int IODIR = 0, IPOL = 1, GPPU = 6, GPIO = 9, OLAT = 10;

    private readonly int _width = lines / 8;
    private readonly byte[] _registers = PowerOn(lines / 8);
    private int _pointer;

    public int Of(int register) => _registers[register * _width] | (_width == 2 ? _registers[(register * _width) + 1] << 8 : 0);

    public override bool IsOutput(int line) => (Of(IODIR) >> line & 1) == 0;

    public override void CutPower() => PowerOn(_width).CopyTo(_registers, 0);

    protected override bool IsHigh(int line) => (Of(OLAT) >> line & 1) != 0;

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        _pointer = bytes[0];
        foreach (byte value in bytes[1..])
        {
            int register = _pointer++;
            _registers[register / _width == GPIO ? register + _width : register] = value; // to write the port is to write its latch
        }
        NoteDriven();
    }

    protected override void Give(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            int register = _pointer++;
            bytes[i] = register / _width == GPIO ? (byte)(Levels() >> (8 * (register % _width))) : _registers[register];
        }
    }

    private static byte[] PowerOn(int width)
    {
        byte[] registers = new byte[11 * width];
        registers.AsSpan(0, width).Fill(0xff);
        return registers;
    }
}

/// <summary>PCF8574 or PCF8575: no registers, a byte or two are the port; a line that is high may be pulled low from outside.</summary>
internal sealed class FakePcf(int lines = 8) : FakePort(0x20, lines)
{
    private int _latch = 0xffff;

    public override bool IsOutput(int line) => true;

    public override void CutPower() => _latch = 0xffff;

    protected override bool IsHigh(int line) => (_latch >> line & 1) != 0;

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        _latch = bytes[0] | (bytes.Length > 1 ? bytes[1] << 8 : 0);
        NoteDriven();
    }

    protected override void Give(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((_latch & Inputs) >> (8 * i));
        }
    }
}

/// <summary>TCA9555, or TCA9554 with half of everything: input, output, inversion, configuration, in pairs that are gone through in turns (SCPS200, table 3).</summary>
internal sealed class FakeTca(int lines = 16) : FakePort(0x20, lines)
{
    public const int Output = 1, Inversion = 2, Configuration = 3;

    private readonly int _width = lines / 8;
    private readonly byte[] _registers = PowerOn(lines / 8);
    private int _pointer;

    public int Of(int register) => _registers[register * _width] | (_width == 2 ? _registers[(register * _width) + 1] << 8 : 0);

    public override bool IsOutput(int line) => (Of(Configuration) >> line & 1) == 0;

    public override void CutPower() => PowerOn(_width).CopyTo(_registers, 0);

    protected override bool IsHigh(int line) => (Of(Output) >> line & 1) != 0;

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        _pointer = bytes[0];
        foreach (byte value in bytes[1..])
        {
            _registers[_pointer] = value;
            _pointer ^= _width - 1;
        }
        NoteDriven();
    }

    protected override void Give(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = _pointer < _width ? (byte)((Levels() ^ Of(Inversion)) >> (8 * _pointer)) : _registers[_pointer];
            _pointer ^= _width - 1;
        }
    }

    private static byte[] PowerOn(int width)
    {
        byte[] registers = new byte[4 * width];
        registers.AsSpan(width, width).Fill(0xff);
        registers.AsSpan(3 * width, width).Fill(0xff);
        return registers;
    }
}
