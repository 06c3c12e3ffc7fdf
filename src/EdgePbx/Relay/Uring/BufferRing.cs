using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>Equal buffers that the kernel takes one by one, fills, and gets back. Made once; all sockets share them.</summary>
internal sealed unsafe class BufferRing : IDisposable
{
    private readonly Native.UringBuffer* _ring;
    private readonly nuint _ringLength;
    private readonly byte* _buffers;
    private readonly int _count;
    private readonly int _bytes;
    private ushort _tail;

    private BufferRing(int count, int bytes)
    {
        (_count, _bytes, _ringLength) = (count, bytes, (nuint)(count * sizeof(Native.UringBuffer)));
        _buffers = (byte*)NativeMemory.AlignedAlloc((nuint)(count * bytes), 64);
        // zeroed, and in pages of its own
        _ring = (Native.UringBuffer*)Native.mmap(null, _ringLength, Native.PROT_READ | Native.PROT_WRITE, Native.MAP_PRIVATE | Native.MAP_ANONYMOUS, -1, 0);
        if ((nint)_ring == -1)
        {
            throw new InvalidOperationException($"mmap: error {Marshal.GetLastPInvokeError()}");
        }
        for (int i = 0; i < count; i++)
        {
            Return(i);
        }
    }

    /// <summary>Null where the kernel does not know such rings.</summary>
    /// <param name="ring">Whose operations take from it, as group 0.</param>
    /// <param name="count">Buffers; a power of two.</param>
    /// <param name="bytes">Of each.</param>
    /// <param name="error">0, or the system's error number.</param>
    public static BufferRing? TryRegister(IoRing ring, int count, int bytes, out int error)
    {
        var buffers = new BufferRing(count, bytes);
        var registration = new Native.UringBufferRing { Address = (ulong)buffers._ring, Entries = (uint)count };
        nint result = Native.syscall(Native.SYS_io_uring_register, ring.Descriptor, Native.IORING_REGISTER_PBUF_RING, &registration, 1);
        error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (result < 0)
        {
            buffers.Dispose();
            return null;
        }
        return buffers;
    }

    public byte* this[int id] => _buffers + (id * _bytes);

    /// <summary>The kernel may fill this one again.</summary>
    public void Return(int id)
    {
        Native.UringBuffer* entry = _ring + (_tail & (_count - 1));
        (entry->Address, entry->Length, entry->Id) = ((ulong)this[id], (uint)_bytes, (ushort)id); // not its Tail: it may be the ring's
        _tail++;
        Volatile.Write(ref _ring->Tail, _tail);
    }

    public void Dispose()
    {
        _ = Native.munmap(_ring, _ringLength);
        NativeMemory.AlignedFree(_buffers);
    }
}
