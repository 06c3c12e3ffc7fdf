namespace EdgePbx.Core;

/// <summary>How much a codec harms speech by itself, and how well it bears losses (ITU-T G.113 appendix I).</summary>
/// <param name="Equipment">Ie.</param>
/// <param name="LossRobustness">Bpl, in percent.</param>
public readonly record struct CodecImpairment(double Equipment, double LossRobustness)
{
    // G.711 with the concealment that every phone has. Codecs without a figure of ours count as that: the score then says
    // what the network did to the call, not what the codec did.
    private static readonly CodecImpairment Plain = new(0, 25.1);

    /// <param name="codec">As in SDP: name/rate.</param>
    public static CodecImpairment Of(string codec) => RtpCodec.IsNamed(codec, "G729") ? new CodecImpairment(11, 19) : Plain;
}
