namespace EdgePbx.Core;

/// <summary>A session description as it was received: every line, and what offer/answer needs to know of it. Immutable.</summary>
public sealed class SdpSession
{
    private readonly SdpOrigin _origin;

    internal SdpSession(string originLine, SdpOrigin origin, SdpLine[] lines, IReadOnlyList<SdpMedia> media) =>
        (OriginLine, _origin, Lines, Media) = (originLine, origin, lines, media);

    /// <summary>What stands behind <c>o=</c>; empty where that is missing or can't be read.</summary>
    public string OriginLine { get; }

    public string OriginUser => _origin.UserIn(OriginLine);

    public string SessionId => _origin.SessionIdIn(OriginLine);

    /// <summary>The sess-version; a number made from its text where it is no number.</summary>
    public ulong SessionVersion => _origin.Version;

    public IReadOnlyList<SdpMedia> Media { get; }

    /// <summary>All streams that it has are of kinds that the relay can't carry.</summary>
    public bool IsForeign => Media.Any(static media => !media.IsRefused) && !Media.Any(static media => media.IsRelayed);

    /// <summary>All lines above the first m= but v= and o=, in the order in which they came.</summary>
    internal SdpLine[] Lines { get; }

    /// <summary>
    /// Reads a body (RFC 8866). Lines may end with LF alone and with blanks before it, may come in another order, and all but
    /// <c>v=</c> may be missing; those that are no lines of SDP are passed over. Never throws.
    /// </summary>
    /// <param name="error">Plain words with the number of the line; empty when true is returned.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out SdpSession? session, out string error) =>
        SdpReader.TryRead(body, out session, out error);

    /// <summary>
    /// True when nothing but the o= line differs: a plain refresh. The version alone proves nothing, as some phones
    /// raise it with each refresh and others keep it while they change the rest.
    /// </summary>
    public bool HasSameMeaningAs(SdpSession other)
    {
        if (Media.Count != other.Media.Count || !SessionLinesThatMatter().SequenceEqual(other.SessionLinesThatMatter()))
        {
            return false;
        }
        for (int i = 0; i < Media.Count; i++)
        {
            (SdpMedia mine, SdpMedia theirs) = (Media[i], other.Media[i]);
            bool isSameLine = mine.Type == theirs.Type && mine.Port == theirs.Port && mine.PortCount == theirs.PortCount
                && mine.Protocol == theirs.Protocol && mine.Formats.SequenceEqual(theirs.Formats);
            if (!isSameLine || !mine.Lines.SequenceEqual(theirs.Lines))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Titles and ways to reach the author say nothing about media.</summary>
    private IEnumerable<SdpLine> SessionLinesThatMatter() => Lines.Where(line => line.Type is not ('s' or 'i' or 'u' or 'e' or 'p'));
}
