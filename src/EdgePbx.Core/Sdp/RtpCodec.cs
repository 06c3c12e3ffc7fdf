namespace EdgePbx.Core;

/// <summary>RFC 8866 6.6: <c>encoding-name/clock-rate[/channels]</c>, compared as what it means.</summary>
internal readonly ref struct RtpCodec
{
    private readonly ReadOnlySpan<char> _name;
    private readonly ReadOnlySpan<char> _clock;
    private readonly ReadOnlySpan<char> _channels;

    private RtpCodec(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[3];
        int count = text.Split(parts, '/');
        _name = count > 0 ? text[parts[0]] : default;
        _clock = count > 1 ? text[parts[1]] : "8000"; // what devices mean that leave it out
        _channels = count > 2 ? text[parts[2]] : "1";
    }

    /// <summary>Names compare without case (RFC 4855 3); one channel may be left out.</summary>
    public static bool AreSame(string one, string other)
    {
        var a = new RtpCodec(one);
        var b = new RtpCodec(other);
        return a._name.Equals(b._name, StringComparison.OrdinalIgnoreCase)
            && a._clock.SequenceEqual(b._clock) && a._channels.SequenceEqual(b._channels);
    }

    /// <summary>Ticks a second of its time stamps; 8000 where it is not said, or can't be.</summary>
    public static int ClockRateOf(string codec) => int.TryParse(new RtpCodec(codec)._clock, out int rate) && rate is >= 1000 and <= 384_000 ? rate : 8000;

    public static bool IsNamed(string codec, string name) =>
        new RtpCodec(codec)._name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Key presses and comfort noise ride along with a codec; alone they are no conversation.</summary>
    public static bool IsCompanion(string codec) => IsNamed(codec, "telephone-event") || IsNamed(codec, "CN");
}
