using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// The real ones. What they make is readable by its owner only, and it is made: nothing that lies there under the name, a link perhaps,
/// is ever written into. Root acts for whoever has the say over the path (<see cref="FileIdentity"/>).
/// </summary>
internal sealed unsafe class SystemFiles : IFiles
{
    private const uint OwnerOnly = 0x180; // 0600
    private const uint GroupReads = 0x20; // 0040
    private const uint OwnerPasses = 0x40; // 0100

    // not blocking: else a named pipe would wait for its reader
    private const int ToWrite = FileCalls.O_RDWR | FileCalls.O_APPEND | FileCalls.O_CREAT | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;

    private SystemFiles()
    {
    }

    public static SystemFiles Instance { get; } = new();

    // not by the framework's streams: a start reads this way, and they take longer to come up than to read
    public byte[]? Read(string path, int atMost) => Read(path, atMost, wantsStart: false);

    /// <summary>As <see cref="Read(string, int)"/>, of a file of any length. Null too: it can't be read.</summary>
    public byte[]? ReadStart(string path, int length)
    {
        try
        {
            return Read(path, length, wantsStart: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[]? Read(string path, int atMost, bool wantsStart)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        // before it is opened: that alone is much to some devices, and a watchdog begins to watch
        if (FileCalls.FactsOf(path)?.Kind is { } kind and not FileCalls.S_IFREG)
        {
            throw new NoPlainFileException(path, kind == FileCalls.S_IFDIR ? "is a folder, not a file" : "is a device or a pipe, not a file");
        }
        int descriptor = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                FileCalls.ENOENT or FileCalls.ENOTDIR => null,
                SocketCalls.EACCES => throw new UnauthorizedAccessException($"{path}: {Describe(Marshal.GetLastPInvokeError())}"),
                _ => throw new IOException($"{path}: {Describe(Marshal.GetLastPInvokeError())}"),
            };
        }
        try
        {
            return ReadAll(descriptor, path, atMost, wantsStart);
        }
        finally
        {
            _ = Native.close(descriptor);
        }
    }

    public int OpenToAppend(string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        int descriptor = FileCalls.open(path, ToWrite, OwnerOnly);
        if (descriptor >= 0 && FileCalls.FactsOf(descriptor)?.Kind == FileCalls.S_IFIFO)
        {
            _ = Native.close(descriptor); // a pipe keeps nothing
            Marshal.SetLastPInvokeError(SocketCalls.EINVAL);
            return -1;
        }
        return descriptor;
    }

    public int Create(string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        if (FileCalls.FactsOf(path, followsLinks: false) is { } former)
        {
            if (former.Kind == FileCalls.S_IFREG && IsBeingWritten(path))
            {
                return -1;
            }
            _ = FileCalls.unlink(path); // a folder stays, and is in the way
        }
        return FileCalls.open(path, ToWrite | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW, OwnerOnly);
    }

    public void TakeAfter(int descriptor, string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        FileCalls.FileFacts? replaced = FileCalls.FactsOf(path, followsLinks: false) is { Kind: FileCalls.S_IFREG } former ? former : null;
        if (!IsOurs(descriptor) || (replaced ?? FileCalls.FactsOf(Path.GetDirectoryName(Path.GetFullPath(path))!)) is not { } model)
        {
            return;
        }
        _ = FileCalls.fchown(descriptor, model.User, model.Group);
        if (replaced is not null)
        {
            _ = FileCalls.fchmod(descriptor, model.Rights);
        }
        else if (FileCalls.geteuid() == 0 && model is { User: 0, Group: not 0 } && (model.Rights & GroupReads) != 0)
        {
            _ = FileCalls.fchmod(descriptor, OwnerOnly | GroupReads); // root's folder for a group: that of the service, which has to read
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

    public string? NameOf(int descriptor) => FileCalls.TargetOf($"/proc/self/fd/{descriptor}");

    public bool Rename(string from, string to, bool replaces = true)
    {
        using FileIdentity owner = FileIdentity.Of(to);
        return (replaces ? FileCalls.rename(from, to) : FileCalls.RenameNew(from, to)) == 0;
    }

    public void Delete(string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        _ = FileCalls.unlink(path);
    }

    public bool Exists(string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        return FileCalls.FactsOf(path) is { Kind: not FileCalls.S_IFDIR };
    }

    public string[] List(string folder)
    {
        using FileIdentity owner = FileIdentity.Of(folder);
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    public bool MakeFolder(string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
        return FileCalls.mkdir(path, OwnerOnly | OwnerPasses) == 0;
    }

    public int ReadAt(int descriptor, long offset, Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return (int)FileCalls.pread(descriptor, first, (nuint)bytes.Length, offset);
        }
    }

    public bool SyncFolderOf(string path)
    {
        using FileIdentity owner = FileIdentity.Of(path);
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

    public string LastProblem() => Describe(Marshal.GetLastPInvokeError());

    private static string Describe(int problem) => Marshal.GetPInvokeErrorMessage(problem);

    // just now: another process holds the lock that each of ours takes first
    private static bool IsBeingWritten(string path)
    {
        int descriptor = FileCalls.open(path, FileCalls.O_WRONLY | FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC, 0);
        bool isLocked = descriptor >= 0 && FileCalls.TryLock(descriptor) != 0;
        int problem = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Native.close(descriptor);
        }
        Marshal.SetLastPInvokeError(problem);
        return isLocked;
    }

    // made by us a moment ago, with no other name by now
    private static bool IsOurs(int descriptor) => FileCalls.FactsOf(descriptor) is { Kind: FileCalls.S_IFREG, Links: 1 };

    private static byte[] ReadAll(int descriptor, string path, int atMost, bool wantsStart)
    {
        long length = FileCalls.lseek(descriptor, 0, FileCalls.SEEK_END);
        length = wantsStart ? Math.Min(length, atMost) : length;
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
                    throw new IOException($"{path}: {Describe(Marshal.GetLastPInvokeError())}");
                }
                (done, count) = (done + (int)Math.Max(count, 0), count < 0 ? 1 : count);
            }
        }
        return bytes[..done]; // shorter if somebody cut it off meanwhile
    }
}
