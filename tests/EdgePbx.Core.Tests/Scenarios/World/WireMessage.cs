using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A SIP message as a phone sees it: text, read with the plainest means, so that a bug in our parser can't hide itself.</summary>
internal sealed class WireMessage
{
    private readonly List<(string Name, string Value)> _headers = [];

    public WireMessage(string text)
    {
        Text = text;
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Body = text[(end + 4)..];
        string[] lines = text[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n");
        StartLine = lines[0];
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.True(colon > 0, $"we wrote a line that is no header field: {line}");
            _headers.Add((line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }
        IsResponse = StartLine.StartsWith("SIP/2.0 ", StringComparison.Ordinal);
        Status = IsResponse ? int.Parse(StartLine.AsSpan(8, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;
        Method = IsResponse ? this["CSeq"].Split(' ')[^1] : StartLine.Split(' ')[0]; // a refusal echoes even a CSeq that can't be read
    }

    public string Text { get; }
    public string StartLine { get; }
    public string Body { get; }
    public bool IsResponse { get; }
    public int Status { get; }

    /// <summary>Of the request, or of the CSeq of a response.</summary>
    public string Method { get; }

    public string RequestUri => StartLine.Split(' ')[1];

    /// <summary>The first field of this name, or "".</summary>
    public string this[string name] => All(name).FirstOrDefault() ?? "";

    /// <summary>0 where a refusal echoes one that can't be read.</summary>
    public uint CSeq => uint.TryParse(this["CSeq"].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), out uint number) ? number : 0;
    public string Branch => Parameter(this["Via"], "branch");
    public string ToTag => Parameter(this["To"], "tag");
    public string FromTag => Parameter(this["From"], "tag");
    public string ContactUri => Inside(this["Contact"]);

    public IEnumerable<string> All(string name) =>
        _headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);

    public bool Has(string name) => All(name).Any();

    public bool HasToken(string name, string token) =>
        All(name).SelectMany(value => value.Split(',')).Any(value => value.Trim().Equals(token, StringComparison.OrdinalIgnoreCase));

    /// <summary>The number that a field is, as in RSeq or Retry-After.</summary>
    public uint Number(string name) => uint.Parse(this[name], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The direction that the session description names; "sendrecv" when it names none.</summary>
    public string Direction => new[] { "sendonly", "recvonly", "inactive" }
        .FirstOrDefault(direction => Body.Contains("a=" + direction, StringComparison.Ordinal)) ?? "sendrecv";

    /// <summary>The sess-version of the o= line.</summary>
    public ulong SdpVersion => ulong.Parse(Sdp("o=").Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The value of a line of the session description, as in <c>Sdp("m=")</c>.</summary>
    public string Sdp(string prefix) => Body.Split("\r\n").FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..] ?? "";

    public static string Parameter(string value, string name)
    {
        foreach (string part in value.Split(';').Skip(1))
        {
            string[] pair = part.Split('=', 2);
            if (pair[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return pair.Length > 1 ? pair[1].Trim() : "";
            }
        }
        return "";
    }

    public static string Inside(string value)
    {
        int open = value.IndexOf('<', StringComparison.Ordinal);
        return open < 0 ? value.Split(';')[0] : value[(open + 1)..value.IndexOf('>', StringComparison.Ordinal)];
    }

    public static WireMessage From(ReadOnlySpan<byte> bytes) => new(Encoding.UTF8.GetString(bytes));

    public override string ToString() => IsResponse ? $"{StartLine} ({this["CSeq"]})" : StartLine;
}
