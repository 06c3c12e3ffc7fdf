using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>The only entrance to the core. Every method takes the moment at which it happens; the outbox says what to do then.</summary>
public sealed class PbxEngine
{
    private readonly TimerHeap _timers = new();

    public PbxEngine(PbxSettings settings, IMediaPorts ports, ILocalAddresses addresses, Entropy entropy, ILogger log)
    {
        _ = (settings, ports, addresses, entropy, log);
    }

    public Outbox Outbox { get; } = new();

    /// <summary>When <see cref="Tick"/> is wanted next.</summary>
    public Instant NextDue => _timers.NextDue;

    /// <summary>True when a shutdown has nothing left to wait for.</summary>
    public bool IsQuiet => true;

    /// <summary>One whole message: a datagram, or what the framer cut out of a stream. The bytes may be changed in place.</summary>
    public void Receive(Instant now, in SipFlow source, byte[] bytes, int length) => _ = (now, source, bytes, length);

    public void Tick(Instant now) => _timers.FireDue(now);

    /// <summary>The relay thread has closed the sockets of this path.</summary>
    public void RelayClosed(Instant now, RelayKey relay) => _ = (now, relay);

    /// <summary>The relay now takes this source for the path, and no other.</summary>
    public void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source) => _ = (now, relay, source);

    /// <summary>A TCP connection has ended.</summary>
    public void FlowClosed(Instant now, in SipFlow flow) => _ = (now, flow);

    /// <summary>What was sent with this ticket can't be delivered.</summary>
    public void SendFailed(Instant now, uint ticket) => _ = (now, ticket);

    /// <summary>A new configuration; calls and bindings stay.</summary>
    public void Reload(Instant now, PbxSettings settings) => _ = (now, settings);

    /// <summary>Ends every call with BYE; new requests get 503.</summary>
    public void BeginShutdown(Instant now) => _ = now;

    public PbxSnapshot Snapshot(Instant now)
    {
        _ = now;
        return new PbxSnapshot();
    }
}
