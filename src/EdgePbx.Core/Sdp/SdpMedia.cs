using System.Globalization;

namespace EdgePbx.Core;

/// <summary>One media description: an m= line and all that stands below it, with what it inherits from the session level.</summary>
public sealed class SdpMedia
{
    private readonly string?[]? _codecs; // one for each format, where it is described
    private readonly string?[]? _parameters;

    /// <param name="lines">What stands below the m= line, every line as it came.</param>
    internal SdpMedia(MediaLine line, SdpLine[] lines, NetAddress sessionAddress, MediaDirection sessionDirection)
    {
        Line = line;
        Lines = lines;
        Address = SdpConnection.In(lines) ?? sessionAddress;
        Direction = MediaDirections.In(lines) ?? sessionDirection;
        Rtcp = RtcpIn(lines);
        _codecs = ByFormat(line.Formats, lines, "rtpmap");
        _parameters = ByFormat(line.Formats, lines, "fmtp");
    }

    /// <summary>"audio", "video", "image"…</summary>
    public string Type => Line.Type;

    /// <summary>0: the stream is refused or removed (RFC 3264 6 and 8.2).</summary>
    public ushort Port => Line.Port;

    /// <summary>The count behind a slash; 1 without one.</summary>
    public int PortCount => Line.PortCount;

    /// <summary>"RTP/AVP"…</summary>
    public string Protocol => Line.Protocol;

    /// <summary>Payload numbers for RTP, in order of preference.</summary>
    public IReadOnlyList<string> Formats => Line.Formats;

    /// <summary>The c= line of this stream, else of the session; none when it is missing or a host name.</summary>
    public NetAddress Address { get; }

    public NetEndpoint Rtp => new(Address, Port);

    /// <summary>Where <c>a=rtcp</c> says (RFC 3605), else the next port (RFC 3550 11); none when there is no next port.</summary>
    public NetEndpoint Rtcp { get; }

    public MediaDirection Direction { get; }

    /// <summary>The writer of this stream wants to receive nothing: by direction, or by the old <c>c=0.0.0.0</c> (RFC 3264 8.4).</summary>
    public bool IsHeld => Address.IsUnspecified || !Direction.CanReceive();

    public bool IsRefused => Port == 0;

    /// <summary>SRTP, whatever exchanges its keys (RFC 4568, 5764).</summary>
    public bool IsEncrypted => Protocol.Contains("SAVP", StringComparison.OrdinalIgnoreCase);

    /// <summary>A stream that is offered or taken and that the relay can carry.</summary>
    public bool IsRelayed => !IsRefused && IsRtp;

    /// <summary>RTP over UDP, of whatever profile.</summary>
    public bool IsRtp => Protocol.StartsWith("RTP/", StringComparison.OrdinalIgnoreCase)
        || Protocol.StartsWith("UDP/TLS/RTP/", StringComparison.OrdinalIgnoreCase);

    /// <summary>For status, records and logs, and so of no more than 64 characters: the first format that carries media, not key presses; empty when there is none.</summary>
    public string FirstCodec
    {
        get
        {
            for (int i = 0; i < Formats.Count; i++)
            {
                string codec = CodecName(Formats[i]);
                if (!RtpCodec.IsNamed(codec, "telephone-event"))
                {
                    return codec.Length <= 64 ? codec : codec[..64];
                }
            }
            return "";
        }
    }

    internal MediaLine Line { get; }

    internal SdpLine[] Lines { get; }

    /// <summary>
    /// What the receiver is to do and may expect: as <see cref="Direction"/>, but a stream whose address is 0.0.0.0
    /// receives nothing, whatever it says (RFC 3264 8.4).
    /// </summary>
    internal MediaDirection EffectiveDirection => Address.IsUnspecified
        ? MediaDirections.From(Direction.CanSend(), canReceive: false)
        : Direction;

    /// <summary>
    /// "PCMU/8000", "opus/48000/2": from <c>a=rtpmap</c>, else the static meaning (RFC 3551 6), else the format itself. A number with
    /// a static meaning has it, by whatever name it is called.
    /// </summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    public string CodecName(string format)
    {
        string? described = DescriptionOf(format);
        string? meant = IsRtp ? StaticPayloads.Name(format) : null;
        return meant is null || (described is not null && RtpCodec.AreSame(described, meant)) ? described ?? format : meant;
    }

    /// <summary>What <c>a=rtpmap</c> calls it; null: there is none.</summary>
    internal string? DescriptionOf(string format) => Described(_codecs, format);

    /// <summary>The parameters of a format's <c>a=fmtp</c>; empty when it has none.</summary>
    internal string FormatParameters(string format) => Described(_parameters, format) ?? "";

    /// <summary>Read once, so that a long body cannot make each look-up long; null: nothing is described.</summary>
    private static string?[]? ByFormat(IReadOnlyList<string> formats, SdpLine[] lines, string attribute)
    {
        string?[]? found = null;
        foreach (SdpLine line in lines)
        {
            if (line.IsAttribute(attribute) && line.TrySplitFormat(out ReadOnlySpan<char> format, out ReadOnlySpan<char> parameters)
                && IndexOf(formats, format) is int place and >= 0)
            {
                found ??= new string?[formats.Count];
                found[place] ??= RepeatedText.Of(parameters.Trim(' '));
            }
        }
        return found;
    }

    private static int IndexOf(IReadOnlyList<string> formats, ReadOnlySpan<char> format)
    {
        for (int i = 0; i < formats.Count; i++)
        {
            if (format.SequenceEqual(formats[i]))
            {
                return i;
            }
        }
        return -1;
    }

    private string? Described(string?[]? all, string format) => all is not null && IndexOf(Formats, format) is int place and >= 0 ? all[place] : null;

    /// <summary>RFC 3605 2.1: <c>a=rtcp:port [nettype addrtype connection-address]</c>. One that makes no sense is as none.</summary>
    private NetEndpoint RtcpIn(SdpLine[] lines)
    {
        Span<Range> parts = stackalloc Range[5];
        foreach (SdpLine line in lines)
        {
            ReadOnlySpan<char> value = line.AttributeValue;
            if (line.IsAttribute("rtcp")
                && value.SplitAny(parts, " \t", StringSplitOptions.RemoveEmptyEntries) is int count and > 0
                && ushort.TryParse(value[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port != 0)
            {
                NetAddress address = count >= 4 ? SdpConnection.Literal(value[parts[3]]) : default;
                return new NetEndpoint(address.IsNone ? Address : address, port);
            }
        }
        return Port is 0 or ushort.MaxValue ? default : new NetEndpoint(Address, (ushort)(Port + 1));
    }
}
