using System.Buffers.Binary;

namespace EdgePbx.Core.Tests;

/// <summary>An Ogg Opus file, read by the book (RFC 3533 6, RFC 7845 4): which packet of a phone begins where.</summary>
/// <param name="Packets">Where each begins, in seconds from the beginning of what is played, and the moment that it carries.</param>
/// <param name="Seconds">What a player plays.</param>
internal sealed record OpusFile(IReadOnlyList<(double Place, double Spoken)> Packets, double Seconds)
{
    private const int Rate = 48000;
    private const int HeaderBytes = 27;

    public static OpusFile Read(ReadOnlySpan<byte> file)
    {
        var packets = new List<(double, double)>();
        long samples = 0;
        uint number = 0;
        int preSkip = 0;
        while (!file.IsEmpty)
        {
            Assert.True(file.StartsWith("OggS"u8));
            Assert.Equal(number, BinaryPrimitives.ReadUInt32LittleEndian(file[18..]));
            int segments = file[26];
            ReadOnlySpan<byte> body = file[(HeaderBytes + segments)..];
            int length = 0;
            foreach (byte segment in file.Slice(HeaderBytes, segments))
            {
                length += segment;
                if (segment == 255)
                {
                    continue;
                }
                ReadOnlySpan<byte> packet = body[..length];
                if (number == 0)
                {
                    preSkip = BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]);
                }
                else if (number > 1)
                {
                    if (packet.Length == 10)
                    {
                        packets.Add(((double)(samples - preSkip) / Rate, BinaryPrimitives.ReadDoubleLittleEndian(packet[2..])));
                    }
                    samples += SamplesOf(packet);
                }
                body = body[length..];
                length = 0;
            }
            Assert.Equal(samples, BinaryPrimitives.ReadInt64LittleEndian(file[6..])); // each page says how far it goes
            file = body;
            number++;
        }
        return new OpusFile(packets, (double)(samples - preSkip) / Rate);
    }

    // RFC 6716 table 2, for the few kinds that these tests use
    private static int SamplesOf(ReadOnlySpan<byte> packet) => packet[0] switch
    {
        0xe0 => 120,
        0xe8 => 240,
        0xf0 => 480,
        0xf8 => 960,
        0xf9 => 1920,
        0x18 => 2880,
        0xfb => packet[1] * 960,
        _ => throw new InvalidOperationException($"a packet that begins with {packet[0]:x}"),
    };
}
