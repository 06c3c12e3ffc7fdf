using System.Numerics;

namespace EdgePbx;

/// <summary>ITU-T G.711 mu-law, the codec that every phone has (RFC 3551 4.5.14): 8 bits for 14 bits of sound. <see cref="EdgePbx.Core.G711"/> decodes it.</summary>
internal static class Pcmu
{
    // in 16-bit samples: makes the steps double from one segment to the next
    private const int Bias = 132;
    private const int Loudest = short.MaxValue - Bias;
    private const int StepBits = 4;

    public static byte Encode(short sample)
    {
        int magnitude = Math.Min(Math.Abs((int)sample), Loudest) + Bias;
        int segment = BitOperations.Log2((uint)magnitude) - 7;
        int step = (magnitude >> (segment + 3)) & 0x0f;
        return (byte)~((sample < 0 ? 0x80 : 0) | (segment << StepBits) | step);
    }
}
