using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The PBX under test on threads of its own, and two phones that live on the thread that waits here.</summary>
internal sealed class SelfTestBench : IDisposable
{
    private const int SocketsOfPhones = 4;

    /// <summary>What comes from no socket of the phones is looked for this often.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private readonly SelfTestOptions _options;
    private readonly Instant _deadline;
    private readonly PollSet _poll = new(SocketsOfPhones);
    private readonly RunningPbx _pbx;
    private volatile string _bug = "";
    private bool? _hasStopped = true; // null: it runs

    /// <exception cref="ListenException">The system has no socket for it.</exception>
    /// <exception cref="InvalidOperationException">The system lacks something else.</exception>
    public SelfTestBench(SelfTestOptions options, Instant deadline)
    {
        (_options, _deadline, Log) = (options, deadline, new SelfTestLog(options.Log));
        Config = SelfTestConfig.Create(options.MediaPorts);
        _pbx = new RunningPbx(Config, Log, OnBug, options.RelayLine, options.EngineLine);
        try
        {
            First = new SpeakingPhone(_poll, Config.Extensions[0], Server);
            Second = new SpeakingPhone(_poll, Config.Extensions[1], Server);
        }
        catch
        {
            Dispose();
            throw;
        }
        _hasStopped = null;
        _pbx.Start();
    }

    public PbxConfig Config { get; }
    public NetEndpoint Server => _pbx.Listening[0].Endpoint;
    public SelfTestLog Log { get; }
    public SpeakingPhone First { get; }
    public SpeakingPhone Second { get; }

    /// <summary>What made a thread of the PBX fail; empty if nothing did.</summary>
    public string Bug => _bug;

    /// <summary>Lets the phones hear and speak until it is so. False: not in time, or never, since the PBX has failed.</summary>
    public bool WaitFor(Func<bool> isSo, TimeSpan? atMost = null)
    {
        Instant until = Earliest(MonotonicClock.Now + (atMost ?? _options.StepLimit), _deadline);
        while (!isSo())
        {
            Instant now = MonotonicClock.Now;
            if (now >= until || _bug.Length > 0)
            {
                return false;
            }
            Instant due = Earliest(First.Voice.NextDue, Second.Voice.NextDue);
            _poll.Wait(Earliest(Earliest(until, due), now + LookAgain) - now);
            now = MonotonicClock.Now;
            _poll.Dispatch(now);
            First.Voice.Tick(now);
            Second.Voice.Tick(now);
        }
        return true;
    }

    /// <summary>What the PBX holds, asked until it pleases. Null: it does not say.</summary>
    public GaugeSnapshot? WaitForGauges(Func<GaugeSnapshot, bool> isFine)
    {
        GaugeSnapshot? seen = null;
        _ = WaitFor(() => (seen = _pbx.TakeSnapshot(_options.StepLimit)?.Pbx.Gauges) is null || isFine(seen));
        return seen;
    }

    /// <summary>False: a thread of the PBX hangs.</summary>
    public bool TryStop()
    {
        _hasStopped = _pbx.TryStop();
        return _hasStopped.Value;
    }

    public void Dispose()
    {
        First?.Dispose();
        Second?.Dispose();
        if (_hasStopped ?? TryStop())
        {
            _pbx.Dispose(); // one that hangs keeps its sockets: they may not be pulled away under its hands
        }
    }

    private static Instant Earliest(Instant a, Instant b) => a < b ? a : b;

    private void OnBug(string thread, Exception failure) => _bug = $"the {thread} thread: {failure.Message}";
}
