using System.Diagnostics;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The time since boot, suspended hours included: a box that slept forgets no expiry, and steps of the wall clock don't count.</summary>
internal static class MonotonicClock
{
    public static Instant Now => SocketCalls.clock_gettime(SocketCalls.CLOCK_BOOTTIME, out SocketCalls.TimeSpec time) == 0
        ? new Instant((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : new Instant(Stopwatch.GetElapsedTime(0).Ticks);
}
