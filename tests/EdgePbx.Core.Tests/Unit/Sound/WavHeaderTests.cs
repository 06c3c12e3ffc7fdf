namespace EdgePbx.Core.Tests;

/// <summary>Each field of a WAV file's head, by hand (RIFF MCI 1991, "WAVE"): players go by different ones.</summary>
public class WavHeaderTests
{
    [Theory]
    [Trait("Clause", "MUT-68")]
    [InlineData(8000, 0, "401F0000", "007D0000", "24000000", "00000000")]
    [InlineData(8000, 400, "401F0000", "007D0000", "B4010000", "90010000")]
    [InlineData(16000, 4, "803E0000", "00FA0000", "28000000", "04000000")]
    [InlineData(16000, 4_000_000_000, "803E0000", "00FA0000", "24286BEE", "00286BEE")]
    public void It_says_the_rate_of_samples_and_of_bytes_and_how_many_there_are(int rate, long bytes, string samples, string bytesASecond, string riff, string data)
    {
        var header = new byte[WavHeader.Bytes];
        WavHeader.Write(header, rate, bytes);
        // "RIFF", "WAVE", "fmt " of 16 bytes: PCM, two channels, ..., four bytes a frame, 16 bit, "data"
        Assert.Equal(
            $"52494646{riff}57415645666D74201000000001000200{samples}{bytesASecond}0400100064617461{data}", Convert.ToHexString(header));
    }
}
