namespace EdgePbx.Core;

/// <summary>Something that happens again and again, told twice: when it begins, and when it has not happened for five seconds.</summary>
internal sealed class Episode
{
    /// <summary>How long it must not happen before it is over.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly OwnedTimer _end;
    private readonly Action<double> _onEnd;
    private Instant _began;
    private Instant _last;

    /// <param name="onEnd">Gets how long it went on, in whole seconds, rounded up.</param>
    public Episode(TimerHeap timers, Action<double> onEnd) => (_onEnd, _end) = (onEnd, new OwnedTimer(timers, TimerKind.Housekeeping, OnEnd));

    public bool IsOn => _end.IsArmed;

    /// <summary>It has happened. True: it began with that.</summary>
    public bool Note(Instant now)
    {
        _last = now;
        if (IsOn)
        {
            return false;
        }
        _began = now;
        _end.Arm(now + Quiet);
        return true;
    }

    private void OnEnd(Instant now)
    {
        if (now - _last < Quiet)
        {
            _end.Arm(_last + Quiet);
            return;
        }
        _onEnd(Math.Ceiling((_last - _began).TotalSeconds));
    }
}
