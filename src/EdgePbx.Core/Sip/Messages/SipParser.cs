namespace EdgePbx.Core;

/// <summary>Turns the bytes of one message into a <see cref="SipMessage"/>, or says what is wrong with them (RFC 3261 section 7).</summary>
public static class SipParser
{
    /// <param name="buffer">Is changed: blank lines before the message go, folded lines are unfolded.</param>
    /// <param name="length">Bytes of <paramref name="buffer"/> that are the message.</param>
    /// <param name="isStream">
    /// From a stream: Content-Length must be there. From a datagram: without it the body goes to the end, what is too
    /// much is ignored and what is too short is refused (RFC 3261 18.3).
    /// </param>
    /// <param name="error">
    /// With a status, <paramref name="into"/> is indexed far enough for <see cref="SipResponse.Begin"/> to answer.
    /// Responses and ACK are never answered, nor is what is no SIP message at all.
    /// </param>
    public static bool TryParse(byte[] buffer, int length, bool isStream, SipMessage into, out SipParseError error)
    {
        length = DropBlankLines(buffer, length);
        into.Reset(buffer, length);
        error = default;
        Span<byte> text = buffer.AsSpan(0, length);
        int endOfLine = HeaderSection.EndOfLine(text, 0);
        if (endOfLine < 0 || !StartLine.TryRead(text[..endOfLine], into, ref error))
        {
            error = new SipParseError(0, "Not a SIP Message");
            return false;
        }
        if (length > SipLimits.MessageBytes)
        {
            error.Note(413, "Message Too Large");
        }
        int head = HeaderSection.Read(text, endOfLine + 2, into, ref error);
        into.SetBody(head, BodyLength(into, head, length - head, isStream, ref error));
        MessageRules.Check(into, ref error);
        if (error.IsNone)
        {
            return true;
        }
        if (!into.IsRequest || into.Method == SipMethod.Ack || !into.Has(HeaderName.Via))
        {
            error = error with { Status = 0 };
        }
        return false;
    }

    /// <summary>Moves the message to the front, so that offsets count from its own start (section 7.5 has blank lines ignored).</summary>
    private static int DropBlankLines(byte[] buffer, int length)
    {
        int blank = 0;
        while (blank + 1 < length && buffer[blank] == (byte)'\r' && buffer[blank + 1] == (byte)'\n')
        {
            blank += 2;
        }
        if (blank > 0)
        {
            buffer.AsSpan(blank, length - blank).CopyTo(buffer);
        }
        return length - blank;
    }

    private static int BodyLength(SipMessage message, int head, int available, bool isStream, ref SipParseError fault)
    {
        if (!message.Has(HeaderName.ContentLength))
        {
            if (isStream)
            {
                fault.Note(400, "Missing Content-Length");
            }
            return available;
        }
        bool isKnown = SipChars.TryReadUInt32(message.First(HeaderName.ContentLength), out uint length);
        if (message.NeedsLittle && !isStream && (!isKnown || length > available))
        {
            return available; // the datagram has an end of its own, and a description that was cut is found out by its reader
        }
        if (!isKnown)
        {
            fault.Note(400, "Malformed Content-Length");
            return available;
        }
        if (length > available)
        {
            bool isTooLarge = length > SipLimits.MessageBytes - head;
            fault.Note(isTooLarge ? 413 : 400, isTooLarge ? "Message Too Large" : "Body Shorter Than Content-Length");
            return available;
        }
        return (int)length;
    }
}
