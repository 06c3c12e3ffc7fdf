namespace EdgePbx.Core;

/// <summary>What may happen very often: the first times are told one by one, then, once a minute, how often it was.</summary>
/// <param name="timers">For the minute.</param>
/// <param name="rate">How many are told.</param>
/// <param name="onRest">Told once a minute how many were not.</param>
internal sealed class Repeats(TimerHeap timers, TokenRate rate, Action<int> onRest)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private Instant _fullAt;
    private OwnedTimer? _minute;
    private int _rest;

    /// <summary>It has happened; false: it is counted, and told with the others.</summary>
    public bool Note(Instant now)
    {
        if (rate.TryTake(ref _fullAt, now))
        {
            return true;
        }
        _rest++;
        _minute ??= new OwnedTimer(timers, TimerKind.Housekeeping, OnMinute);
        if (!_minute.IsArmed)
        {
            _minute.Arm(now + Every);
        }
        return false;
    }

    private void OnMinute(Instant now)
    {
        int rest = _rest;
        _rest = 0;
        onRest(rest);
    }
}
