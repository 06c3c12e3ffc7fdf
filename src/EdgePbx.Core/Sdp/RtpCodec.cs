namespace EdgePbx.Core;

/// <summary>RFC 8866 6.6: <c>encoding-name/clock-rate[/channels]</c>, compared as what it means.</summary>
internal readonly ref struct RtpCodec
{
    /// <summary>
    /// These have one clock and one number of channels, and phones that write another, or none, mean the same: G.722 by its
    /// sampling rate, Opus without its two channels (RFC 3551 4.5.2, RFC 7587 7).
    /// </summary>
    private static readonly (string Name, int Clock)[] WithOneClock =
        [("opus", 48000), ("G722", 8000), ("G729", 8000), ("G723", 8000), ("G728", 8000), ("GSM", 8000), ("iLBC", 8000)];

    private static readonly string[] WithAnyClock =
    [
        "PCMU", "PCMA", "telephone-event", "CN", "L8", "L16", "L20", "L24", "DVI4", "LPC", "speex", "SILK", "AMR", "AMR-WB", "EVS", "BV16", "BV32",
        "G7221", "G719", "G726-16", "G726-24", "G726-32", "G726-40", "AAL2-G726-32", "MP4A-LATM", "red", "rtx", "ulpfec", "flexfec-03",
        "H261", "H263", "H263-1998", "H263-2000", "H264", "H265", "VP8", "VP9", "AV1",
    ];

    private readonly ReadOnlySpan<char> _name;
    private readonly ReadOnlySpan<char> _clock;
    private readonly ReadOnlySpan<char> _channels;

    private RtpCodec(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[3];
        int count = text.Split(parts, '/');
        _name = WithoutAnnexes(count > 0 ? text[parts[0]].Trim(' ') : default);
        _clock = count > 1 ? text[parts[1]] : "8000"; // what devices mean that leave it out
        _channels = count > 2 ? text[parts[2]] : "1";
    }

    /// <summary>Names compare without case (RFC 4855 3); one channel may be left out, and clock and channels where they can't be but one.</summary>
    public static bool AreSame(string one, string other)
    {
        var a = new RtpCodec(one);
        var b = new RtpCodec(other);
        return a._name.Equals(b._name, StringComparison.OrdinalIgnoreCase)
            && (OnlyClockOf(a._name) != 0 || (a._clock.SequenceEqual(b._clock) && a._channels.SequenceEqual(b._channels)));
    }

    /// <summary>As <see cref="AreSame"/>, and a reader without lenience would say so too.</summary>
    public static bool AreWrittenAlike(string one, string other)
    {
        var a = new RtpCodec(one);
        var b = new RtpCodec(other);
        return AreSame(one, other) && a._clock.SequenceEqual(b._clock) && a._channels.SequenceEqual(b._channels)
            && Name(one).Equals(Name(other), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Under one number of an offer and its answer: one of the names is unheard of here, so it may well be another name for the
    /// same codec; or both are key presses of whatever clock.
    /// </summary>
    public static bool MayBeSame(string one, string other) =>
        !IsKnown(one) || !IsKnown(other) || (IsNamed(one, "telephone-event") && IsNamed(other, "telephone-event"));

    /// <summary>Ticks a second of its time stamps; 8000 where it is not said, or can't be.</summary>
    public static int ClockRateOf(string codec)
    {
        var read = new RtpCodec(codec);
        return OnlyClockOf(read._name) is > 0 and int only ? only
            : int.TryParse(read._clock, out int rate) && rate is >= 1000 and <= 384_000 ? rate : 8000;
    }

    public static bool IsNamed(string codec, string name) =>
        new RtpCodec(codec)._name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Key presses and comfort noise ride along with a codec; alone they are no conversation.</summary>
    public static bool IsCompanion(string codec) => IsNamed(codec, "telephone-event") || IsNamed(codec, "CN");

    private static bool IsKnown(string codec) =>
        OnlyClockOf(new RtpCodec(codec)._name) != 0 || Array.Exists(WithAnyClock, name => IsNamed(codec, name));

    private static int OnlyClockOf(ReadOnlySpan<char> name)
    {
        foreach ((string known, int clock) in WithOneClock)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return clock;
            }
        }
        return 0;
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> codec) => codec.IndexOf('/') is var slash and >= 0 ? codec[..slash] : codec;

    /// <summary>G729a, G729b and G729ab are G.729 with annexes that its decoder understands, or that a=fmtp speaks of (RFC 3551 4.5.6).</summary>
    private static ReadOnlySpan<char> WithoutAnnexes(ReadOnlySpan<char> name) =>
        name.StartsWith("G729", StringComparison.OrdinalIgnoreCase) && name[4..] is "a" or "A" or "b" or "B" or "ab" or "AB" ? name[..4] : name;
}
