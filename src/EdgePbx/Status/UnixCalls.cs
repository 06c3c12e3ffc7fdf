using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The C library's functions for the status socket, under their own names.</summary>
internal static unsafe partial class UnixCalls
{
    internal const int AF_UNIX = 1;
    internal const int EEXIST = 17;
    internal const int ECONNREFUSED = 111;
    internal const int S_IFMT = 0xf000;
    internal const int S_IFSOCK = 0xc000;
    internal const uint STATX_TYPE = 1;
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;

    /// <summary>What fits into a sockaddr_un before the final zero, in bytes.</summary>
    internal const int LongestPath = 107;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int descriptor, in UnixName name, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int descriptor, in UnixName name, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int accept4(int descriptor, nint name, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(int descriptor, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int link(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int folder, string path, int flags, uint mask, ref FileStatus status);

    /// <summary>struct sockaddr_un.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct UnixName
    {
        public ushort Family;
        public fixed byte Path[LongestPath + 1];
    }

    /// <summary>struct statx, of which only the type is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatus
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
