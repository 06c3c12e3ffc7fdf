namespace EdgePbx.Tests;

/// <summary>Packets that are easy to tell apart.</summary>
internal static class Packets
{
    public static byte[] Rtp(int number, int payloadType = 0, bool marker = false) =>
    [
        0x80, (byte)(payloadType | (marker ? 0x80 : 0)), (byte)(number >> 8), (byte)number, 0, 0, 0, (byte)number, 0xca, 0xfe, 0xba, 0xbe,
        .. Enumerable.Range(0, 160).Select(i => (byte)(i + number)),
    ];

    public static byte[] Rtcp(int number) => [0x80, 201, 0, 1, 0xca, 0xfe, 0, (byte)number];
}
