using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The engine as the signalling thread drives it; tests drive one of their own.</summary>
internal interface ISipEngine
{
    Outbox Outbox { get; }
    Instant NextDue { get; }
    bool IsQuiet { get; }
    bool AwaitsOnlyFiles { get; }
    bool IsIdle { get; }
    SourceStanding Weigh(Instant now, NetEndpoint source);
    void Expect(NetEndpoint probe);
    void Receive(Instant now, in SipFlow source, byte[] bytes, int length);
    void Tick(Instant now);
    void RelayClosed(Instant now, RelayKey relay, in MediaReport media);
    void RelayMeasured(Instant now, RelayKey relay, in MediaReport media);
    void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source);
    void DigitHeard(Instant now, RelayKey relay, char digit);
    void RecordingReported(Instant now, in RecordingReport report);
    void FlowClosed(Instant now, in SipFlow flow);
    bool IsCarrying(in SipFlow flow);
    void SendFailed(Instant now, uint ticket);
    void ReportBacklog(Instant now, TimeSpan backlog);
    void Reload(Instant now, PbxSettings settings);
    void BeginShutdown(Instant now);
    void Acknowledge();
    void ClearBans(Instant now, NetAddress source);
    void BindingsKept(Instant now, long upTo, string? problem);
    PbxSnapshot Snapshot(Instant now);
    EngineStatus StatusAfter(EngineStatus former);
}

/// <summary>The real one.</summary>
internal sealed class SipEngine(PbxEngine engine) : ISipEngine
{
    public Outbox Outbox => engine.Outbox;
    public Instant NextDue => engine.NextDue;
    public bool IsQuiet => engine.IsQuiet;
    public bool AwaitsOnlyFiles => engine.AwaitsOnlyFiles;
    public bool IsIdle => engine.IsIdle;
    public SourceStanding Weigh(Instant now, NetEndpoint source) => engine.Weigh(now, source);
    public void Expect(NetEndpoint probe) => engine.Expect(probe);
    public void Receive(Instant now, in SipFlow source, byte[] bytes, int length) => engine.Receive(now, source, bytes, length);
    public void Tick(Instant now) => engine.Tick(now);
    public void RelayClosed(Instant now, RelayKey relay, in MediaReport media) => engine.RelayClosed(now, relay, media);
    public void RelayMeasured(Instant now, RelayKey relay, in MediaReport media) => engine.RelayMeasured(now, relay, media);
    public void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source) => engine.RelaySourceLatched(now, relay, source);
    public void DigitHeard(Instant now, RelayKey relay, char digit) => engine.DigitHeard(now, relay, digit);
    public void RecordingReported(Instant now, in RecordingReport report) => engine.RecordingReported(now, report);
    public void FlowClosed(Instant now, in SipFlow flow) => engine.FlowClosed(now, flow);
    public bool IsCarrying(in SipFlow flow) => engine.IsCarrying(flow);
    public void SendFailed(Instant now, uint ticket) => engine.SendFailed(now, ticket);
    public void ReportBacklog(Instant now, TimeSpan backlog) => engine.ReportBacklog(now, backlog);
    public void Reload(Instant now, PbxSettings settings) => engine.Reload(now, settings);
    public void BeginShutdown(Instant now) => engine.BeginShutdown(now);
    public void Acknowledge() => engine.Acknowledge();
    public void ClearBans(Instant now, NetAddress source) => engine.ClearBans(now, source);
    public void BindingsKept(Instant now, long upTo, string? problem) => engine.BindingsKept(now, upTo, problem);
    public PbxSnapshot Snapshot(Instant now) => engine.Snapshot(now);
    public EngineStatus StatusAfter(EngineStatus former) => engine.StatusAfter(former);
}
