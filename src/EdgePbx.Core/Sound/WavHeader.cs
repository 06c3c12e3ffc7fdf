using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>The 44 bytes before the samples of a stereo WAV file of 16 bit: RIFF, fmt and the head of data.</summary>
internal static class WavHeader
{
    public const int Bytes = 44;

    /// <summary>Of one moment: two samples.</summary>
    public const int FrameBytes = 4;

    /// <param name="header">At least 44 bytes.</param>
    /// <param name="rate">Samples a second.</param>
    /// <param name="dataBytes">Bytes of samples that are really there.</param>
    public static void Write(Span<byte> header, int rate, long dataBytes)
    {
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(dataBytes + Bytes - 8));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], 2); // channels
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)rate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], (uint)(rate * FrameBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], FrameBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], (uint)dataBytes);
    }

    /// <summary>Reads the rate of a header as <see cref="Write"/> makes it.</summary>
    public static bool TryReadRate(ReadOnlySpan<byte> header, out int rate)
    {
        rate = header.Length < Bytes ? 0 : (int)BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        return rate is 8000 or 16000 && header.StartsWith("RIFF"u8) && header[8..16].SequenceEqual("WAVEfmt "u8) && header[36..40].SequenceEqual("data"u8);
    }
}
