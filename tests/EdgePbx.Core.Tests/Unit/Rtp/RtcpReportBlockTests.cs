namespace EdgePbx.Core.Tests;

public class RtcpReportBlockTests
{
    // of source 0x0a0b0c0d: a quarter lost of late, 258 altogether, highest 0x00010203, jitter 80, LSR 0x11223344, DLSR 1.5 s
    private static readonly byte[] Block =
    [
        0x0a, 0x0b, 0x0c, 0x0d, 64, 0, 1, 2, 0, 1, 2, 3, 0, 0, 0, 80, 0x11, 0x22, 0x33, 0x44, 0, 1, 0x80, 0,
    ];

    private static readonly byte[] SenderInfo = [0xe0, 1, 0x11, 0x22, 0x33, 0x44, 0xff, 0xff, .. new byte[12]];

    private static readonly RtcpReportBlock Expected = new(0x0a0b0c0d, 0.25, 258, 80, 0x11223344, TimeSpan.FromSeconds(1.5));

    [Fact]
    public void The_block_of_a_receiver_report_is_read()
    {
        Assert.True(RtcpReportBlock.TryRead(Packet(0x81, 201, Block), out RtcpReportBlock block));
        Assert.Equal(Expected, block);
    }

    [Fact]
    public void The_block_of_a_sender_report_comes_after_what_it_says_of_itself()
    {
        RtcpPacket packet = Packet(0x81, 200, [.. SenderInfo, .. Block]);
        Assert.True(RtcpReportBlock.TryRead(packet, out RtcpReportBlock block));
        Assert.Equal(Expected, block);
        Assert.True(RtcpReportBlock.TryReadSenderTime(packet, out uint time));
        Assert.Equal(0x11223344u, time);
    }

    [Fact]
    public void The_number_of_lost_packets_has_a_sign()
    {
        byte[] bytes = [.. Block];
        (bytes[5], bytes[6], bytes[7]) = (0xff, 0xff, 0xfe);
        Assert.True(RtcpReportBlock.TryRead(Packet(0x81, 201, bytes), out RtcpReportBlock block));
        Assert.Equal(-2, block.CumulativeLost);
    }

    [Fact]
    public void What_has_no_block_gives_none()
    {
        Assert.False(RtcpReportBlock.TryRead(Packet(0x80, 201, []), out _));
        Assert.False(RtcpReportBlock.TryRead(Packet(0x80, 200, SenderInfo), out _));
        Assert.False(RtcpReportBlock.TryRead(Packet(0x81, 201, Block[..20]), out _)); // it says that it has one
        Assert.False(RtcpReportBlock.TryRead(Packet(0x81, 202, Block), out _));
        Assert.False(RtcpReportBlock.TryReadSenderTime(Packet(0x81, 201, Block), out _));
        Assert.False(RtcpReportBlock.TryReadSenderTime(Packet(0x80, 200, SenderInfo[..16]), out _));
    }

    private static RtcpPacket Packet(byte first, byte type, byte[] body)
    {
        byte[] bytes = [first, type, 0, (byte)(1 + (body.Length / 4)), 1, 2, 3, 4, .. body];
        Assert.True(RtcpPacket.TryParse(bytes, out RtcpPacket packet));
        return packet;
    }
}
