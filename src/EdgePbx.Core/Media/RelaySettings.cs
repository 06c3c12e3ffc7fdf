namespace EdgePbx.Core;

/// <summary>What the relay does with one path. An immutable value that replaces the former one as a whole.</summary>
public sealed record RelaySettings
{
    /// <summary>
    /// Where RTP goes until the peer's own packets say otherwise (RFC 3264); unspecified: send nothing. Without an address, which is a
    /// host name or none at all: where its packets come from (symmetric RTP, RFC 4961).
    /// </summary>
    public required NetEndpoint RemoteRtp { get; init; }

    /// <summary>Where RTCP goes: port + 1, or <c>a=rtcp</c> (RFC 3605).</summary>
    public required NetEndpoint RemoteRtcp { get; init; }

    /// <summary>The address that the peer's SIP comes from: besides the SDP's, the only one that may be latched (RFC 7362).</summary>
    public required NetAddress SignallingSource { get; init; }

    /// <summary>The peer has an address where sockets of ours are: what comes from one of their ports comes from us, and goes no further.</summary>
    public bool IsPeerHere { get; init; }

    /// <summary>The path whose sockets send what arrives here; none: drop and count.</summary>
    public required RelayKey Sink { get; init; }

    /// <summary>Payload numbers as they arrive here → as they leave by the sink; null: unchanged (RFC 3264 6.1).</summary>
    public PayloadMap? Map { get; init; }

    /// <summary>The stream's keys are agreed on by DTLS in its own path (RFC 5764): its records pass, since the phones must agree, not we.</summary>
    public bool CarriesDtls { get; init; }

    /// <summary>True after an offer/answer exchange that set this remote: or a word of the peer that changes nothing: a new source may be latched.</summary>
    public bool OpensLatch { get; init; }

    /// <summary>Ticks a second of the time stamps that arrive here, for the jitter.</summary>
    public int ClockRate { get; init; } = 8000;

    /// <summary>Payload numbers that were not agreed on: a phone that sends them speaks what the other one may not understand.</summary>
    public PayloadSet ForeignPayloads { get; init; }

    /// <summary>True while the phone has to send: the call is answered, and nobody holds.</summary>
    public bool ExpectsMedia { get; init; }

    /// <summary>How long a phone that has to send may send neither RTP nor RTCP until the path is called dead; null: for ever.</summary>
    public TimeSpan? DeadAfter { get; init; }

    /// <summary>What is copied of the packets that arrive here; null: nothing.</summary>
    public MediaTap? Tap { get; init; }
}
