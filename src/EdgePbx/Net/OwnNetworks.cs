using System.Buffers.Binary;
using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The networks in which this machine has an interface, by the kernel's own files: a service without netlink can read those too.</summary>
internal static class OwnNetworks
{
    /// <param name="root">Where <c>proc</c> is.</param>
    /// <returns>Without loopback's and without what lies behind a router.</returns>
    public static IReadOnlyList<NetworkRange> Read(string root = "/") =>
        [.. Lines(root, "proc/net/route").Select(FromRoute).Concat(Lines(root, "proc/net/if_inet6").Select(FromInterface)).OfType<NetworkRange>()];

    // card, destination, gateway, flags, three counts, mask; addresses as the machine keeps them in memory
    private static NetworkRange? FromRoute(string[] field) =>
        field.Length >= 8 && field[0] != "lo" && TryReadHex(field[1], out uint network) && TryReadHex(field[2], out uint gateway) && TryReadHex(field[7], out uint mask)
            && gateway == 0 && mask != 0
            ? new NetworkRange(AddressOf(network), System.Numerics.BitOperations.PopCount(mask))
            : null;

    // address, index, length of the prefix, scope, flags, card
    private static NetworkRange? FromInterface(string[] field) =>
        field.Length >= 6 && field[5] != "lo" && field[0].Length == 32 && int.TryParse(field[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int bits)
            && bits is > 0 and <= 128 && TryReadAddress(field[0], out NetAddress address)
            ? new NetworkRange(address, bits)
            : null;

    private static bool TryReadHex(string text, out uint number) => uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out number);

    private static NetAddress AddressOf(uint inMemory)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, BitConverter.IsLittleEndian ? inMemory : BinaryPrimitives.ReverseEndianness(inMemory));
        return NetAddress.FromBytes(bytes);
    }

    private static bool TryReadAddress(string hex, out NetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bool isRead = Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        address = isRead ? NetAddress.FromBytes(bytes) : default;
        return isRead;
    }

    private static string[][] Lines(string root, string file)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(root, file)).Take(1000).Select(static line => line.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // a kernel without IPv6 has no such file
        }
    }
}
