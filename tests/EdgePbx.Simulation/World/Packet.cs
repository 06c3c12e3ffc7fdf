using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>
/// One message as it passes the box's door, read with the plainest means: a bug of the engine's parser can't hide itself here.
/// What can't be read is empty or 0.
/// </summary>
internal sealed class Packet
{
    private readonly int _headersEnd;

    public Packet(string text)
    {
        Text = text;
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        _headersEnd = end < 0 ? text.Length : end;
        int line = text.IndexOf("\r\n", StringComparison.Ordinal);
        ReadOnlySpan<char> start = line < 0 ? text : text.AsSpan(0, line);
        if (start.StartsWith("SIP/2.0 ", StringComparison.Ordinal))
        {
            _ = start.Length >= 11 && int.TryParse(start.Slice(8, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status) && (Status = status) > 0;
        }
        else
        {
            int blank = start.IndexOf(' ');
            Method = SipWords.Known(blank < 0 ? start : start[..blank]);
        }
        while (line >= 0 && line < _headersEnd)
        {
            int next = text.IndexOf("\r\n", line + 2, StringComparison.Ordinal);
            next = next < 0 || next > _headersEnd ? _headersEnd : next;
            Read(text.AsSpan(line + 2, next - line - 2));
            line = next < _headersEnd ? next : -1;
        }
    }

    public string Text { get; }
    public string Body => _headersEnd + 4 <= Text.Length ? Text[(_headersEnd + 4)..] : "";
    public bool HasBody => _headersEnd + 4 < Text.Length;
    public bool IsResponse => Status > 0;
    public int Status { get; }

    /// <summary>Of the request, or of the CSeq of a response.</summary>
    public string Method { get; private set; } = "";

    public string Via { get; private set; } = "";
    public string Branch { get; private set; } = "";
    public string From { get; private set; } = "";
    public string FromTag { get; private set; } = "";
    public string To { get; private set; } = "";
    public string ToTag { get; private set; } = "";
    public string CallId { get; private set; } = "";
    public uint CSeq { get; private set; }

    /// <summary>When it passed the box's door.</summary>
    public Instant At { get; set; }

    /// <summary>The number of the phone at the other end; -1: nobody is there.</summary>
    public int Phone { get; set; } = -1;

    /// <summary>By which connection it goes; none for a datagram.</summary>
    public Stream? Stream { get; set; }

    /// <summary>The phone means no sense by it, so nothing follows from it.</summary>
    public bool IsGarbage { get; set; }

    /// <summary>The first field of this name, or "".</summary>
    public string this[string name]
    {
        get
        {
            int at = FindHeader(name, 0);
            return at < 0 ? "" : ValueAt(at);
        }
    }

    /// <summary>All fields of this name.</summary>
    public IEnumerable<string> All(string name)
    {
        for (int at = FindHeader(name, 0); at >= 0; at = FindHeader(name, at))
        {
            yield return ValueAt(at);
        }
    }

    public bool Has(string name) => FindHeader(name, 0) >= 0;

    public bool HasToken(string name, string token) =>
        All(name).Any(value => value.Split(',').Any(word => word.AsSpan().Trim().Equals(token, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A field that is a number; 0 when it is none.</summary>
    public uint Number(string name)
    {
        string value = this[name];
        int digits = 0;
        while (digits < value.Length && char.IsAsciiDigit(value[digits]))
        {
            digits++;
        }
        return uint.TryParse(value.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : 0;
    }

    /// <summary>The URI of the Contact.</summary>
    public string ContactUri
    {
        get
        {
            string contact = this["Contact"];
            int open = contact.IndexOf('<', StringComparison.Ordinal);
            int close = contact.IndexOf('>', StringComparison.Ordinal);
            return open >= 0 && close > open ? contact[(open + 1)..close] : contact;
        }
    }

    /// <summary>The value of a line of the session description, as in <c>Sdp("m=")</c>.</summary>
    public string Sdp(string prefix)
    {
        int at = Text.IndexOf("\r\n" + prefix, Math.Min(_headersEnd + 2, Text.Length), StringComparison.Ordinal);
        if (at < 0)
        {
            return "";
        }
        at += 2 + prefix.Length;
        int end = Text.IndexOf("\r\n", at, StringComparison.Ordinal);
        return end < 0 ? Text[at..] : Text[at..end];
    }

    public static string Parameter(ReadOnlySpan<char> value, string name)
    {
        int close = value.LastIndexOf('>');
        int at = close < 0 ? 0 : close;
        while (at < value.Length)
        {
            int semicolon = value[at..].IndexOf(';');
            if (semicolon < 0)
            {
                return "";
            }
            at += semicolon + 1;
            ReadOnlySpan<char> rest = value[at..].TrimStart(' ');
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase) && rest.Length > name.Length && rest[name.Length] == '=')
            {
                rest = rest[(name.Length + 1)..];
                int end = rest.IndexOfAny(';', ' ', ',');
                return (end < 0 ? rest : rest[..end]).ToString();
            }
        }
        return "";
    }

    public override string ToString() => IsResponse ? $"{Status} ({CSeq} {Method})" : $"{Method} {CSeq}";

    private void Read(ReadOnlySpan<char> line)
    {
        int colon = line.IndexOf(':');
        if (colon < 2)
        {
            return;
        }
        ReadOnlySpan<char> value = line[(colon + 1)..].Trim(' ');
        switch (line[..colon])
        {
            case "Via" when Via.Length == 0:
                Via = value.ToString();
                Branch = Parameter(value, "branch");
                break;
            case "From":
                From = value.ToString();
                FromTag = Parameter(value, "tag");
                break;
            case "To":
                To = value.ToString();
                ToTag = Parameter(value, "tag");
                break;
            case "Call-ID":
                CallId = value.ToString();
                break;
            case "CSeq":
                int blank = value.IndexOf(' ');
                if (blank > 0 && uint.TryParse(value[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
                {
                    CSeq = number;
                    Method = IsResponse ? SipWords.Known(value[(blank + 1)..]) : Method;
                }
                break;
        }
    }

    private int FindHeader(string name, int after)
    {
        int at = after;
        while (true)
        {
            at = Text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (at < 0 || at >= _headersEnd)
            {
                return -1;
            }
            at += 2;
            if (Text.Length > at + name.Length && Text[at + name.Length] == ':' && Text.AsSpan(at, name.Length).SequenceEqual(name))
            {
                return at;
            }
        }
    }

    private string ValueAt(int at)
    {
        int colon = Text.IndexOf(':', at);
        int end = Text.IndexOf("\r\n", colon, StringComparison.Ordinal);
        return Text.AsSpan(colon + 1, (end < 0 ? Text.Length : end) - colon - 1).Trim(' ').ToString();
    }
}

/// <summary>The words of which there are few, so that not each message makes them anew.</summary>
internal static class SipWords
{
    private static readonly string[] Methods = ["INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "UPDATE", "PRACK", "INFO", "OPTIONS", "REFER"];

    public static string Known(ReadOnlySpan<char> word)
    {
        foreach (string method in Methods)
        {
            if (word.SequenceEqual(method))
            {
                return method;
            }
        }
        return word.ToString();
    }
}
