using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// A file that is being recorded: made new, for its owner only, and locked as long as it is open, so that another process can
/// tell it from one that was torn. Belongs to the recorder thread.
/// </summary>
internal sealed unsafe class SoundFile : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private int _descriptor;

    private SoundFile(string path, int descriptor) => (Path, _descriptor) = (path, descriptor);

    public string Path { get; }

    /// <summary>Told what is written; null: nobody counts.</summary>
    public WriteMeter? Meter { get; set; }

    /// <summary>Bytes written one behind the other.</summary>
    public long Length { get; private set; }

    /// <returns>Null: it can't be made, or is there already.</returns>
    public static SoundFile? TryCreate(string path, out string problem)
    {
        return TryOpen(path, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL, out problem);
    }

    /// <summary>Opens one that another process has left open.</summary>
    /// <returns>Null: it can't be opened, or somebody is still at it.</returns>
    public static SoundFile? TryReopen(string path, out string problem)
    {
        SoundFile? file = TryOpen(path, FileCalls.O_RDWR, out problem);
        if (file is not null)
        {
            file.Length = Math.Max(0, FileCalls.lseek(file._descriptor, 0, FileCalls.SEEK_END));
        }
        return file;
    }

    /// <summary>Behind what is there.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes, out string problem)
    {
        bool isWritten = TryWriteAt(Length, bytes, out problem);
        Length += isWritten ? bytes.Length : 0;
        return isWritten;
    }

    /// <summary>Over what is there; all of it, or it did not work.</summary>
    public bool TryWriteAt(long offset, ReadOnlySpan<byte> bytes, out string problem)
    {
        problem = "";
        fixed (byte* first = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint written = FileCalls.pwrite(_descriptor, first + done, (nuint)(bytes.Length - done), offset + done);
                if (written < 0 && Marshal.GetLastPInvokeError() != Native.EINTR)
                {
                    problem = LastProblem();
                    return false;
                }
                done += (int)Math.Max(0, written);
            }
        }
        Meter?.Wrote(bytes.Length);
        return true;
    }

    /// <returns>How many bytes are there; -1: the medium can't read them.</returns>
    public int ReadAt(long offset, Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return (int)FileCalls.pread(_descriptor, first, (nuint)bytes.Length, offset);
        }
    }

    /// <summary>Back when what was written is on the medium.</summary>
    public bool TrySync(out string problem)
    {
        Meter?.Synced();
        bool isSynced = FileCalls.fdatasync(_descriptor) == 0;
        problem = isSynced ? "" : LastProblem();
        return isSynced;
    }

    /// <summary>Cuts off what is behind that length.</summary>
    public void Truncate(long length)
    {
        _ = FileCalls.ftruncate(_descriptor, length);
        Length = length;
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Native.close(_descriptor);
        }
        _descriptor = -1;
    }

    private static SoundFile? TryOpen(string path, int flags, out string problem)
    {
        problem = "";
        int descriptor = FileCalls.open(path, flags | FileCalls.O_NOFOLLOW | FileCalls.O_CLOEXEC, OwnerOnly);
        if (descriptor < 0)
        {
            problem = LastProblem();
            return null;
        }
        var file = new SoundFile(path, descriptor);
        if (FileCalls.TryLock(descriptor) != 0)
        {
            problem = "another process is writing it";
            file.Dispose();
            return null;
        }
        return file;
    }

    private static string LastProblem() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
