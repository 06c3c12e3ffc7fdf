namespace EdgePbx.Core;

/// <summary>
/// Watches one relay path: what arrives from its phone, whether anything does, and what its RTCP tells. It is fed by the
/// relay, packet by packet, and allocates nothing.
/// </summary>
public sealed class PathQuality
{
    /// <summary>A phone that sends no RTP for so long is not heard: no codec pauses longer without comfort noise or RTCP.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(5);

    /// <summary>How often figures are reported that have changed.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    private readonly RtpStreamStatistics _received = new();
    private readonly RoundTrip _trip = new();
    private RtcpReportBlock? _heard;
    private Instant _lastRtp;
    private Instant _lastRtcp;
    private Instant _reportedAt;
    private Instant _watchedSince = Instant.Never;
    private TimeSpan? _deadAfter;
    private MediaFlow _flow;
    private bool _wasOtherSpeaking;
    private bool _wasCutOff;
    private bool _hasNews;
    private bool _hasSpoken;
    private long _foreign;
    private long _refused;
    private int _foreignType;

    /// <summary>Nothing is sent to the phone any more, because it was never heard where it said that it is.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Another path begins.</summary>
    public void Open(Instant now)
    {
        _received.Reset();
        _trip.Reset();
        (_heard, _lastRtp, _lastRtcp, _reportedAt) = (null, now, now, now);
        (_watchedSince, _deadAfter, _flow, _hasNews) = (Instant.Never, null, MediaFlow.Unwatched, false);
        (_wasOtherSpeaking, _hasSpoken, _foreign, _foreignType) = (false, false, 0, 0);
        (IsCutOff, _wasCutOff, _refused) = (false, false, 0);
    }

    /// <summary>
    /// The phone has to send from now on, or need not; a stream that goes on is watched on. What was negotiated anew is watched anew: both
    /// phones have just shown that they are there.
    /// </summary>
    public void Configure(Instant now, RelaySettings settings)
    {
        if (settings.ExpectsMedia != (_watchedSince != Instant.Never))
        {
            _watchedSince = settings.ExpectsMedia ? now : Instant.Never;
            _received.Pause();
        }
        else if (settings.ExpectsMedia && settings.OpensLatch)
        {
            _watchedSince = now;
        }
        _deadAfter = settings.DeadAfter;
    }

    /// <summary>RTP that the phone sent.</summary>
    public void TakeRtp(Instant now, in RtpPacket packet, RelaySettings settings)
    {
        _received.Take(now, packet, settings.ClockRate);
        if (settings.ForeignPayloads.Contains(packet.PayloadType))
        {
            (_foreign, _foreignType) = (_foreign + 1, packet.PayloadType);
        }
        (_lastRtp, _hasSpoken, _hasNews) = (now, true, true);
    }

    /// <summary>Something came from where the phone is, and was not passed on.</summary>
    public void NoteRefused() => (_refused, _hasNews) = (_refused + 1, true);

    /// <summary>RTCP that the phone sent: one packet after the other (RFC 3550 6.1).</summary>
    public void TakeRtcp(Instant now, ReadOnlySpan<byte> datagram)
    {
        (_lastRtcp, _hasNews) = (now, true);
        for (ReadOnlySpan<byte> rest = datagram; RtcpPacket.TryParse(rest, out RtcpPacket packet); rest = rest[packet.Length..])
        {
            if (RtcpReportBlock.TryRead(packet, out RtcpReportBlock block))
            {
                _heard = block;
                _trip.Heard(now, block);
            }
        }
    }

    /// <summary>RTCP that leaves for the phone.</summary>
    public void PassRtcp(Instant now, ReadOnlySpan<byte> datagram)
    {
        if (RtcpPacket.TryParse(datagram, out RtcpPacket packet) && RtcpReportBlock.TryReadSenderTime(packet, out uint time))
        {
            _trip.Passed(now, time);
        }
    }

    /// <summary>RTP came within the last second. Of two phones that fall silent together, neither is speaking when the other is found to be silent.</summary>
    public bool IsSpeaking(Instant now) => _hasSpoken && now - _lastRtp < TimeSpan.FromSeconds(1);

    /// <summary>Everything up to now.</summary>
    /// <param name="isOtherSpeaking">What <see cref="IsSpeaking"/> says of the path at the other end.</param>
    public MediaReport Report(Instant now, bool isOtherSpeaking) =>
        new(_received.Report(), FlowAt(now)) { IsOtherSpeaking = isOtherSpeaking, RoundTrip = _trip.Last, Heard = _heard, Foreign = _foreign, ForeignType = _foreignType, IsCutOff = IsCutOff, Refused = _refused };

    /// <summary>True when there is something to report: the flow has changed, or who else is heard while this phone is not, or figures have and it is time.</summary>
    public bool HasNews(Instant now, bool isOtherSpeaking)
    {
        MediaFlow flow = FlowAt(now);
        return flow != _flow || IsCutOff != _wasCutOff
            || (flow is MediaFlow.Silent or MediaFlow.Dead && isOtherSpeaking != _wasOtherSpeaking)
            || (_hasNews && now - _reportedAt >= ReportInterval);
    }

    /// <summary>What <see cref="Report"/> gave at this moment was told.</summary>
    public void Reported(Instant now, bool isOtherSpeaking) =>
        (_flow, _wasOtherSpeaking, _wasCutOff, _reportedAt, _hasNews) = (FlowAt(now), isOtherSpeaking, IsCutOff, now, false);

    private MediaFlow FlowAt(Instant now)
    {
        if (_watchedSince == Instant.Never)
        {
            return MediaFlow.Unwatched;
        }
        Instant rtp = Later(_lastRtp, _watchedSince);
        return _hasSpoken && _deadAfter is { } limit && now - Later(rtp, _lastRtcp) >= limit ? MediaFlow.Dead
            : now - rtp >= SilentAfter ? MediaFlow.Silent
            : MediaFlow.Flowing;
    }

    private static Instant Later(Instant a, Instant b) => a > b ? a : b;
}
