namespace EdgePbx.Simulation;

/// <summary>xoshiro256**, seeded by SplitMix64: the same numbers from the same seed in every version of the framework.</summary>
internal sealed class Rng
{
    private ulong _a, _b, _c, _d;

    public Rng(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>A source of its own for a part of the world, so that what happens elsewhere does not change what this part does.</summary>
    public static Rng For(ulong seed, int part, int index) => new(seed ^ (0x9E3779B97F4A7C15UL * (((ulong)part << 32) + (ulong)index + 1)));

    public ulong Next()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>0 up to, not including, <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>0 up to, not including, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>One number is drawn whatever the chance is.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>In seconds.</summary>
    public TimeSpan Between(double from, double to) => TimeSpan.FromTicks((long)((from + (Unit() * (to - from))) * TimeSpan.TicksPerSecond));

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
