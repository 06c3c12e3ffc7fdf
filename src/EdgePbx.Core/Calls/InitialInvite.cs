namespace EdgePbx.Core;

/// <summary>What the first INVITE to one contact says: fresh names towards the callee, nothing of the caller's (C-01, topology hiding).</summary>
internal sealed class InitialInvite
{
    public required byte[] CallId { get; init; }
    public required byte[] LocalTag { get; init; }

    /// <summary>The registered Contact URI.</summary>
    public required byte[] RequestUri { get; init; }

    public required SipFlow Hop { get; init; }
    public required DialogPeer Peer { get; init; }

    /// <summary>From and To, without tags.</summary>
    public required byte[] From { get; init; }

    public required byte[] To { get; init; }
    public required byte[] ContactUser { get; init; }

    /// <summary>The caller's, less one (C-04).</summary>
    public required uint MaxForwards { get; init; }

    /// <summary>The offer; empty when the callee shall make it.</summary>
    public required ReadOnlyMemory<byte> Sdp { get; init; }

    /// <summary>False when an offer in a reliable provisional response could not be carried to the caller.</summary>
    public required bool Offers100Rel { get; init; }

    public void Write(ref SipWriter writer, PbxContext context, uint cseq, ReadOnlySpan<byte> branch)
    {
        writer.RequestLine(SipMethod.Invite, RequestUri);
        DialogRequests.WriteVia(ref writer, Hop.Transport, context.SipEndpointFor(Hop), branch);
        writer.Header(HeaderName.MaxForwards, MaxForwards);
        DialogRequests.WriteAddress(ref writer, HeaderName.From, From, LocalTag);
        DialogRequests.WriteAddress(ref writer, HeaderName.To, To, default);
        writer.Header(HeaderName.CallId, CallId);
        DialogRequests.WriteCSeq(ref writer, cseq, SipMethod.Invite);
        context.WriteContact(ref writer, ContactUser, Hop);
        writer.Header(HeaderName.Allow, SipIdentity.Allow);
        writer.Header(HeaderName.Supported, Offers100Rel ? SipIdentity.Supported : "timer"u8);
        writer.Header(HeaderName.UserAgent, SipIdentity.Product);
    }
}
