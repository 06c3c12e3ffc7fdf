namespace EdgePbx.Core;

/// <summary>What becomes of a packet, by where it came from.</summary>
public enum LatchVerdict : byte
{
    /// <summary>Not from the peer: drop it.</summary>
    Refused,

    /// <summary>From the source that is already known.</summary>
    Accepted,

    /// <summary>From a new source, which is the only one from now on.</summary>
    Latched,
}

/// <summary>
/// Whose packets one socket takes and where its own go: what SDP says, until the peer's packets say otherwise
/// (RFC 7362 section 4). Only valid packets may be shown to it.
/// </summary>
/// <remarks>
/// After a negotiation the next packet from the address of the SDP or of the SIP signalling is latched, any port: a NAT
/// may have changed it. That offer ends with the first such packet, or after <see cref="Window"/>; then only the exact
/// endpoint of the SDP may still claim it, since a phone that stays silent longer is no stranger. The source of before
/// the negotiation keeps being heard until then, as its packets are still under way.
/// </remarks>
public sealed class SourceLatch
{
    /// <summary>How long after a negotiation a NAT's new port is believed.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>A packet of the former source that comes later than this after a negotiation was sent after it.</summary>
    public static readonly TimeSpan Transit = TimeSpan.FromSeconds(1);

    private static readonly Instant Past = new(long.MinValue);

    private NetEndpoint _remote;        // of the SDP
    private NetEndpoint _settledRemote; // of the SDP, when the source was found to be its peer's
    private NetAddress _signalling;
    private NetEndpoint _source;
    private bool _isOpen = true;        // somebody else may still be latched
    private Instant _windowEnd = Past;
    private Instant _transitEnd = Past;

    /// <summary>The latched source; none before the first.</summary>
    public NetEndpoint Source => _source;

    /// <summary>Where to send to; none: send nothing. An SDP endpoint that is news goes before a source of before the news.</summary>
    public NetEndpoint Target => !CanBeSentTo(_remote) ? default : _source.IsNone || _remote != _settledRemote ? _remote : _source;

    /// <summary>Only <see cref="Source"/> is accepted, and that is where to send to: until the next negotiation packets change nothing.</summary>
    public bool IsSettled => !_isOpen && !_source.IsNone && Target == _source;

    /// <summary>Settled, and nothing that <see cref="Source"/> sends changes anything any more until the next negotiation: it need not be shown here.</summary>
    public bool IsFinal => IsSettled && _remote == _settledRemote;

    /// <summary>Forgets everything: the socket is another path's now.</summary>
    public void Reset()
    {
        (_remote, _settledRemote, _signalling, _source) = (default, default, default, default);
        (_isOpen, _windowEnd, _transitEnd) = (true, Past, Past);
    }

    /// <summary>Takes over what was negotiated.</summary>
    /// <param name="now">The moment of the negotiation.</param>
    /// <param name="remote">The SDP's endpoint; unspecified or port 0 means "send nothing" (RFC 3264 8.4).</param>
    /// <param name="signallingSource">Where the peer's SIP comes from.</param>
    /// <param name="opens">True: a new source may be latched.</param>
    public void Configure(Instant now, NetEndpoint remote, NetAddress signallingSource, bool opens)
    {
        _remote = remote;
        _signalling = signallingSource;
        if (opens)
        {
            (_isOpen, _windowEnd, _transitEnd) = (true, now + Window, now + Transit);
        }
    }

    /// <summary>Decides on one valid packet.</summary>
    public LatchVerdict Accept(Instant now, NetEndpoint source)
    {
        if (source.IsNone || source.Port == 0) // nothing could be sent back to port 0
        {
            return LatchVerdict.Refused;
        }
        if (source == _source)
        {
            HearAgain(now);
            return LatchVerdict.Accepted;
        }
        if (!_isOpen || !IsAllowed(now, source))
        {
            return LatchVerdict.Refused;
        }
        _source = source;
        _isOpen = false;
        Settle();
        return LatchVerdict.Latched;
    }

    private static bool CanBeSentTo(NetEndpoint remote) => !remote.IsNone && !remote.Address.IsUnspecified && remote.Port != 0;

    private bool IsAllowed(Instant now, NetEndpoint source) => source == _remote
        || (now <= _windowEnd && (source.Address == _remote.Address || source.Address == _signalling));

    private void HearAgain(Instant now)
    {
        if (_source == _remote)
        {
            _isOpen = false; // it sends from where its SDP says: there is nobody to wait for
        }
        if (now > _transitEnd)
        {
            Settle(); // its SDP may have changed, its socket has not
        }
    }

    private void Settle()
    {
        if (CanBeSentTo(_remote)) // a peer that holds with 0.0.0.0 and comes back with its old endpoint has not moved
        {
            _settledRemote = _remote;
        }
    }
}
