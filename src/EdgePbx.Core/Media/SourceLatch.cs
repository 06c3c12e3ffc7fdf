namespace EdgePbx.Core;

/// <summary>What becomes of a packet, by where it came from.</summary>
public enum LatchVerdict : byte
{
    /// <summary>Not from the peer: drop it.</summary>
    Refused,

    /// <summary>From the source that is already known, or, while there is none, from one that may become it.</summary>
    Accepted,

    /// <summary>From a new source, which is the only one from now on.</summary>
    Latched,
}

/// <summary>
/// Whose packets one socket takes and where its own go: what SDP says, until the peer's packets say otherwise
/// (RFC 7362 section 4). Only valid packets may be shown to it.
/// </summary>
/// <remarks>
/// The endpoint of the SDP is named by authenticated signalling: one packet from it takes the latch. Any other port at the address of
/// the SDP or of the SIP signalling is a guess, as a NAT may have changed it, and anybody behind the same NAT could make one. So a guess
/// is latched only after <see cref="Proofs"/> packets of one stream in sequence without a word from the endpoint of the SDP, which may
/// take the latch back for <see cref="Window"/> more. Within the window after a negotiation a guess is heard from its first packet on;
/// later only when it is latched. The offer ends with what is latched, or with the source of before the negotiation if that goes on, but
/// not by time alone: a phone that is silent for long is no stranger.
/// </remarks>
public sealed class SourceLatch
{
    /// <summary>How long after a negotiation a NAT's new port is believed at once, and a guess can be taken back.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>A packet of the former source that comes later than this after a negotiation was sent after it.</summary>
    public static readonly TimeSpan Transit = TimeSpan.FromSeconds(1);

    /// <summary>Packets in sequence that make a guess good.</summary>
    public const int Proofs = 3;

    /// <summary>A packet that follows one of the same stream, with so many lost between at most.</summary>
    private const int LargestStep = 16;

    private static readonly Instant Past = new(long.MinValue);

    private NetEndpoint _remote;        // of the SDP
    private NetEndpoint _settledRemote; // of the SDP, when the source was found to be its peer's
    private NetAddress _signalling;
    private NetEndpoint _source;
    private bool _isOpen;               // a guess may be latched
    private bool _hasHeard;             // the source of before the negotiation goes on
    private bool _isSameRemote;         // the negotiation changed nothing
    private Instant _windowEnd = Past;
    private Instant _transitEnd = Past;
    private Instant _namedUntil = Instant.Never; // the endpoint of the SDP may take the latch
    private NetEndpoint _guess;
    private LatchClaim _claim;          // its last packet
    private int _proofs;

    /// <summary>The latched source; none before the first.</summary>
    public NetEndpoint Source => _source;

    /// <summary>
    /// Where to send to; none: send nothing. An SDP endpoint that is news goes before a source of before the news; without one media
    /// goes to where it comes from.
    /// </summary>
    public NetEndpoint Target => IsHeld ? default
        : _remote.IsNone ? _source
        : _source.IsNone || _remote != _settledRemote ? _remote : _source;

    /// <summary>Only <see cref="Source"/> is accepted, and that is where to send to: until the next negotiation packets change nothing.</summary>
    public bool IsSettled => !_isOpen && !_source.IsNone && Target == _source && (_source == _remote || _namedUntil == Past);

    /// <summary>Settled, and nothing that <see cref="Source"/> sends changes anything any more until the next negotiation: it need not be shown here.</summary>
    public bool IsFinal => IsSettled && _remote == _settledRemote;

    private bool IsHeld => _remote.Port == 0 || _remote.Address.IsUnspecified; // RFC 3264 8.4

    /// <summary>Forgets everything: the socket is another path's now.</summary>
    public void Reset()
    {
        (_remote, _settledRemote, _signalling, _source) = (default, default, default, default);
        (_isOpen, _hasHeard, _isSameRemote, _windowEnd, _transitEnd, _namedUntil) = (false, false, false, Past, Past, Instant.Never);
        (_guess, _claim, _proofs) = (default, default, 0);
    }

    /// <summary>Takes over what was negotiated.</summary>
    /// <param name="now">The moment of the negotiation.</param>
    /// <param name="remote">
    /// The SDP's endpoint; unspecified or port 0 means "send nothing" (RFC 3264 8.4), a port without an address "where it comes from".
    /// </param>
    /// <param name="signallingSource">Where the peer's SIP comes from.</param>
    /// <param name="opens">True: a new source may be latched.</param>
    /// <param name="isHeard">The source is being heard at this very moment. If the SDP names it nothing is opened: there is nobody to wait for.</param>
    public void Configure(Instant now, NetEndpoint remote, NetAddress signallingSource, bool opens, bool isHeard = false)
    {
        bool isSame = remote == _remote;
        _remote = remote;
        _signalling = signallingSource;
        if (opens && isHeard && _source == remote)
        {
            _isOpen = false;
            Settle();
        }
        else if (opens)
        {
            (_isOpen, _hasHeard, _isSameRemote, _proofs) = (true, false, isSame, 0);
            (_windowEnd, _transitEnd, _namedUntil) = (now + Window, now + Transit, Instant.Never);
        }
    }

    /// <summary>The peer may be at this address: the SDP's, or the one that its SIP comes from.</summary>
    public bool IsPeerAt(NetAddress address) => address == _remote.Address || address == _signalling;

    /// <summary>Decides on one valid packet.</summary>
    public LatchVerdict Accept(Instant now, NetEndpoint source, LatchClaim claim = default)
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
        if (source == _remote && now <= _namedUntil)
        {
            Latch(source);
            return LatchVerdict.Latched;
        }
        _isOpen &= now <= _windowEnd || !_hasHeard;
        return _isOpen && IsPeerAt(source.Address) ? Weigh(now, source, claim) : LatchVerdict.Refused;
    }

    private LatchVerdict Weigh(Instant now, NetEndpoint source, LatchClaim claim)
    {
        _proofs = source != _guess || claim.Ssrc != _claim.Ssrc ? 1 : _proofs + claim.StepFrom(_claim) switch
        {
            0 => 0, // a copy
            > 0 and <= LargestStep => 1,
            _ => 1 - _proofs,
        };
        (_guess, _claim) = (source, claim);
        if (_proofs < Proofs && !claim.IsVouchedFor)
        {
            return _source.IsNone && now <= _windowEnd ? LatchVerdict.Accepted : LatchVerdict.Refused;
        }
        Latch(source);
        _namedUntil = _remote.IsNone ? Past : now + Window;
        return LatchVerdict.Latched;
    }

    private void Latch(NetEndpoint source)
    {
        (_source, _isOpen, _proofs) = (source, false, 0);
        Settle();
    }

    private void HearAgain(Instant now)
    {
        _hasHeard = true;
        if (_source == _remote)
        {
            _isOpen = false; // it sends from where its SDP says: there is nobody to wait for
        }
        else if (now > _namedUntil)
        {
            _namedUntil = Past;
        }
        if (now > _transitEnd)
        {
            Settle(); // its SDP may have changed, its socket has not
            if (_isSameRemote && _isOpen)
            {
                (_isOpen, _namedUntil) = (false, _remote.IsNone ? Past : now + Window); // and here neither has
            }
        }
        _isOpen &= now <= _windowEnd;
    }

    private void Settle()
    {
        if (!IsHeld) // a peer that holds with 0.0.0.0 and comes back with its old endpoint has not moved
        {
            _settledRemote = _remote;
        }
    }
}
