using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The hardware's watchdog in the hands of this process, from its first moment to its last. While the service runs, that feeds it
/// (<see cref="ServiceWatchdog"/>). Before and afterwards, in a start, an end or a factory reset, there is nobody to ask for signs of life: then
/// it is fed all the same, yet not for ever, so that a card that hangs just then does not leave the box to itself.
/// </summary>
/// <param name="grace">How long it is fed without a sign of life; null: five minutes, in which a slow card writes a gigabyte.</param>
/// <param name="interval">Between two meals; null: a quarter of the time after which it bites.</param>
/// <param name="now">The monotonic clock; null: the system's.</param>
internal sealed class HardwareWatchdog(TimeSpan? grace = null, TimeSpan? interval = null, Func<Instant>? now = null) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _grace = grace ?? Grace;
    private readonly Func<Instant> _now = now ?? (static () => MonotonicClock.Now);
    private readonly object _gate = new();
    private string? _device;
    private DeviceFeeder? _feeder;
    private Instant _end; // of the time for which it is fed without a sign of life
    private bool _isFeeding;
    private bool _isHandedOver;

    /// <summary>The one that is wanted, whether it can be had or not; null: none is.</summary>
    public string? Device => _device;

    /// <summary>Any thread: it is being fed without a sign of life. Once it says no there is no further meal until somebody gives one.</summary>
    public bool IsFeeding
    {
        get
        {
            lock (_gate)
            {
                return _isFeeding;
            }
        }
    }

    /// <summary>From now on it watches. The first that is named is the one.</summary>
    /// <param name="device">Null: none.</param>
    public void Open(string? device)
    {
        lock (_gate)
        {
            _device ??= device;
            _ = TryOpen(out _);
        }
        Renew();
    }

    /// <summary>Any thread: a sign of life. It is fed for the whole time anew, unless the service feeds it.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            _end = _now() + _grace;
            if (_feeder is not null && !_isHandedOver && !_isFeeding)
            {
                _isFeeding = true;
                _feeder.Feed(); // the thread may take its time to begin
                new Thread(Feed) { Name = "start watchdog", IsBackground = true }.Start();
            }
        }
    }

    /// <summary>For the service to feed from now on, until it stops that; then the time begins anew.</summary>
    /// <returns>Null: it can't be had.</returns>
    public IWatchdogFeeder? HandOver(out string problem)
    {
        lock (_gate)
        {
            if (!TryOpen(out problem))
            {
                return null;
            }
            _isHandedOver = true;
            Monitor.PulseAll(_gate);
            return new Handed(this, _feeder!);
        }
    }

    /// <summary>The last word of an orderly end: it shall not bite. Nothing is said while the service has it: one that does not give it back hangs.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (!_isHandedOver)
            {
                _feeder?.Stop();
                _feeder = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Without a word: it goes on, and bites unless the next process has it in time.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _feeder?.LetGo();
            _feeder = null;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryOpen(out string problem)
    {
        problem = "";
        return _device is not null && (_feeder ??= DeviceFeeder.TryOpen(_device, out problem)) is not null;
    }

    private void Feed()
    {
        lock (_gate)
        {
            while (_feeder is { } feeder && !_isHandedOver && _now() < _end)
            {
                feeder.Feed();
                _ = Monitor.Wait(_gate, interval ?? (feeder.Period / 4));
            }
            _isFeeding = false;
        }
    }

    private void TakeBack()
    {
        lock (_gate)
        {
            _isHandedOver = false;
        }
        Renew();
    }

    private sealed class Handed(HardwareWatchdog owner, DeviceFeeder feeder) : IWatchdogFeeder
    {
        public TimeSpan Period => feeder.Period;

        public void Feed() => feeder.Feed();

        public void Stop() => owner.TakeBack();
    }
}
