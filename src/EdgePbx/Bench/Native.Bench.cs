using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>What only the measuring of the relay needs of the C library.</summary>
internal static unsafe partial class Native
{
    internal const int SO_TIMESTAMPNS = 35;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int PR_SET_TIMERSLACK = 29;
    internal const int CLOCK_MONOTONIC = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint value);

    /// <param name="clock">Which.</param>
    /// <param name="flags">0: the time is how long.</param>
    /// <param name="time">struct timespec.</param>
    /// <param name="rest">Null: nobody asks.</param>
    [LibraryImport("libc")]
    internal static partial int clock_nanosleep(int clock, int flags, KernelTime* time, void* rest);
}
