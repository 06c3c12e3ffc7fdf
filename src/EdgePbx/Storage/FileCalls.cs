using System.Runtime.InteropServices;
using System.Text;

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
    internal const int EEXIST = 17;
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

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rename(string from, string to);

    /// <summary>As <see cref="rename"/>, but nothing is replaced.</summary>
    internal static int RenameNew(string from, string to)
    {
        const uint RENAME_NOREPLACE = 1;
        int result = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
        if (result == 0 || Marshal.GetLastPInvokeError() != SocketCalls.EINVAL)
        {
            return result;
        }
        // a file system that can't: those have one user
        if (FactsOf(to, followsLinks: false) is null)
        {
            return rename(from, to);
        }
        Marshal.SetLastPInvokeError(EEXIST);
        return -1;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);

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

    internal const uint S_IFMT = 0xF000;
    internal const uint S_IFREG = 0x8000;
    internal const uint S_IFDIR = 0x4000;
    internal const uint S_IFLNK = 0xA000;
    internal const uint S_IFIFO = 0x1000;
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const int AT_EMPTY_PATH = 0x1000;

    /// <summary>What has that name, or what links lead to. Null: there is nothing of that name, or nobody may know.</summary>
    internal static FileFacts? FactsOf(string path, bool followsLinks = true) => FactsOf(AT_FDCWD, path, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW);

    /// <summary>What is open; null: nothing is.</summary>
    internal static FileFacts? FactsOf(int descriptor) => FactsOf(descriptor, "", AT_EMPTY_PATH);

    private static FileFacts? FactsOf(int folder, string path, int flags)
    {
        const uint STATX_TYPE = 1, STATX_MODE = 2, STATX_NLINK = 4, STATX_UID = 8, STATX_GID = 16;
        byte* found = stackalloc byte[256]; // struct statx, the same everywhere
        return statx(folder, path, flags, STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID, found) == 0
            ? new FileFacts(*(uint*)(found + 16), *(uint*)(found + 20), *(uint*)(found + 24), *(ushort*)(found + 28))
            : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* found);

    /// <summary>What a name stands for.</summary>
    /// <param name="Links">Names that it has.</param>
    /// <param name="User">To whom it belongs, and</param>
    /// <param name="Group">to which group.</param>
    /// <param name="Mode">S_IF… and the rights.</param>
    internal readonly record struct FileFacts(uint Links, uint User, uint Group, uint Mode)
    {
        public uint Kind => Mode & S_IFMT;

        /// <summary>The nine bits.</summary>
        public uint Rights => Mode & 0x1FF;
    }

    /// <summary>Where a symbolic link points, as it is written; null: it is none.</summary>
    internal static string? TargetOf(string link)
    {
        const int LongestPath = 4096;
        byte* target = stackalloc byte[LongestPath];
        nint length = readlink(link, target, LongestPath);
        return length < 0 ? null : Encoding.UTF8.GetString(target, (int)length);
    }

    /// <summary>The path without links of something that is there; null: nothing is.</summary>
    internal static string? RealPathOf(string path)
    {
        const int O_PATH = 0x200000;
        int descriptor = open(path, O_PATH | O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return null;
        }
        string? real = TargetOf($"/proc/self/fd/{descriptor}");
        _ = Native.close(descriptor);
        return real;
    }

    /// <summary>Of this process, besides its own.</summary>
    internal static uint[] Groups()
    {
        var groups = new uint[65536]; // as many as there can be
        fixed (uint* first = groups)
        {
            return groups[..Math.Max(0, getgroups(groups.Length, first))];
        }
    }

    /// <summary>Of this thread alone; no answer says whether it was granted.</summary>
    /// <returns>What it was before.</returns>
    [LibraryImport("libc")]
    internal static partial uint setfsuid(uint user);

    /// <inheritdoc cref="setfsuid"/>
    [LibraryImport("libc")]
    internal static partial uint setfsgid(uint group);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getgroups(int room, uint* groups);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    /// <summary>Of this thread alone, unlike the C library's setgroups.</summary>
    internal static bool SetGroupsOfThread(ReadOnlySpan<uint> groups)
    {
        nint setgroups = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 159 : 116;
        fixed (uint* first = groups)
        {
            return syscall(setgroups, groups.Length, first) == 0;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint count, uint* groups);
}
