using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>From the first datagram or answer that strangers are refused until none was for five seconds: two lines in the log, whatever comes between.</summary>
internal sealed class FloodEpisode
{
    private readonly ILogger _log;
    private readonly Episode _episode;
    private long _datagrams;
    private long _answers;

    public FloodEpisode(TimerHeap timers, ILogger log) => (_log, _episode) = (log, new Episode(timers, OnEnd));

    public bool IsOn => _episode.IsOn;

    /// <param name="isAnswer">An answer was withheld; else a datagram was dropped unread.</param>
    public void Note(Instant now, bool isAnswer)
    {
        if (_episode.Note(now))
        {
            (_datagrams, _answers) = (0, 0);
            _log.FloodBegan();
        }
        (_datagrams, _answers) = isAnswer ? (_datagrams, _answers + 1) : (_datagrams + 1, _answers);
    }

    private void OnEnd(double seconds) => _log.FloodEnded(seconds, _datagrams, _answers);
}
