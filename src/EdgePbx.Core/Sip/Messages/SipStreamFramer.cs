namespace EdgePbx.Core;

/// <summary>What lies at the front of a stream's buffer.</summary>
public enum FrameResult : byte
{
    /// <summary>Nothing whole yet; nothing is consumed.</summary>
    NeedMore,

    /// <summary>One message.</summary>
    Message,

    /// <summary>CR LF CR LF, to be answered with CR LF (RFC 5626 3.5.1).</summary>
    KeepAlivePing,

    /// <summary>A CR LF, which is a pong or a blank line, or other white space and zeros between messages: to be passed over.</summary>
    KeepAlivePong,

    /// <summary>
    /// No start line, no usable Content-Length, or over the limits: where the next message starts can't be known. Answer what
    /// can be, then close the connection (RFC 4475 3.3.9).
    /// </summary>
    Invalid,
}

/// <summary>Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3).</summary>
public static class SipStreamFramer
{
    private static ReadOnlySpan<byte> Blanks => " \t\r\n\0"u8;

    /// <summary>All of them but CR, which may begin a ping.</summary>
    private static ReadOnlySpan<byte> Fillers => " \t\n\0"u8;

    /// <param name="buffered">What has come and has not been consumed.</param>
    /// <param name="consumed">
    /// How much of it is done with: 0 for <see cref="FrameResult.NeedMore"/>, all of it for <see
    /// cref="FrameResult.Invalid"/>.
    /// </param>
    /// <param name="length">
    /// The message's length; for Invalid that of its head if that is whole, to parse for an answer, otherwise 0.
    /// </param>
    public static FrameResult Next(ReadOnlySpan<byte> buffered, out int consumed, out int length)
    {
        length = 0;
        consumed = 0;
        if (buffered.IsEmpty || Blanks.Contains(buffered[0]))
        {
            return NextBlank(buffered, out consumed);
        }
        if (!SipChars.IsToken(buffered[..1]))
        {
            return Invalid(buffered, out consumed); // neither a method nor SIP/2.0 begins so: TLS, a binary protocol, a body that went on
        }
        int end = buffered.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return buffered.Length < SipLimits.MessageBytes ? FrameResult.NeedMore : Invalid(buffered, out consumed);
        }
        int head = end + 4;
        if (head > SipLimits.MessageBytes)
        {
            return Invalid(buffered, out consumed);
        }
        if (!IsStartLine(buffered[..buffered.IndexOf("\r\n"u8)]) || !TryFindLength(buffered[..(end + 2)], out uint body) || body > SipLimits.MessageBytes - head)
        {
            length = head;
            return Invalid(buffered, out consumed);
        }
        if (buffered.Length - head < body)
        {
            return FrameResult.NeedMore;
        }
        consumed = length = head + (int)body;
        return FrameResult.Message;
    }

    private static FrameResult Invalid(ReadOnlySpan<byte> buffered, out int consumed)
    {
        consumed = buffered.Length;
        return FrameResult.Invalid;
    }

    /// <summary>One CR LF alone may be the first half of a ping, so it waits for what comes next.</summary>
    private static FrameResult NextBlank(ReadOnlySpan<byte> buffered, out int consumed)
    {
        consumed = 0;
        if ("\r\n\r\n"u8.StartsWith(buffered[..Math.Min(4, buffered.Length)]))
        {
            if (buffered.Length < 4)
            {
                return FrameResult.NeedMore;
            }
            consumed = 4;
            return FrameResult.KeepAlivePing;
        }
        if (buffered.StartsWith("\r\n"u8))
        {
            consumed = 2;
            return FrameResult.KeepAlivePong;
        }
        // some phones keep the connection alive with other octets than RFC 5626 says; none of them begins a message
        int next = buffered[1..].IndexOfAnyExcept(Fillers);
        consumed = next < 0 ? buffered.Length : 1 + next;
        return FrameResult.KeepAlivePong;
    }

    /// <summary>"… SIP/2.0" or "SIP/2.0 …", whatever the version and the case: what is wrong with the rest the parser says.</summary>
    private static bool IsStartLine(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> last = line.TrimEnd((byte)' ');
        last = last[(last.LastIndexOf((byte)' ') + 1)..];
        return IsVersion(line) || IsVersion(last);
    }

    private static bool IsVersion(ReadOnlySpan<byte> text) => text.Length > 4 && System.Text.Ascii.EqualsIgnoreCase(text[..4], "SIP/"u8);

    /// <summary>The one Content-Length of this head; several that say the same are borne here and refused by the parser.</summary>
    private static bool TryFindLength(ReadOnlySpan<byte> head, out uint length)
    {
        length = 0;
        bool found = false;
        int start = head.IndexOf((byte)'\n') + 1;
        while (start < head.Length)
        {
            int end = EndOfField(head, start);
            ReadOnlySpan<byte> field = head[start..end];
            start = end;
            int colon = field[0] is (byte)'C' or (byte)'c' or (byte)'L' or (byte)'l' ? field.IndexOf((byte)':') : -1;
            if (colon < 0 || HeaderNames.Parse(SipChars.Trim(field[..colon])) != HeaderName.ContentLength)
            {
                continue;
            }
            ReadOnlySpan<byte> digits = field[(colon + 1)..].Trim(" \t\r\n"u8);
            if (!SipChars.TryReadUInt32(digits, out uint value) || (found && value != length))
            {
                return false;
            }
            length = value;
            found = true;
        }
        return found;
    }

    /// <summary>The index after the field's last LF, continuation lines included.</summary>
    private static int EndOfField(ReadOnlySpan<byte> head, int start)
    {
        int end = start;
        do
        {
            int length = head[end..].IndexOf((byte)'\n') + 1;
            end = length == 0 ? head.Length : end + length;
        }
        while (end < head.Length && SipChars.IsBlank(head[end]));
        return end;
    }
}
