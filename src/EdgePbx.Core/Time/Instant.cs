namespace EdgePbx.Core;

/// <summary>A moment of the monotonic clock in ticks of 100 ns, always given by the caller.</summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    public static readonly Instant Never = new(long.MaxValue);

    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    public static Instant operator +(Instant at, TimeSpan delay) => new(at.Ticks + delay.Ticks);
    public static TimeSpan operator -(Instant left, Instant right) => new(left.Ticks - right.Ticks);
    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;
}
