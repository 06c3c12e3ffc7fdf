using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The kernel's GPIO character device (include/uapi/linux/gpio.h, version 2, Linux 5.10 and later), under its own names.</summary>
internal static unsafe partial class GpioCalls
{
    internal const int O_RDWR = 2;
    internal const int EBUSY = 16;
    internal const int ENODEV = 19;

    // _IOR and _IOWR of 0xB4: direction, size of the structure, type, number
    internal const uint GPIO_GET_CHIPINFO_IOCTL = 0x8044B401;
    internal const uint GPIO_V2_GET_LINE_IOCTL = 0xC250B407;
    internal const uint GPIO_V2_LINE_GET_VALUES_IOCTL = 0xC010B40E;
    internal const uint GPIO_V2_LINE_SET_VALUES_IOCTL = 0xC010B40F;

    internal const ulong GPIO_V2_LINE_FLAG_ACTIVE_LOW = 1 << 1;
    internal const ulong GPIO_V2_LINE_FLAG_INPUT = 1 << 2;
    internal const ulong GPIO_V2_LINE_FLAG_OUTPUT = 1 << 3;
    internal const ulong GPIO_V2_LINE_FLAG_EDGE_RISING = 1 << 4;
    internal const ulong GPIO_V2_LINE_FLAG_EDGE_FALLING = 1 << 5;
    internal const ulong GPIO_V2_LINE_FLAG_BIAS_PULL_UP = 1 << 8;
    internal const ulong GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN = 1 << 9;

    internal const uint GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES = 2;
    internal const uint GPIO_V2_LINE_ATTR_ID_DEBOUNCE = 3;
    internal const uint GPIO_V2_LINE_EVENT_RISING_EDGE = 1;

    internal const int CLOCK_MONOTONIC = 1; // what the kernel stamps events with

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int descriptor, nuint request, void* argument);

    /// <summary>struct gpiochip_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ChipInfo
    {
        public fixed byte Name[32];
        public fixed byte Label[32];
        public uint Lines;
    }

    /// <summary>struct gpio_v2_line_config_attribute with its gpio_v2_line_attribute.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LineAttribute
    {
        public uint Id;
        public uint Padding;
        public ulong Value; // a union: output values as bits, or a debounce time in microseconds
        public ulong Mask;
    }

    /// <summary>struct gpio_v2_line_request with its gpio_v2_line_config: of up to 64 lines and ten attributes, one of each is used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 592)]
    internal struct LineRequest
    {
        [FieldOffset(0)]
        public uint Offset;
        [FieldOffset(256)]
        public fixed byte Consumer[32];
        [FieldOffset(288)]
        public ulong Flags;
        [FieldOffset(296)]
        public uint AttributeCount;
        [FieldOffset(320)]
        public LineAttribute Attribute;
        [FieldOffset(560)]
        public uint LineCount;
        [FieldOffset(588)]
        public int Descriptor;
    }

    /// <summary>struct gpio_v2_line_values.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LineValues
    {
        public ulong Bits;
        public ulong Mask;
    }

    /// <summary>struct gpio_v2_line_event.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LineEvent
    {
        public ulong Nanoseconds;
        public uint Id;
        public uint Offset;
        public uint Sequence;
        public uint LineSequence;
        public fixed uint Padding[6];
    }
}
