namespace EdgePbx.Core;

/// <summary>One peer-to-peer relation (RFC 3261 12): names, sequence numbers, routes and where the peer is. It belongs to a leg.</summary>
internal sealed class Dialog
{
    private SipFlow _flow;

    public required byte[] CallId { get; init; }
    public required byte[] LocalTag { get; init; }
    public required byte[] RemoteTag { get; init; }

    /// <summary>Our From in requests, without the tag parameter.</summary>
    public required byte[] LocalAddress { get; init; }

    /// <summary>The peer's To in our requests, without the tag parameter.</summary>
    public required byte[] RemoteAddress { get; init; }

    /// <summary>Set once more by the first 2xx (RFC 3261 13.2.2.4), then fixed.</summary>
    public required RouteSet Routes { get; set; }

    /// <summary>The peer's Contact URI; each target refresh replaces it (C-23).</summary>
    public required byte[] RemoteTarget { get; set; }

    /// <summary>Where the peer's messages come from.</summary>
    public required SipFlow Flow
    {
        get => _flow;
        set
        {
            _flow = value;
            Hold?.Move(value);
        }
    }

    /// <summary>While the dialog is listed: its peer's source is a known one.</summary>
    public SourceHold? Hold { get; set; }

    /// <summary>The peer can't be reached at its Contact: what we send goes where its messages come from.</summary>
    public bool IsBehindNat { get; set; }

    /// <summary>The number of our last request but ACK and CANCEL.</summary>
    public uint LocalCSeq { get; set; }

    /// <summary>The number of the peer's last request; null before the first.</summary>
    public uint? RemoteCSeq { get; set; }

    /// <summary>True for the side that chose the Call-ID: it waits longer after a 491 (RFC 3261 14.1).</summary>
    public bool OwnsCallId { get; init; }

    public uint NextCSeq() => ++LocalCSeq;

    /// <summary>
    /// False for a number that is not above the last one, which is answered with 500 (RFC 3261 12.2.2, C-24). The RFC says so of lower
    /// ones and has each request be one higher: the same number is a request that was heard before, however late its copy comes.
    /// </summary>
    public bool TryAdvanceRemote(uint number)
    {
        if (RemoteCSeq is { } last && number <= last)
        {
            return false;
        }
        RemoteCSeq = number;
        return true;
    }

    /// <summary>A request or 2xx that refreshes the target: where the peer now is, and says it is. An unusable Contact changes nothing.</summary>
    public void RefreshTarget(SipMessage message, in SipFlow source)
    {
        bool isElsewhere = source.Remote.Address != Flow.Remote.Address;
        Flow = source;
        if (RemoteTargets.TryRead(message, out ReadOnlySpan<byte> target))
        {
            if (!target.SequenceEqual(RemoteTarget))
            {
                RemoteTarget = target.ToArray();
            }
            if (isElsewhere)
            {
                // its messages come from another address: perhaps it is behind a NAT now. From the same address with
                // another Contact it only says where it wants to be called (C-23).
                IsBehindNat = NextHops.IsBehindNat(target, source);
            }
        }
    }

    /// <summary>Where a request of this dialog goes: the first route, or the remote target (RFC 3261 8.1.2).</summary>
    public SipFlow NextHop() => NextHops.Resolve(Routes.IsEmpty ? RemoteTarget : Routes.FirstUri, Flow, IsBehindNat && Routes.IsEmpty);
}
