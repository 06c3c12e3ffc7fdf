namespace EdgePbx.Core;

/// <summary>Finds the header fields between start line and body and enters them in the message's index (RFC 3261 section 7.3).</summary>
internal static class HeaderSection
{
    /// <summary>
    /// Reads up to the empty line. Folded lines are unfolded where they lie: CR LF before a blank become blanks (section
    /// 7.3.1). A line that is no header field, or holds a CR or LF that stands alone, is passed over: what it may have been is
    /// missed where it is needed.
    /// </summary>
    /// <returns>
    /// Where the body starts; the length of the text if the empty line is missing, which is a fault unless the message needs
    /// little and has that.
    /// </returns>
    internal static int Read(Span<byte> text, int start, SipMessage message, ref SipParseError fault)
    {
        int position = start;
        while (EndOfField(text, position) is int end and >= 0)
        {
            if (end == position)
            {
                return position + 2;
            }
            ReadField(text, position, end, message, ref fault);
            position = end + 2;
        }
        if (!message.NeedsLittle)
        {
            fault.Note(400, "Header Fields Not Terminated");
        }
        return text.Length;
    }

    /// <summary>The index of the CR LF that ends the field, its folds undone; -1: nothing ends it.</summary>
    private static int EndOfField(Span<byte> text, int start)
    {
        int end = IndexOfLineEnd(text, start);
        while (end > start && end + 2 < text.Length && SipChars.IsBlank(text[end + 2]))
        {
            int next = IndexOfLineEnd(text, end + 2);
            if (next >= 0)
            {
                text[end] = text[end + 1] = (byte)' ';
            }
            end = next;
        }
        return end;
    }

    private static int IndexOfLineEnd(ReadOnlySpan<byte> text, int start)
    {
        int length = text[start..].IndexOf("\r\n"u8);
        return length < 0 ? -1 : start + length;
    }

    /// <summary>The index of the next CR LF, or -1 if there is none before the text ends or a CR or LF stands alone.</summary>
    internal static int EndOfLine(ReadOnlySpan<byte> text, int start)
    {
        int length = text[start..].IndexOfAny((byte)'\r', (byte)'\n');
        int end = start + length;
        return length >= 0 && end + 1 < text.Length && text[end] == (byte)'\r' && text[end + 1] == (byte)'\n' ? end : -1;
    }

    private static void ReadField(ReadOnlySpan<byte> text, int start, int end, SipMessage message, ref SipParseError fault)
    {
        if (end - start > SipLimits.HeaderLineBytes)
        {
            if (!message.NeedsLittle)
            {
                fault.Note(400, "Header Field Too Long");
            }
            return;
        }
        ReadOnlySpan<byte> line = text[start..end];
        int colon = line.IndexOf((byte)':');
        int nameLength = colon;
        while (nameLength > 0 && SipChars.IsBlank(line[nameLength - 1]))
        {
            nameLength--;
        }
        if (nameLength <= 0 || line.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return;
        }
        ReadOnlySpan<byte> rawName = line[..nameLength];
        HeaderName name = HeaderNames.Parse(rawName);
        if (name == HeaderName.Unknown && !SipChars.IsToken(rawName))
        {
            return;
        }
        Add(line, start, colon, new HeaderField { Name = name, NameOffset = start, NameLength = (ushort)nameLength }, message, ref fault);
    }

    private static void Add(
        ReadOnlySpan<byte> line, int start, int colon, HeaderField field, SipMessage message, ref SipParseError fault)
    {
        int from = colon + 1;
        int to = line.Length;
        while (from < to && SipChars.IsBlank(line[from]))
        {
            from++;
        }
        while (to > from && SipChars.IsBlank(line[to - 1]))
        {
            to--;
        }
        field.ValueOffset = start + from;
        field.ValueLength = to - from;
        if (HeaderNames.IsSingle(field.Name) && message.Has(field.Name) && !IsHarmless(message, field.Name, line[from..to]))
        {
            fault.Note(400, "Repeated Header Field");
        }
        if (!message.TryAddField(field) && !message.NeedsLittle)
        {
            fault.Note(400, "Too Many Header Fields");
        }
    }

    /// <summary>The same name twice leaves no doubt which dialog is meant; of other fields the first counts.</summary>
    private static bool IsHarmless(SipMessage message, HeaderName name, ReadOnlySpan<byte> value) => message.NeedsLittle
        && (name is not (HeaderName.CallId or HeaderName.CSeq or HeaderName.From or HeaderName.To) || value.SequenceEqual(message.First(name)));
}
