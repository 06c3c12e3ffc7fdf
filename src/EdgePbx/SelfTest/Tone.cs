namespace EdgePbx;

/// <summary>A pure tone of telephone quality, and the ear that tells one from another.</summary>
internal static class Tone
{
    public const int SamplesPerSecond = 8000;

    private const double Loudness = 8000;

    /// <param name="frequency">In hertz.</param>
    /// <param name="sample">Counted from the tone's start.</param>
    public static short At(int frequency, int sample) =>
        (short)(Loudness * Math.Sin(Math.Tau * ((long)frequency * sample % SamplesPerSecond) / SamplesPerSecond));

    /// <summary>How much of the sound is this tone: from 0, nothing, to 1, everything. Silence has nothing of any.</summary>
    /// <remarks>Goertzel's algorithm; sharp when the sound lasts for whole waves, as any whole hertz does in a second.</remarks>
    public static double ShareOf(int frequency, ReadOnlySpan<short> sound)
    {
        double coefficient = 2 * Math.Cos(Math.Tau * frequency / SamplesPerSecond);
        (double last, double beforeLast, double energy) = (0, 0, 0);
        foreach (short sample in sound)
        {
            (last, beforeLast) = (sample + (coefficient * last) - beforeLast, last);
            energy += (double)sample * sample;
        }
        double power = (last * last) + (beforeLast * beforeLast) - (coefficient * last * beforeLast);
        return energy == 0 ? 0 : 2 * power / (sound.Length * energy);
    }
}
