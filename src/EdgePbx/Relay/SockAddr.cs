using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The kernel's form of an endpoint: struct sockaddr_in or sockaddr_in6.</summary>
internal static class SockAddr
{
    /// <summary>Room for either.</summary>
    public const int MaxBytes = 28;

    private const int V4Bytes = 16;

    /// <summary>How many bytes the form of this endpoint has.</summary>
    public static int LengthOf(NetEndpoint endpoint) => endpoint.Address.IsV4 ? V4Bytes : MaxBytes;

    /// <summary>Returns how many bytes it has written. The endpoint must not be "none".</summary>
    public static int Write(NetEndpoint endpoint, Span<byte> destination)
    {
        int length = LengthOf(endpoint);
        destination[..length].Clear(); // no flow label, no scope
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], endpoint.Port);
        int family = endpoint.Address.IsV4 ? Native.AF_INET : Native.AF_INET6;
        BitConverter.TryWriteBytes(destination, (ushort)family); // in the machine's order
        _ = endpoint.Address.WriteBytes(destination[(endpoint.Address.IsV4 ? 4 : 8)..]);
        return length;
    }

    /// <summary>"None" for a family that isn't IP.</summary>
    public static NetEndpoint Read(ReadOnlySpan<byte> name)
    {
        if (name.Length < V4Bytes)
        {
            return default;
        }
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return BitConverter.ToUInt16(name) switch
        {
            Native.AF_INET => new NetEndpoint(NetAddress.FromBytes(name.Slice(4, 4)), port),
            Native.AF_INET6 when name.Length >= MaxBytes => new NetEndpoint(NetAddress.FromBytes(name.Slice(8, 16)), port),
            _ => default,
        };
    }

    /// <summary>One of them as part of something else.</summary>
    [InlineArray(MaxBytes)]
    internal struct Bytes
    {
        private byte _first;
    }
}
