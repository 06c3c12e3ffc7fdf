namespace EdgePbx.Core;

/// <summary>
/// Which lines pass from one leg to the other. What binds a stream to the peer's own addresses, or asks for a transport
/// that the relay does not speak, stays behind.
/// </summary>
internal readonly struct CarriedLines
{
    private static readonly string[] LeftBehind =
    [
        "candidate", "remote-candidates", "end-of-candidates",  // RFC 8839: the relay is the only candidate
        "rtcp", "rtcp-mux", "rtcp-mux-only",                    // RFC 3605, 5761, 8858: ours is the next port
        "bundle-only",                                          // RFC 9143: each stream has its own port
        "source-filter",                                        // RFC 4570: names the peer's address
    ];

    private readonly bool _keepsMid;

    public CarriedLines(SdpSession session)
    {
        (bool hasGroup, bool hasOther) = (false, false);
        foreach (SdpLine line in session.Lines)
        {
            bool isGroup = line.IsAttribute("group");
            hasGroup |= isGroup;
            hasOther |= isGroup && !IsBundle(line);
        }
        _keepsMid = !hasGroup || hasOther; // a=mid still serves other groups (RFC 5888)
    }

    public bool Carries(SdpLine line) => line.Type == 'a'
        ? !IsLeftBehind(line.AttributeName) && !IsBundle(line) && (_keepsMid || !line.IsAttribute("mid"))
        : line.Type is not ('c' or 'k'); // c= is ours to write; k= is to be discarded (RFC 8866 5.12)

    private static bool IsLeftBehind(ReadOnlySpan<char> name)
    {
        foreach (string left in LeftBehind)
        {
            if (name.Equals(left, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return name.StartsWith("ice-", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsBundle(SdpLine line) =>
        line.IsAttribute("group") && line.AttributeValue.TrimStart(' ').StartsWith("BUNDLE", StringComparison.OrdinalIgnoreCase);
}
