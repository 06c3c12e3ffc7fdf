using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The engine, the relay, their sockets and their two threads, put together in the one way that every verb uses.</summary>
internal sealed class RunningPbx : IDisposable
{
    // a pair of ports a path, and slots for those that ask when no port is left
    private const int SpareRelaySlots = 8;

    private readonly SignallingLoop _loop;
    private readonly MediaRelay _relay;
    private readonly RecorderInbox _inbox;
    private readonly Recorder _recorder;
    private readonly bool _mayRecord;
    private readonly Thread _signalling;
    private readonly Action<string, Exception> _onBug;
    private readonly RegistrationStore? _store;

    /// <summary>Opens the listeners.</summary>
    /// <param name="config">What a reload can't change is taken from here.</param>
    /// <param name="log">For the events of all parts.</param>
    /// <param name="onBug">Called on the thread that has failed, with its name; calls are not served from then on.</param>
    /// <param name="relayLine">What the engine's orders pass on their way to the relay; null: nothing.</param>
    /// <param name="engineLine">What the loop's inputs pass on their way to the engine; null: nothing.</param>
    /// <param name="onRecord">Takes the record of each call that is over, on the signalling thread; null: nobody does.</param>
    /// <param name="onRecording">Takes the line of each recorded file, on the recorder thread; null: nobody does.</param>
    /// <param name="onStatus">Takes what lamps show of the engine when that has changed, on the signalling thread; null: nobody does.</param>
    /// <param name="store">Keeps registrations over a restart; it is read as soon as the listeners are open. Null: nothing is kept.</param>
    /// <param name="recordings">Told what recordings write to the medium; null: nobody counts.</param>
    /// <exception cref="ListenException">One of them can't be opened.</exception>
    public RunningPbx(
        PbxConfig config,
        ILogger log,
        Action<string, Exception> onBug,
        Func<IRelayLine, IRelayLine>? relayLine = null,
        Func<ISipEngine, ISipEngine>? engineLine = null,
        Action<CallRecord>? onRecord = null,
        Func<RecordingLine, bool>? onRecording = null,
        Action<EngineStatus>? onStatus = null,
        RegistrationStore? store = null,
        WriteMeter? recordings = null)
    {
        (_onBug, _store) = (onBug, store);
        _loop = new SignallingLoop(config.Sip.Listen, log) { OnRecord = onRecord, Store = store, Lamps = onStatus is null ? null : new LampFeed(onStatus) };
        MediaSection media = config.Media;
        var range = new PortRange(media.FirstPort, media.LastPort);
        _inbox = new RecorderInbox(handedOver: _loop.Wake);
        _recorder = new Recorder(config.Recording, _inbox, TimeProvider.System, log, _loop.Wake, onRecording ?? (static _ => true), recordings) { OnBug = onBug };
        _mayRecord = config.MayRecord;
        _relay = new MediaRelay(range, range.Pairs + SpareRelaySlots, log, _loop.Wake, io: media.Io, recorder: _inbox, onBug: onBug);
        var addresses = new LocalAddresses(_loop.Transports.Listening, config.Sip.Address, media.Address);
        var core = new PbxEngine(config.ToPbxSettings(), new ReachableMediaPorts(_relay.Ports), addresses, new KernelEntropy(), log);
        if (store is not null)
        {
            // not before we listen: a second process of this folder must not touch the file of the first
            core.KeepBindings(MonotonicClock.Now, store.Load(Listening));
        }
        ISipEngine engine = new SipEngine(core);
        IRelayLine relay = new RelayLine(_relay);
        _loop.Attach(
            engineLine?.Invoke(engine) ?? engine, relayLine?.Invoke(relay) ?? relay, addresses, new RecorderLine(_recorder, _inbox, _loop.Wake));
        _signalling = new Thread(RunSignalling) { Name = "signalling", IsBackground = true };
    }

    /// <summary>What is really listened on, with the ports that the system chose.</summary>
    public IReadOnlyList<ListenUrl> Listening => _loop.Transports.Listening;

    /// <summary>Any thread: recordings can't be written at present, or the medium hangs.</summary>
    public bool IsRecorderFailing => _recorder.IsFailing || _recorder.IsHung;

    /// <summary>Signs of life of its threads.</summary>
    public IReadOnlyList<Pulse> Pulses => [_loop.Pulse, _relay.Pulse, _recorder.Pulse];

    /// <summary>
    /// Signalling first: phones are answered while the others start, and what they are told waits for them. What has come since the
    /// listeners are open is answered at once: on a busy machine a thread takes longer to start than all that.
    /// </summary>
    public void Start()
    {
        _loop.HandleWhatWaits();
        _signalling.Start();
        _relay.Start();
        if (_mayRecord)
        {
            _recorder.Start(); // else with the first order, after a reload
        }
        _store?.Start(_loop.Wake);
    }

    /// <summary>Any thread. False: signalling has hung for long, or somebody asks too much.</summary>
    public bool TryPost(SignallingCommand command) => _loop.TryPost(command);

    /// <returns>Null when signalling does not answer in time.</returns>
    public SignallingSnapshot? TakeSnapshot(TimeSpan patience)
    {
        var request = new SnapshotRequest();
        return _loop.TryPost(new SignallingCommand.TakeSnapshot(request)) ? request.Wait(patience) : null;
    }

    /// <summary>Ends all calls, then signalling, the relay and, when it has all that they copied for it, the recorder. False: one did not end in time.</summary>
    public bool TryStop()
    {
        _ = _loop.TryPost(new SignallingCommand.Shutdown());
        bool isStopped = _signalling.Join(ShutdownLimits.Calls + ShutdownLimits.Signalling);
        _relay.Stop();
        return _recorder.TryStop(ShutdownLimits.Recorder) && isStopped;
    }

    /// <summary>Ends what is left and closes all sockets.</summary>
    public void Dispose()
    {
        _relay.Dispose();
        if (_recorder.TryStop(ShutdownLimits.Recorder)) // else its thread is at them still
        {
            _recorder.Dispose();
            _inbox.Dispose();
        }
        _loop.Dispose();
    }

    private void RunSignalling()
    {
        try
        {
            _loop.Run();
        }
#pragma warning disable CA1031 // whatever it is, half a PBX is worse than none
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _onBug("signalling", failure);
        }
    }
}
