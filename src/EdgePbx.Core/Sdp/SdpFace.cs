using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;

namespace EdgePbx.Core;

/// <summary>
/// What we show on one leg: the only writer of SDP. It keeps the o= discipline of RFC 3264 8: one session id for the
/// leg's life, and a version that rises by one with each change and only then.
/// </summary>
public sealed class SdpFace
{
    private readonly ulong _sessionId;
    private ulong _version;
    private NetAddress _origin;
    private IReadOnlyList<MediaLine> _shownMedia = [];
    private byte[] _last = [];
    private int _lengthOfOrigin; // v= and o= in it
    private SdpSession? _read;

    public SdpFace(Entropy entropy)
    {
        Span<byte> eight = stackalloc byte[8];
        entropy.Fill(eight);
        _sessionId = BinaryPrimitives.ReadUInt64LittleEndian(eight) >> 16; // RFC 3264 5 wants it below 2^63, some phones below 2^53
    }

    public bool HasComposed => _last.Length > 0;

    /// <summary>The last body, to be sent again byte for byte in a refresh; empty before the first.</summary>
    public ReadOnlyMemory<byte> Last => _last;

    /// <summary>The last body as the peer reads it; null before the first.</summary>
    internal SdpSession? Shown
    {
        get
        {
            if (_read is null && HasComposed)
            {
                _ = SdpSession.TryParse(_last, out _read, out _);
            }
            return _read;
        }
    }

    /// <summary>
    /// Writes the other leg's description as ours: its streams in its order, our address and ports, our o= line. An
    /// offer never has fewer media lines than this leg has seen (RFC 3264 8); an answer has those of its offer (6).
    /// </summary>
    /// <param name="from">What the other leg's peer says.</param>
    /// <param name="ourAddress">The address of our sockets on this leg; its family decides IP4 or IP6.</param>
    /// <param name="rtpPorts">Our port for each media line of <paramref name="from"/>; 0 or missing: refused.</param>
    /// <param name="renumber">For each media line how its formats are numbered on this leg; null: as they are.</param>
    /// <param name="inAnswerTo">
    /// This leg's own offer when an answer is written: it settles the number of media lines, keeps refused what it
    /// refused, and narrows directions that an answer may not say (RFC 3264 6.1).
    /// </param>
    public ReadOnlyMemory<byte> Compose(
        SdpSession from, NetAddress ourAddress, ReadOnlySpan<ushort> rtpPorts,
        IReadOnlyList<PayloadRenumbering?>? renumber = null, SdpSession? inAnswerTo = null)
    {
        if (ourAddress.IsNone)
        {
            throw new ArgumentException("our own address is known", nameof(ourAddress));
        }
        var body = new SdpBody(from, ourAddress);
        int count = Math.Min(from.Media.Count, inAnswerTo?.Media.Count ?? int.MaxValue);
        for (int i = 0; i < count; i++)
        {
            PayloadRenumbering? renumbering = i < renumber?.Count ? renumber[i] : null;
            SdpMedia media = from.Media[i];
            SdpMedia? offered = inAnswerTo?.Media[i];
            ushort port = i < rtpPorts.Length ? rtpPorts[i] : (ushort)0;
            if (port == 0 || media.IsRefused || offered is { IsRefused: true })
            {
                body.Refused(media.Line, renumbering);
                continue;
            }
            MediaDirection direction = media.EffectiveDirection;
            body.Relayed(media, port, offered is null ? direction : direction.AsAnswerTo(offered.Direction), renumbering);
        }
        int expected = inAnswerTo?.Media.Count ?? _shownMedia.Count;
        for (int i = count; i < expected; i++)
        {
            body.Refused(inAnswerTo is null ? _shownMedia[i] : inAnswerTo.Media[i].Line);
        }
        return Show(body, ourAddress);
    }

    private ReadOnlyMemory<byte> Show(SdpBody body, NetAddress ourAddress)
    {
        if (HasComposed && body.Written.SequenceEqual(_last.AsSpan(_lengthOfOrigin)))
        {
            return _last;
        }
        if (!HasComposed)
        {
            _origin = ourAddress; // the o= line may change in nothing but its version, wherever our media moves
        }
        _version++;
        Span<byte> origin = stackalloc byte[128];
        if (!Utf8.TryWrite(origin, CultureInfo.InvariantCulture, $"v=0\r\no=- {_sessionId} {_version} IN {(_origin.IsV6 ? "IP6" : "IP4")} {_origin}\r\n", out int length))
        {
            throw new InvalidOperationException("two numbers and an address fit");
        }
        (_shownMedia, _lengthOfOrigin, _read) = (body.Shown, length, null);
        _last = [.. origin[..length], .. body.Written];
        return _last;
    }
}
