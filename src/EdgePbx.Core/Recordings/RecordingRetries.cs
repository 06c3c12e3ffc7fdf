namespace EdgePbx.Core;

/// <summary>
/// Calls that are always recorded and for which there was no room. One of them tries again for all: when it can be recorded the next
/// one tries at once, else after a pause that grows. So a full medium is asked a few times a minute, however many calls wait.
/// </summary>
internal sealed class RecordingRetries
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(16);

    private readonly PbxContext _context;
    private readonly Queue<CallKey> _waiting = new(); // one that has ended meanwhile is no longer found
    private readonly OwnedTimer _timer;
    private TimeSpan _pause = FirstPause;

    public RecordingRetries(PbxContext context)
    {
        _context = context;
        _timer = new OwnedTimer(context.Timers, TimerKind.Housekeeping, Look);
    }

    public void Add(Instant now, CallKey call)
    {
        _waiting.Enqueue(call);
        if (!_timer.IsArmed)
        {
            _timer.Arm(now + _pause);
        }
    }

    /// <summary>A recording has begun, whoever's: there is room.</summary>
    public void OnStarted(Instant now)
    {
        _pause = FirstPause;
        if (_waiting.Count > 0)
        {
            _timer.Arm(now);
        }
    }

    private void Look(Instant now)
    {
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        Call? first = null;
        while (first is null && _waiting.TryDequeue(out CallKey key))
        {
            first = _context.Calls.Find(key);
        }
        if (_waiting.Count > 0)
        {
            _timer.Arm(now + _pause);
        }
        first?.RetryRecording(now);
    }
}
