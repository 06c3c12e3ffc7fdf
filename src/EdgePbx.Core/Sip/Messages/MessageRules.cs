namespace EdgePbx.Core;

/// <summary>What a message must have before anything else looks at it (RFC 3261 sections 8.1.1, 16.3 and 20).</summary>
internal static class MessageRules
{
    /// <summary>Notes the first fault; reads the tags and CSeq into the message on the way.</summary>
    internal static void Check(SipMessage message, ref SipParseError fault)
    {
        CheckVia(message, ref fault);
        CheckParties(message, ref fault);
        CheckCallId(message, ref fault);
        CheckCSeq(message, ref fault);
        CheckContacts(message, ref fault);
        CheckMaxForwards(message, ref fault);
    }

    private static void CheckVia(SipMessage message, ref SipParseError fault)
    {
        if (!message.TryGetTopVia(out _))
        {
            fault.Note(400, message.Has(HeaderName.Via) ? "Malformed Via" : "Missing Via");
        }
    }

    private static void CheckParties(SipMessage message, ref SipParseError fault)
    {
        bool hasFrom = NameAddress.TryParse(message.First(HeaderName.From), out NameAddress from) && !from.IsWildcard;
        bool hasTo = NameAddress.TryParse(message.First(HeaderName.To), out NameAddress to) && !to.IsWildcard;
        message.SetTags(from.Tag, to.Tag);
        if (!hasFrom)
        {
            fault.Note(400, message.Has(HeaderName.From) ? "Malformed From" : "Missing From");
        }
        if (!hasTo)
        {
            fault.Note(400, message.Has(HeaderName.To) ? "Malformed To" : "Missing To");
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

    private static void CheckContacts(SipMessage message, ref SipParseError fault)
    {
        var contacts = new HeaderValues(message, HeaderName.Contact, keepsEmpty: true);
        while (contacts.MoveNext())
        {
            if (!NameAddress.TryParse(contacts.Current, out _))
            {
                fault.Note(400, "Malformed Contact");
                return;
            }
        }
    }

    /// <summary>0 to 255 (section 20.22); a request without it is tolerated, as RFC 2543 had none.</summary>
    private static void CheckMaxForwards(SipMessage message, ref SipParseError fault)
    {
        if (message.Has(HeaderName.MaxForwards)
            && !(SipChars.TryReadUInt32(message.First(HeaderName.MaxForwards), out uint hops) && hops <= byte.MaxValue))
        {
            fault.Note(400, "Malformed Max-Forwards");
        }
    }
}
