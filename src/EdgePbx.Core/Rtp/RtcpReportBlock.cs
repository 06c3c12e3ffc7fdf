using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>What one receiver says about one stream that it hears (RFC 3550 6.4.1).</summary>
/// <param name="Ssrc">The stream that is spoken of.</param>
/// <param name="FractionLost">0 to 255/256 since its last report.</param>
/// <param name="CumulativeLost">Packets since the beginning; copies may make it negative.</param>
/// <param name="Jitter">In ticks of the stream's clock.</param>
/// <param name="LastSenderReport">The middle 32 bits of the NTP time of the last sender report that it got; 0: none.</param>
/// <param name="SinceSenderReport">The time between getting that and sending this.</param>
public readonly record struct RtcpReportBlock(
    uint Ssrc, double FractionLost, int CumulativeLost, uint Jitter, uint LastSenderReport, TimeSpan SinceSenderReport)
{
    private const int SenderReport = 200;
    private const int ReceiverReport = 201;
    private const int SenderInfoBytes = 20;
    private const int BlockBytes = 24;

    /// <summary>The first block of a report; false when the packet is none or has none. Phones that hear one stream send one.</summary>
    public static bool TryRead(in RtcpPacket packet, out RtcpReportBlock block)
    {
        block = default;
        int skip = packet.PacketType switch { SenderReport => SenderInfoBytes, ReceiverReport => 0, _ => -1 };
        if (skip < 0 || packet.Count == 0 || packet.Body.Length < skip + BlockBytes)
        {
            return false;
        }
        ReadOnlySpan<byte> bytes = packet.Body[skip..];
        int lost = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) << 8 >> 8; // 24 bits with a sign
        block = new RtcpReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            bytes[4] / 256.0,
            lost,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]) / 65_536.0));
        return true;
    }

    /// <summary>The middle 32 bits of a sender report's NTP time, by which receivers name it; false when it is none.</summary>
    public static bool TryReadSenderTime(in RtcpPacket packet, out uint time)
    {
        bool isReport = packet.PacketType == SenderReport && packet.Body.Length >= SenderInfoBytes;
        time = isReport ? BinaryPrimitives.ReadUInt32BigEndian(packet.Body[2..]) : 0;
        return isReport;
    }
}
