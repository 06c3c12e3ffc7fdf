namespace EdgePbx.Core;

/// <summary>What every response takes from its request (RFC 3261 sections 8.2.6.2 and 18.2, RFC 3581).</summary>
public static class SipResponse
{
    private const int DefaultPort = 5060;

    /// <summary>
    /// Status line, all Vias, From, To, Call-ID and CSeq; Timestamp in a 100. A header that the request lacks is left
    /// out. Record-Route is not among them: see <see cref="CopyRecordRoutes"/>.
    /// </summary>
    /// <param name="reason">Empty for the phrase that belongs to the status.</param>
    /// <param name="toTag">Added to To if that has no tag, unless this is a 100 (section 8.2.6.2).</param>
    /// <param name="source">Where the request came from; goes into the top Via as received and rport.</param>
    public static void Begin(
        ref SipWriter w,
        SipMessage request,
        int status,
        scoped ReadOnlySpan<byte> reason,
        scoped ReadOnlySpan<byte> toTag,
        NetEndpoint source)
    {
        w.StatusLine(status, reason.IsEmpty ? PhraseOf(status) : reason);
        CopyVias(ref w, request, source);
        Copy(ref w, request, HeaderName.From);
        if (request.Has(HeaderName.To))
        {
            w.BeginHeader(HeaderName.To);
            bool addsTag = request.ToTag.IsEmpty && !toTag.IsEmpty && status != 100;
            ReadOnlySpan<byte> to = request.First(HeaderName.To);
            w.Raw(addsTag ? to.TrimEnd("; \t"u8) : to); // what a parameter follows must not end with a semicolon of its own
            if (addsTag)
            {
                w.Raw(";tag="u8);
                w.Raw(toTag);
            }
            w.EndHeader();
        }
        Copy(ref w, request, HeaderName.CallId);
        Copy(ref w, request, HeaderName.CSeq);
        if (status == 100)
        {
            Copy(ref w, request, HeaderName.Timestamp);
        }
    }

    /// <summary>For responses that make a dialog (section 12.1.1).</summary>
    public static void CopyRecordRoutes(ref SipWriter w, SipMessage request)
    {
        for (byte i = request.FirstField(HeaderName.RecordRoute); i != HeaderField.None; i = request.NextField(i))
        {
            w.Header(HeaderName.RecordRoute, request.ValueAt(i));
        }
    }

    public static ReadOnlySpan<byte> PhraseOf(int status) => ReasonPhrases.Of(status);

    /// <summary>
    /// Where a response over UDP goes: to the address the request came from, at its port if it asked for that with
    /// rport (RFC 3581 4), otherwise at the port in the top Via (RFC 3261 18.2.2; maddr is ignored). Over TCP: back.
    /// </summary>
    public static bool TryGetDestination(SipMessage request, in SipFlow source, out NetEndpoint destination)
    {
        ushort port = source.Transport == SipTransport.Udp ? PortOfVia(request) : (ushort)0;
        destination = port == 0 ? source.Remote : source.Remote with { Port = port };
        return !destination.IsNone;
    }

    /// <summary>The port that the top Via wants responses at; 0: that which the request came from (RFC 3581 4), or there is no Via.</summary>
    internal static ushort PortOfVia(SipMessage request) =>
        request.TryGetTopVia(out Via via) && !via.HasRport ? (ushort)(via.Port == 0 ? DefaultPort : via.Port) : (ushort)0;

    private static void Copy(ref SipWriter w, SipMessage request, HeaderName name)
    {
        if (request.Has(name))
        {
            w.Header(name, request.First(name));
        }
    }

    private static void CopyVias(ref SipWriter w, SipMessage request, NetEndpoint source)
    {
        bool isTop = true;
        for (byte i = request.FirstField(HeaderName.Via); i != HeaderField.None; i = request.NextField(i))
        {
            ReadOnlySpan<byte> value = request.ValueAt(i);
            w.BeginHeader(HeaderName.Via);
            if (isTop && request.TryGetTopVia(out Via via) && value.Overlaps(via.SentBy))
            {
                WriteTopVia(ref w, value, via, source);
                isTop = false; // an empty field before it is no Via
            }
            else
            {
                w.Raw(value);
            }
            w.EndHeader();
        }
    }

    /// <summary>The first of the field's values with received and rport as they should be; the others follow as they are.</summary>
    private static void WriteTopVia(ref SipWriter w, ReadOnlySpan<byte> field, in Via via, NetEndpoint source)
    {
        bool needsReceived = via.HasRport || !HostLiteral.TryParse(via.Host, out NetAddress host) || host != source.Address;
        if (source.IsNone || (!needsReceived && via.Received.IsEmpty))
        {
            w.Raw(field);
            return;
        }
        ReadOnlySpan<byte> parameters = via.Parameters;
        int start = parameters.IsEmpty ? EndOf(field, via.SentBy) : EndOf(field, parameters) - parameters.Length;
        w.Raw(field[..start]);
        var walk = new Parameters(parameters);
        while (walk.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (!Via.IsSetByServer(name))
            {
                WriteParameter(ref w, name, value);
            }
        }
        if (needsReceived)
        {
            w.Raw(";received="u8);
            w.RawBare(source.Address);
        }
        if (via.HasRport)
        {
            w.Raw(";rport="u8);
            w.Raw(source.Port);
        }
        w.Raw(field[(start + parameters.Length)..]);
    }

    private static void WriteParameter(ref SipWriter w, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        w.Raw(";"u8);
        w.Raw(name);
        if (!value.IsEmpty)
        {
            w.Raw("="u8);
            w.Raw(value);
        }
    }

    /// <summary>Where a part of this text ends, counted from the text's start.</summary>
    private static int EndOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) =>
        text.Overlaps(part, out int offset) ? offset + part.Length : text.Length;
}
