namespace EdgePbx.Core;

/// <summary>
/// A 2xx by another phone behind a fork, to an INVITE of ours whose call is over: ACK, then BYE (RFC 3261 13.2.2.4, C-17, C-25).
/// While the call is up <see cref="OutgoingInvite"/> does that; afterwards only the ACK to the 2xx that was wanted is known.
/// </summary>
internal sealed class StrayAnswers(PbxContext context)
{
    public void HangUp(Instant now, RememberedRequest known, SipMessage response, in SipFlow source)
    {
        SipBuffer copy = context.Buffers.RentCopy(known.Message.Span);
        SipMessage first = context.Transactions.RentMessage();
        if (SipParser.TryParse(copy.Bytes, copy.Length, isStream: false, first, out _)
            && DialogFactory.FromResponse(first, response, source, default) is { } stray)
        {
            Acknowledge(now, known, first, stray);
            stray.LocalCSeq = Math.Max(stray.LocalCSeq, known.LastCSeq);
            Hangup.SendBye(context, now, stray, default, known.Ledger);
        }
        context.Transactions.ReturnMessage(first);
        copy.Return();
    }

    private void Acknowledge(Instant now, in RememberedRequest known, SipMessage first, Dialog stray)
    {
        SipFlow hop = context.NextHops.Of(stray);
        SipWriter writer = context.BeginRequest(stray, SipMethod.Ack, first.CSeqNumber, context.NewBranch(), hop);
        bool hasContact = NameAddress.TryParse(first.First(HeaderName.Contact), out NameAddress contact) & SipUri.TryParse(contact.Uri, out SipUri uri);
        context.WriteContact(ref writer, hasContact ? uri.User : default, hop);
        if (context.Finish(ref writer, default, default) is { } ack)
        {
            context.Transactions.SendOnce(hop, ack.Span);
            known.Ledger?.Open(ReceiptKind.Transaction); // of the same INVITE, and as long
            context.Transactions.RememberAck(
                now, new RememberedRequest { Name = known.Name, Number = known.Number, Ledger = known.Ledger, Flow = hop, LastCSeq = known.LastCSeq }, stray.RemoteTag, ack.Span,
                isStray: true);
            ack.Return();
        }
    }
}
