using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>The only entrance to the core. Every method takes the moment at which it happens; the outbox says what to do then.</summary>
public sealed class PbxEngine
{
    private readonly PbxContext _context;
    private readonly RequestDispatcher _requests;
    private readonly SipMessage _message = new();
    private readonly Repeats _absorbed;

    public PbxEngine(PbxSettings settings, IMediaPorts ports, ILocalAddresses addresses, Entropy entropy, ILogger log)
    {
        _context = new PbxContext(settings, ports, addresses, entropy, log);
        _requests = new RequestDispatcher(_context);
        _absorbed = new Repeats(_context.Timers, new TokenRate(burst: 3, perSecond: 0.05), _context.Log.InviteRetransmissionsAbsorbed);
        _context.Transactions.InviteRetransmissionAbsorbed = OnInviteRetransmissionAbsorbed;
        _context.Transactions.StrayAnswered = new StrayAnswers(_context).HangUp;
    }

    public Outbox Outbox => _context.Outbox;

    /// <summary>For tests that bring a leak of their own.</summary>
    internal PbxContext Context => _context;

    /// <summary>When <see cref="Tick"/> is wanted next.</summary>
    public Instant NextDue => _context.Timers.NextDue;

    /// <summary>True when a shutdown has nothing left to wait for.</summary>
    public bool IsQuiet => AwaitsOnlyFiles && _context.Recordings.Closing.Count == 0;

    /// <summary>True when a shutdown has nothing left to wait for but the recorder, which may have files to close.</summary>
    public bool AwaitsOnlyFiles => _context.Calls.Count == 0 && !_context.Transactions.AwaitsResponses && _requests.Keeper.Held == 0;

    /// <summary>True when there is no call, and no request is remembered.</summary>
    public bool IsIdle => _context.Calls.Count == 0 && _context.Transactions.ServerCount == 0 && _context.Transactions.ClientCount == 0;

    /// <summary>
    /// Before a datagram is looked into: whether it is served, and whether before others. Each question counts as a datagram of that
    /// source; one that is refused is counted, and whoever sent it hears nothing.
    /// </summary>
    public SourceStanding Weigh(Instant now, NetEndpoint source) =>
        source == _context.Probe || _context.Sources.TryServe(now, source.Address) ? SourceStanding.Known
        : !_context.Strangers.IsBehind(now) && _context.Sources.IsKnown(source.Address) ? SourceStanding.Stranger // served last, and all of them
        : _context.Strangers.TryRead(now, source.Address) ? SourceStanding.Stranger
        : SourceStanding.Refused;

    /// <summary>From this socket the host itself asks whether we answer: it is heard whatever others send from the same address.</summary>
    public void Expect(NetEndpoint probe) => _context.Probe = probe;

    /// <summary>One whole message: a datagram, or what the framer cut out of a stream. The bytes may be changed in place.</summary>
    public void Receive(Instant now, in SipFlow source, byte[] bytes, int length)
    {
        _context.ReceivedAt = now;
        _context.Counters.MessagesReceived++;
        Guarded(now, call: null, (Source: source, Bytes: bytes, Length: length), static (engine, now, input) => engine.Read(now, input.Source, input.Bytes, input.Length));
    }

    public void Tick(Instant now)
    {
        while (_context.Timers.NextDue <= now)
        {
            Guarded(now, call: null, 0, static (engine, now, _) => engine._context.Timers.TryFireNext(now)); // each timer says whose it is
        }
    }

    /// <summary>The relay thread has closed the sockets of this path.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="relay">The path.</param>
    /// <param name="media">Its last figures; null: none are known.</param>
    public void RelayClosed(Instant now, RelayKey relay, MediaReport? media = null)
    {
        if (_context.Relays.Closed(relay) is { } path)
        {
            path.Media = media ?? path.Media;
            Guarded(now, path.Leg.Call, path, static (_, now, path) => path.Scope.Confirm(path, now));
        }
    }

    /// <summary>The relay has looked at this path: its figures so far, and whether its phone is heard.</summary>
    public void RelayMeasured(Instant now, RelayKey relay, in MediaReport media)
    {
        if (_context.Relays.Find(relay) is not { } path)
        {
            return;
        }
        path.Media = media;
        Guarded(now, path.Leg.Call, path, static (_, now, path) => path.Leg.Call.OnMeasured(now, path));
    }

    /// <summary>The relay now takes this source for the path, and no other.</summary>
    public void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source)
    {
        if (_context.Relays.Find(relay) is { } path)
        {
            path.Source = source;
            Guarded(now, path.Leg.Call, path, static (_, _, path) => path.Leg.Call.LogLatched(path.Leg, path.Source));
        }
    }

    /// <summary>The relay has heard a key press on a path whose tap wants to know.</summary>
    public void DigitHeard(Instant now, RelayKey relay, char digit)
    {
        if (_context.Relays.Find(relay) is { } path)
        {
            Guarded(now, path.Leg.Call, (path.Leg, digit), static (_, now, pressed) => pressed.Leg.Call.OnDigit(now, pressed.Leg, pressed.digit, isInfo: false));
        }
    }

    /// <summary>The files of a recording are open or closed, or its end has reached the recorder.</summary>
    public void RecordingReported(Instant now, in RecordingReport report)
    {
        if (_context.Recordings.Find(report.Recording) is { } recording)
        {
            Guarded(now, recording.Call, (recording, report), static (_, now, said) => said.recording.Call.OnRecording(now, said.recording, said.report));
        }
    }

    /// <summary>Whether a registration or a dialog goes over this very connection: those are the last that the host gives up.</summary>
    public bool IsCarrying(in SipFlow flow) => _context.Sources.IsCarrying(flow);

    /// <summary>A TCP connection has ended.</summary>
    public void FlowClosed(Instant now, in SipFlow flow)
    {
        Guarded(now, call: null, flow, static (engine, _, flow) => engine._requests.Location.FlowClosed(flow));
        foreach (Call call in _context.Calls.Live.ToArray())
        {
            Guarded(now, call, (call, flow), static (_, _, closed) => closed.call.OnFlowClosed(closed.flow));
        }
    }

    /// <summary>
    /// Before the first message: from now on each change of the bindings is handed out to be kept, and a REGISTER is answered when
    /// it is. Without this call nothing is kept.
    /// </summary>
    /// <param name="former">What was kept when the process last ended, however it did. Expiry, order and connection are found anew.</param>
    public void KeepBindings(Instant now, IReadOnlyList<KeptBindings> former) => _requests.Keeper.Begin(now, former, _context.Settings);

    /// <summary>All that was handed out up to this number is on the medium.</summary>
    /// <param name="problem">Null; else why it is not. Registrations are answered all the same.</param>
    public void BindingsKept(Instant now, long upTo, string? problem = null) =>
        Guarded(now, call: null, (upTo, problem), static (engine, now, kept) => engine._requests.Keeper.Note(now, kept.upTo, kept.problem));

    /// <summary>For how long the host has not once read all that waited in its sockets; zero: it just did.</summary>
    public void ReportBacklog(Instant now, TimeSpan backlog)
    {
        _context.Strangers.ReportBacklog(now, backlog);
        _context.Admission.ReportBacklog(now, backlog);
    }

    /// <summary>What was sent with this ticket can't be delivered.</summary>
    public void SendFailed(Instant now, uint ticket) =>
        Guarded(now, call: null, ticket, static (engine, now, ticket) => engine._context.Transactions.OnSendFailed(now, ticket));

    /// <summary>A new configuration; calls stay, and so do the bindings of extensions that stay.</summary>
    public void Reload(Instant now, PbxSettings settings)
    {
        _context.Settings = settings;
        Guarded(now, call: null, settings, static (engine, _, settings) => engine._requests.Reload(settings));
    }

    /// <summary>Ends every call with BYE; new requests get 503.</summary>
    public void BeginShutdown(Instant now)
    {
        _context.IsShuttingDown = true;
        foreach (Call call in _context.Calls.Live.ToArray())
        {
            Guarded(now, call, call, static (_, now, call) => call.End(now, EndReason.Shutdown));
        }
    }

    public PbxSnapshot Snapshot(Instant now) => new()
    {
        Calls = [.. _context.Calls.Live.Select(call => call.Snapshot(now))],
        Registrations = [.. _requests.Location.All.Select(entry => new RegistrationSnapshot
        {
            Extension = entry.Extension,
            Contact = entry.Binding.Contact,
            Source = entry.Binding.Flow.ToString(),
            SecondsToExpiry = (entry.Binding.ExpiresAt - now).TotalSeconds,
            UserAgent = entry.Binding.UserAgent,
        })],
        RegistrationsUnkept = _requests.Keeper.IsFailing,
        Bans = _requests.Guard.Snapshot(now),
        EndedCalls = [.. _context.Ended.Last.Select(record => Shown(record, now))],
        UncleanCalls = [.. _context.Ended.Unclean.Select(record => Shown(record, now))],
        CallsUncleanUnseen = _context.Ended.UncleanUnseen,
        Leftovers = _context.Reconciler.Left.Snapshot(now),
        Ledger = _context.Ledger.Audit(),
        Gauges = Gauges(),
        Counters = CountersNow(),
        Memory = Memory(),
    };

    /// <summary>Somebody has seen what the reconciler found, and which calls were not clean.</summary>
    public void Acknowledge()
    {
        _context.Reconciler.Left.Acknowledge();
        _context.Ended.Acknowledge();
    }

    /// <summary>Somebody wants wrong credentials forgotten: of this source, or, with none, of all.</summary>
    public void ClearBans(Instant now, NetAddress source) => _requests.Guard.Clear(now, source);

    /// <summary>What lamps show of it; <paramref name="former"/> itself when nothing has changed since.</summary>
    public EngineStatus StatusAfter(EngineStatus former) => EngineStatusReader.Read(_context, _requests.Location, former);

    /// <summary>
    /// Every input passes here: a bug that it meets ends the call that met it, and no other. One that no call has met leaves, and ends
    /// the process.
    /// </summary>
    /// <param name="call">Whose it is; null: nobody's so far, and whoever finds out says so.</param>
    /// <param name="deed">Static, so that nothing is allocated for it.</param>
    private void Guarded<T>(Instant now, Call? call, T input, Action<PbxEngine, Instant, T> deed)
    {
        (_context.CurrentCall, _context.CurrentRequest) = (call, null);
        try
        {
            deed(this, now, input);
        }
#pragma warning disable CA1031 // whatever it is
        catch (Exception failure) when (_context.CurrentCall is not null)
#pragma warning restore CA1031
        {
            _context.CurrentCall.Fault(now, failure);
            if (_context.CurrentRequest is { HasFinalResponse: false, HasTerminated: false } unanswered)
            {
                _context.Respond(now, unanswered, 500);
            }
        }
        _context.Transactions.ForgetAnswered(now);
    }

    private void Read(Instant now, in SipFlow source, byte[] bytes, int length)
    {
        if (!SipParser.TryParse(bytes, length, source.Transport != SipTransport.Udp, _message, out SipParseError error))
        {
            OnMalformed(source, error);
        }
        else if (_message.IsRequest)
        {
            _requests.Receive(now, _message, source);
        }
        else
        {
            _ = _context.Transactions.TryReceiveResponse(now, _message, source);
        }
    }

    private static EndedCallSnapshot Shown(CallRecord record, Instant now) => new()
    {
        Call = record.Call,
        From = record.Caller.Number,
        To = record.Callee.Number,
        SecondsTalked = (record.Ended - record.Answered)?.TotalSeconds,
        SecondsAgo = (now - record.Ended).TotalSeconds,
        EndedBy = record.EndedBy,
        Reason = record.EndReason,
        Clean = record.IsClean,
        Left = record.Left,
    };

    private GaugeSnapshot Gauges() => new()
    {
        Calls = _context.Calls.Count,
        Legs = _context.Calls.Legs,
        Dialogs = _context.Dialogs.Count,
        ClientTransactions = _context.Transactions.ClientCount,
        ServerTransactions = _context.Transactions.ServerCount,
        TimersSession = _context.Timers.ArmedOf(TimerKind.Session),
        TimersRing = _context.Timers.ArmedOf(TimerKind.Ring),
        TimersTransaction = _context.Timers.ArmedOf(TimerKind.Transaction),
        RelayPaths = _context.Relays.Count,
        PortsInUse = _context.Relays.PortsInUse,
        PacketBuffersRented = _context.Buffers.Outstanding,
        Recordings = _context.Recordings.Count,
        RecordingsClosing = _context.Recordings.Closing.Count,
        Overload = _context.Admission.IsOverloaded ? 1 : 0,
        PortsQuarantined = 2 * _context.Relays.Quarantined,
    };

    private MemorySnapshot Memory() => new()
    {
        BudgetBytes = _context.Settings.Memory.Bytes,
        CallRequests = _context.Transactions.ServerCount - _context.Transactions.RegisterCount,
        CallRequestLimit = _context.Settings.Memory.CallTransactions,
        RegisterRequests = _context.Transactions.RegisterCount,
        RegisterRequestLimit = _context.Settings.Memory.RegisterTransactions,
        MessageBytes = _context.HeldBytes,
        MessageByteLimit = _context.Settings.Memory.HeldBytes,
    };

    private CounterSnapshot CountersNow() => new()
    {
        CallsSetUp = _context.Counters.CallsSetUp,
        CallsEstablished = _context.Counters.CallsEstablished,
        CallsReleased = _context.Counters.CallsReleased,
        CleanupsOverdue = _context.Counters.CleanupsOverdue,
        MessagesReceived = _context.Counters.MessagesReceived,
        MessagesMalformed = _context.Counters.MessagesMalformed,
        MessagesSent = _context.Transactions.MessagesSent,
        InviteRetransmissionsAbsorbed = _context.Counters.InviteRetransmissionsAbsorbed,
        RegistersAccepted = _context.Counters.RegistersAccepted,
        RegistersRejected = _context.Counters.RegistersRejected,
        CredentialsRefused = _context.Counters.CredentialsRefused,
        CredentialsWithheld = _context.Counters.CredentialsWithheld,
        SessionsRefreshed = _context.Counters.SessionsRefreshed,
        SessionsExpired = _context.Counters.SessionsExpired,
        CallsRefusedNoPorts = _context.Counters.CallsRefusedNoPorts,
        CallsRefusedTableFull = _context.Counters.CallsRefusedTableFull,
        CallsFaulted = _context.Counters.CallsFaulted,
        OneWayAudio = _context.Counters.OneWayAudio,
        RecordingsStarted = _context.Counters.RecordingsStarted,
        RecordingsFailed = _context.Counters.RecordingsFailed,
        RequestsRefusedShare = _context.Counters.RequestsRefusedShare,
        RequestsRefusedOverload = _context.Counters.RequestsRefusedOverload,
        DatagramsDroppedStrangers = _context.Counters.DatagramsDroppedStrangers,
        AnswersWithheld = _context.Counters.AnswersWithheld,
        CallsUnclean = _context.Ended.UncleanCount,
        ThingsReconciled = _context.Reconciler.Left.Released,
    };

    private void OnMalformed(in SipFlow source, SipParseError error)
    {
        _context.Counters.MessagesMalformed++;
        _context.Log.MessageMalformed(source, error.Status, error.Reason);
        if (error.Status != 0)
        {
            _context.RespondStateless(_message, source, error.Status, System.Text.Encoding.UTF8.GetBytes(error.Reason));
        }
    }

    private void OnInviteRetransmissionAbsorbed(Instant now)
    {
        _context.Counters.InviteRetransmissionsAbsorbed++;
        if (_absorbed.Note(now))
        {
            _context.Log.InviteRetransmissionAbsorbed(System.Text.Encoding.UTF8.GetString(_message.CallId));
        }
    }
}
