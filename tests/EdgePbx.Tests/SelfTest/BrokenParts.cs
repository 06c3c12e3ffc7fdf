using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>A relay line that passes everything on; tests break one thing of it.</summary>
internal class PassingRelayLine(IRelayLine inner) : IRelayLine
{
    public virtual void Configure(RelayKey key, RelaySettings settings) => inner.Configure(key, settings);
    public virtual void Close(RelayKey key) => inner.Close(key);
    public bool TryTakeReport(out RelayReport report) => inner.TryTakeReport(out report);
    public void StopRecording(RecordingKey key) => inner.StopRecording(key);
    public PbxSnapshot Complete(PbxSnapshot snapshot) => inner.Complete(snapshot);
}

/// <summary>Cut: the relay hears of no peer and no sink, so it forwards nothing.</summary>
internal sealed class CutRelayLine(IRelayLine inner) : PassingRelayLine(inner)
{
    public override void Configure(RelayKey key, RelaySettings settings)
    {
    }
}

/// <summary>Each phone hears itself.</summary>
internal sealed class LoopedRelayLine(IRelayLine inner) : PassingRelayLine(inner)
{
    public override void Configure(RelayKey key, RelaySettings settings) => base.Configure(key, settings with { Sink = key });
}

/// <summary>The relay is never told to let go.</summary>
internal sealed class ClingingRelayLine(IRelayLine inner) : PassingRelayLine(inner)
{
    public override void Close(RelayKey key)
    {
    }
}

/// <summary>An engine to which messages come by another way: none at all, or one that fails.</summary>
internal sealed class EngineBehind(ISipEngine inner, Action received) : ISipEngine
{
    public Outbox Outbox => inner.Outbox;
    public Instant NextDue => inner.NextDue;
    public bool IsQuiet => inner.IsQuiet;
    public bool AwaitsOnlyFiles => inner.AwaitsOnlyFiles;
    public bool IsIdle => inner.IsIdle;
    public void Receive(Instant now, in SipFlow source, byte[] bytes, int length) => received();
    public void Tick(Instant now) => inner.Tick(now);
    public void RelayMeasured(Instant now, RelayKey relay, in MediaReport media) => inner.RelayMeasured(now, relay, media);
    public void RelayClosed(Instant now, RelayKey relay, in MediaReport media) => inner.RelayClosed(now, relay, media);
    public void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source) => inner.RelaySourceLatched(now, relay, source);
    public void DigitHeard(Instant now, RelayKey relay, char digit) => inner.DigitHeard(now, relay, digit);
    public void RecordingReported(Instant now, in RecordingReport report) => inner.RecordingReported(now, report);
    public void FlowClosed(Instant now, in SipFlow flow) => inner.FlowClosed(now, flow);
    public SourceStanding Weigh(Instant now, NetEndpoint source) => inner.Weigh(now, source);
    public void Expect(NetEndpoint probe) => inner.Expect(probe);
    public bool IsCarrying(in SipFlow flow) => inner.IsCarrying(flow);
    public void SendFailed(Instant now, uint ticket) => inner.SendFailed(now, ticket);
    public void ReportBacklog(Instant now, TimeSpan backlog) => inner.ReportBacklog(now, backlog);
    public void Reload(Instant now, PbxSettings settings) => inner.Reload(now, settings);
    public void BeginShutdown(Instant now) => inner.BeginShutdown(now);
    public void BindingsKept(Instant now, long upTo, string? problem) => inner.BindingsKept(now, upTo, problem);
    public void Acknowledge() => inner.Acknowledge();
    public void ClearBans(Instant now, NetAddress source) => inner.ClearBans(now, source);
    public PbxSnapshot Snapshot(Instant now) => inner.Snapshot(now);
    public EngineStatus StatusAfter(EngineStatus former) => inner.StatusAfter(former);
}
