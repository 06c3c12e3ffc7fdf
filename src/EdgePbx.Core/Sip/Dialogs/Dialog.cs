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

    /// <summary>The peer is a phone behind a proxy, which is reached at its Contact though its first message came from elsewhere.</summary>
    public bool IsBehindProxy { get; init; }

    /// <summary>The extension whose dialog it is: who shows its secret may speak in it from anywhere. Empty: nobody.</summary>
    public string Account { get; init; } = "";

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

    /// <summary>
    /// The peer's messages may come from this address: they did before, or its Contact names it (a phone behind a proxy speaks for itself
    /// once the proxy has stepped aside). A name proves nothing: it goes over the wire in clear.
    /// </summary>
    public bool Knows(NetAddress address) => address == Flow.Remote.Address
        || (SipUri.TryParse(RemoteTarget, out SipUri target) && NetAddress.TryParse(target.Host, out NetAddress named) && named == address);

    /// <summary>A request or 2xx that refreshes the target (C-23): where the peer now is, and says it is. An unusable Contact changes nothing.</summary>
    public void RefreshTarget(SipMessage message, in SipFlow source)
    {
        Flow = source;
        if (RemoteTargets.TryRead(message, out ReadOnlySpan<byte> target) && !target.SequenceEqual(RemoteTarget))
        {
            RemoteTarget = target.ToArray();
        }
    }

    /// <summary>The phone has registered from another place, and what it was reached by is no more.</summary>
    /// <param name="flow">Where it is now.</param>
    /// <param name="former">The Contact of its former registration.</param>
    /// <param name="contact">That of the new one.</param>
    public void Follow(in SipFlow flow, ReadOnlySpan<byte> former, ReadOnlySpan<byte> contact)
    {
        Flow = flow;
        if (RemoteTarget.AsSpan().SequenceEqual(former) && !contact.SequenceEqual(former))
        {
            RemoteTarget = contact.ToArray();
        }
    }
}
