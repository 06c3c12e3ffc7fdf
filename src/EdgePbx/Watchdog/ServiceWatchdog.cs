using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Feeds the watchdog for as long as the service works, which is more than that the process lives: each time an OPTIONS of its own has
/// been answered since the last time, and each thread has come round. Whoever falls silent is named in the log before the watchdog bites.
/// </summary>
internal sealed class ServiceWatchdog : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>In a flood most datagrams are lost, while all that is up goes on: one that asks four times in a period would not be heard.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private readonly IReadOnlyList<IWatchdogFeeder> _feeders;
    private readonly IReadOnlyList<Pulse> _pulses;
    private readonly ServiceProbe? _probe;
    private readonly ILogger _log;
    private readonly TimeSpan _round;
    private readonly ManualResetEventSlim _isEnding = new();
    private readonly Thread _thread;
    private bool _isStarving;

    /// <param name="feeders">At least one.</param>
    /// <param name="pulses">Of the threads that must live.</param>
    /// <param name="listening">Where OPTIONS is asked; where there is no UDP, the pulse of signalling has to do.</param>
    /// <param name="log">Told who is silent.</param>
    public ServiceWatchdog(IReadOnlyList<IWatchdogFeeder> feeders, IReadOnlyList<Pulse> pulses, IReadOnlyList<ListenUrl> listening, ILogger log)
    {
        (_feeders, _pulses, _log) = (feeders, pulses, log);
        _probe = ServiceProbe.TryOpen(listening);
        _round = feeders.Min(feeder => feeder.Period) / 4;
        _thread = new Thread(Watch) { Name = "watchdog", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The names of those that must live.</summary>
    public IReadOnlyList<string> Threads => [.. _pulses.Select(static pulse => pulse.Thread)];

    /// <summary>Between two meals: of the most impatient one's time a quarter, so that two may be late and a third fail.</summary>
    public TimeSpan Round => _round;

    /// <summary>Where it asks for OPTIONS from; none: it does not.</summary>
    public NetEndpoint Probe => _probe?.Local ?? default;

    /// <summary>An orderly end: nobody bites.</summary>
    public void Dispose()
    {
        _isEnding.Set();
        if (!_thread.Join(ShutdownLimits.Watchdog))
        {
            return; // it hangs, and whoever waits to be fed will see to it
        }
        foreach (IWatchdogFeeder feeder in _feeders)
        {
            feeder.Stop();
        }
        _probe?.Dispose();
        _isEnding.Dispose();
    }

    private void Watch()
    {
        bool isAsking = false, hasAnswer = false;
        Instant again = default;
        while (!_isEnding.IsSet)
        {
            Instant end = MonotonicClock.Now + _round;
            if (!isAsking)
            {
                (isAsking, hasAnswer) = (true, _probe is null);
                _probe?.Ask();
                again = MonotonicClock.Now + AskAgain;
                foreach (Pulse pulse in _pulses)
                {
                    pulse.Ask();
                }
            }
            do
            {
                hasAnswer = hasAnswer || _probe!.HasAnswer(Glance);
                if (!hasAnswer && MonotonicClock.Now >= again)
                {
                    again = MonotonicClock.Now + AskAgain;
                    _probe!.Resend();
                }
                if (hasAnswer && _pulses.All(pulse => pulse.IsAlive))
                {
                    isAsking = false;
                    Feed();
                    break;
                }
            }
            while (MonotonicClock.Now < end && !_isEnding.Wait(Glance));
            if (isAsking)
            {
                Starve(hasAnswer);
            }
            _ = _isEnding.Wait(Left(end));
        }
    }

    private static TimeSpan Left(Instant end) => end - MonotonicClock.Now is { } left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private void Feed()
    {
        foreach (IWatchdogFeeder feeder in _feeders)
        {
            feeder.Feed();
        }
        if (_isStarving)
        {
            _isStarving = false;
            _log.WatchdogFedAgain();
        }
    }

    private void Starve(bool hasAnswer)
    {
        if (!_isStarving)
        {
            _isStarving = true;
            string[] silent = [.. _pulses.Where(pulse => !pulse.IsAlive).Select(pulse => $"the {pulse.Thread} thread"), .. hasAnswer ? [] : (string[])["OPTIONS"]];
            _log.WatchdogStarves(string.Join(", ", silent));
        }
    }
}
