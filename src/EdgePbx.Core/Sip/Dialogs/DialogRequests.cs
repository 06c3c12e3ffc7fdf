namespace EdgePbx.Core;

/// <summary>Writes the head that every request of a dialog has (RFC 3261 12.2.1.1).</summary>
internal static class DialogRequests
{
    /// <summary>Request line, Via, Route, Max-Forwards, From, To, Call-ID and CSeq, in this order.</summary>
    /// <param name="sentBy">Our address as the next hop sees it.</param>
    public static void Begin(ref SipWriter writer, Dialog dialog, SipMethod method, uint cseq, ReadOnlySpan<byte> branch, in SipFlow hop, NetEndpoint sentBy)
    {
        bool isStrict = !dialog.Routes.IsLoose;
        writer.RequestLine(method, isStrict ? dialog.Routes.FirstUri : dialog.RemoteTarget);
        WriteVia(ref writer, hop.Transport, sentBy, branch);
        for (int i = isStrict ? 1 : 0; i < dialog.Routes.Routes.Count; i++)
        {
            writer.Header(HeaderName.Route, dialog.Routes.Routes[i]);
        }
        if (isStrict)
        {
            writer.BeginHeader(HeaderName.Route);
            writer.Raw("<"u8);
            writer.Raw(dialog.RemoteTarget);
            writer.Raw(">"u8);
            writer.EndHeader();
        }
        writer.Header(HeaderName.MaxForwards, 70);
        WriteAddress(ref writer, HeaderName.From, dialog.LocalAddress, dialog.LocalTag);
        WriteAddress(ref writer, HeaderName.To, dialog.RemoteAddress, dialog.RemoteTag);
        writer.Header(HeaderName.CallId, dialog.CallId);
        WriteCSeq(ref writer, cseq, method);
    }

    public static void WriteVia(ref SipWriter writer, SipTransport transport, NetEndpoint sentBy, ReadOnlySpan<byte> branch)
    {
        writer.BeginHeader(HeaderName.Via);
        writer.Raw(transport == SipTransport.Udp ? "SIP/2.0/UDP "u8 : "SIP/2.0/TCP "u8);
        writer.Raw(sentBy);
        writer.Raw(";rport;branch="u8);
        writer.Raw(branch);
        writer.EndHeader();
    }

    public static void WriteAddress(ref SipWriter writer, HeaderName name, ReadOnlySpan<byte> address, ReadOnlySpan<byte> tag)
    {
        writer.BeginHeader(name);
        writer.Raw(address);
        if (!tag.IsEmpty)
        {
            writer.Raw(";tag="u8);
            writer.Raw(tag);
        }
        writer.EndHeader();
    }

    public static void WriteCSeq(ref SipWriter writer, uint cseq, SipMethod method)
    {
        writer.BeginHeader(HeaderName.CSeq);
        writer.Raw(cseq);
        writer.Raw(" "u8);
        writer.Raw(SipMethods.NameOf(method));
        writer.EndHeader();
    }
}
