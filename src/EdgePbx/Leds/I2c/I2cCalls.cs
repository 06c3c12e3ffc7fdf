using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The kernel's I2C character device (include/uapi/linux/i2c-dev.h, i2c.h), under its own names.</summary>
internal static class I2cCalls
{
    internal const int EIO = 5;
    internal const int ENXIO = 6;
    internal const int ETIMEDOUT = 110;
    internal const int EREMOTEIO = 121;

    internal const uint I2C_SLAVE = 0x0703;
    internal const uint I2C_FUNCS = 0x0705;
    internal const uint I2C_RDWR = 0x0707;
    internal const uint I2C_SMBUS = 0x0720;

    internal const ulong I2C_FUNC_I2C = 1;

    internal const ushort I2C_M_RD = 1;

    internal const byte I2C_SMBUS_WRITE = 0;
    internal const byte I2C_SMBUS_READ = 1;
    internal const uint I2C_SMBUS_BYTE = 1;
    internal const uint I2C_SMBUS_BYTE_DATA = 2;
    internal const uint I2C_SMBUS_I2C_BLOCK_DATA = 8;
    internal const int I2C_SMBUS_BLOCK_MAX = 32;

    /// <summary>struct i2c_msg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Message
    {
        public ushort Address;
        public ushort Flags;
        public ushort Length;
        public byte* Bytes;
    }

    /// <summary>struct i2c_rdwr_ioctl_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Messages
    {
        public Message* First;
        public uint Count;
    }

    /// <summary>struct i2c_smbus_ioctl_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct SmbusTransfer
    {
        public byte Direction;
        public byte Command;
        public uint Size;
        public byte* Data; // union i2c_smbus_data: a byte, or a length and so many bytes
    }
}
