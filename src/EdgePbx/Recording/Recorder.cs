using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The thread that writes all recordings. It alone waits for the medium: relay and signalling hand over values and go on. What it
/// has to say it says in reports.
/// </summary>
internal sealed class Recorder : IDisposable
{
    /// <summary>Recordings that may be open or closing at once.</summary>
    public const int Most = 256;

    private const string ThreadName = "recorder";
    private const int TurnMilliseconds = 50;

    private static readonly TimeSpan HungAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookWhetherStalled = TimeSpan.FromMilliseconds(20);

    private readonly RecorderInbox _inbox;
    private readonly Func<Instant> _now;
    private readonly ILogger _log;
    private readonly Action _reported;
    private readonly Mailbox<RecordingReport> _reports = new(4 * Most);
    private readonly RecordingDesk _desk;
    private readonly Thread _thread;
    private bool _hasMessages; // some wait until a commit has been
    private bool _isQuitting;
    private bool _isStarted;
    private bool _hasGivenUp; // by whoever stops it
    private long _busySince; // ticks of the clock: when it began the last thing that may take long; 0: it waits for work

    /// <param name="section">Where to, and how much.</param>
    /// <param name="inbox">What it is told.</param>
    /// <param name="clock">For both the packets' clock and the one on the wall.</param>
    /// <param name="log">Told once when the medium fails, and once when it works again.</param>
    /// <param name="reported">Called on the recorder thread after each report.</param>
    /// <param name="onLine">Takes the line of each file for the call records, on the recorder thread, as <see cref="RecordingIndex"/>'s.</param>
    /// <param name="meter">Told what is written; null: nobody counts.</param>
    public Recorder(
        RecordingSection section, RecorderInbox inbox, TimeProvider clock, ILogger log, Action reported, Func<RecordingLine, bool> onLine,
        WriteMeter? meter = null)
    {
        (_inbox, _log, _reported) = (inbox, log, reported);
        Pulse = new Pulse(ThreadName, inbox.Wake);
        Pulse.BeginWaiting(); // until its thread runs, if it ever does
        _now = () => new Instant(clock.GetElapsedTime(0).Ticks);
        _desk = new RecordingDesk(section, clock, log, onLine, meter) { Now = _now, GoOn = GoOn, Report = Report };
        _thread = new Thread(Run) { Name = ThreadName, IsBackground = true };
    }

    /// <summary>Who gets on with nothing for so long stands still.</summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Called on its thread when that has failed, with its name; without it the process ends there and then.</summary>
    public Action<string, Exception> OnBug { get; init; } = MediaRelay.EndProcess;

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>The signalling thread's.</summary>
    public bool TryTakeReport(out RecordingReport report) => _reports.TryTake(out report);

    /// <summary>Any thread: recordings can't be written at present.</summary>
    public bool IsFailing => _desk.IsFailing;

    /// <summary>Any thread: the medium has let it wait for so long that nothing new should be given to it.</summary>
    public bool IsHung => HasLastedFor(HungAfter);

    /// <summary>Any thread: one thing, the writing of a file or whatever it be, lasts for so long that a shutdown need not wait for its end.</summary>
    public bool IsStalled => HasLastedFor(StalledAfter);

    /// <summary>The signalling thread's, or whoever's who starts the process: begins the thread, which first looks at what the last process left.</summary>
    public void Start()
    {
        if (!Volatile.Read(ref _isStarted) && !Interlocked.Exchange(ref _isStarted, true))
        {
            _thread.Start();
        }
    }

    /// <summary>The signalling thread's, before the relay is told to copy. False: it takes no more.</summary>
    public bool TryBegin(RecordingKey key, RecordingOrder order)
    {
        Start();
        return _inbox.TryPost(new RecorderMessage(RecorderMessageKind.Start, key) { Order = order, At = _now() });
    }

    /// <summary>
    /// Closes what is open and writes the lines of what is closed, as far as that is possible in the time. False: the medium is too
    /// slow, or stands still, which is not waited for; it is said once.
    /// </summary>
    public bool TryStop(TimeSpan patience)
    {
        if (!_isStarted || _hasGivenUp)
        {
            return !_isStarted || _thread.Join(TimeSpan.Zero);
        }
        _ = _inbox.TryPost(new RecorderMessage(RecorderMessageKind.Quit, default) { At = _now() });
        Instant until = MonotonicClock.Now + patience;
        while (!_thread.Join(LookWhetherStalled))
        {
            bool isStalled = IsStalled;
            if (isStalled || MonotonicClock.Now >= until)
            {
                _hasGivenUp = true;
                _log.RecordingsLeftOpen(isStalled ? "the medium stands still" : "the medium is too slow");
                return false;
            }
        }
        return true;
    }

    public void Dispose() => _desk.Dispose();

    /// <summary>The thread's body.</summary>
    private void Run()
    {
        try
        {
            _desk.Repair();
            while (!_isQuitting || _hasMessages || _desk.HasWork)
            {
                Turn();
            }
        }
#pragma warning disable CA1031 // a bug must not end the process in silence: whoever is told of it ends it with a sentence and a note
        catch (Exception failure)
#pragma warning restore CA1031
        {
            OnBug(ThreadName, failure);
        }
    }

    /// <summary>Once round; the thread's, or a test's that has not started it.</summary>
    internal void Turn()
    {
        Pulse.EndWaiting();
        Volatile.Write(ref _busySince, 0);
        if (!_hasMessages && !_desk.HasWork)
        {
            _inbox.Wait(_desk.IsEmpty ? -1 : TurnMilliseconds);
        }
        GoOn();
        Pulse.BeginWaiting(); // from here on for the medium
        _desk.BeginTurn();
        TakeMessages();
        _desk.Write();
        _desk.WorkOff(_isQuitting);
    }

    private bool HasLastedFor(TimeSpan time) => Volatile.Read(ref _busySince) is > 0 and var since && _now().Ticks - since > time.Ticks;

    // its sign of life for those who ask whether it hangs: many things that take a while are none that takes for ever
    private void GoOn() => Volatile.Write(ref _busySince, _now().Ticks);

    // packets at once, since their buffers are waited for; beginning a file may take long, and no commit waits for more than one of those
    private void TakeMessages()
    {
        _hasMessages = false;
        while (!_hasMessages && _inbox.TryTake(out RecorderMessage message))
        {
            Take(message);
            GoOn();
            _hasMessages = message.Kind == RecorderMessageKind.Start && _desk.IsCommitDue;
        }
    }

    private void Take(in RecorderMessage message)
    {
        switch (message.Kind)
        {
            case RecorderMessageKind.Packets:
                _desk.Take(message.Buffer!);
                _inbox.Return(message.Buffer!);
                break;
            case RecorderMessageKind.Start:
                _desk.Begin(message.Recording, message.Order!, message.At);
                break;
            case RecorderMessageKind.Stop:
                _desk.End(message.Recording, message.At, message.Missed);
                break;
            case RecorderMessageKind.Quit:
                _isQuitting = true;
                _desk.EndAll(message.At);
                break;
            default:
                break;
        }
    }

    private void Report(RecordingReport report)
    {
        if (!_reports.TryPost(report))
        {
            throw new InvalidOperationException("nobody takes its reports");
        }
        _reported();
    }
}
