using System.Globalization;
using System.Text;

namespace EdgePbx.Core;

/// <summary>Writes what stands below the o= line, in the order of RFC 8866 5.</summary>
internal sealed class SdpBody
{
    private readonly StringBuilder _text = new();
    private readonly SdpSession _from;
    private readonly CarriedLines _carried;

    public SdpBody(SdpSession from, NetAddress ourAddress)
    {
        _from = from;
        _carried = new CarriedLines(from);
        Line("s=-"); // the peer's title, name and mail address are none of the other leg's business
        Line($"c=IN {(ourAddress.IsV6 ? "IP6" : "IP4")} {ourAddress}");
        SessionLines(type => type == 'b');
        if (from.Lines.Any(line => line.Type == 't'))
        {
            SessionLines(type => type is 't' or 'r');
            SessionLines(type => type == 'z');
        }
        else
        {
            Line("t=0 0");
        }
        SessionLines(type => type == 'a');
    }

    /// <summary>The m= lines written so far.</summary>
    public List<MediaLine> Shown { get; } = [];

    /// <summary>A stream that we relay through our port.</summary>
    /// <param name="direction">What the other leg is to read; written only where the lines say otherwise.</param>
    public void Relayed(SdpMedia media, ushort port, MediaDirection direction, PayloadRenumbering? renumbering)
    {
        MediaLineOf(media.Line with { Formats = Renumbered(media.Formats, renumbering) }, port);
        bool rewritesDirection = direction != media.Direction;
        foreach (char type in "iba")
        {
            foreach (SdpLine line in media.Lines)
            {
                bool isStaleDirection = rewritesDirection && type == 'a' && MediaDirections.TryParse(line.Value, out _);
                if (line.Type == type && _carried.Carries(line) && !isStaleDirection)
                {
                    Renumbered(line, renumbering);
                }
            }
        }
        if (rewritesDirection)
        {
            Line("a=" + direction.ToAttribute());
        }
    }

    /// <summary>A stream that is refused or gone: port 0, and nothing else needs to be said (RFC 3264 8.2).</summary>
    public void Refused(MediaLine line, PayloadRenumbering? renumbering = null) =>
        MediaLineOf(line with { Formats = Renumbered(line.Formats, renumbering) }, port: 0);

    public override string ToString() => _text.ToString();

    private static IReadOnlyList<string> Renumbered(IReadOnlyList<string> formats, PayloadRenumbering? renumbering) =>
        renumbering is null ? formats : [.. formats.Select(renumbering.ShownToOfferer).OfType<string>()];

    private void SessionLines(Func<char, bool> isWanted)
    {
        foreach (SdpLine line in _from.Lines)
        {
            if (isWanted(line.Type) && _carried.Carries(line))
            {
                Line(line.ToString());
            }
        }
    }

    private void MediaLineOf(MediaLine line, ushort port)
    {
        IReadOnlyList<string> formats = line.Formats.Count > 0 ? line.Formats : ["0"]; // the grammar wants one, even of a refused stream
        Shown.Add(line with { Port = port, PortCount = 1, Formats = formats });
        Line($"m={line.Type} {port.ToString(CultureInfo.InvariantCulture)} {line.Protocol} {string.Join(' ', formats)}");
    }

    private void Renumbered(SdpLine line, PayloadRenumbering? renumbering)
    {
        bool namesFormat = line.IsAttribute("rtpmap") || line.IsAttribute("fmtp") || line.IsAttribute("rtcp-fb");
        if (renumbering is null || !namesFormat || !line.TrySplitFormat(out ReadOnlySpan<char> format, out ReadOnlySpan<char> parameters))
        {
            Line(line.ToString());
        }
        else if (renumbering.ShownToOfferer(format.ToString()) is string shown)
        {
            string rest = line.IsAttribute("fmtp") ? Parameters(parameters, renumbering) : parameters.ToString();
            Line($"a={line.AttributeName}:{shown} {rest}");
        }
    }

    /// <summary>
    /// Two formats name others in their parameters: retransmission (RFC 4588, <c>apt=96</c>) and redundancy (RFC 2198,
    /// <c>96/96</c>).
    /// </summary>
    private static string Parameters(ReadOnlySpan<char> parameters, PayloadRenumbering renumbering)
    {
        string text = parameters.ToString();
        if (text.Contains('/', StringComparison.Ordinal) && text.All(c => char.IsAsciiDigit(c) || c == '/'))
        {
            return string.Join('/', text.Split('/').Select(format => renumbering.ShownToOfferer(format) ?? format));
        }
        return string.Join(';', text.Split(';').Select(part => part.Trim(' ').StartsWith("apt=", StringComparison.OrdinalIgnoreCase)
            && renumbering.ShownToOfferer(part.Trim(' ')[4..]) is string shown ? $"apt={shown}" : part));
    }

    private void Line(string text) => _text.Append(text).Append("\r\n");
}
