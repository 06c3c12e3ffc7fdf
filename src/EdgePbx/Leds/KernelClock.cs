using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>Whether somebody keeps this machine's clock right: adjtimex(2) without a change.</summary>
internal static unsafe partial class KernelClock
{
    private const int Unsynchronised = 0x40; // STA_UNSYNC

    /// <summary>Somebody has set it. Null: the kernel does not tell us, as under systemd's ProtectClock.</summary>
    public static bool? IsSet()
    {
        var clock = default(TimeX);
        return adjtimex(&clock) < 0 ? null : (clock.Status & Unsynchronised) == 0;
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
