namespace EdgePbx.Core;

/// <summary>
/// Sorts the packets of one RTP source into runs of time stamps. A phone that begins anew keeps its source's name at times, and the
/// last packets of before come after the first ones of the new run: each goes to the run that its time stamp belongs to.
/// </summary>
/// <remarks>All times are ticks of 100 ns; those of arrival count from the recording's start.</remarks>
internal sealed class StreamClock(uint ssrc, int clockRate)
{
    private const long PauseFrom = 500 * TimeSpan.TicksPerMillisecond;
    private const int MostRuns = 4;

    private readonly List<TimestampRun> _runs = []; // the one that began last comes last
    private long _lastArrival;

    public uint Ssrc => ssrc;
    public int ClockRate => clockRate;

    /// <summary>Notes a packet, and says to which run it belongs and when it was sent by the phone's clock.</summary>
    public (TimestampRun Run, long Sent) Take(long arrival, uint timestamp)
    {
        bool isAfterPause = arrival - _lastArrival > PauseFrom;
        _lastArrival = arrival;
        for (int at = _runs.Count - 1; at >= 0; at--)
        {
            if (_runs[at].TryTake(arrival, timestamp, out long sent))
            {
                return (_runs[at], sent);
            }
        }
        for (int at = _runs.Count - 1; at >= 0 && !isAfterPause; at--)
        {
            if (_runs[at].IsLate(arrival, timestamp, out long sent))
            {
                return (_runs[at], sent);
            }
        }
        return (Begin(arrival, timestamp), 0);
    }

    private TimestampRun Begin(long arrival, uint timestamp)
    {
        if (_runs.Count == MostRuns)
        {
            _runs.RemoveAt(0);
        }
        _runs.Add(new TimestampRun(clockRate, arrival, timestamp));
        return _runs[^1];
    }
}
