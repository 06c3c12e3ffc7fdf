namespace EdgePbx.Core;

/// <summary>
/// The E-model of ITU-T G.107, with all its inputs at their defaults but those that a relay can see: how one direction of a
/// call sounds to the one who listens.
/// </summary>
public static class EModel
{
    /// <summary>R of a call without any impairment, all defaults (G.107 table 3).</summary>
    private const double BestRating = 93.2;

    /// <summary>The listener's mean opinion score, 1 (bad) to 4.5.</summary>
    /// <param name="codec">What the packets carry.</param>
    /// <param name="loss">0 to 1: the part of the packets that the listener's phone does not get in time. Taken as random: burst ratio 1.</param>
    /// <param name="delay">From mouth to ear.</param>
    public static double Score(CodecImpairment codec, double loss, TimeSpan delay)
    {
        double rating = BestRating - DelayImpairment(delay.TotalMilliseconds) - LossImpairment(codec, 100 * Math.Clamp(loss, 0, 1));
        return rating switch
        {
            <= 0 => 1,
            >= 100 => 4.5,
            _ => Math.Max(1, 1 + (0.035 * rating) + (rating * (rating - 60) * (100 - rating) * 7e-6)), // G.107 annex B
        };
    }

    // G.107 3.4, Id with perfect echo cancellation: Idd alone.
    private static double DelayImpairment(double milliseconds)
    {
        if (milliseconds <= 100)
        {
            return 0;
        }
        double x = Math.Log2(milliseconds / 100);
        return 25 * (Root(x, 6) - (3 * Root(x / 3, 6)) + 2);

        static double Root(double value, int power) => Math.Pow(1 + Math.Pow(value, power), 1.0 / power);
    }

    // G.107 3.5, Ie,eff.
    private static double LossImpairment(CodecImpairment codec, double percent) =>
        codec.Equipment + ((95 - codec.Equipment) * percent / (percent + codec.LossRobustness));
}
