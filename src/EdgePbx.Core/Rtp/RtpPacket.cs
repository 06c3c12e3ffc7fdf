using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>An RTP packet where it lies, its header checked (RFC 3550 5.1). SRTP has the same header, so it is one too.</summary>
public readonly ref struct RtpPacket
{
    private const int FixedHeaderBytes = 12;

    private readonly Span<byte> _bytes;
    private readonly int _headerLength;

    private RtpPacket(Span<byte> bytes, int headerLength)
    {
        _bytes = bytes;
        _headerLength = headerLength;
    }

    public bool HasPadding => (_bytes[0] & 0x20) != 0;
    public bool HasExtension => (_bytes[0] & 0x10) != 0;
    public bool HasMarker => (_bytes[1] & 0x80) != 0;

    /// <summary>0 to 127.</summary>
    public int PayloadType => _bytes[1] & 0x7f;

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>In ticks of the payload's own clock.</summary>
    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>The synchronization source.</summary>
    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    /// <summary>What follows the header; with <see cref="HasPadding"/> the padding too.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[_headerLength..];

    /// <summary>The payload without padding (RFC 3550 5.1); not for SRTP. Empty when the padding says that it is longer than all.</summary>
    public ReadOnlySpan<byte> Sound =>
        !HasPadding ? Payload : Payload.Length > 0 && _bytes[^1] <= Payload.Length ? Payload[..^_bytes[^1]] : [];

    /// <summary>
    /// Version 2, a header that fits, and no payload type that would be RTCP (RFC 3550 A.1, RFC 3551 6: 72 to 76).
    /// The length of the padding is not looked at: in SRTP it is cipher text.
    /// </summary>
    public static bool TryParse(Span<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < FixedHeaderBytes || datagram[0] >> 6 != 2 || (datagram[1] & 0x7f) is >= 72 and <= 76)
        {
            return false;
        }
        int headerLength = FixedHeaderBytes + (4 * (datagram[0] & 0x0f)); // with the contributing sources
        if ((datagram[0] & 0x10) != 0)
        {
            if (datagram.Length < headerLength + 4)
            {
                return false;
            }
            headerLength += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(datagram[(headerLength + 2)..]));
        }
        if (datagram.Length < headerLength)
        {
            return false;
        }
        packet = new RtpPacket(datagram, headerLength);
        return true;
    }

    /// <summary>Writes another payload type into the packet; the marker stays.</summary>
    public void SetPayloadType(int payloadType) => _bytes[1] = (byte)((_bytes[1] & 0x80) | (payloadType & 0x7f));
}
