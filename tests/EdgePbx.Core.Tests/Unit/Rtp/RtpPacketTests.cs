using CsCheck;

namespace EdgePbx.Core.Tests;

public class RtpPacketTests
{
    private static byte[] Speech() => [0x80, 0x88, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 0xca, 0xfe, 0xba, 0xbe, 1, 2, 3];

    [Fact]
    public void The_fields_of_the_header_are_read_where_they_lie()
    {
        Assert.True(RtpPacket.TryParse(Speech(), out RtpPacket packet));
        Assert.True(packet.HasMarker);
        Assert.False(packet.HasPadding || packet.HasExtension);
        Assert.Equal(8, packet.PayloadType);
        Assert.Equal(0x1234, packet.SequenceNumber);
        Assert.Equal(0xdeadbeef, packet.Timestamp);
        Assert.Equal(0xcafebabe, packet.Ssrc);
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
    }

    [Fact]
    public void Contributing_sources_and_an_extension_belong_to_the_header()
    {
        byte[] bytes = [0xb2, 0, .. new byte[10], .. new byte[8], 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 7];
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        Assert.True(packet.HasPadding && packet.HasExtension);
        Assert.Equal([7], packet.Payload.ToArray());
    }

    [Fact]
    public void A_header_without_a_payload_is_a_packet_and_one_byte_less_is_none()
    {
        byte[] bytes = [0xb2, 0, .. new byte[10], .. new byte[8], 0xbe, 0xde, 0, 1, 9, 9, 9, 9];
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        Assert.True(packet.Payload.IsEmpty);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(RtpPacket.TryParse(bytes.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Another_version_is_no_RTP()
    {
        byte[] bytes = Speech();
        for (int version = 0; version < 4; version++)
        {
            bytes[0] = (byte)(version << 6);
            Assert.Equal(version == 2, RtpPacket.TryParse(bytes, out _));
        }
    }

    [Fact]
    public void Payload_types_that_would_be_RTCP_are_no_RTP()
    {
        byte[] bytes = Speech();
        for (int second = 0; second < 256; second++)
        {
            bytes[1] = (byte)second;
            Assert.Equal((second & 0x7f) is < 72 or > 76, RtpPacket.TryParse(bytes, out _));
        }
    }

    [Fact]
    [Trait("Clause", "M-06")]
    public void Another_payload_type_changes_seven_bits()
    {
        byte[] bytes = Speech();
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet));
        packet.SetPayloadType(101);
        byte[] expected = Speech();
        expected[1] = 0x80 | 101;
        Assert.Equal(expected, bytes);
        packet.SetPayloadType(8 + 128);
        Assert.Equal(Speech(), bytes);
    }

    [Fact]
    public void Any_bytes_are_parsed_or_refused() =>
        Gen.Select(Gen.Byte.Array[0, 64], Gen.Bool).Sample((bytes, looksRight) =>
        {
            if (looksRight && bytes.Length > 0)
            {
                bytes[0] = (byte)(0x80 | (bytes[0] & 0x3f));
            }
            byte[] before = [.. bytes];
            if (RtpPacket.TryParse(bytes, out RtpPacket packet))
            {
                Assert.True(packet.Payload.Length <= bytes.Length - 12);
                _ = (packet.SequenceNumber, packet.Timestamp, packet.Ssrc);
                packet.SetPayloadType(packet.PayloadType);
            }
            Assert.Equal(before, bytes);
        });
}
