using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Room for a few datagrams of any length, which one call of the kernel fills: recvmmsg(2). It never grows.</summary>
internal sealed unsafe class DatagramBatch
{
    /// <summary>Datagrams that one call brings at most.</summary>
    public const int Size = 16;

    private readonly byte[][] _bytes = new byte[Size][];
    private readonly SocketName[] _names = GC.AllocateArray<SocketName>(Size, pinned: true);
    private readonly Native.Slice[] _slices = GC.AllocateArray<Native.Slice>(Size, pinned: true);
    private readonly Native.DatagramHeader[] _headers = GC.AllocateArray<Native.DatagramHeader>(Size, pinned: true);

    public DatagramBatch()
    {
        for (int i = 0; i < Size; i++)
        {
            _bytes[i] = GC.AllocateUninitializedArray<byte>(SipLimits.MessageBytes, pinned: true); // a page that no datagram reaches costs nothing
            _slices[i] = new Native.Slice { Start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes[i], 0), Length = SipLimits.MessageBytes };
            _headers[i].Message.Slices = (Native.Slice*)Marshal.UnsafeAddrOfPinnedArrayElement(_slices, i);
            _headers[i].Message.SliceCount = 1;
            _headers[i].Message.Name = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_names, i);
        }
    }

    /// <summary>Takes what waits in a socket, up to <see cref="Size"/>; waits for nothing. What it took before is gone then.</summary>
    /// <returns>Less than <see cref="Size"/>: nothing was left.</returns>
    public int Receive(int descriptor)
    {
        for (int i = 0; i < Size; i++)
        {
            _headers[i].Message.NameLength = SocketName.Size; // the kernel has overwritten it
        }
        fixed (Native.DatagramHeader* headers = _headers)
        {
            return Math.Max(0, Native.recvmmsg(descriptor, headers, Size, Native.MSG_DONTWAIT, null));
        }
    }

    /// <summary>The whole buffer of a datagram, which may be changed in place, and how much of it is the datagram.</summary>
    public byte[] BytesOf(int datagram, out int length)
    {
        length = (int)_headers[datagram].Length;
        return _bytes[datagram];
    }

    public NetEndpoint SourceOf(int datagram) => _names[datagram].ToEndpoint();
}
