namespace EdgePbx.Tests;

/// <summary>A monotonic clock that only a test moves.</summary>
internal sealed class FakeClock : TimeProvider
{
    private long _ticks = TimeSpan.TicksPerHour;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public EdgePbx.Core.Instant Now() => new(GetTimestamp());

    public void Advance(double seconds) => Interlocked.Add(ref _ticks, TimeSpan.FromSeconds(seconds).Ticks);
}
