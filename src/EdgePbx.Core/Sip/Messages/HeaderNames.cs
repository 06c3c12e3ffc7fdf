using System.Text;

namespace EdgePbx.Core;

/// <summary>Header field names on the wire: long and compact forms, in any case (RFC 3261 7.3.1, 7.3.3).</summary>
public static class HeaderNames
{
    /// <summary>The largest <see cref="HeaderName"/>, plus one.</summary>
    internal const int Count = (int)HeaderName.WwwAuthenticate + 1;

    private const int Slots = 512;
    private static readonly byte[][] Names = Bytes(
        "", "Accept", "Accept-Contact", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Allow-Events",
        "Answer-Mode", "Authentication-Info", "Authorization", "Call-ID", "Call-Info", "Contact", "Content-Disposition",
        "Content-Encoding", "Content-Language", "Content-Length", "Content-Type", "CSeq", "Date", "Diversion", "Error-Info",
        "Event", "Expires", "Flow-Timer", "From", "Geolocation", "History-Info", "Identity", "Identity-Info", "Info-Package",
        "In-Reply-To", "Join", "Max-Breadth", "Max-Forwards", "MIME-Version", "Min-Expires", "Min-SE", "Organization",
        "P-Asserted-Identity", "P-Associated-URI", "P-Early-Media", "P-Preferred-Identity", "Path", "Priority", "Privacy", "Proxy-Authenticate",
        "Proxy-Authorization", "Proxy-Require", "RAck", "Reason", "Record-Route", "Refer-Sub", "Refer-To", "Referred-By",
        "Reject-Contact", "Remote-Party-ID", "Replaces", "Reply-To", "Request-Disposition", "Require", "Retry-After", "Route",
        "RSeq", "Server", "Service-Route", "Session-Expires", "Session-ID", "SIP-ETag", "SIP-If-Match", "Subject",
        "Subscription-State", "Supported", "Target-Dialog", "Timestamp", "To", "Unsupported", "User-Agent", "Via", "Warning",
        "WWW-Authenticate");

    /// <summary>Single letters (RFC 3261 20; RFC 3515, 3841, 3892, 4028, 6665, 8224), by letter.</summary>
    private static readonly HeaderName[] Compact =
    [
        HeaderName.AcceptContact, HeaderName.ReferredBy, HeaderName.ContentType, HeaderName.RequestDisposition,
        HeaderName.ContentEncoding, HeaderName.From, HeaderName.Unknown, HeaderName.Unknown, HeaderName.CallId,
        HeaderName.RejectContact, HeaderName.Supported, HeaderName.ContentLength, HeaderName.Contact, HeaderName.IdentityInfo,
        HeaderName.Event, HeaderName.Unknown, HeaderName.Unknown, HeaderName.ReferTo, HeaderName.Subject, HeaderName.To,
        HeaderName.AllowEvents, HeaderName.Via, HeaderName.Unknown, HeaderName.SessionExpires, HeaderName.Identity,
        HeaderName.Unknown,
    ];

    /// <summary>Open addressing over length, first and last letter; the value in a slot is a <see cref="HeaderName"/>.</summary>
    private static readonly byte[] Table = BuildTable();

    private static readonly bool[] Lists = Flags(
        HeaderName.Accept, HeaderName.AcceptContact, HeaderName.AcceptEncoding, HeaderName.AcceptLanguage,
        HeaderName.AlertInfo, HeaderName.Allow, HeaderName.AllowEvents, HeaderName.CallInfo, HeaderName.Contact,
        HeaderName.ContentEncoding, HeaderName.ContentLanguage, HeaderName.Diversion, HeaderName.ErrorInfo,
        HeaderName.Geolocation, HeaderName.HistoryInfo, HeaderName.InReplyTo, HeaderName.PAssertedIdentity,
        HeaderName.PAssociatedUri, HeaderName.PEarlyMedia, HeaderName.PPreferredIdentity, HeaderName.Path,
        HeaderName.ProxyRequire, HeaderName.Reason, HeaderName.RecordRoute, HeaderName.RejectContact, HeaderName.RemotePartyId,
        HeaderName.RequestDisposition, HeaderName.Require, HeaderName.Route, HeaderName.ServiceRoute, HeaderName.Supported,
        HeaderName.Unsupported, HeaderName.Via, HeaderName.Warning);

    private static readonly bool[] Singles = Flags(
        HeaderName.CallId, HeaderName.CSeq, HeaderName.ContentLength, HeaderName.ContentType, HeaderName.From,
        HeaderName.MaxForwards, HeaderName.RAck, HeaderName.ReferTo, HeaderName.Replaces, HeaderName.RSeq,
        HeaderName.SessionExpires, HeaderName.To);

    public static HeaderName Parse(ReadOnlySpan<byte> name)
    {
        if (name.Length <= 1)
        {
            int letter = name.IsEmpty ? -1 : (name[0] | 0x20) - 'a';
            return (uint)letter < (uint)Compact.Length && char.IsAsciiLetter((char)name[0]) ? Compact[letter] : HeaderName.Unknown;
        }
        for (int slot = Slot(name); Table[slot] != 0; slot = (slot + 1) % Slots)
        {
            byte[] candidate = Names[Table[slot]];
            if (candidate.Length == name.Length && (name.SequenceEqual(candidate) || Ascii.EqualsIgnoreCase(name, candidate)))
            {
                return (HeaderName)Table[slot];
            }
        }
        return HeaderName.Unknown;
    }

    /// <summary>The long form as its RFC spells it; empty for <see cref="HeaderName.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(HeaderName name) => (int)name < Names.Length ? Names[(int)name] : default;

    /// <summary>
    /// What separates the values of one field: a comma (RFC 3261 7.3.1), a semicolon (Privacy, RFC 3323 4.2), or 0 for
    /// nothing.
    /// </summary>
    internal static byte SeparatorOf(HeaderName name) =>
        Lists[(int)name] ? (byte)',' : name == HeaderName.Privacy ? (byte)';' : (byte)0;

    /// <summary>A second field of this name makes the message malformed (RFC 4475 3.3.8, 3.3.9).</summary>
    internal static bool IsSingle(HeaderName name) => Singles[(int)name];

    private static int Slot(ReadOnlySpan<byte> name) =>
        ((name.Length * 37) + ((name[0] | 0x20) * 11) + ((name[^1] | 0x20) * 3) + (name[name.Length / 2] | 0x20)) % Slots;

    private static byte[] BuildTable()
    {
        byte[] table = new byte[Slots];
        for (int i = 1; i < Names.Length; i++)
        {
            int slot = Slot(Names[i]);
            while (table[slot] != 0)
            {
                slot = (slot + 1) % Slots;
            }
            table[slot] = (byte)i;
        }
        return table;
    }

    private static byte[][] Bytes(params ReadOnlySpan<string> names)
    {
        byte[][] bytes = new byte[names.Length][];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Encoding.ASCII.GetBytes(names[i]);
        }
        return bytes;
    }

    private static bool[] Flags(params ReadOnlySpan<HeaderName> names)
    {
        bool[] flags = new bool[Count];
        foreach (HeaderName name in names)
        {
            flags[(int)name] = true;
        }
        return flags;
    }
}
