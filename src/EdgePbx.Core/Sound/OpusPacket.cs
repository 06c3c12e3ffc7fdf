namespace EdgePbx.Core;

/// <summary>What the first bytes of an Opus packet say (RFC 6716 3.1, 3.2): how long it sounds.</summary>
internal static class OpusPacket
{
    /// <summary>Samples at 48 kHz; 0: it is malformed, or longer than the 120 ms that a packet may have.</summary>
    public static int Samples(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return 0;
        }
        int frames = (packet[0] & 3) switch
        {
            0 => 1,
            1 or 2 => 2,
            _ => packet.Length < 2 ? 0 : packet[1] & 0x3f,
        };
        int samples = frames * FrameSamples(packet[0] >> 3);
        return samples <= 5760 ? samples : 0;
    }

    /// <summary>
    /// A packet without sound of the longest length that fits: a frame of zero bytes, which decoders take for a lost one
    /// (RFC 6716 3.2.1, RFC 7845 4.1). Returns its samples; 0: the gap is shorter than any.
    /// </summary>
    public static int Silence(long gap, out byte packet)
    {
        ReadOnlySpan<int> lengths = [960, 480, 240, 120];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (gap >= lengths[i])
            {
                packet = (byte)((31 - i) << 3); // CELT, full band
                return lengths[i];
            }
        }
        packet = 0;
        return 0;
    }

    private static int FrameSamples(int configuration) => configuration switch
    {
        < 12 => (configuration & 3) switch { 0 => 480, 1 => 960, 2 => 1920, _ => 2880 },
        < 16 => (configuration & 1) == 0 ? 480 : 960,
        _ => 120 << (configuration & 3),
    };
}
