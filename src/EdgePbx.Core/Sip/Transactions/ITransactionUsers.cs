namespace EdgePbx.Core;

/// <summary>Who is told what happens to a request that we received (RFC 3261 17.2: the TU).</summary>
internal interface IServerTransactionUser
{
    /// <summary>An ACK that names the transaction of an accepted INVITE: from peers that reuse the branch (RFC 6026 7.1).</summary>
    void OnAck(Instant now, ServerTransaction transaction, SipMessage ack);

    /// <summary>The ACK to our refusal of an INVITE came: only now may we send an INVITE ourselves (RFC 3261 14.1).</summary>
    void OnConfirmed(Instant now, ServerTransaction transaction);

    /// <summary>Our final response to an INVITE was never acknowledged (timer H), or can't be delivered.</summary>
    void OnFailed(Instant now, ServerTransaction transaction);

    /// <summary>A CANCEL for it came and was answered.</summary>
    void OnCancel(Instant now, ServerTransaction transaction);

    /// <summary>It is gone; nothing is matched to it any more.</summary>
    void OnTerminated(Instant now, ServerTransaction transaction);
}

/// <summary>Who is told what happens to a request that we sent (RFC 3261 17.1: the TU).</summary>
internal interface IClientTransactionUser
{
    /// <summary>A response. <paramref name="response"/> is valid during the call only.</summary>
    void OnResponse(Instant now, ClientTransaction transaction, SipMessage response, in SipFlow source);

    /// <summary>There will be no final response: 408 when the time is over, 503 when the transport can't deliver (RFC 3261 8.1.3.1).</summary>
    void OnFailed(Instant now, ClientTransaction transaction, int status);

    /// <summary>It is gone; nothing is matched to it any more.</summary>
    void OnTerminated(Instant now, ClientTransaction transaction);
}
