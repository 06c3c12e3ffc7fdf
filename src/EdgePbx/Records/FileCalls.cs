using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The C library's functions for a file that must survive a power cut, under their own names.</summary>
internal static unsafe partial class FileCalls
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_CREAT = 0x40;
    internal const int O_APPEND = 0x400;
    internal const int O_CLOEXEC = 0x80000;
    internal const int ENOSPC = 28;

    /// <param name="path">UTF-8.</param>
    /// <param name="flags">O_…</param>
    /// <param name="mode">For a file that is made.</param>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fdatasync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int descriptor, long length);
}
