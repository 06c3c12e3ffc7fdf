using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The C library's functions for a file that must survive a power cut, under their own names.</summary>
internal static unsafe partial class FileCalls
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_TRUNC = 0x200;
    internal const int O_EXCL = 0x80;
    internal const int O_APPEND = 0x400;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_NONBLOCK = 0x800;
    internal const int SEEK_END = 2;

    /// <summary>One of the few flags whose number depends on the processor.</summary>
    internal static int O_NOFOLLOW => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    internal const int F_OFD_SETLK = 37;
    internal const short F_WRLCK = 1;
    internal const short F_UNLCK = 2;
    internal const int ENOENT = 2;
    internal const int ENOTDIR = 20;
    internal const int ENOSPC = 28;

    /// <param name="path">UTF-8.</param>
    /// <param name="flags">O_…</param>
    /// <param name="mode">For a file that is made.</param>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(int descriptor, long offset, int whence);

    /// <summary>A lock on the whole file, held until the descriptor is closed. Not flock(2): programs that only read may use that.</summary>
    /// <returns>0, or -1: somebody else has it.</returns>
    internal static int TryLock(int descriptor)
    {
        var whole = new FileLock { Type = F_WRLCK };
        return fcntl(descriptor, F_OFD_SETLK, &whole);
    }

    /// <summary>Before a close: a process that is just being started may hold a copy of the descriptor, and the lock with it.</summary>
    internal static void Unlock(int descriptor)
    {
        var whole = new FileLock { Type = F_UNLCK };
        _ = fcntl(descriptor, F_OFD_SETLK, &whole);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, FileLock* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwrite(int descriptor, byte* bytes, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread(int descriptor, byte* bytes, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fdatasync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int descriptor);

    /// <summary>A new name is on the medium only when its folder is.</summary>
    internal static void SyncFolder(string path)
    {
        int folder = open(path, O_RDONLY | O_CLOEXEC, 0);
        if (folder >= 0)
        {
            _ = fsync(folder);
            _ = Native.close(folder);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint readlink(string path, byte* target, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int descriptor, long length);

    /// <summary>struct flock on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int ProcessId;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchown(int descriptor, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(int descriptor, uint mode);

    /// <summary>Whose it is, and who may do what with it. False: there is nothing of that name.</summary>
    internal static bool TryGetOwner(string path, out FileOwner owner)
    {
        const int AT_FDCWD = -100;
        const uint STATX_MODE = 2, STATX_UID = 8, STATX_GID = 16;
        byte* found = stackalloc byte[256]; // struct statx, the same everywhere
        bool isThere = statx(AT_FDCWD, path, 0, STATX_MODE | STATX_UID | STATX_GID, found) == 0;
        owner = isThere ? new FileOwner(*(uint*)(found + 20), *(uint*)(found + 24), *(ushort*)(found + 28) & 0x1FFu) : default;
        return isThere;
    }

    internal const uint S_IFREG = 0x8000;
    internal const uint S_IFDIR = 0x4000;

    /// <summary>S_IF…, of what links lead to; null: there is nothing of that name, or nobody may know.</summary>
    internal static uint? KindOf(string path)
    {
        const int AT_FDCWD = -100;
        const uint STATX_TYPE = 1, S_IFMT = 0xF000;
        byte* found = stackalloc byte[256];
        return statx(AT_FDCWD, path, 0, STATX_TYPE, found) == 0 ? *(ushort*)(found + 28) & S_IFMT : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* found);

    /// <summary>The nine bits of rights, and to whom they are given.</summary>
    internal readonly record struct FileOwner(uint User, uint Group, uint Rights);
}
