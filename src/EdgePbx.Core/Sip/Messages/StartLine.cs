using System.Text;

namespace EdgePbx.Core;

/// <summary>The first line of a message (RFC 3261 sections 7.1 and 7.2).</summary>
internal static class StartLine
{
    private static ReadOnlySpan<byte> Version => "SIP/2.0"u8;

    /// <summary>
    /// Fills in what the line says. False when it is neither a request's nor a response's, so that nothing can be answered.
    /// </summary>
    internal static bool TryRead(ReadOnlySpan<byte> line, SipMessage message, ref SipParseError fault) =>
        StartsWithSip(line) ? TryReadStatusLine(line, message) : TryReadRequestLine(line, message, ref fault);

    /// <summary>
    /// A response with a wrong version or code outside 100 to 699 is dropped (RFC 4475 3.1.2.19), so nothing is filled in
    /// for it.
    /// </summary>
    private static bool TryReadStatusLine(ReadOnlySpan<byte> line, SipMessage message)
    {
        if (line.Length < Version.Length + 4
            || !Ascii.EqualsIgnoreCase(line[..Version.Length], Version)
            || line[Version.Length] != (byte)' ')
        {
            return false;
        }
        ReadOnlySpan<byte> rest = line[(Version.Length + 1)..];
        if (!SipChars.TryReadUInt32(rest[..3], out uint code) || code is < 100 or > 699 || (rest.Length > 3 && rest[3] != (byte)' '))
        {
            return false;
        }
        message.SetStatusLine((int)code, rest.Length > 4 ? rest[4..] : default);
        return true;
    }

    /// <summary>Single spaces only (section 7.1); what is in the wrong place makes a 400, another version a 505.</summary>
    private static bool TryReadRequestLine(ReadOnlySpan<byte> line, SipMessage message, ref SipParseError fault)
    {
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        if (first <= 0 || !SipChars.IsToken(line[..first]))
        {
            return false;
        }
        ReadOnlySpan<byte> version = line[(last + 1)..];
        bool hasVersion = last > first && StartsWithSip(version);
        if (!hasVersion && line.IndexOf(" SIP/"u8) < 0)
        {
            return false;
        }
        ReadOnlySpan<byte> uri = hasVersion ? line[(first + 1)..last] : default;
        message.SetRequestLine(line[..first], uri);
        if (!hasVersion || !IsVersion(version))
        {
            fault.Note(400, "Malformed Request-Line");
        }
        else if (!Ascii.EqualsIgnoreCase(version, Version)) // the name may be in any case (section 7.1)
        {
            fault.Note(505, "Version Not Supported");
        }
        else if (!message.NeedsLittle && (!SipUri.TryParse(uri, out SipUri target) || !target.Headers.IsEmpty)) // headers have no place here (section 19.1.1)
        {
            fault.Note(400, "Malformed Request-URI");
        }
        return true;
    }

    private static bool StartsWithSip(ReadOnlySpan<byte> text) => text.Length >= 4 && Ascii.EqualsIgnoreCase(text[..4], "SIP/"u8);

    private static bool IsVersion(ReadOnlySpan<byte> version)
    {
        ReadOnlySpan<byte> numbers = version[4..];
        int dot = numbers.IndexOf((byte)'.');
        return dot > 0 && SipChars.TryReadUInt32(numbers[..dot], out _) && SipChars.TryReadUInt32(numbers[(dot + 1)..], out _);
    }
}
