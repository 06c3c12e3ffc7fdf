using CsCheck;

namespace EdgePbx.Core.Tests;

public class RtcpPacketTests
{
    // a receiver report without blocks, then an SDES with one empty chunk
    private static byte[] Compound() => [0x80, 201, 0, 1, 0xca, 0xfe, 0xba, 0xbe, 0x81, 202, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0];

    [Fact]
    public void A_compound_is_walked_packet_by_packet()
    {
        ReadOnlySpan<byte> rest = Compound();
        Assert.True(RtcpPacket.TryParse(rest, out RtcpPacket report));
        Assert.Equal((201, 0, 8, 0xcafebabeu), (report.PacketType, report.Count, report.Length, report.Ssrc));
        Assert.True(report.Body.IsEmpty);
        Assert.False(report.HasPadding);

        rest = rest[report.Length..];
        Assert.True(RtcpPacket.TryParse(rest, out RtcpPacket description));
        Assert.Equal((202, 1, 12, 7u), (description.PacketType, description.Count, description.Length, description.Ssrc));
        Assert.Equal(4, description.Body.Length);
        Assert.True(rest[description.Length..].IsEmpty);
    }

    [Fact]
    public void A_length_that_does_not_fit_is_refused()
    {
        byte[] bytes = Compound()[..8];
        Assert.True(RtcpPacket.TryParse(bytes, out _));
        bytes[3] = 2;
        Assert.False(RtcpPacket.TryParse(bytes, out _));
        bytes[3] = 0;
        Assert.False(RtcpPacket.TryParse(bytes, out _));
        Assert.False(RtcpPacket.TryParse(Compound().AsSpan(0, 7), out _));
        Assert.False(RtcpPacket.TryParse([], out _));
    }

    [Fact]
    public void Only_the_types_beside_RTP_are_RTCP()
    {
        byte[] bytes = Compound();
        for (int type = 0; type < 256; type++)
        {
            bytes[1] = (byte)type;
            Assert.Equal(type is >= 192 and <= 223, RtcpPacket.TryParse(bytes, out _));
        }
        bytes = Compound();
        bytes[0] = 0x40;
        Assert.False(RtcpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void Any_bytes_are_walked_to_an_end() =>
        Gen.Select(Gen.Byte.Array[0, 96], Gen.Byte[192, 223], Gen.Byte[0, 4]).Sample((bytes, type, words) =>
        {
            if (bytes.Length > 3)
            {
                (bytes[0], bytes[1], bytes[2], bytes[3]) = ((byte)(0x80 | (bytes[0] & 0x3f)), type, 0, words);
            }
            ReadOnlySpan<byte> rest = bytes;
            while (RtcpPacket.TryParse(rest, out RtcpPacket packet))
            {
                Assert.InRange(packet.Length, 8, rest.Length);
                Assert.Equal(packet.Length - 8, packet.Body.Length);
                _ = (packet.Ssrc, packet.Count, packet.PacketType, packet.HasPadding);
                rest = rest[packet.Length..];
            }
        });
}
