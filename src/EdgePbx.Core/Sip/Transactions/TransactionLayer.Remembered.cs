namespace EdgePbx.Core;

/// <summary>Told of a 2xx by another phone behind a fork, to an INVITE whose call is over.</summary>
/// <param name="known">The INVITE, with the ACK to the 2xx that was wanted.</param>
internal delegate void StrayAnswered(Instant now, RememberedRequest known, SipMessage response, in SipFlow source);

// what is known of transactions that nobody waits for
internal sealed partial class TransactionLayer
{
    /// <summary>More answers to one INVITE than any fork downstream gives; the rest is not answered (RFC 3261 13.2.2.4).</summary>
    public const int StrayLimit = 8;

    private RememberedRequests? _remembered;

    public RememberedRequests Remembered => _remembered ??= new RememberedRequests(timers, _mergeable);

    public StrayAnswered? StrayAnswered { get; set; }

    /// <summary>True for a copy of what is remembered only: it got its answer again, or needs none.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="request">Any.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="known">Else the request's transaction, as <see cref="Match"/> finds it.</param>
    public bool TryAbsorb(Instant now, SipMessage request, in SipFlow source, out ServerTransaction? known)
    {
        known = null;
        if (!TryNameServer(request, request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method, out ulong name) || _servers.TryGetValue(name, out known))
        {
            return false;
        }
        ref RememberedRequest one = ref Remembered.Find(name, out bool isThere);
        if (!isThere || one.IsOurs)
        {
            return false;
        }
        if (one.Kind != RememberedKind.Accepted)
        {
            // as a transaction does: a copy from the same address by another port shows the way back, one from elsewhere does not
            one.Flow = source.Remote.Address == one.Flow.Remote.Address && source.Transport == one.Flow.Transport ? source : one.Flow;
            SendOnce(one.ReplyFlow, one.Message.Span);
        }
        else if (request.Method != SipMethod.Ack)
        {
            OnInviteRetransmissionAbsorbed(now);
        }
        return true;
    }

    /// <summary>The INVITE that a CANCEL means, which was accepted and whose call is over: it changes nothing, and is answered (RFC 3261 9.2).</summary>
    public bool TryFindAccepted(SipMessage cancel, out ReadOnlySpan<byte> localTag, out CallLedger? ledger)
    {
        localTag = default;
        ledger = null;
        if (!TryNameServer(cancel, SipMethod.Invite, out ulong name))
        {
            return false;
        }
        ref RememberedRequest one = ref Remembered.Find(name, out bool isThere);
        if (!isThere || one.Kind != RememberedKind.Accepted)
        {
            return false;
        }
        localTag = one.Message.Span;
        ledger = one.Ledger;
        return true;
    }

    /// <summary>Keeps an ACK for copies of the 2xx that it was for.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="invite">Its names.</param>
    /// <param name="tag">Of the 2xx.</param>
    /// <param name="ack">All of it.</param>
    /// <param name="isStray">Nobody wanted that 2xx.</param>
    public void RememberAck(Instant now, RememberedRequest invite, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> ack, bool isStray = false)
    {
        invite.Kind = isStray ? RememberedKind.Stray : RememberedKind.Acknowledged;
        invite.Tag = SipHash.Of(nameKey, tag);
        Remembered.Add(now, invite, ack);
    }

    private bool TryAcknowledgeAgain(Instant now, ulong name, SipMessage response, in SipFlow source)
    {
        ref RememberedRequest one = ref Remembered.Find(name, out bool isThere);
        if (!isThere || !one.IsOurs)
        {
            return false;
        }
        if (response.StatusCode is < 200 or >= 300)
        {
            return true;
        }
        ulong tag = SipHash.Of(nameKey, response.ToTag);
        RememberedRequest last = one;
        int answers = 0;
        bool isWantedKnown = false;
        for (; isThere; answers++)
        {
            isWantedKnown |= one.Kind == RememberedKind.Acknowledged;
            if (one.Tag == tag)
            {
                SendOnce(one.Flow, one.Message.Span); // the ACK was lost (RFC 3261 13.2.2.4)
                return true;
            }
            one = ref Remembered.FindEarlier(one, out isThere);
        }
        // a stray one is remembered for longer than the wanted one: what comes then may be a copy of the latter, and must not end its call
        if (isWantedKnown && answers < StrayLimit && last.Flow.Remote.Address == source.Remote.Address) // nobody else was asked
        {
            StrayAnswered?.Invoke(now, last, response, source);
        }
        return true;
    }

    private bool TryNameServer(SipMessage request, SipMethod method, out ulong name)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var key = new KeyBuilder(buffer);
        AddServerKey(ref key, request, method);
        name = key.HasOverflowed ? 0 : NameOf(key);
        return !key.HasOverflowed;
    }
}
