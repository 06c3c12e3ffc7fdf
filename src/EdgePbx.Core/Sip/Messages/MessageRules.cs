namespace EdgePbx.Core;

/// <summary>
/// What a message must have before anything else looks at it (RFC 3261 sections 8.1.1, 16.3 and 20): whatever names its
/// transaction and its dialog. Who needs another field finds out himself whether it can be read.
/// </summary>
internal static class MessageRules
{
    /// <summary>Notes the first fault; reads the tags and CSeq into the message on the way.</summary>
    internal static void Check(SipMessage message, ref SipParseError fault)
    {
        CheckVia(message, ref fault);
        CheckParties(message, ref fault);
        CheckCallId(message, ref fault);
        CheckCSeq(message, ref fault);
        CheckMaxForwards(message, ref fault);
    }

    private static void CheckVia(SipMessage message, ref SipParseError fault)
    {
        if (!message.TryGetTopVia(out _))
        {
            fault.Note(400, message.Has(HeaderName.Via) ? "Malformed Via" : "Missing Via");
        }
    }

    /// <summary>
    /// Within a dialog the tags are all that counts of From and To, in a response or CANCEL not even they; a request that makes a
    /// dialog, or stands alone, names two addresses.
    /// </summary>
    private static void CheckParties(SipMessage message, ref SipParseError fault)
    {
        message.SetTags(NameAddress.TagOf(message.First(HeaderName.From)), NameAddress.TagOf(message.First(HeaderName.To)));
        if (message.IsRequest && message.Method != SipMethod.Cancel)
        {
            bool mustBeRead = message.ToTag.IsEmpty && !message.NeedsLittle;
            CheckParty(message, HeaderName.From, mustBeRead, "Malformed From", "Missing From", ref fault);
            CheckParty(message, HeaderName.To, mustBeRead, "Malformed To", "Missing To", ref fault);
        }
    }

    private static void CheckParty(
        SipMessage message, HeaderName name, bool mustBeRead, string malformed, string missing, ref SipParseError fault)
    {
        if (!message.Has(name))
        {
            fault.Note(400, missing);
        }
        else if (mustBeRead && (!NameAddress.TryParse(message.First(name), out NameAddress address) || address.IsWildcard))
        {
            fault.Note(400, malformed);
        }
    }

    /// <summary>callid = word [ "@" word ]; more is let through than word allows, but no blank and no control character.</summary>
    private static void CheckCallId(SipMessage message, ref SipParseError fault)
    {
        ReadOnlySpan<byte> callId = message.CallId;
        if (callId.IsEmpty || callId[0] == (byte)'@' || callId.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            fault.Note(400, message.Has(HeaderName.CallId) ? "Malformed Call-ID" : "Missing Call-ID");
        }
    }

    private static void CheckCSeq(SipMessage message, ref SipParseError fault)
    {
        if (!CSeq.TryParse(message.First(HeaderName.CSeq), out CSeq cseq))
        {
            fault.Note(400, message.Has(HeaderName.CSeq) ? "Malformed CSeq" : "Missing CSeq");
            return;
        }
        message.SetCSeq(cseq);
        if (message.IsRequest && !cseq.MethodName.SequenceEqual(message.MethodName))
        {
            // a method from the future is told to be unknown, not malformed (RFC 4475 3.1.2.18)
            bool isUnknown = message.Method == SipMethod.Unknown;
            fault.Note(isUnknown ? 501 : 400, isUnknown ? "Not Implemented" : "CSeq Method Differs");
        }
    }

    /// <summary>0 to 255 (section 20.22); a request without it is tolerated, as RFC 2543 had none.</summary>
    private static void CheckMaxForwards(SipMessage message, ref SipParseError fault)
    {
        if (!message.NeedsLittle && message.Has(HeaderName.MaxForwards)
            && !(SipChars.TryReadUInt32(message.First(HeaderName.MaxForwards), out uint hops) && hops <= byte.MaxValue))
        {
            fault.Note(400, "Malformed Max-Forwards");
        }
    }
}
