using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The thread that owns the SIP sockets and the engine. It waits, takes one input, carries out what the engine wants,
/// and takes the next; nothing clever lives here, since scenarios of the core don't reach it.
/// </summary>
internal sealed class SignallingLoop : ISipReceiver, IPollable, IDisposable
{
    private const int CommandsAtOnce = 64;

    /// <summary>While a shutdown waits for files alone, whether the recorder gets on is looked at so often.</summary>
    private static readonly TimeSpan LookAtRecorder = TimeSpan.FromMilliseconds(50);

    private readonly PollSet _poll;
    private readonly WakeSignal _wake = new();
    private readonly Mailbox<SignallingCommand> _commands = new(CommandsAtOnce);
    private readonly IdleTrim _trim = new();
    private ISipEngine? _engine;
    private IRelayLine? _relay;
    private IRecorderLine? _recorder;
    private LocalAddresses? _addresses;
    private Instant _stopBy = Instant.Never;
    private bool _isDraining;

    /// <summary>Opens the listeners.</summary>
    /// <exception cref="ListenException">One of them can't be opened.</exception>
    public SignallingLoop(IReadOnlyList<ListenUrl> listen, ILogger log)
    {
        Pulse = new Pulse("signalling", _wake.Set);
        _poll = new PollSet(1 + listen.Count + TcpConnections.Limit);
        _ = _poll.Add(_wake.Descriptor, Native.POLLIN, this);
        try
        {
            Transports = new SipTransports(listen, _poll, this, log);
        }
        catch
        {
            _wake.Dispose();
            throw;
        }
    }

    public SipTransports Transports { get; }

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>How long calls may take to end at a shutdown, and their files to be closed.</summary>
    public TimeSpan DrainLimit { get; init; } = ShutdownLimits.Calls;

    /// <summary>Takes the records of calls that are over.</summary>
    public Action<CallRecord>? OnRecord { get; init; }

    /// <summary>Tells the lamps; null: there is nobody to tell.</summary>
    public LampFeed? Lamps { get; init; }

    /// <summary>Keeps the bindings; null: nobody does.</summary>
    public IRegistrationStore? Store { get; init; }

    /// <summary>True when a shutdown is through.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Before the first turn: the parts that need to know what is listened on.</summary>
    public void Attach(ISipEngine engine, IRelayLine relay, LocalAddresses? addresses, IRecorderLine? recorder = null) =>
        (_engine, _relay, _addresses, _recorder) = (engine, relay, addresses, recorder);

    /// <summary>Any thread. False: the loop has hung for long, or somebody asks too much.</summary>
    public bool TryPost(SignallingCommand command)
    {
        bool isPosted = _commands.TryPost(command);
        _wake.Set();
        return isPosted;
    }

    /// <summary>Any thread: something waits in a mailbox.</summary>
    public void Wake() => _wake.Set();

    /// <summary>The thread's body. An exception that leaves it is a bug outside of any call.</summary>
    public void Run()
    {
        while (!IsStopped)
        {
            RunOnce();
        }
        Transports.CloseAll(MonotonicClock.Now);
    }

    /// <summary>One turn: waits for a socket, a command or a deadline, and handles what there is.</summary>
    public void RunOnce()
    {
        Instant due = Earliest(Earliest(_engine!.NextDue, Transports.NextDue), Earliest(_stopBy, Lamps?.NextDue ?? Instant.Never));
        if (_stopBy != Instant.Never && _engine.AwaitsOnlyFiles)
        {
            due = Earliest(due, MonotonicClock.Now + LookAtRecorder);
        }
        TakeTurn(due - MonotonicClock.Now);
    }

    /// <summary>Before the thread is started, by whoever starts it: one turn that waits for nothing.</summary>
    public void HandleWhatWaits() => TakeTurn(TimeSpan.Zero);

    private void TakeTurn(TimeSpan atMost)
    {
        ISipEngine engine = _engine!;
        if (!Transports.HasLeft || !_poll.HasReady())
        {
            Transports.ForgetBacklog(); // who has to wait is not behind
            _poll.Wait(atMost);
        }
        _poll.Dispatch(MonotonicClock.Now);

        Instant now = MonotonicClock.Now;
        if (Transports.NextDue <= now)
        {
            // a thread that comes late looks at what has come meanwhile before it says that nothing has
            _poll.Wait(TimeSpan.Zero);
            _poll.Dispatch(now);
        }
        engine.ReportBacklog(now, Transports.EndTurn(now));
        Transports.Tick(now);
        engine.Tick(now);
        Drain(now);
        Lamps?.Note(now, engine);
        _trim.Note(engine.IsIdle);
        Pulse.Beat();
        if (_stopBy != Instant.Never && (engine.IsQuiet || _stopBy <= now || (engine.AwaitsOnlyFiles && _recorder?.IsStalled == true)))
        {
            IsStopped = true;
        }
    }

    public SourceStanding Weigh(Instant now, NetEndpoint source) => _engine!.Weigh(now, source);

    public void OnMessage(Instant now, in SipFlow source, byte[] bytes, int length)
    {
        _engine!.Receive(now, source, bytes, length);
        Drain(now);
    }

    public void OnFlowClosed(Instant now, in SipFlow flow)
    {
        _engine!.FlowClosed(now, flow);
        Drain(now);
    }

    public bool IsCarrying(in SipFlow flow) => _engine!.IsCarrying(flow);

    public void OnSendFailed(Instant now, uint ticket)
    {
        _engine!.SendFailed(now, ticket);
        Drain(now);
    }

    /// <summary>The wake signal: relay reports first, since commands may ask what they change.</summary>
    public void OnReady(Instant now, short found)
    {
        _wake.Clear();
        while (_relay!.TryTakeReport(out RelayReport report))
        {
            Take(now, report);
            Drain(now);
        }
        if (Store?.TryTakeReport(out StoreReport kept) == true)
        {
            _engine!.BindingsKept(now, kept.UpTo, kept.Problem);
            Drain(now);
        }
        while (_recorder?.TryTakeReport(out RecordingReport said) == true)
        {
            _engine!.RecordingReported(now, said);
            Drain(now);
        }
        while (_commands.TryTake(out SignallingCommand command))
        {
            Take(now, command);
            Drain(now);
        }
    }

    public void Dispose()
    {
        Transports.Dispose();
        _wake.Dispose();
    }

    private static Instant Earliest(Instant a, Instant b) => a < b ? a : b;

    private void Take(Instant now, in RelayReport report)
    {
        switch (report.Kind)
        {
            case RelayReportKind.Closed:
                _engine!.RelayClosed(now, report.Relay, report.Media);
                break;
            case RelayReportKind.Latched:
                _engine!.RelaySourceLatched(now, report.Relay, report.Source);
                break;
            case RelayReportKind.Digit:
                _engine!.DigitHeard(now, report.Relay, report.Digit);
                break;
            default:
                _engine!.RelayMeasured(now, report.Relay, report.Media);
                break;
        }
    }

    private void Take(Instant now, SignallingCommand command)
    {
        switch (command)
        {
            case SignallingCommand.Reload reload:
                _addresses?.Reload(reload.Config.Sip.Address, reload.Config.Media.Address);
                _engine!.Reload(now, reload.Config.ToPbxSettings());
                break;
            case SignallingCommand.Expect expect:
                _engine!.Expect(expect.Probe);
                break;
            case SignallingCommand.Acknowledge:
                _engine!.Acknowledge();
                break;
            case SignallingCommand.ClearBans clear:
                _engine!.ClearBans(now, clear.Source);
                break;
            case SignallingCommand.TakeSnapshot take:
                take.Request.Answer(Snapshot(now));
                break;
            case SignallingCommand.Shutdown when _stopBy == Instant.Never:
                _stopBy = now + DrainLimit;
                _engine!.BeginShutdown(now);
                break;
            default:
                break;
        }
    }

    // what the engine wants may fail at once, and the engine hears of it and wants more: all in this one loop
    private void Drain(Instant now)
    {
        if (_isDraining)
        {
            return;
        }
        _isDraining = true;
        while (_engine!.Outbox.TryTake(out Output output))
        {
            CarryOut(now, output);
        }
        _isDraining = false;
    }

    private void CarryOut(Instant now, in Output output)
    {
        switch (output.Kind)
        {
            case OutputKind.Send:
                Transports.Send(now, output.Flow, output.Message!.Span, output.Ticket);
                output.Message.Return();
                break;
            case OutputKind.ConfigureRelay:
                _relay!.Configure(output.Relay, output.Settings!);
                break;
            case OutputKind.CloseRelay:
                _relay!.Close(output.Relay);
                break;
            case OutputKind.StartRecording:
                _recorder?.Begin(output.Recording, output.Order!);
                break;
            case OutputKind.StopRecording:
                _relay!.StopRecording(output.Recording);
                break;
            case OutputKind.Record:
                OnRecord?.Invoke(output.Record!);
                break;
            case OutputKind.KeepBindings:
                Store?.Post(output.Bindings!);
                break;
            default:
                Transports.Close(now, output.Flow);
                break;
        }
    }

    private SignallingSnapshot Snapshot(Instant now)
    {
        PbxSnapshot snapshot = _relay!.Complete(_engine!.Snapshot(now));
        TransportCounters counters = Transports.Counters;
        return new SignallingSnapshot(
            snapshot with
            {
                Gauges = snapshot.Gauges with { TcpConnections = Transports.TcpConnections },
                Counters = snapshot.Counters with { RecordingPacketsDropped = _recorder?.Missed ?? 0 },
            },
            new TransportSnapshot
            {
                UdpSendErrors = counters.UdpSendErrors,
                TcpConnectsFailed = counters.TcpConnectsFailed,
                TcpEvicted = counters.TcpEvicted,
                TcpRefused = counters.TcpRefused,
                TcpStalled = counters.TcpStalled,
                TcpUnframed = counters.TcpUnframed,
            });
    }
}
