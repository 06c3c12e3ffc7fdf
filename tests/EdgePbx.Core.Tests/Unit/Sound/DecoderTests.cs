using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EdgePbx.Core.Tests;

/// <summary>Our decoders against those of others, sample for sample: the digests are those of sox's and ffmpeg's output, little-endian, 16 bit.</summary>
public class DecoderTests
{
    /// <summary>printf of all bytes from 00 to ff | sox -t ul -r 8000 -c 1 - -t s16 -L - | sha256sum</summary>
    [Fact]
    public void Every_code_of_mu_law_is_what_sox_makes_of_it() =>
        Assert.Equal("3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827", Digest([.. AllCodes.Select(G711.FromMuLaw)]));

    /// <summary>The same with -t al.</summary>
    [Fact]
    public void Every_code_of_a_law_is_what_sox_makes_of_it() =>
        Assert.Equal("e04788d110e58ff8c70c93b8480190d973e3b67876b6119abbaec766cc75c174", Digest([.. AllCodes.Select(G711.FromALaw)]));

    /// <summary>ffmpeg -f g722 -i FILE -f s16le - | sha256sum, of a second of random codes: they drive each part to its limits.</summary>
    [Fact]
    public void A_second_of_random_g722_is_what_ffmpeg_makes_of_it()
    {
        byte[] codes = Random(8000);
        var samples = new short[16000];
        Assert.Equal(samples.Length, new G722Decoder().Decode(codes, samples));
        Assert.Equal("24bb2de9f353b6277d73d4a915330bb996deb59d47c89723ae0999fee9188e5e", Digest(samples));
    }

    [Fact]
    public void A_stream_in_pieces_is_the_stream()
    {
        byte[] codes = Random(8000);
        var whole = new short[16000];
        _ = new G722Decoder().Decode(codes, whole);
        var decoder = new G722Decoder();
        var pieces = new short[16000];
        for (int at = 0; at < codes.Length; at += 160)
        {
            _ = decoder.Decode(codes.AsSpan(at, 160), pieces.AsSpan(2 * at));
        }
        Assert.Equal(whole, pieces);
    }

    private static IEnumerable<byte> AllCodes => Enumerable.Range(0, 256).Select(code => (byte)code);

    // the generator of the C standard's example, so that the same bytes can be made anywhere
    private static byte[] Random(int count)
    {
        var bytes = new byte[count];
        uint state = 12345;
        for (int i = 0; i < count; i++)
        {
            state = ((state * 1103515245) + 12345) & 0x7fffffff;
            bytes[i] = (byte)(state >> 16);
        }
        return bytes;
    }

    private static string Digest(short[] samples) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<short>(samples)));
}
