namespace EdgePbx.Core;

/// <summary>The head of a request that belongs to an INVITE's transaction: CANCEL (RFC 3261 9.1), and the ACK to a refusal (17.1.1.3).</summary>
internal static class InviteFollowUps
{
    /// <summary>Request URI, the one Via, Route, From, Call-ID and CSeq number are the INVITE's.</summary>
    /// <param name="to">The INVITE's own To for a CANCEL, the response's for an ACK.</param>
    public static void Begin(ref SipWriter writer, SipMethod method, SipMessage invite, ReadOnlySpan<byte> to)
    {
        writer.RequestLine(method, invite.RequestUri);
        writer.Header(HeaderName.Via, invite.First(HeaderName.Via));
        foreach (ReadOnlySpan<byte> route in invite.Values(HeaderName.Route))
        {
            writer.Header(HeaderName.Route, route);
        }
        writer.Header(HeaderName.MaxForwards, 70);
        writer.Header(HeaderName.From, invite.First(HeaderName.From));
        writer.Header(HeaderName.To, to);
        writer.Header(HeaderName.CallId, invite.CallId);
        DialogRequests.WriteCSeq(ref writer, invite.CSeqNumber, method);
    }
}
