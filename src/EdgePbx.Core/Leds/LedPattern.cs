namespace EdgePbx.Core;

/// <summary>
/// How a lamp looks over time, as a pure function of time: perhaps long flashes, then some short ones, then a pause, and
/// again. Turned around it is a lit lamp that winks.
/// </summary>
/// <remarks>All times are in milliseconds. No flash at all is a lamp that stays dark; turned around, one that stays lit.</remarks>
public readonly record struct LedPattern
{
    public static readonly LedPattern Dark;
    public static readonly LedPattern Steady = new() { IsInverted = true };

    /// <summary>How long a long flash at the beginning is.</summary>
    public int Lead { get; init; }

    /// <summary>So many long ones.</summary>
    public int Leads { get; init; }

    public int Flash { get; init; }

    /// <summary>Dark between two flashes.</summary>
    public int Gap { get; init; }

    public int Count { get; init; }

    /// <summary>Dark after the last flash.</summary>
    public int Pause { get; init; }

    /// <summary>Lit where it would be dark, and dark where it would be lit.</summary>
    public bool IsInverted { get; init; }

    /// <summary>It never changes.</summary>
    public bool IsSteady => Count == 0;

    /// <summary>Zero when it is steady.</summary>
    public TimeSpan Cycle => IsSteady ? TimeSpan.Zero : TimeSpan.FromMilliseconds(
        (Leads * (Lead + Gap)) + (Count * (Flash + Gap)) - Gap + Pause);

    public static LedPattern Flashes(int count, int flash, int gap, int pause) => new() { Count = count, Flash = flash, Gap = gap, Pause = pause };

    /// <summary>As long lit as dark.</summary>
    public static LedPattern Blink(int half) => Flashes(1, half, 0, half);

    public static LedPattern Winks(int count, int wink, int gap, int pause) => Flashes(count, wink, gap, pause) with { IsInverted = true };

    /// <summary>Lit or dark, so long after its cycle began for the first time.</summary>
    public bool IsLitAt(TimeSpan time) => At(time, out _);

    /// <summary>How long it stays so; for ever when it is steady.</summary>
    public TimeSpan NextChange(TimeSpan time)
    {
        _ = At(time, out TimeSpan left);
        return left;
    }

    private bool At(TimeSpan time, out TimeSpan left)
    {
        if (IsSteady)
        {
            left = TimeSpan.MaxValue;
            return IsInverted;
        }
        long phase = time.Ticks % Cycle.Ticks;
        bool isFlash = false;
        long rest = 0;
        for (int i = -Leads; i < Count; i++)
        {
            rest = Ticks(i < 0 ? Lead : Flash) - phase;
            isFlash = rest > 0;
            if (isFlash)
            {
                break;
            }
            rest += Ticks(i < Count - 1 ? Gap : Pause);
            if (rest > 0)
            {
                break;
            }
            phase = -rest;
        }
        left = TimeSpan.FromTicks(rest);
        return isFlash != IsInverted;
    }

    private static long Ticks(int milliseconds) => milliseconds * TimeSpan.TicksPerMillisecond;
}
