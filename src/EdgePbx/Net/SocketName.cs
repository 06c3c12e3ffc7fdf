using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A struct sockaddr_in or sockaddr_in6, with room for either.</summary>
[InlineArray(Size)]
internal struct SocketName
{
    /// <summary>Of sockaddr_in6, the longer one, in bytes.</summary>
    public const int Size = 28;

    private const int V4Size = 16;
    private byte _first;

    public static SocketName From(NetEndpoint endpoint, out int length)
    {
        SocketName name = default;
        Span<byte> bytes = name;
        bool isV4 = endpoint.Address.IsV4;
        BitConverter.TryWriteBytes(bytes, (ushort)(isV4 ? SocketCalls.AF_INET : SocketCalls.AF_INET6));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], endpoint.Port);
        _ = endpoint.Address.WriteBytes(isV4 ? bytes[4..] : bytes[8..]);
        length = isV4 ? V4Size : Size;
        return name;
    }

    public readonly NetEndpoint ToEndpoint()
    {
        ReadOnlySpan<byte> bytes = this;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BitConverter.ToUInt16(bytes) == SocketCalls.AF_INET
            ? new NetEndpoint(NetAddress.FromBytes(bytes.Slice(4, 4)), port)
            : new NetEndpoint(NetAddress.FromBytes(bytes.Slice(8, 16)), port);
    }
}
