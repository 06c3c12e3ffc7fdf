namespace EdgePbx.Core;

/// <summary>
/// Where the packets of one RTP source belong on the time line of a recording: at their time stamps, which run by the phone's
/// clock, moved by the shortest transit of the last seconds, which is measured by ours. So jitter moves nothing, and a clock
/// that runs 200 ppm wrong is followed in steps of one sample at 8 kHz.
/// </summary>
/// <remarks>All times are ticks of 100 ns; those of arrival count from the recording's start.</remarks>
internal sealed class StreamClock(uint ssrc, int clockRate)
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;
    private const long BucketLength = 500 * Millisecond;
    private const int Buckets = 4;

    /// <summary>Beyond this the time stamps have jumped, or the way has changed: nothing is corrected gently.</summary>
    private const long JumpFrom = 15 * Millisecond;
    private const long SlipFrom = 3 * Millisecond;
    private const long SlipStep = Millisecond / 8;
    private const long LateFrom = 400 * Millisecond;
    private const long PauseFrom = 500 * Millisecond;
    private const int LateRun = 5;

    private readonly long[] _shortest = new long[Buckets];
    private bool _hasBegun;
    private uint _lastTimestamp;
    private long _last; // extended by its cycles
    private long _lastArrival;
    private long _bucket;
    private long _offset;
    private bool _isPlaced;
    private bool _isSlipping;
    private int _lateInARow;
    private long _firstLate;

    public uint Ssrc => ssrc;
    public int ClockRate => clockRate;

    /// <summary>Rises when the time stamps begin anew: packets of before keep the place that they had.</summary>
    public int Epoch { get; private set; }

    /// <summary>Notes a packet, and says when it was sent by the phone's clock.</summary>
    public long Take(long arrival, uint timestamp)
    {
        _last = _hasBegun ? _last + (int)(timestamp - _lastTimestamp) : 0;
        _lastTimestamp = timestamp;
        long sent = _last * TimeSpan.TicksPerSecond / clockRate;
        long transit = arrival - sent;
        bool isAfterPause = arrival - _lastArrival > PauseFrom;
        _lastArrival = arrival;
        if (!_hasBegun || Math.Abs(transit - Shortest) > LateFrom)
        {
            return !_hasBegun || transit < Shortest || isAfterPause || HasMoved(transit) ? Begin(arrival) : sent;
        }
        _lateInARow = 0;
        Note(arrival, transit);
        return sent;
    }

    /// <summary>The place of what was sent at that moment. Called in the order of time, once a packet.</summary>
    public long Place(long sent)
    {
        long error = Shortest - _offset;
        if (!_isPlaced || Math.Abs(error) > JumpFrom)
        {
            (_offset, _isPlaced, _isSlipping) = (Shortest, true, false);
            return sent + _offset;
        }
        _isSlipping = Math.Abs(error) > (_isSlipping ? SlipStep : SlipFrom);
        if (_isSlipping)
        {
            _offset += Math.Clamp(error, -SlipStep, SlipStep);
        }
        return sent + _offset;
    }

    /// <summary>About where that will be; nothing changes.</summary>
    public long Foresee(long sent) => sent + (_isPlaced ? _offset : Shortest);

    private long Shortest { get; set; }

    // packets that are merely late get earlier one by one; a stream that has stopped its clock for a while does not
    private bool HasMoved(long transit)
    {
        _firstLate = _lateInARow++ == 0 ? transit : _firstLate;
        return _lateInARow >= LateRun && transit >= _firstLate - (40 * Millisecond);
    }

    private long Begin(long arrival)
    {
        Epoch += _hasBegun ? 1 : 0;
        (_hasBegun, _isPlaced, _isSlipping, _lateInARow, _last) = (true, false, false, 0, 0);
        Array.Fill(_shortest, long.MaxValue);
        _bucket = arrival / BucketLength;
        _shortest[(int)(_bucket % Buckets)] = arrival;
        Shortest = arrival;
        return 0;
    }

    private void Note(long arrival, long transit)
    {
        long bucket = arrival / BucketLength;
        for (long next = Math.Max(_bucket + 1, bucket - Buckets + 1); next <= bucket; next++)
        {
            _shortest[(int)(next % Buckets)] = long.MaxValue;
        }
        _bucket = Math.Max(bucket, _bucket);
        ref long own = ref _shortest[(int)(bucket % Buckets)];
        own = Math.Min(own, transit);
        Shortest = long.MaxValue;
        foreach (long one in _shortest)
        {
            Shortest = Math.Min(Shortest, one);
        }
    }
}
