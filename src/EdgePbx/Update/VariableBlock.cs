using System.Buffers.Binary;
using System.Text;

namespace EdgePbx;

/// <summary>
/// A sector of named values as U-Boot's <c>env import -c</c> and <c>env export -c</c> have it: CRC-32 of the rest (little endian),
/// then <c>name=value</c> and a zero for each, another zero, and zeros up to the end.
/// </summary>
internal static class VariableBlock
{
    /// <summary>Bytes: one sector, which a card writes whole or not at all, most of the time.</summary>
    public const int Size = 512;

    private const int Head = sizeof(uint);

    /// <returns>The values by name; null when the checksum or the form is not right.</returns>
    public static Dictionary<string, string>? Parse(ReadOnlySpan<byte> block)
    {
        if (block.Length < Size)
        {
            return null;
        }
        ReadOnlySpan<byte> rest = block[Head..Size];
        if (BinaryPrimitives.ReadUInt32LittleEndian(block) != Crc32(rest))
        {
            return null;
        }
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        while (rest.IndexOf((byte)0) is > 0 and var end)
        {
            ReadOnlySpan<byte> line = rest[..end];
            int equals = line.IndexOf((byte)'=');
            if (equals <= 0)
            {
                return null;
            }
            values[Encoding.ASCII.GetString(line[..equals])] = Encoding.ASCII.GetString(line[(equals + 1)..]);
            rest = rest[(end + 1)..];
        }
        return values;
    }

    /// <exception cref="ArgumentException">It is more than a sector holds.</exception>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> values)
    {
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(values.Select(value => $"{value.Key}={value.Value}\0")) + '\0');
        if (lines.Length > Size - Head)
        {
            throw new ArgumentException("too much for one sector", nameof(values));
        }
        byte[] block = new byte[Size];
        lines.CopyTo(block, Head);
        BinaryPrimitives.WriteUInt32LittleEndian(block, Crc32(block.AsSpan(Head)));
        return block;
    }

    // ISO 3309, bit by bit: a sector now and then needs no table
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in bytes)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
            }
        }
        return ~sum;
    }
}
