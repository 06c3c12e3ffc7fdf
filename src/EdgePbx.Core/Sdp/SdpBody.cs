namespace EdgePbx.Core;

/// <summary>Writes what stands below the o= line, in the order of RFC 8866 5.</summary>
internal sealed class SdpBody
{
    private readonly SdpText _text = SdpText.Begin();
    private readonly SdpSession _from;
    private readonly CarriedLines _carried;

    public SdpBody(SdpSession from, NetAddress ourAddress)
    {
        _from = from;
        _carried = new CarriedLines(from);
        _text.Add("s=-").EndLine(); // the peer's title, name and mail address are none of the other leg's business
        _text.Add("c=").Add(ourAddress).EndLine();
        SessionLines("b");
        if (Array.Exists(from.Lines, static line => line.Type == 't'))
        {
            SessionLines("tr");
            SessionLines("z");
        }
        else
        {
            _text.Add("t=0 0").EndLine();
        }
        SessionLines("a");
    }

    /// <summary>The m= lines written so far.</summary>
    public List<MediaLine> Shown { get; } = [];

    /// <summary>A stream that we relay through our port.</summary>
    /// <param name="direction">What the other leg is to read; written only where the lines say otherwise.</param>
    public void Relayed(SdpMedia media, ushort port, MediaDirection direction, PayloadRenumbering? renumbering)
    {
        MediaLineOf(media.Line, Renumbered(media.Formats, renumbering), port);
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
            _text.Add("a=").Add(direction.ToAttribute()).EndLine();
        }
    }

    /// <summary>A stream that is refused or gone: port 0, and nothing else needs to be said (RFC 3264 8.2).</summary>
    public void Refused(MediaLine line, PayloadRenumbering? renumbering = null) =>
        MediaLineOf(line, Renumbered(line.Formats, renumbering), port: 0);

    /// <summary>What stands below the o= line; valid until another body is begun on this thread.</summary>
    public ReadOnlySpan<byte> Written => _text.Written;

    private static IReadOnlyList<string> Renumbered(IReadOnlyList<string> formats, PayloadRenumbering? renumbering) =>
        renumbering is null ? formats : [.. formats.Select(renumbering.ShownToOfferer).OfType<string>()];

    private void SessionLines(string types)
    {
        foreach (SdpLine line in _from.Lines)
        {
            if (types.Contains(line.Type, StringComparison.Ordinal) && _carried.Carries(line))
            {
                Line(line);
            }
        }
    }

    private void MediaLineOf(MediaLine line, IReadOnlyList<string> named, ushort port)
    {
        IReadOnlyList<string> formats = named.Count > 0 ? named : ["0"]; // the grammar wants one, even of a refused stream
        Shown.Add(new MediaLine(line.Type, port, PortCount: 1, line.Protocol, formats));
        _text.Add("m=").Add(line.Type).Add(" ").Add(port).Add(" ").Add(line.Protocol);
        for (int i = 0; i < formats.Count; i++)
        {
            _text.Add(" ").Add(formats[i]);
        }
        _text.EndLine();
    }

    private void Renumbered(SdpLine line, PayloadRenumbering? renumbering)
    {
        bool namesFormat = line.IsAttribute("rtpmap") || line.IsAttribute("fmtp") || line.IsAttribute("rtcp-fb");
        if (renumbering is null || !namesFormat || !line.TrySplitFormat(out ReadOnlySpan<char> format, out ReadOnlySpan<char> parameters))
        {
            Line(line);
        }
        else if (renumbering.ShownToOfferer(format.ToString()) is string shown)
        {
            string rest = line.IsAttribute("fmtp") ? Parameters(parameters, renumbering)
                : (line.IsAttribute("rtpmap") ? renumbering.NameShownToOfferer(format.ToString()) : null) ?? parameters.ToString();
            _text.Add("a=").Add(line.AttributeName).Add(":").Add(shown).Add(" ").Add(rest).EndLine();
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

    private void Line(SdpLine line) => _text.Add([line.Type, '=']).Add(line.Value).EndLine();
}
