namespace EdgePbx.Core;

/// <summary>The media side of a leg: what we show the peer, what the peer last showed us, and the relay path of each media line.</summary>
internal sealed class LegMedia(PbxContext context, Leg leg, ResourceScope scope)
{
    private readonly List<RelayPath?> _paths = [];
    private readonly List<bool> _agreed = [];
    private (SdpSession? Other, IReadOnlyList<PayloadRenumbering?>? Renumbering, SdpSession? InAnswerTo) _view;
    private readonly List<(RelayPath? Sink, PayloadMap? Map)> _joins = [];

    public SdpFace Face { get; } = new(context.Entropy);

    /// <summary>The peer's last agreed description; null before the first answer.</summary>
    public SdpSession? Remote { get; set; }

    public NetAddress LocalAddress { get; set; }

    /// <summary>The other leg's media that ours is joined with.</summary>
    public LegMedia? JoinedWith { get; set; }

    /// <summary>A path for each media line, in order; null for a refused line.</summary>
    public IReadOnlyList<RelayPath?> Paths => _paths;

    public IEnumerable<RelayPath> OpenPaths => _paths.OfType<RelayPath>();

    /// <summary>The first one that was agreed on: what the answerer named, on both legs.</summary>
    public string Codec => FirstInUse(_view is ({ } answer, _, not null) ? answer : Remote)?.FirstCodec ?? "";

    /// <summary>The path that people listen to: of the first line of sound that carries media, else of the first line that does.</summary>
    public RelayPath? FirstPath
    {
        get
        {
            RelayPath? first = null;
            for (int i = 0; i < _paths.Count; i++)
            {
                if (IsLive(i) && Remote is { } remote && i < remote.Media.Count)
                {
                    if (remote.Media[i].Type == "audio")
                    {
                        return _paths[i];
                    }
                    first ??= _paths[i];
                }
            }
            return first;
        }
    }

    /// <summary>The first line of sound that carries media; -1: none does.</summary>
    public int SoundLine
    {
        get
        {
            for (int i = 0; i < _paths.Count; i++)
            {
                if (IsLive(i) && Remote is { } remote && i < remote.Media.Count && remote.Media[i].Type == "audio")
                {
                    return i;
                }
            }
            return -1;
        }
    }

    /// <summary>What the phone may send on the line: with the numbers that it was shown, and if need be with its own (O-06).</summary>
    public CodecMap CodecsOf(int line) => CodecMap.Of(ShownOf(line), Remote?.Media.ElementAtOrDefault(line));

    /// <summary>The line is encrypted from phone to phone: what is copied of it is noise.</summary>
    public bool IsEncrypted(int line) => Remote?.Media.ElementAtOrDefault(line)?.IsEncrypted == true;

    /// <summary>The codec of the line, as <see cref="Codec"/>.</summary>
    public string CodecOf(int line) =>
        (_view is ({ } answer, _, not null) ? answer : Remote)?.Media.ElementAtOrDefault(line)?.FirstCodec ?? "";

    /// <summary>Something has to come, and nothing of it does any more, on no line.</summary>
    public bool IsDead
    {
        get
        {
            bool isAnyDead = false;
            for (int i = 0; i < _paths.Count; i++)
            {
                switch (IsLive(i) ? _paths[i]!.Media.Flow : MediaFlow.Unwatched)
                {
                    case MediaFlow.Dead:
                        isAnyDead = true;
                        break;
                    case MediaFlow.Flowing or MediaFlow.Silent:
                        return false;
                }
            }
            return isAnyDead;
        }
    }

    /// <summary>Where that media should come from, by the peer's description.</summary>
    public NetEndpoint ExpectedSource => FirstInUse(Remote)?.Rtp ?? default;

    /// <summary>False: the description names an address that media must not be sent to.</summary>
    public bool MayUse(SdpSession remote) => context.MediaTargets.AreAllowed(remote, leg.PeerAddress) && TryMatchFamily(remote);

    /// <summary>
    /// A phone may speak SIP over IPv6 and send its media over IPv4: ours are of the family that it names (RFC 6157 3.1). False: sockets of the
    /// other one are open, and the phone has an address of theirs in what it was told.
    /// </summary>
    private bool TryMatchFamily(SdpSession remote)
    {
        NetAddress wanted = default;
        foreach (SdpMedia media in remote.Media)
        {
            if (media.IsRefused || media.Address.IsNone || media.Address.IsUnspecified)
            {
                continue;
            }
            wanted = wanted.IsNone ? media.Address : wanted;
            if (media.Address.IsV4 != wanted.IsV4)
            {
                return false; // one address of ours is told for all lines
            }
        }
        if (!wanted.IsNone && !LocalAddress.IsNone && wanted.IsV4 != LocalAddress.IsV4)
        {
            if (_paths.Exists(static path => path is not null))
            {
                return false;
            }
            LocalAddress = context.MediaAddressFor(wanted);
        }
        return true;
    }

    /// <summary>Opens what the description needs and is not open yet. False: ports are exhausted; <see cref="Trim"/> undoes it.</summary>
    public bool TryOpen(SdpSession shape)
    {
        if (LocalAddress.IsNone)
        {
            return false; // no way leads to this peer
        }
        for (int i = 0; i < shape.Media.Count; i++)
        {
            if (_paths.Count == i)
            {
                _paths.Add(null);
            }
            if (_paths[i] is null && shape.Media[i].IsRelayed)
            {
                _paths[i] = context.Accounts.MayOpen(leg.Call.Account!, 1) ? context.Relays.TryOpen(leg, scope, LocalAddress) : null;
                if (_paths[i] is null)
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>
    /// Our port for each line of the description; 0 where no path is open or <paramref name="wanted"/> says no, and where the line
    /// has become something that the path can't carry.
    /// </summary>
    public ushort[] Ports(SdpSession shape, Func<int, bool> wanted)
    {
        var ports = new ushort[shape.Media.Count];
        for (int i = 0; i < Math.Min(ports.Length, _paths.Count); i++)
        {
            ports[i] = _paths[i] is { } path && shape.Media[i].IsRelayed && wanted(i) ? path.RtpPort : (ushort)0;
        }
        return ports;
    }

    /// <summary>What was agreed and how it looks from this leg, for <see cref="Describe"/>.</summary>
    public void Show(SdpSession other, IReadOnlyList<PayloadRenumbering?>? renumbering, SdpSession? inAnswerTo) =>
        _view = (other, renumbering, inAnswerTo);

    /// <summary>
    /// The agreed session as this leg's peer knows it, for a refresh of ours or the answer to the peer's. As long as
    /// nothing changed these are the bytes of last time with the same version (ST-21, O-04); an offer that was refused
    /// in between leaves no trace but a version (C-30).
    /// </summary>
    /// <param name="inAnswerTo">The peer's offer; null for an offer of ours.</param>
    public ReadOnlyMemory<byte> Describe(SdpSession? inAnswerTo = null) => _view is ({ } other, var renumbering, var asked)
        ? Face.Compose(other, LocalAddress, Ports(other, line => line < _agreed.Count && _agreed[line]), renumbering, inAnswerTo ?? asked)
        : Face.Last;

    /// <summary>The line carries media by the last answer, or does not.</summary>
    public void Agree(int line, bool isLive)
    {
        while (_agreed.Count <= line)
        {
            _agreed.Add(false);
        }
        _agreed[line] = isLive;
    }

    /// <summary>Closes the paths of lines that are not in use: refused, or offered in an exchange that failed (C-30).</summary>
    public void Trim(Instant now)
    {
        for (int i = 0; i < _paths.Count; i++)
        {
            if (_paths[i] is { } path && !(i < _agreed.Count && _agreed[i]))
            {
                _paths[i] = null;
                scope.ReleaseNow(path, now);
            }
        }
    }

    /// <summary>Joins a line with the path whose sockets send on what arrives here.</summary>
    public void Join(int line, RelayPath sink, PayloadMap? map)
    {
        while (_joins.Count <= line)
        {
            _joins.Add(default);
        }
        _joins[line] = (sink, map);
        Configure(line, opensLatch: true);
    }

    /// <summary>The answer to a refresh of ours: nothing is negotiated, but the peer may have moved its address.</summary>
    public void Follow(SdpSession answer)
    {
        if (Remote is not { } known || answer.Media.Count != known.Media.Count || answer.HasSameMeaningAs(known) || !MayUse(answer))
        {
            return;
        }
        Remote = answer;
        Reopen();
    }

    /// <summary>Gives the relay each line's settings again, which opens the window in which a source may be latched.</summary>
    public void Reopen() => ConfigureAll(opensLatch: true);

    /// <summary>The call is answered, or its recording begins or ends: the relay is told what has changed for its paths.</summary>
    public void Watch() => ConfigureAll(opensLatch: false);

    private void ConfigureAll(bool opensLatch)
    {
        for (int i = 0; i < _joins.Count; i++)
        {
            if (i < _agreed.Count && _agreed[i] && Remote is { } remote && i < remote.Media.Count && !remote.Media[i].IsRefused)
            {
                Configure(i, opensLatch);
            }
        }
    }

    private void Configure(int line, bool opensLatch)
    {
        (RelayPath? sink, PayloadMap? map) = _joins[line];
        if (_paths[line] is { } path && sink is not null && Remote is { } remote)
        {
            path.Configure(new RelaySettings
            {
                RemoteRtp = MediaTargets.Sensible(remote.Media[line].Rtp),
                RemoteRtcp = MediaTargets.Sensible(remote.Media[line].Rtcp),
                SignallingSource = leg.PeerAddress,
                IsPeerHere = context.MediaTargets.IsHere(leg.PeerAddress) || context.MediaTargets.IsHere(remote.Media[line].Address)
                    || context.MediaTargets.IsHere(remote.Media[line].Rtcp.Address),
                CarriesDtls = remote.Media[line].Protocol.StartsWith("UDP/TLS/", StringComparison.OrdinalIgnoreCase),
                Sink = sink.Key,
                Map = map,
                OpensLatch = opensLatch,
                ClockRate = RtpCodec.ClockRateOf(Codec),
                ForeignPayloads = PayloadSet.NotIn(ShownOf(line), remote.Media[line]),
                ExpectsMedia = leg.Call.State is CallState.Established && remote.Media[line].Direction.CanSend() && JoinedWith?.IsHeld(line) == false,
                DeadAfter = context.Settings.MediaTimeout,
                Tap = line == SoundLine ? leg.Call.TapOf(leg) : null,
            });
        }
    }

    private static SdpMedia? FirstInUse(SdpSession? session)
    {
        for (int i = 0; i < session?.Media.Count; i++)
        {
            if (!session.Media[i].IsRefused)
            {
                return session.Media[i];
            }
        }
        return null;
    }

    private SdpMedia? ShownOf(int line) => Face.Shown?.Media.ElementAtOrDefault(line);

    private bool IsLive(int line) => _paths[line] is not null && line < _agreed.Count && _agreed[line];

    private bool IsHeld(int line) => Remote is not { } remote || line >= remote.Media.Count || remote.Media[line].IsHeld;

    /// <summary>How many paths a leg needs for it.</summary>
    public static int RelayedLines(SdpSession? shape) => shape?.Media.Count(static line => line.IsRelayed) ?? 0;
}
