namespace EdgePbx.Core;

/// <summary>
/// Time stamps of one RTP source that go on from one another, and where their packets belong on the time line of a recording: at
/// their time stamps, which run by the phone's clock, moved by the shortest transit of the last seconds, which is measured by ours.
/// So jitter moves nothing, and a clock that runs 200 ppm wrong is followed in steps of one sample at 8 kHz.
/// </summary>
/// <remarks>
/// All times are ticks of 100 ns; those of arrival count from the recording's start, those of sending from the run's first packet.
/// What can't be known: how long the quickest packet was under way. So a run is placed as late as its promptest packet was.
/// </remarks>
internal sealed class TimestampRun
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;
    private const long BucketLength = 500 * Millisecond;
    private const int Buckets = 4;

    /// <summary>Beyond this the time stamps have jumped, or the way has changed: nothing is corrected gently.</summary>
    private const long JumpFrom = 15 * Millisecond;
    private const long SlipFrom = 3 * Millisecond;
    private const long SlipStep = Millisecond / 8;
    private const long LateFrom = 400 * Millisecond;
    private const long LateUntil = 2000 * Millisecond;
    private const int LateRun = 5;

    private readonly int _clockRate;
    private readonly long[] _shortest = new long[Buckets];
    private uint _lastTimestamp;
    private long _last; // extended by its cycles
    private long _bucket;
    private long _offset;
    private bool _isPlaced;
    private bool _isSlipping;
    private int _lateInARow;
    private long _firstLate;

    /// <summary>It begins with that packet.</summary>
    public TimestampRun(int clockRate, long arrival, uint timestamp)
    {
        (_clockRate, _lastTimestamp, _bucket, Shortest) = (clockRate, timestamp, arrival / BucketLength, arrival);
        Array.Fill(_shortest, long.MaxValue);
        _shortest[(int)(_bucket % Buckets)] = arrival;
    }

    private long Shortest { get; set; }

    /// <summary>Notes a packet if its time stamp goes on from those of before, and says when it was sent.</summary>
    public bool TryTake(long arrival, uint timestamp, out long sent)
    {
        long extended = Extend(timestamp);
        sent = ToTicks(extended);
        long transit = arrival - sent;
        if (Math.Abs(transit - Shortest) > LateFrom)
        {
            return false;
        }
        (_last, _lastTimestamp, _lateInARow) = (extended, timestamp, 0);
        Note(arrival, transit);
        return true;
    }

    /// <summary>
    /// True of a packet that belongs here and was long under way. Such packets get earlier one by one; those of a stream that has
    /// stopped its clock for a while do not, and the fifth of them belongs here no more.
    /// </summary>
    public bool IsLate(long arrival, uint timestamp, out long sent)
    {
        sent = ToTicks(Extend(timestamp));
        long transit = arrival - sent;
        if (transit - Shortest is < LateFrom or > LateUntil)
        {
            return false;
        }
        _firstLate = _lateInARow++ == 0 ? transit : _firstLate;
        return _lateInARow < LateRun || transit < _firstLate - (40 * Millisecond);
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

    private long Extend(uint timestamp) => _last + (int)(timestamp - _lastTimestamp);

    private long ToTicks(long extended) => extended * TimeSpan.TicksPerSecond / _clockRate;

    // after two seconds of nothing the way is measured anew, and the clock has drifted: what comes has a place of its own
    private void Note(long arrival, long transit)
    {
        long bucket = arrival / BucketLength;
        _isPlaced &= bucket - _bucket < Buckets;
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
