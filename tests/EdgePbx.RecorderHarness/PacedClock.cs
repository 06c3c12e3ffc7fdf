using EdgePbx.Core;

namespace EdgePbx.RecorderHarness;

/// <summary>A clock that only runs while packets are handed over.</summary>
internal sealed class PacedClock : TimeProvider
{
    private long _ticks = TimeSpan.TicksPerHour;

    public Instant Now => new(Volatile.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}

/// <summary>Only the core mints keys, but for tests.</summary>
internal static class Keys
{
    public static RecordingKey First { get; } = new(0, 1);
}
