using System.Collections.Concurrent;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What the loop told its engine.</summary>
internal sealed record Heard(string What, SipFlow Flow, string Text, uint Ticket);

/// <summary>An engine that notes what it hears and does what the test says, on the signalling thread.</summary>
internal sealed class FakeEngine : ISipEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Heard> _heard = [];
    private readonly ConcurrentQueue<Action<Instant>> _actions = new();
    private readonly SipBufferPool _pool = new();

    public Outbox Outbox { get; } = new();
    public Instant NextDue { get; set; } = Instant.Never;
    public bool IsQuiet { get; set; } = true;
    public bool AwaitsOnlyFiles { get; set; }
    public bool IsIdle => true;

    public TimeSpan Backlog { get; private set; }
    public TimeSpan LongestBacklog { get; private set; }

    public int BuffersRented => _pool.Outstanding;

    /// <summary>Called for each message, on the signalling thread.</summary>
    public Action<SipFlow, string> Reply { get; set; } = (_, _) => { };

    /// <summary>The next thing of that kind; others are passed over.</summary>
    public Heard Next(string what)
    {
        while (_heard.TryTake(out Heard? heard, Patience))
        {
            if (heard.What == what)
            {
                return heard;
            }
        }
        throw new TimeoutException($"no {what} came");
    }

    public bool HasHeard(string what) => _heard.Any(heard => heard.What == what);

    public void Send(SipFlow flow, string text, uint ticket = 0) => Send(flow, Encoding.UTF8.GetBytes(text), ticket);

    public void Send(SipFlow flow, ReadOnlySpan<byte> bytes, uint ticket = 0) =>
        Outbox.Add(new Output(OutputKind.Send) { Message = _pool.RentCopy(bytes), Flow = flow, Ticket = ticket });

    public void CloseFlow(SipFlow flow) => Outbox.Add(new Output(OutputKind.CloseFlow) { Flow = flow });

    /// <summary>Any thread: what the signalling thread shall do when it next makes a snapshot.</summary>
    public void Enqueue(Action<Instant> action) => _actions.Enqueue(action);

    /// <summary>How a source stands; as long as the test says nothing, all are known.</summary>
    public Func<NetEndpoint, SourceStanding> Standing { get; set; } = static _ => SourceStanding.Known;

    public SourceStanding Weigh(Instant now, NetEndpoint source) => Standing(source);

    public void Expect(NetEndpoint probe) => _heard.Add(new Heard("probe", default, probe.ToString(), 0));

    public void Receive(Instant now, in SipFlow source, byte[] bytes, int length)
    {
        string text = Encoding.UTF8.GetString(bytes, 0, length);
        bytes.AsSpan(0, length).Clear(); // it may be changed in place, so it is
        Reply(source, text);
        _heard.Add(new Heard("message", source, text, 0));
    }

    public void Tick(Instant now)
    {
        if (NextDue <= now)
        {
            NextDue = Instant.Never;
            _heard.Add(new Heard("tick", default, "", 0));
        }
    }

    /// <summary>Peers whose connections carry something.</summary>
    public ConcurrentDictionary<NetEndpoint, bool> Carrying { get; } = new();

    public bool IsCarrying(in SipFlow flow) => Carrying.ContainsKey(flow.Remote);

    public void FlowClosed(Instant now, in SipFlow flow) => _heard.Add(new Heard("flow closed", flow, "", 0));
    public void SendFailed(Instant now, uint ticket) => _heard.Add(new Heard("send failed", default, "", ticket));
    public void ReportBacklog(Instant now, TimeSpan backlog) => (Backlog, LongestBacklog) = (backlog, backlog > LongestBacklog ? backlog : LongestBacklog);
    public void RelayMeasured(Instant now, RelayKey relay, in MediaReport media) => _heard.Add(new Heard("relay measured", default, relay.ToString(), 0));

    public void RelayClosed(Instant now, RelayKey relay, in MediaReport media) => _heard.Add(new Heard("relay closed", default, relay.ToString(), 0));
    public void Reload(Instant now, PbxSettings settings) => _heard.Add(new Heard("reload", default, settings.Realm, 0));
    public void BeginShutdown(Instant now) => _heard.Add(new Heard("shutdown", default, "", 0));

    public void DigitHeard(Instant now, RelayKey relay, char digit) => _heard.Add(new Heard("digit", default, $"{relay} {digit}", 0));
    public void RecordingReported(Instant now, in RecordingReport report) => _heard.Add(new Heard("recording", default, $"{report.Recording} {report.Kind}", 0));

    public void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source) =>
        _heard.Add(new Heard("latched", default, $"{relay} {source}", 0));

    /// <summary>What the lamps shall be told; any thread.</summary>
    public EngineStatus Status { get; set; } = EngineStatus.None;

    public EngineStatus StatusAfter(EngineStatus former) => Status == former ? former : Status;

    public void ClearBans(Instant now, NetAddress source) => _heard.Add(new Heard("clear-bans", default, source.ToString(), 0));

    public void Acknowledge() => _heard.Add(new Heard("acknowledge", default, "", 0));

    public void BindingsKept(Instant now, long upTo, string? problem) => _heard.Add(new Heard("kept", default, problem ?? "", (uint)upTo));

    public PbxSnapshot Snapshot(Instant now)
    {
        while (_actions.TryDequeue(out Action<Instant>? action))
        {
            action(now);
        }
        return new PbxSnapshot { Gauges = new GaugeSnapshot { PacketBuffersRented = BuffersRented } };
    }
}

/// <summary>A relay that notes its orders and reports what the test says.</summary>
internal sealed class FakeRelay : IRelayLine
{
    public ConcurrentQueue<string> Orders { get; } = new();
    public ConcurrentQueue<RelayReport> Reports { get; } = new();

    public void Configure(RelayKey key, RelaySettings settings) => Orders.Enqueue($"configure {key} to {settings.RemoteRtp}");
    public void Close(RelayKey key) => Orders.Enqueue($"close {key}");
    public void StopRecording(RecordingKey key) => Orders.Enqueue($"stop {key}");
    public bool TryTakeReport(out RelayReport report) => Reports.TryDequeue(out report);
    public PbxSnapshot Complete(PbxSnapshot snapshot) => snapshot;
}
