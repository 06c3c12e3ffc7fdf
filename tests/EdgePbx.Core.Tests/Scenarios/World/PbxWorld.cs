using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>
/// The real engine with a clock of its own, a wire without a network and phones that do what a test says. Every test that
/// uses it ends with "nothing is owned": <see cref="Dispose"/> sees to that, so nobody can forget.
/// </summary>
internal sealed class PbxWorld : IDisposable
{
    private readonly Dictionary<NetEndpoint, Phone> _phones = [];
    private readonly Dictionary<NetEndpoint, SipFlow> _flows = [];
    private readonly List<(RelayKey Key, Instant Since)> _closing = [];
    private readonly List<KeptBindings> _unconfirmed = [];
    private bool _hasRelayHung; // for longer than the box waits for it
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private uint _lastConnection;
    private bool _hasFailed;

    /// <param name="kept">What the medium holds of a former life; none: this is the first.</param>
    /// <param name="box">Where the box is; null: where it always is.</param>
    public PbxWorld(PbxSettings? settings = null, int seed = 1, IReadOnlyList<KeptBindings>? kept = null, NetAddress? box = null)
    {
        AppDomain.CurrentDomain.FirstChanceException += NoteFailure;
        Settings = settings ?? DefaultSettings;
        Addresses = new FakeAddresses(box);
        Engine = new PbxEngine(Settings, Ports, Addresses, new SeededEntropy(seed), Log);
        Engine.KeepBindings(Now, kept ?? []);
        Drain();
    }

    public static PbxSettings DefaultSettings { get; } = new()
    {
        Realm = "office.example",
        Extensions = [new("1001", "Reception", "secret-1"), new("1002", "Workshop", "secret-2"), new("1003", "Cellar", "secret-3")],
    };

    public PbxSettings Settings { get; }
    public PbxEngine Engine { get; }
    public EventNotebook Log { get; } = new();
    public FakePorts Ports { get; } = new();
    public FakeAddresses Addresses { get; }
    public Instant Now { get; private set; } = new(TimeSpan.FromHours(1).Ticks);

    /// <summary>Everything that the box sent, with the moment.</summary>
    public List<(Instant At, NetEndpoint To, WireMessage Message)> Sent { get; } = [];

    /// <summary>Everything that was sent to the box, for whoever sends it again.</summary>
    public List<(SipFlow From, byte[] Bytes)> SentToBox { get; } = [];

    /// <summary>The records of the calls that are over.</summary>
    public List<CallRecord> Records { get; } = [];

    /// <summary>The last settings of each relay path that is open.</summary>
    public Dictionary<RelayKey, RelaySettings> Relays { get; } = [];

    /// <summary>What the relay tells of a path when it closes it.</summary>
    public Dictionary<RelayKey, MediaReport> LastWords { get; } = [];

    /// <summary>Streams that the box wants closed.</summary>
    public List<SipFlow> Closed { get; } = [];

    /// <summary>What was handed out to be kept, in order.</summary>
    public List<KeptBindings> Kept { get; } = [];

    /// <summary>False: the medium is slow, and confirms only when <see cref="ConfirmKept"/> is called.</summary>
    public bool MediumConfirmsAtOnce { get; set; } = true;

    /// <summary>Recordings whose files the host holds open, with what they are.</summary>
    public Dictionary<RecordingKey, RecordingOrder> Recordings { get; } = [];

    /// <summary>Every order to begin one, in order.</summary>
    public List<RecordingOrder> RecordingOrders { get; } = [];

    /// <summary>False: the recorder is slow, and answers only when <see cref="AnswerRecordings"/> is called.</summary>
    public bool RecorderAnswersAtOnce { get; set; } = true;

    /// <summary>False: what has ended is not handed over to the recorder, which may close it all the same.</summary>
    public bool HandsRecordingsOver { get; set; } = true;

    /// <summary>Why the recorder can't open a file; empty: it can.</summary>
    public string RecorderProblem { get; set; } = "";

    /// <summary>False: the relay thread is slow, and confirms only when <see cref="ConfirmRelays"/> is called.</summary>
    public bool RelayConfirmsAtOnce { get; set; } = true;

    /// <summary>What a test wants lost: true drops the message that the box sends.</summary>
    public Func<WireMessage, NetEndpoint, bool> Drops { get; set; } = static (_, _) => false;

    /// <summary>What the transport can't deliver.</summary>
    public Func<SipTransport, NetEndpoint, bool> Fails { get; set; } = static (_, _) => false;

    /// <summary>What becomes of a message on its way to the box, each byte as one character; null: it arrives as it was sent.</summary>
    public Func<SipFlow, string, string>? Changes { get; set; }

    /// <summary>The next message of a phone does not arrive.</summary>
    public bool LosesNext { get; set; }

    /// <summary>False skips the check in <see cref="Dispose"/>, for tests whose point is that something is left.</summary>
    public bool EndsWithNothingOwned { get; set; } = true;

    /// <summary>Bytes that the engine has allocated to receive messages, its events included while they are noted.</summary>
    public long Garbage { get; private set; }

    /// <summary>True for tests that bring a bug of their own.</summary>
    public bool ToleratesFaults { get; set; }

    /// <summary>True when different requests come under the same names, so that answers can't be told apart by them.</summary>
    public bool NamesAreReused { get; set; }

    public GaugeSnapshot Gauges => Engine.Snapshot(Now).Gauges;
    public CounterSnapshot Counters => Engine.Snapshot(Now).Counters;

    /// <summary>A phone of that extension at 192.0.2.x:5060, not registered yet.</summary>
    public Phone Phone(string number, byte host, SipTransport transport = SipTransport.Udp, ushort port = 5060) =>
        Add(new Phone(this, number, new NetEndpoint(NetAddress.FromV4(192, 0, 2, host), port), transport, transport == SipTransport.Tcp ? ++_lastConnection : 0));

    public Phone PhoneAt(string number, NetEndpoint at) => Add(new Phone(this, number, at, SipTransport.Udp, 0));

    /// <summary>Two registered phones: 1001 and 1002.</summary>
    public (Phone Caller, Phone Callee) TwoPhones()
    {
        Phone caller = Phone("1001", 11);
        Phone callee = Phone("1002", 12);
        caller.Register();
        callee.Register();
        return (caller, callee);
    }

    /// <summary>What a phone, or a stranger, puts on the wire.</summary>
    public void Deliver(Phone from, string text) => Deliver(from.Flow, Encoding.UTF8.GetBytes(text));

    public void Deliver(in SipFlow from, byte[] bytes)
    {
        bytes = Changes is { } change ? Encoding.Latin1.GetBytes(change(from, Encoding.Latin1.GetString(bytes))) : bytes;
        SentToBox.Add((from, bytes));
        if (LosesNext)
        {
            LosesNext = false;
            return;
        }
        byte[] copy = [.. bytes];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Engine.Receive(Now, from, copy, copy.Length);
        Garbage += GC.GetAllocatedBytesForCurrentThread() - before;
        Drain();
    }

    /// <summary>What a phone sent last arrives once more.</summary>
    public void RepeatLast()
    {
        if (SentToBox.Count > 0)
        {
            Deliver(SentToBox[^1].From, SentToBox[^1].Bytes);
        }
    }

    public void Advance(double seconds)
    {
        Instant until = Now + TimeSpan.FromSeconds(seconds);
        while (Engine.NextDue <= until)
        {
            Now = Engine.NextDue > Now ? Engine.NextDue : Now;
            Engine.Tick(Now);
            Drain();
        }
        Now = until;
    }

    public void ConfirmRelays()
    {
        foreach ((RelayKey key, Instant since) in _closing.ToArray())
        {
            _hasRelayHung |= Now - since >= TimeSpan.FromSeconds(70);
            Engine.RelayClosed(Now, key, LastWords.TryGetValue(key, out MediaReport media) ? media : null);
        }
        _closing.Clear();
        Drain();
    }

    /// <summary>What waits, all or up to a number, is on the medium now, or can't be.</summary>
    public void ConfirmKept(string? problem = null, long upTo = long.MaxValue)
    {
        if (_unconfirmed.FindLast(one => one.Number <= upTo) is { } last)
        {
            _ = _unconfirmed.RemoveAll(one => one.Number <= upTo);
            Engine.BindingsKept(Now, last.Number, problem);
            Drain();
        }
    }

    /// <summary>The recorder does what it was asked for, in order.</summary>
    public void AnswerRecordings()
    {
        while (_recorderOrders.TryDequeue(out (RecordingKey Key, RecordingOrder? Order, Instant Since) asked))
        {
            _hasRelayHung |= Now - asked.Since >= TimeSpan.FromSeconds(HandsRecordingsOver ? 600 : 70);
            bool wasOpen = Recordings.Remove(asked.Key);
            if (asked.Order is { } order && RecorderProblem.Length > 0)
            {
                ReportRecording(new RecordingReport(RecordingReportKind.Closed, asked.Key, "", RecorderProblem));
            }
            else if (asked.Order is { } start)
            {
                Assert.False(wasOpen, "begun twice");
                Recordings.Add(asked.Key, start);
                ReportRecording(new RecordingReport(RecordingReportKind.Started, asked.Key, $"{start.Call}-{start.Part}.wav"));
            }
            else if (wasOpen)
            {
                ReportRecording(new RecordingReport(RecordingReportKind.Closed, asked.Key, "") { Seconds = 1 });
            }
        }
    }

    /// <summary>A recorder's word, whenever a test wants it said.</summary>
    public void ReportRecording(RecordingReport report)
    {
        if (report.Kind == RecordingReportKind.Closed)
        {
            _ = Recordings.Remove(report.Recording);
        }
        Engine.RecordingReported(Now, report);
        Drain();
    }

    /// <summary>Keys pressed on the phone of this leg, as RTP events.</summary>
    public void Press(RelayKey path, string keys)
    {
        foreach (char key in keys)
        {
            Engine.DigitHeard(Now, path, key);
            Drain();
            Advance(0.2);
        }
    }

    /// <summary>The relay has looked at a path.</summary>
    public void Measure(RelayKey key, MediaReport media)
    {
        Engine.RelayMeasured(Now, key, media);
        Drain();
    }

    /// <summary>The relay has found out where the media of a path comes from.</summary>
    public void Latch(RelayKey key, NetEndpoint source)
    {
        Engine.RelaySourceLatched(Now, key, source);
        Drain();
    }

    /// <summary>A new configuration takes the place of the old one.</summary>
    public void Reload(PbxSettings settings)
    {
        Engine.Reload(Now, settings);
        Drain();
    }

    public void Shutdown()
    {
        Engine.BeginShutdown(Now);
        Drain();
    }

    /// <summary>The phone's stream to the box has ended.</summary>
    public void CloseStream(Phone phone)
    {
        Engine.FlowClosed(Now, phone.Flow);
        Drain();
    }

    /// <summary>By which flow the last message to this address left.</summary>
    public SipFlow LastFlowTo(NetEndpoint remote) => _flows[remote];

    public void FailSends(NetEndpoint to) => _failing.Add(to);

    /// <summary>70 simulated seconds after the last call every gauge is at its baseline, and each call said so.</summary>
    public void AssertNothingIsOwned()
    {
        AnswerRecordings();
        ConfirmRelays();
        Advance(70);
        Assert.Equal(new GaugeSnapshot(), Gauges);
        Assert.Equal(0, Ports.Open);
        Assert.Empty(Recordings);
        AssertNothingIsRemembered();
        Assert.Equal(Counters.CallsSetUp, Log.Count("cleanup_verified") + Log.Count("call_unclean"));
        Assert.Equal(ToleratesFaults ? Log.Count("b2bua_call_setup") : Counters.CallsSetUp, Log.Count("b2bua_call_setup"));
        Assert.Equal(Log.Count("session_timer_started"), Log.Count("session_timer_cancelled") + Log.Count("session_timer_expired"));
        Assert.Equal(0, Log.Count("release_failed"));
        if (!_hasRelayHung)
        {
            Assert.Equal(0, Log.Count("gauge_not_at_baseline"));
            Assert.Equal(0, Log.Count("call_unclean"));
            Assert.All(Records, record => Assert.Equal(("", 1), (record.Left, record.Revision)));
        }
        Assert.Equal(Counters.CallsSetUp, Records.Sum(record => record.Times));
        Assert.Equal(Engine.Snapshot(Now).Registrations.Count, Engine.Context.Sources.Holds); // no dialog holds one any more
        Assert.All(Engine.Snapshot(Now).Ledger.All(), one => Assert.Equal((one.Kind, one.Value.Opened, 0), (one.Kind, one.Value.Closed, one.Value.Held)));
        Assert.All(Sent, sent => SessionTimerRules.Check(sent.Message));
        Assert.Empty(Log.Events.Where(e => e.Name == "call_faulted" && !ToleratesFaults).Select(e => $"{e.Text} {e.Failure}"));
    }

    // what no gauge counts: a place that is not used again, or a name that is kept, is a leak all the same
    private void AssertNothingIsRemembered()
    {
        PbxContext context = Engine.Context;
        Assert.Equal((0, 0, 0), context.Transactions.Unmeasured);
        Assert.Equal(context.Calls.Slots.All, context.Calls.Slots.Free);
        Assert.Equal(context.Relays.Slots.All, context.Relays.Slots.Free + context.Relays.Quarantined);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= NoteFailure;
        if (EndsWithNothingOwned && !_hasFailed)
        {
            AssertNothingIsOwned();
            Assert.Equal(0, Log.Count("cleanup_overdue"));
            if (!NamesAreReused)
            {
                WireRules.AssertKept(Sent);
            }
        }
    }

    private readonly HashSet<NetEndpoint> _failing = [];
    private readonly Queue<(RecordingKey Key, RecordingOrder? Order, Instant Since)> _recorderOrders = new();

    // a story that broke off in the middle has left things behind: its own failure is the one to show
    private void NoteFailure(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e) =>
        _hasFailed |= e.Exception is Xunit.Sdk.IAssertionException && Environment.CurrentManagedThreadId == _thread;

    private Phone Add(Phone phone) => _phones[phone.At] = phone;

    private void Drain()
    {
        while (Engine.Outbox.TryTake(out Output output))
        {
            switch (output.Kind)
            {
                case OutputKind.Send:
                    Send(output);
                    break;
                case OutputKind.ConfigureRelay:
                    Relays[output.Relay] = output.Settings!;
                    break;
                case OutputKind.StartRecording or OutputKind.StopRecording:
                    _recorderOrders.Enqueue((output.Recording, output.Order, Now));
                    if (output.Kind == OutputKind.StopRecording && HandsRecordingsOver)
                    {
                        Engine.RecordingReported(Now, new RecordingReport(RecordingReportKind.HandedOver, output.Recording, ""));
                    }
                    if (output.Order is { } order)
                    {
                        RecordingOrders.Add(order);
                    }
                    break;
                case OutputKind.Record:
                    Records.Add(output.Record!);
                    break;
                case OutputKind.KeepBindings:
                    Kept.Add(output.Bindings!);
                    _unconfirmed.Add(output.Bindings!);
                    break;
                case OutputKind.CloseFlow:
                    Closed.Add(output.Flow);
                    break;
                case OutputKind.CloseRelay:
                    _ = Relays.Remove(output.Relay);
                    _closing.Add((output.Relay, Now));
                    break;
            }
        }
        if (RecorderAnswersAtOnce)
        {
            AnswerRecordings();
        }
        if (RelayConfirmsAtOnce && _closing.Count > 0)
        {
            ConfirmRelays();
        }
        if (MediumConfirmsAtOnce)
        {
            ConfirmKept();
        }
    }

    private void Send(in Output output)
    {
        WireMessage message = WireMessage.From(output.Message!.Span);
        output.Message.Return();
        NetEndpoint to = output.Flow.Remote;
        _flows[to] = output.Flow;
        Sent.Add((Now, to, message));
        if (_failing.Contains(to) || Fails(output.Flow.Transport, to))
        {
            Engine.SendFailed(Now, output.Ticket);
        }
        else if (!Drops(message, to) && _phones.TryGetValue(to, out Phone? phone) && phone.Answers?.Invoke(message) != true)
        {
            phone.Inbox.Enqueue(message);
        }
    }
}
