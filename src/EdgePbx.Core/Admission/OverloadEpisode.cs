using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>From the first request that is refused for want of room until none was for five seconds: two lines in the log, whatever comes between.</summary>
internal sealed class OverloadEpisode
{
    private readonly ILogger _log;
    private readonly Episode _episode;
    private long _calls;
    private long _registrations;

    public OverloadEpisode(TimerHeap timers, ILogger log) => (_log, _episode) = (log, new Episode(timers, OnEnd));

    public bool IsOn => _episode.IsOn;

    /// <param name="isCall">Else a registration.</param>
    /// <param name="why">A sentence, and what it is measured by.</param>
    public void Note(Instant now, bool isCall, string why, long level, long limit)
    {
        if (_episode.Note(now))
        {
            (_calls, _registrations) = (0, 0);
            _log.OverloadBegan(why, level, limit);
        }
        (_calls, _registrations) = isCall ? (_calls + 1, _registrations) : (_calls, _registrations + 1);
    }

    private void OnEnd(double seconds) => _log.OverloadEnded(seconds, _calls, _registrations);
}
