using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The clock on the wall, as far as the kernel vouches for it (adjtimex(2)).</summary>
internal static partial class WallClock
{
    private const uint ADJ_MAXERROR = 4;
    private const uint ADJ_STATUS = 0x10;
    private const int STA_UNSYNC = 0x40;
    private const int TIME_ERROR = 5;

    /// <summary>A time service has set it since power-on, and has been heard of since.</summary>
    public static bool IsSynchronised => Ask() ?? false;

    /// <summary>As <see cref="IsSynchronised"/>; null: the kernel does not tell us, as under systemd's ProtectClock.</summary>
    public static bool? Ask()
    {
        var timex = new Timex();
        int state = adjtimex(ref timex);
        return state < 0 ? null : state != TIME_ERROR;
    }

    /// <summary>Tells the kernel that it is right, for a time service that does not. Without another word that lasts nine hours.</summary>
    /// <returns>False: only root may.</returns>
    public static bool TryVouch()
    {
        var timex = new Timex();
        _ = adjtimex(ref timex);
        timex.Modes = ADJ_STATUS | ADJ_MAXERROR;
        timex.Status &= ~STA_UNSYNC;
        timex.MaxError = 0;
        return adjtimex(ref timex) >= 0;
    }

    [LibraryImport("libc")]
    private static partial int adjtimex(ref Timex timex);

    /// <summary>struct timex on 64-bit Linux; the fields that we don't name are room for the kernel to write to.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    private struct Timex
    {
        [FieldOffset(0)]
        public uint Modes;

        [FieldOffset(24)]
        public long MaxError;

        [FieldOffset(40)]
        public int Status;
    }
}
