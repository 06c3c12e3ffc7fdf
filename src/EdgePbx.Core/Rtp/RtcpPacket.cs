using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>One RTCP packet where it lies, its header checked (RFC 3550 6.4). A datagram is one or more of them.</summary>
public readonly ref struct RtcpPacket
{
    private const int HeaderBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private RtcpPacket(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public bool HasPadding => (_bytes[0] & 0x20) != 0;

    /// <summary>The five bits that mean report count, source count or subtype, as the packet type has it.</summary>
    public int Count => _bytes[0] & 0x1f;

    /// <summary>192 to 223; sender report 200, receiver report 201.</summary>
    public int PacketType => _bytes[1];

    /// <summary>The synchronization source of the sender.</summary>
    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>In bytes, header included: where the next packet of a compound begins.</summary>
    public int Length => _bytes.Length;

    public ReadOnlySpan<byte> Body => _bytes[HeaderBytes..];

    /// <summary>
    /// The first packet of the datagram: version 2, a type that no RTP packet can have beside it (RFC 5761 4), and a
    /// length that fits. It need not be a report (RFC 5506), and what follows is not looked at: in SRTCP it is cipher text.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtcpPacket packet)
    {
        packet = default;
        if (datagram.Length < HeaderBytes || datagram[0] >> 6 != 2 || datagram[1] is < 192 or > 223)
        {
            return false;
        }
        int length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) + 1);
        if (length < HeaderBytes || length > datagram.Length)
        {
            return false; // a BYE of nobody has 4 bytes and says nothing (RFC 3550 6.6)
        }
        packet = new RtcpPacket(datagram[..length]);
        return true;
    }
}
