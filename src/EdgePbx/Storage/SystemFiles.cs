using System.Runtime.InteropServices;

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

    public byte[]? Read(string path, int atMost)
    {
        if (!File.Exists(path))
        {
            return null; // as it mostly is: an exception would cost a start its time
        }
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length > atMost)
            {
                throw new IOException($"{path} is too long");
            }
            var bytes = new byte[file.Length];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
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

    public string? NameOf(int descriptor) => File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)?.FullName;

    public bool Rename(string from, string to) => FileCalls.rename(from, to) == 0;

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
}
