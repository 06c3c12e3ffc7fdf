using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The datagrams of one system call: received from one socket, and those of them that go on, sent by another.</summary>
internal sealed unsafe class PacketBatch : IDisposable
{
    /// <summary>Datagrams at most.</summary>
    public const int Size = 16;

    /// <summary>A datagram that is longer is no packet of a call.</summary>
    private const int PacketBytes = 4096;

    private readonly byte* _packets = Allocate<byte>(Size * PacketBytes);
    private readonly byte* _names = Allocate<byte>(Size * SockAddr.MaxBytes);
    private readonly Native.Slice* _slices = Allocate<Native.Slice>(2 * Size);
    private readonly Native.DatagramHeader* _received = Allocate<Native.DatagramHeader>(Size);
    private readonly Native.DatagramHeader* _queued = Allocate<Native.DatagramHeader>(Size);
    private int _queuedCount;

    public PacketBatch()
    {
        for (int i = 0; i < Size; i++)
        {
            _slices[i] = new Native.Slice { Start = _packets + (i * PacketBytes), Length = PacketBytes };
            _received[i].Message.Name = _names + (i * SockAddr.MaxBytes);
            _received[i].Message.Slices = _slices + i;
            _received[i].Message.SliceCount = 1;
            _queued[i].Message.Slices = _slices + Size + i;
            _queued[i].Message.SliceCount = 1;
        }
    }

    /// <summary>How many datagrams go on.</summary>
    public int QueuedCount => _queuedCount;

    /// <summary>Takes what is there, without waiting. Returns how many datagrams; an error of the socket is none.</summary>
    public int Receive(int descriptor)
    {
        _queuedCount = 0;
        for (int i = 0; i < Size; i++)
        {
            _received[i].Message.NameLength = SockAddr.MaxBytes; // the kernel has overwritten it
        }
        return Math.Max(0, Native.recvmmsg(descriptor, _received, Size, 0, null));
    }

    /// <summary>A received datagram; empty if it did not fit.</summary>
    public Span<byte> Packet(int index) => (_received[index].Message.Flags & Native.MSG_TRUNC) != 0
        ? []
        : new Span<byte>(_slices[index].Start, (int)_received[index].Length);

    /// <summary>Where a received datagram came from.</summary>
    public NetEndpoint Source(int index) =>
        SockAddr.Read(new ReadOnlySpan<byte>(_received[index].Message.Name, (int)Math.Min(_received[index].Message.NameLength, SockAddr.MaxBytes)));

    /// <summary>This received datagram goes on, as it lies there now.</summary>
    public void Queue(int index)
    {
        Native.Slice* slice = _queued[_queuedCount++].Message.Slices;
        slice->Start = _slices[index].Start;
        slice->Length = _received[index].Length;
    }

    /// <summary>Sends what was queued. Returns how many datagrams the kernel took; one that it refuses is passed over.</summary>
    public int Send(int descriptor, byte* name, int nameLength)
    {
        for (int i = 0; i < _queuedCount; i++)
        {
            _queued[i].Message.Name = name;
            _queued[i].Message.NameLength = (uint)nameLength;
        }
        int sent = 0;
        for (int next = 0; next < _queuedCount;)
        {
            int taken = Native.sendmmsg(descriptor, _queued + next, (uint)(_queuedCount - next), 0);
            sent += Math.Max(0, taken);
            next += Math.Max(1, taken);
        }
        return sent;
    }

    public void Dispose()
    {
        NativeMemory.Free(_packets);
        NativeMemory.Free(_names);
        NativeMemory.Free(_slices);
        NativeMemory.Free(_received);
        NativeMemory.Free(_queued);
    }

    private static T* Allocate<T>(int count) where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
