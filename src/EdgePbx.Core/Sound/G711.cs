namespace EdgePbx.Core;

/// <summary>ITU-T G.711 to 16-bit samples: two tables of 256, made from the segments of the recommendation.</summary>
internal static class G711
{
    private const int Bias = 132; // makes the steps of mu-law double from one segment to the next

    private static readonly short[] MuLaw = Table(static code =>
    {
        int bits = ~code;
        int magnitude = ((((bits & 0x0f) << 3) + Bias) << ((bits >> 4) & 0x07)) - Bias;
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    });

    private static readonly short[] ALaw = Table(static code =>
    {
        int bits = code ^ 0x55; // every second bit travels inverted
        int segment = (bits >> 4) & 0x07;
        int step = ((bits & 0x0f) << 4) + 8;
        int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    });

    public static short FromMuLaw(byte code) => MuLaw[code];

    public static short FromALaw(byte code) => ALaw[code];

    private static short[] Table(Func<int, int> decode) => [.. Enumerable.Range(0, 256).Select(code => (short)decode(code))];
}
