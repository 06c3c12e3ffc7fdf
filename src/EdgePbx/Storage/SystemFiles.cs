using System.Runtime.InteropServices;
using System.Text;

namespace EdgePbx;

/// <summary>The real ones. What they make is readable by its owner only.</summary>
internal sealed unsafe class SystemFiles : IFiles
{
    private const uint OwnerOnly = 0x180; // 0600

    // not blocking: else a named pipe would wait for its reader
    private const int ToWrite = FileCalls.O_WRONLY | FileCalls.O_APPEND | FileCalls.O_CREAT | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;

    private SystemFiles()
    {
    }

    public static SystemFiles Instance { get; } = new();

    // not by the framework's streams: a start reads this way, and they take longer to come up than to read
    public byte[]? Read(string path, int atMost)
    {
        // before it is opened: that alone is much to some devices, and a watchdog begins to watch
        if (FileCalls.KindOf(path) is { } kind and not FileCalls.S_IFREG)
        {
            throw new NoPlainFileException(path, kind == FileCalls.S_IFDIR ? "is a folder, not a file" : "is a device or a pipe, not a file");
        }
        int descriptor = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                FileCalls.ENOENT or FileCalls.ENOTDIR => null,
                SocketCalls.EACCES => throw new UnauthorizedAccessException($"{path}: {LastProblem()}"),
                _ => throw new IOException($"{path}: {LastProblem()}"),
            };
        }
        try
        {
            return ReadAll(descriptor, path, atMost);
        }
        finally
        {
            _ = Native.close(descriptor);
        }
    }

    public int OpenToAppend(string path) => FileCalls.open(path, ToWrite, OwnerOnly);

    public int Create(string path) => FileCalls.open(path, ToWrite | FileCalls.O_TRUNC, OwnerOnly);

    public void TakeAfter(int descriptor, string path)
    {
        bool isReplaced = FileCalls.TryGetOwner(path, out FileCalls.FileOwner owner);
        if (!isReplaced && !FileCalls.TryGetOwner(Path.GetDirectoryName(Path.GetFullPath(path))!, out owner))
        {
            return;
        }
        _ = FileCalls.fchown(descriptor, owner.User, owner.Group);
        if (isReplaced)
        {
            _ = FileCalls.fchmod(descriptor, owner.Rights);
        }
    }

    public nint Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        nint written;
        fixed (byte* first = bytes)
        {
            do
            {
                written = Native.write(descriptor, first, (nuint)bytes.Length);
            }
            while (written < 0 && Marshal.GetLastPInvokeError() == Native.EINTR);
        }
        return written;
    }

    public bool Sync(int descriptor) => FileCalls.fdatasync(descriptor) == 0;

    public bool Truncate(int descriptor, long length) => FileCalls.ftruncate(descriptor, length) == 0;

    public long Length(int descriptor) => FileCalls.lseek(descriptor, 0, FileCalls.SEEK_END);

    public bool TryLock(int descriptor) => FileCalls.TryLock(descriptor) == 0;

    public string? NameOf(int descriptor)
    {
        const int LongestPath = 4096;
        byte* name = stackalloc byte[LongestPath];
        nint length = FileCalls.readlink($"/proc/self/fd/{descriptor}", name, LongestPath);
        return length < 0 ? throw new IOException($"/proc/self/fd: {LastProblem()}") : Encoding.UTF8.GetString(name, (int)length);
    }

    public bool Rename(string from, string to) => FileCalls.rename(from, to) == 0;

    public void Delete(string path) => _ = FileCalls.unlink(path);

    public bool SyncFolderOf(string path)
    {
        int folder = FileCalls.open(Path.GetDirectoryName(Path.GetFullPath(path))!, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        if (folder < 0)
        {
            return false;
        }
        bool isSynced = FileCalls.fsync(folder) == 0;
        _ = Native.close(folder);
        return isSynced;
    }

    public void Close(int descriptor)
    {
        FileCalls.Unlock(descriptor);
        _ = Native.close(descriptor);
    }

    public string LastProblem() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private static byte[] ReadAll(int descriptor, string path, int atMost)
    {
        long length = FileCalls.lseek(descriptor, 0, FileCalls.SEEK_END);
        if (length < 0 || length > atMost)
        {
            throw new NoPlainFileException(path, length < 0 ? "is no file" : $"is too long, more than {atMost} bytes");
        }
        var bytes = new byte[length];
        int done = 0;
        fixed (byte* first = bytes)
        {
            nint count = 1;
            while (done < bytes.Length && count > 0)
            {
                count = FileCalls.pread(descriptor, first + done, (nuint)(bytes.Length - done), done);
                if (count < 0 && Marshal.GetLastPInvokeError() != Native.EINTR)
                {
                    throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
                }
                (done, count) = (done + (int)Math.Max(count, 0), count < 0 ? 1 : count);
            }
        }
        return bytes[..done]; // shorter if somebody cut it off meanwhile
    }
}
