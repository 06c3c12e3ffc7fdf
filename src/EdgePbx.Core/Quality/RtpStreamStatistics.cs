namespace EdgePbx.Core;

/// <summary>
/// Counts one RTP stream packet by packet, as its receiver would (RFC 3550 6.4.1, A.1, A.3, A.8). Allocates nothing. A new
/// synchronization source, or a jump of the sequence numbers, begins a new run whose numbers say nothing about the one before.
/// </summary>
public sealed class RtpStreamStatistics
{
    /// <summary>A gap that nobody takes for a lost packet or a late one.</summary>
    public static readonly TimeSpan SilentGap = TimeSpan.FromMilliseconds(200);

    // RFC 3550 A.1: a larger step forwards is a restart, not a loss; what is older than the window can't be told from it either
    private const int MaxDropout = 3000;
    private const int WindowPackets = 64;

    private bool _hasRun;
    private uint _ssrc;
    private long _first;   // of the run, sequence numbers extended by their cycles
    private long _highest;
    private ulong _window; // bit n: the packet n before the highest has come
    private long _runReceived;
    private int _restart;  // the sequence number that would confirm a restart, or -1

    private bool _hasTransit;
    private uint _lastTimestamp;
    private Instant _lastOfRhythm; // when the first packet with that time stamp came
    private Instant _lastArrival = Instant.Never;
    private double _jitter; // in ticks of 100 ns
    private double _maxJitter;

    private long _received;
    private long _lostBefore;
    private long _reordered;
    private long _duplicated;
    private int _sourceChanges;
    private TimeSpan _largestGap;
    private TimeSpan _silence;
    private bool _isPaused;

    /// <summary>Forgets everything: another stream begins.</summary>
    public void Reset()
    {
        (_hasRun, _ssrc, _first, _highest, _window, _runReceived, _restart) = (false, 0, 0, 0, 0, 0, -1);
        (_hasTransit, _lastTimestamp, _lastArrival, _jitter, _maxJitter) = (false, 0, Instant.Never, 0, 0);
        (_received, _lostBefore, _reordered, _duplicated, _sourceChanges) = (0, 0, 0, 0, 0);
        (_largestGap, _silence, _isPaused) = (TimeSpan.Zero, TimeSpan.Zero, false);
    }

    /// <summary>The next packet may come late or never, and in another rhythm: a hold, or a new description.</summary>
    public void Pause() => (_isPaused, _hasTransit) = (true, false);

    /// <summary>Counts one packet.</summary>
    /// <param name="now">When it arrived.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="clockRate">Ticks a second of its time stamps.</param>
    public void Take(Instant now, in RtpPacket packet, int clockRate)
    {
        if (!_hasRun || packet.Ssrc != _ssrc)
        {
            _sourceChanges += _hasRun ? 1 : 0;
            Begin(packet.Ssrc, packet.SequenceNumber);
        }
        else if (!TryPlace(packet.SequenceNumber))
        {
            return;
        }
        _received++;
        _runReceived++;
        TakeTime(now, packet.Timestamp, clockRate);
    }

    public RtpStreamReport Report() => new()
    {
        Ssrc = _ssrc,
        Received = _received,
        Lost = _lostBefore + RunLost,
        Reordered = _reordered,
        Duplicated = _duplicated,
        Jitter = TimeSpan.FromTicks((long)_jitter),
        MaxJitter = TimeSpan.FromTicks((long)_maxJitter),
        LargestGap = _largestGap,
        Silence = _silence,
        LastArrival = _lastArrival,
        SourceChanges = _sourceChanges,
    };

    private long RunLost => _hasRun ? Math.Max(0, _highest - _first + 1 - _runReceived) : 0;

    private void Begin(uint ssrc, ushort number)
    {
        _lostBefore += RunLost;
        (_hasRun, _ssrc, _first, _highest, _window, _runReceived, _restart) = (true, ssrc, number, number, 1, 0, -1);
        _hasTransit = false;
    }

    // False: a copy, or a number from nowhere that the next packet has yet to confirm.
    private bool TryPlace(ushort number)
    {
        int step = (short)(number - (ushort)_highest);
        if (step is > MaxDropout or <= -WindowPackets)
        {
            if (number != _restart)
            {
                _restart = (ushort)(number + 1);
                return false;
            }
            Begin(_ssrc, number);
            return true;
        }
        _restart = -1;
        if (step > 0)
        {
            _highest += step;
            _window = step >= WindowPackets ? 1 : (_window << step) | 1;
            return true;
        }
        ulong bit = 1ul << -step;
        if ((_window & bit) != 0)
        {
            _duplicated++;
            return false;
        }
        _window |= bit;
        _reordered++;
        _first = Math.Min(_first, _highest + step);
        return true;
    }

    private void TakeTime(Instant now, uint timestamp, int clockRate)
    {
        if (_lastArrival != Instant.Never && !_isPaused)
        {
            TimeSpan gap = now - _lastArrival;
            _largestGap = gap > _largestGap ? gap : _largestGap;
            _silence += gap >= SilentGap ? gap : TimeSpan.Zero;
        }
        (_lastArrival, _isPaused) = (now, false);
        if (_hasTransit && timestamp == _lastTimestamp)
        {
            return; // packets of one RFC 4733 event share a time stamp; their rhythm is not that of the speech
        }
        if (_hasTransit)
        {
            double sent = (double)(int)(timestamp - _lastTimestamp) * TimeSpan.TicksPerSecond / clockRate;
            double difference = Math.Abs((now - _lastOfRhythm).Ticks - sent);
            _jitter += (difference - _jitter) / 16;
            _maxJitter = Math.Max(_maxJitter, _jitter);
        }
        (_hasTransit, _lastTimestamp, _lastOfRhythm) = (true, timestamp, now);
    }
}
