namespace EdgePbx.Core.Tests;

/// <summary>The figures are the recommendations': ITU-T G.107 annex B for R to MOS, G.113 appendix I for codecs.</summary>
public class EModelTests
{
    private static readonly CodecImpairment G711 = CodecImpairment.Of("PCMU/8000");
    private static readonly CodecImpairment G729 = CodecImpairment.Of("g729/8000");

    /// <summary>R = 93.2 is MOS 4.41.</summary>
    [Fact]
    public void A_call_without_impairment_scores_as_the_standard_says() => Assert.Equal(4.41, EModel.Score(G711, 0, TimeSpan.Zero), 2);

    /// <summary>R = 82.2 is MOS 4.10.</summary>
    [Fact]
    public void A_codec_costs_its_equipment_impairment() => Assert.Equal(4.10, EModel.Score(G729, 0, TimeSpan.Zero), 2);

    /// <summary>By hand: Ie,eff = 95 * 5 / (5 + 25.1) = 15.78; R = 77.42.</summary>
    [Fact]
    public void Loss_costs_by_how_well_the_codec_bears_it()
    {
        Assert.Equal(3.92, EModel.Score(G711, 0.05, TimeSpan.Zero), 2);
        // Ie,eff = 11 + 84 * 5 / (5 + 19) = 28.5; R = 64.7
        Assert.Equal(3.34, EModel.Score(G729, 0.05, TimeSpan.Zero), 2);
    }

    /// <summary>By hand: x = log2(400 / 100) = 2; Idd = 25 * (65^(1/6) - 3 * (1 + (2/3)^6)^(1/6) + 2) = 24.07; R = 69.13.</summary>
    [Fact]
    public void Delay_costs_from_a_tenth_of_a_second_on()
    {
        Assert.Equal(4.41, EModel.Score(G711, 0, TimeSpan.FromMilliseconds(100)), 2);
        Assert.Equal(3.56, EModel.Score(G711, 0, TimeSpan.FromMilliseconds(400)), 2);
    }

    [Fact]
    public void Nothing_is_worse_than_1_nor_better_than_4_5()
    {
        for (double loss = -1; loss <= 2; loss += 0.01)
        {
            for (int delay = 0; delay < 5000; delay += 250)
            {
                Assert.InRange(EModel.Score(G729, loss, TimeSpan.FromMilliseconds(delay)), 1, 4.5);
            }
        }
        Assert.Equal(1, EModel.Score(G711, 1, TimeSpan.FromSeconds(5)));
    }
}
