using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Which recordings are too old. The clock on the wall is set by whoever answers DHCP or NTP; so nothing is too old before that clock has
/// gone with the one that nobody sets for a day, and then no more than a day's worth goes at once. Belongs to the recorder thread.
/// </summary>
/// <param name="longest">How old a recording may become.</param>
/// <param name="clock">The one on the wall.</param>
/// <param name="now">The one that nobody sets.</param>
/// <param name="log">Told before anything goes.</param>
internal sealed class RecordingAge(TimeSpan longest, TimeProvider clock, Func<Instant> now, ILogger log)
{
    private static readonly TimeSpan Believed = TimeSpan.FromDays(1);
    private static readonly TimeSpan Jump = TimeSpan.FromMinutes(5); // less is a clock that is put right little by little
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromHours(6);

    private (Instant Since, TimeSpan Ahead)? _anchor; // of the clock on the wall before the other one, and since when
    private Instant _next;

    /// <summary>Those that shall go now.</summary>
    /// <param name="kept">Oldest first.</param>
    public List<RecordingEntry> TooOld(IReadOnlyList<RecordingEntry> kept)
    {
        Instant at = now();
        DateTime wall = clock.GetUtcNow().UtcDateTime;
        TimeSpan ahead = TimeSpan.FromTicks(wall.Ticks - at.Ticks);
        if (_anchor is not { } anchor || (ahead - anchor.Ahead).Duration() > Jump)
        {
            _anchor = (at, ahead);
            return [];
        }
        if (at - anchor.Since < Believed || at < _next)
        {
            return [];
        }
        List<RecordingEntry> old = [.. kept.TakeWhile(entry => StartOf(entry) < wall - longest)];
        if (old.Count == 0)
        {
            return [];
        }
        DateTime firstDay = StartOf(old[0]) + Day;
        List<RecordingEntry> going = [.. old.TakeWhile(entry => StartOf(entry) < firstDay)];
        _next = at + Pause;
        log.RecordingsTooOld(going.Count, old.Count, longest.Days);
        return going;
    }

    private static DateTime StartOf(RecordingEntry entry) => RecordingName.TryReadStart(entry.Kept, out DateTime start) ? start : DateTime.MaxValue;
}
