using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>Pages of an Ogg stream (RFC 3533 6): packets in, whole pages out, each with its checksum.</summary>
internal sealed class OggPage(uint serial)
{
    private const int HeaderBytes = 27;
    private const int MostSegments = 255;
    private const byte Begins = 2;
    private const byte Ends = 4;

    private static readonly uint[] Crc = [.. Enumerable.Range(0, 256).Select(static value =>
    {
        uint rest = (uint)value << 24;
        for (int bit = 0; bit < 8; bit++)
        {
            rest = (rest & 0x80000000) != 0 ? (rest << 1) ^ 0x04c11db7 : rest << 1;
        }
        return rest;
    })];

    private readonly byte[] _lengths = new byte[MostSegments];
    private readonly List<byte> _body = [];
    private int _segments;

    /// <summary>The number of the next page.</summary>
    public uint Number { get; set; }

    public bool IsEmpty => _segments == 0;

    /// <summary>False: no room, the page has to be written first.</summary>
    public bool TryAdd(ReadOnlySpan<byte> packet)
    {
        int segments = (packet.Length / 255) + 1;
        if (_segments + segments > MostSegments)
        {
            return false;
        }
        for (int i = 1; i < segments; i++)
        {
            _lengths[_segments++] = 255;
        }
        _lengths[_segments++] = (byte)(packet.Length % 255);
        _body.AddRange(packet);
        return true;
    }

    /// <summary>The page with all that was added, and an empty one after it.</summary>
    /// <param name="granule">Samples at 48 kHz up to the end of the last packet on it (RFC 7845 4).</param>
    public byte[] Write(long granule, bool isLast = false)
    {
        var page = new byte[HeaderBytes + _segments + _body.Count];
        "OggS"u8.CopyTo(page);
        page[5] = (byte)((Number == 0 ? Begins : 0) | (isLast ? Ends : 0));
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(6), granule);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), serial);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(18), Number++);
        page[26] = (byte)_segments;
        _lengths.AsSpan(0, _segments).CopyTo(page.AsSpan(HeaderBytes));
        _body.CopyTo(page, HeaderBytes + _segments);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), Checksum(page));
        _segments = 0;
        _body.Clear();
        return page;
    }

    /// <summary>The length of the whole page at the beginning of these bytes; 0: there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes, out long granule, out uint serial, out uint number)
    {
        (granule, serial, number) = (0, 0, 0);
        if (bytes.Length < HeaderBytes || !bytes.StartsWith("OggS"u8) || bytes.Length < HeaderBytes + bytes[26])
        {
            return 0;
        }
        int length = HeaderBytes + bytes[26];
        foreach (byte segment in bytes.Slice(HeaderBytes, bytes[26]))
        {
            length += segment;
        }
        if (bytes.Length < length)
        {
            return 0;
        }
        byte[] page = bytes[..length].ToArray();
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(22));
        page.AsSpan(22, 4).Clear();
        granule = BinaryPrimitives.ReadInt64LittleEndian(bytes[6..]);
        serial = BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]);
        number = BinaryPrimitives.ReadUInt32LittleEndian(bytes[18..]);
        return Checksum(page) == checksum ? length : 0;
    }

    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        uint rest = 0;
        foreach (byte value in page)
        {
            rest = (rest << 8) ^ Crc[(rest >> 24) ^ value];
        }
        return rest;
    }
}
