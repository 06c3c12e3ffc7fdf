using EdgePbx.Core;

namespace EdgePbx.Tests;

public class PcmuTests
{
    // ITU-T G.711 table 2a
    [Theory]
    [InlineData(0, 0xff)]
    [InlineData(short.MaxValue, 0x80)]
    [InlineData(short.MinValue, 0x00)]
    [InlineData(8, 0xfe)]
    [InlineData(-8, 0x7e)]
    [InlineData(1000, 0xce)]
    public void Known_samples_have_their_codes(short sample, byte code) => Assert.Equal(code, Pcmu.Encode(sample));

    [Fact]
    public void Every_code_survives_a_round_trip_but_the_second_zero()
    {
        for (int code = 0; code < 256; code++)
        {
            Assert.Equal(code == 0x7f ? 0xff : code, Pcmu.Encode(G711.FromMuLaw((byte)code)));
        }
    }

    [Fact]
    public void No_sample_is_off_by_more_than_a_thirtieth_and_a_bit()
    {
        for (int sample = -32635; sample <= 32635; sample++)
        {
            int error = Math.Abs(G711.FromMuLaw(Pcmu.Encode((short)sample)) - sample);
            Assert.True(error <= 4 + (Math.Abs(sample) / 30), $"{sample} is off by {error}");
        }
    }
}
