using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>What became of the bindings that were posted: all up to this number are on the medium, or are not, and why.</summary>
internal readonly record struct StoreReport(long UpTo, string? Problem);

/// <summary>The medium that keeps registrations, as the signalling thread sees it. It never waits here.</summary>
internal interface IRegistrationStore
{
    void Post(KeptBindings bindings);
    bool TryTakeReport(out StoreReport report);
}

/// <summary>
/// The thread that keeps registrations in a journal. What waits while the medium works is written together and costs one
/// sync; of each extension the last counts. While the medium fails it is tried again every ten seconds.
/// </summary>
internal sealed class RegistrationStore : IRegistrationStore, IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Journal _journal;
    private readonly WriteMeter _meter;
    private readonly string _path;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private List<KeptBindings> _posted = []; // one extension has one place here at most
    private StoreReport? _report;
    private Action _wake = () => { };
    private long _lastNumber; // the thread's own
    private bool _isEnding;
    private bool _isOpen;
    private volatile bool _isFailing;
    private Instant _nextWrite; // while the budget is used up
    private bool _isHeldBack;

    public RegistrationStore(string path, ILogger log, WriteMeter meter, IFiles? files = null)
    {
        (_path, _log, _meter) = (path, log, meter);
        _journal = new Journal(path, "registrations", files ?? SystemFiles.Instance, meter);
        _thread = new Thread(Write) { Name = "store", IsBackground = true };
        Pulse = new Pulse("store", () => _news.Set());
    }

    /// <summary>Any thread: the medium does not take them at present.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>The clock that nobody sets.</summary>
    public Func<Instant> Now { get; init; } = static () => MonotonicClock.Now;

    /// <summary>Before <see cref="Start"/>: what was kept when the process last ended, however it did.</summary>
    /// <param name="listening">What is listened on now.</param>
    public IReadOnlyList<KeptBindings> Load(IReadOnlyList<ListenUrl> listening)
    {
        _isOpen = _journal.TryOpen(out string problem);
        if (!_isOpen)
        {
            _log.RegistrationsUnreadable(_path, problem);
        }
        List<KeptBindings> kept = [];
        int unreadable = _journal.Damaged;
        foreach ((string extension, byte[] text) in _journal.Table)
        {
            if (RegistrationRecord.TryRead(text, listening, out IReadOnlyList<Binding> bindings))
            {
                kept.Add(new KeptBindings(0, extension, bindings));
            }
            else
            {
                unreadable++;
            }
        }
        if (unreadable > 0)
        {
            _log.RegistrationsRepaired(_path, unreadable, kept.Count);
        }
        return kept;
    }

    /// <param name="wake">Called on the thread when there is a report to take.</param>
    public void Start(Action wake)
    {
        _wake = wake;
        _thread.Start();
    }

    public void Post(KeptBindings bindings)
    {
        lock (_gate)
        {
            _ = _posted.RemoveAll(one => one.Extension == bindings.Extension);
            _posted.Add(bindings);
        }
        _ = _news.Set();
    }

    public bool TryTakeReport(out StoreReport report)
    {
        lock (_gate)
        {
            report = _report ?? default;
            bool isNew = _report is not null;
            _report = null;
            return isNew;
        }
    }

    /// <summary>Writes what waits, unless the medium hangs.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isEnding, true))
        {
            return;
        }
        _ = _news.Set();
        if (!_thread.IsAlive || _thread.Join(ShutdownLimits.Registrations))
        {
            _journal.Dispose();
            _news.Dispose();
        }
    }

    private void Write()
    {
        _isFailing = !_isOpen;
        if (_journal.Damaged > 0)
        {
            _isFailing = !TryCommit(out _); // at once: a second cut shall not meet a damaged file
        }
        while (true)
        {
            _ = _news.WaitOne(_isFailing ? RetryPause : _isHeldBack ? Max(_nextWrite - Now(), TimeSpan.FromMilliseconds(1)) : Timeout.InfiniteTimeSpan);
            bool isEnding = Volatile.Read(ref _isEnding);
            _isHeldBack = !isEnding && HasPosted && _meter.IsOver && Now() < _nextWrite;
            if (_isHeldBack)
            {
                Pulse.Beat();
                continue;
            }
            List<KeptBindings> posted = TakePosted();
            if (posted.Count > 0 || (_isFailing && !isEnding))
            {
                _isFailing = !TryKeep(posted);
            }
            if (isEnding)
            {
                return;
            }
            Pulse.Beat();
        }
    }

    private bool TryCommit(out string problem)
    {
        Pulse.BeginWaiting();
        bool isKept = _journal.TryCommit(out problem);
        Pulse.EndWaiting();
        return isKept;
    }

    private bool HasPosted
    {
        get
        {
            lock (_gate)
            {
                return _posted.Count > 0;
            }
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private List<KeptBindings> TakePosted()
    {
        lock (_gate)
        {
            List<KeptBindings> posted = _posted;
            _posted = [];
            return posted;
        }
    }

    private bool TryKeep(List<KeptBindings> posted)
    {
        foreach (KeptBindings one in posted)
        {
            _journal.Put(one.Extension, RegistrationRecord.Write(one.Bindings));
            _lastNumber = Math.Max(_lastNumber, one.Number);
        }
        bool isKept = TryCommit(out string problem);
        _nextWrite = Now() + WriteMeter.Pause;
        lock (_gate)
        {
            _report = new StoreReport(_lastNumber, isKept ? null : problem);
        }
        _wake();
        return isKept;
    }
}
