using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgePbx;

/// <summary>A card's device, or a file that stands for one.</summary>
internal sealed partial class BlockDevice : IBlockDevice, IDisposable
{
    private const int POSIX_FADV_DONTNEED = 4;

    private readonly SafeFileHandle _handle;

    /// <exception cref="IOException">It can't be opened, or another process updates it.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public BlockDevice(string path)
    {
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (FileCalls.TryLock((int)_handle.DangerousGetHandle()) != 0)
        {
            _handle.Dispose();
            throw new IOException($"{path} is in use by another update");
        }
    }

    public void Read(long offset, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = RandomAccess.Read(_handle, buffer, offset);
            if (count == 0)
            {
                throw new IOException("the card ends too early");
            }
            buffer = buffer[count..];
            offset += count;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_handle, bytes, offset);

    public void Sync()
    {
        RandomAccess.FlushToDisk(_handle);
        _ = posix_fadvise((int)_handle.DangerousGetHandle(), 0, 0, POSIX_FADV_DONTNEED); // what is read now comes from the card
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc")]
    private static partial int posix_fadvise(int descriptor, long offset, long length, int advice);
}
