using System.Runtime.InteropServices;

// the C library is already in the process: no folder of ours is searched for it
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EdgePbx;

/// <summary>The few functions of the C library that the framework has no allocation-free or batched form of, under their own names.</summary>
/// <remarks>Layouts and numbers are those of Linux on x86-64 and AArch64; where the two differ there are two types.</remarks>
internal static unsafe partial class Native
{
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EADDRINUSE = 98;

    internal const int SIGHUP = 1;

    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;

    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const short POLLERR = 8;
    internal const short POLLHUP = 16;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int process, int signal);

    internal const nint SIG_DFL = 0;
    internal const nint SIG_IGN = 1;

    /// <returns>What was done with it before.</returns>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint signal(int number, nint handler);

    /// <param name="entries">What to wait for, one a descriptor.</param>
    /// <param name="count">Entries.</param>
    /// <param name="milliseconds">-1: no limit.</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
