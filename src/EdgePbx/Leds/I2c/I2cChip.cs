using System.Device.I2c;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// One chip on an I2C bus, by the kernel's character device. Where the adapter is of the SMBus kind only, the same bytes go out by its
/// commands, as far as those reach: 33 bytes written at once.
/// </summary>
/// <remarks>System.Device.Gpio has such a class: its errors do not say what to look at, and it knows no SMBus.</remarks>
internal sealed unsafe class I2cChip : I2cDevice
{
    private readonly int _bus;
    private readonly int _address;
    private readonly bool _isSmbus;
    private int _descriptor;

    private I2cChip(int bus, int address, int descriptor)
    {
        (_bus, _address, _descriptor) = (bus, address, descriptor);
        ulong functions = 0;
        _isSmbus = Call(I2cCalls.I2C_FUNCS, &functions) >= 0 && (functions & I2cCalls.I2C_FUNC_I2C) == 0;
    }

    public override I2cConnectionSettings ConnectionSettings => new(_bus, _address);

    /// <param name="bus">N of /dev/i2c-N, or what stands in the name of the bus: numbers change with the kernel.</param>
    /// <param name="address">Seven bits.</param>
    /// <exception cref="LampException">There is no such bus, or we may not use it, or a driver of the kernel has the address. The chip is not asked yet.</exception>
    public static I2cChip Open(string bus, int address)
    {
        int number = int.TryParse(bus, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : I2cBuses.Find(I2cBuses.Folder, bus);
        string path = $"/dev/i2c-{number}";
        int descriptor = FileCalls.open(path, GpioCalls.O_RDWR | FileCalls.O_CLOEXEC, mode: 0);
        if (descriptor < 0)
        {
            throw new LampException(Unopened(path, Marshal.GetLastPInvokeError()));
        }
        var chip = new I2cChip(number, address, descriptor);
        if (chip.Call(I2cCalls.I2C_SLAVE, (void*)address) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            chip.Dispose();
            throw new LampException(error == GpioCalls.EBUSY
                ? $"0x{address:x2} on {path} is in use by a driver of the kernel; `ls /sys/bus/i2c/devices` shows by which"
                : chip.Describe(error));
        }
        return chip;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            if (_isSmbus)
            {
                WriteSmbus(bytes, buffer.Length);
                return;
            }
            var message = new I2cCalls.Message { Address = (ushort)_address, Length = (ushort)buffer.Length, Bytes = bytes };
            Transfer(&message, 1);
        }
    }

    public override void Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            if (_isSmbus)
            {
                ReadSmbus(bytes, buffer.Length);
                return;
            }
            var message = new I2cCalls.Message { Address = (ushort)_address, Flags = I2cCalls.I2C_M_RD, Length = (ushort)buffer.Length, Bytes = bytes };
            Transfer(&message, 1);
        }
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (_isSmbus)
        {
            Write(writeBuffer);
            Read(readBuffer);
            return;
        }
        fixed (byte* written = writeBuffer, read = readBuffer)
        {
            I2cCalls.Message* messages = stackalloc I2cCalls.Message[2];
            messages[0] = new() { Address = (ushort)_address, Length = (ushort)writeBuffer.Length, Bytes = written };
            messages[1] = new() { Address = (ushort)_address, Flags = I2cCalls.I2C_M_RD, Length = (ushort)readBuffer.Length, Bytes = read };
            Transfer(messages, 2);
        }
    }

    protected override void Dispose(bool disposing)
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = Native.close(descriptor);
        }
        base.Dispose(disposing);
    }

    private void Transfer(I2cCalls.Message* messages, uint count)
    {
        var transfer = new I2cCalls.Messages { First = messages, Count = count };
        Demand(Call(I2cCalls.I2C_RDWR, &transfer));
    }

    // the first byte is what SMBus calls the command
    private void WriteSmbus(byte* bytes, int length)
    {
        byte* block = stackalloc byte[I2cCalls.I2C_SMBUS_BLOCK_MAX + 2];
        uint size = length switch { 1 => I2cCalls.I2C_SMBUS_BYTE, 2 => I2cCalls.I2C_SMBUS_BYTE_DATA, _ => I2cCalls.I2C_SMBUS_I2C_BLOCK_DATA };
        if (size == I2cCalls.I2C_SMBUS_I2C_BLOCK_DATA)
        {
            if (length - 1 > I2cCalls.I2C_SMBUS_BLOCK_MAX)
            {
                throw new LampException($"/dev/i2c-{_bus} is of the SMBus kind, and {length} bytes are more than it writes at once");
            }
            *block = (byte)(length - 1);
            new ReadOnlySpan<byte>(bytes + 1, length - 1).CopyTo(new Span<byte>(block + 1, length - 1));
        }
        else if (length == 2)
        {
            *block = bytes[1];
        }
        var transfer = new I2cCalls.SmbusTransfer { Direction = I2cCalls.I2C_SMBUS_WRITE, Command = *bytes, Size = size, Data = length == 1 ? null : block };
        Demand(Call(I2cCalls.I2C_SMBUS, &transfer));
    }

    // one by one: the chips that are served here go on where they were, or say the same again
    private void ReadSmbus(byte* bytes, int length)
    {
        for (int i = 0; i < length; i++)
        {
            var transfer = new I2cCalls.SmbusTransfer { Direction = I2cCalls.I2C_SMBUS_READ, Size = I2cCalls.I2C_SMBUS_BYTE, Data = bytes + i };
            Demand(Call(I2cCalls.I2C_SMBUS, &transfer));
        }
    }

    private int Call(uint request, void* argument) => GpioCalls.ioctl(_descriptor, request, argument);

    private void Demand(int result)
    {
        if (result < 0)
        {
            throw new LampException(Describe(Marshal.GetLastPInvokeError()));
        }
    }

    private string Describe(int error) => error switch
    {
        I2cCalls.ENXIO or I2cCalls.EREMOTEIO => $"nothing answers at 0x{_address:x2} on /dev/i2c-{_bus}; `i2cdetect -y {_bus}` shows what does",
        I2cCalls.EIO or I2cCalls.ETIMEDOUT => $"/dev/i2c-{_bus} failed with 0x{_address:x2} ({Marshal.GetPInvokeErrorMessage(error)}): look at its wires and their resistors",
        GpioCalls.ENODEV => $"/dev/i2c-{_bus} is gone",
        _ => $"0x{_address:x2} on /dev/i2c-{_bus}: {Marshal.GetPInvokeErrorMessage(error)}",
    };

    private static string Unopened(string path, int error)
    {
        if (error is SocketCalls.EACCES or SocketCalls.EPERM)
        {
            return $"{path}: not permitted; is this user in the group i2c?";
        }
        if (error != FileCalls.ENOENT)
        {
            return $"{path}: {Marshal.GetPInvokeErrorMessage(error)}";
        }
        string[] others = Directory.Exists("/dev") ? Directory.GetFiles("/dev", "i2c-*") : [];
        return others.Length == 0
            ? $"there is no {path}, nor any other I2C bus: is i2c-dev loaded, and the bus switched on in the device tree?"
            : $"there is no {path}; there are: {string.Join(", ", others.Order(StringComparer.Ordinal))}";
    }
}
