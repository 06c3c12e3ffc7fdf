namespace EdgePbx.Core.Tests;

/// <summary>
/// What a fuzzer feeds with bytes: each target fails by an exception, and by nothing else. The program EdgePbx.Fuzz drives them, and the
/// tests replay what was found.
/// </summary>
internal static class FuzzTargets
{
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["messages"] = Messages,
        ["descriptions"] = Descriptions,
        ["media"] = Media,
        ["datagrams"] = FalsifiedHistory.PlayDatagrams,
        ["calls"] = FalsifiedHistory.Play,
        ["damage"] = DamagedCall.Play,
    };

    private static void Messages(byte[] bytes)
    {
        AnyBytes.ReadAll(bytes);
        _ = AnyBytes.FrameAll(bytes);
    }

    private static void Descriptions(byte[] bytes) => AnyDescription.IsReadOrRefused(bytes);

    private static void Media(byte[] bytes)
    {
        if (RtpPacket.TryParse(bytes, out RtpPacket packet))
        {
            Assert.InRange(packet.Payload.Length, 0, bytes.Length - 12);
            _ = (packet.SequenceNumber, packet.Timestamp, packet.Ssrc, packet.PayloadType, packet.HasMarker, packet.HasPadding);
        }
        for (ReadOnlySpan<byte> rest = bytes; RtcpPacket.TryParse(rest, out RtcpPacket report); rest = rest[report.Length..])
        {
            _ = (report.Ssrc, report.Count, report.Body.Length);
        }
    }
}
