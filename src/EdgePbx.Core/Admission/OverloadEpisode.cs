using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>From the first request that is refused for want of room until none was for five seconds: two lines in the log, whatever comes between.</summary>
internal sealed class OverloadEpisode
{
    /// <summary>How long nothing must be refused before it is over.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly ILogger _log;
    private readonly OwnedTimer _end;
    private Instant _began;
    private Instant _last;
    private long _calls;
    private long _registrations;

    public OverloadEpisode(TimerHeap timers, ILogger log)
    {
        _log = log;
        _end = new OwnedTimer(timers, TimerKind.Housekeeping, OnEnd);
    }

    public bool IsOn => _end.IsArmed;

    /// <param name="isCall">Else a registration.</param>
    /// <param name="why">A sentence, and what it is measured by.</param>
    public void Note(Instant now, bool isCall, string why, long level, long limit)
    {
        _last = now;
        if (!IsOn)
        {
            (_began, _calls, _registrations) = (now, 0, 0);
            _end.Arm(now + Quiet);
            _log.OverloadBegan(why, level, limit);
        }
        (_calls, _registrations) = isCall ? (_calls + 1, _registrations) : (_calls, _registrations + 1);
    }

    private void OnEnd(Instant now)
    {
        if (now - _last < Quiet)
        {
            _end.Arm(_last + Quiet);
            return;
        }
        _log.OverloadEnded(Math.Ceiling((_last - _began).TotalSeconds), _calls, _registrations);
    }
}
