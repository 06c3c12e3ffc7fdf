using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace EdgePbx;

/// <summary>
/// A journal as text: <c>edgepbx-journal 1 KIND</c>, then a line for each change, <c>CRC32C-of-the-rest KEY TEXT</c>; the last one of a
/// key counts, and without text the key is gone.
/// </summary>
internal static class JournalText
{
    private const int ChecksumLength = 8;

    /// <summary>Reads as far as it is good.</summary>
    /// <returns>How many lines are damaged; one that only lacks its end counts too, though it is read.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, string kind, IDictionary<string, byte[]> table)
    {
        int damaged = 0;
        bool isFirst = true;
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            bool isGood = isFirst ? Ascii.Equals(line, Header(kind)) : TryReadLine(line, table);
            damaged += isGood && end >= 0 ? 0 : 1;
            isFirst = false;
        }
        return damaged;
    }

    /// <summary>In the order of the keys.</summary>
    public static byte[] Write(string kind, IReadOnlyDictionary<string, byte[]> table)
    {
        using var whole = new MemoryStream();
        whole.Write(Encoding.ASCII.GetBytes(Header(kind) + "\n"));
        foreach (string key in table.Keys.Order(StringComparer.Ordinal))
        {
            WriteLine(whole, key, table[key]);
        }
        return whole.ToArray();
    }

    public static void WriteLine(MemoryStream to, string key, ReadOnlySpan<byte> text)
    {
        byte[] entry = [.. Encoding.UTF8.GetBytes(key), (byte)' ', .. text];
        to.Write(Encoding.ASCII.GetBytes($"{Checksum(entry):x8} "));
        to.Write(entry);
        to.WriteByte((byte)'\n');
    }

    /// <summary>CRC-32C (RFC 3720 B.4).</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }
        return ~crc;
    }

    private static string Header(string kind) => $"edgepbx-journal 1 {kind}";

    private static bool TryReadLine(ReadOnlySpan<byte> line, IDictionary<string, byte[]> table)
    {
        if (line.Length <= ChecksumLength + 1 || line[ChecksumLength] != (byte)' '
            || !Utf8Parser.TryParse(line[..ChecksumLength], out uint checksum, out int length, 'x') || length != ChecksumLength
            || checksum != Checksum(line[(ChecksumLength + 1)..]))
        {
            return false;
        }
        ReadOnlySpan<byte> entry = line[(ChecksumLength + 1)..];
        int space = entry.IndexOf((byte)' ');
        string key = Encoding.UTF8.GetString(space < 0 ? entry : entry[..space]);
        if (space < 0 || space == entry.Length - 1)
        {
            _ = table.Remove(key);
        }
        else
        {
            table[key] = entry[(space + 1)..].ToArray();
        }
        return true;
    }
}
