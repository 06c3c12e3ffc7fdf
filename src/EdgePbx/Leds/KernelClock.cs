using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>Whether somebody keeps this machine's clock right: adjtimex(2) without a change.</summary>
internal static unsafe partial class KernelClock
{
    private const int Unsynchronised = 0x40; // STA_UNSYNC

    /// <summary>An NTP client has set it. True when the kernel does not say.</summary>
    public static bool IsSet()
    {
        var clock = default(TimeX);
        return adjtimex(&clock) < 0 || (clock.Status & Unsynchronised) == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int adjtimex(TimeX* clock);

    /// <summary>struct timex on a 64-bit system; modes, the first field, stays 0.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    internal struct TimeX
    {
        [FieldOffset(40)]
        public int Status;
    }
}
