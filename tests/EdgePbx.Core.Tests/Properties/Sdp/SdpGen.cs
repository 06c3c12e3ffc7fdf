using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>Descriptions as a peer might write them: mostly sound, often odd.</summary>
internal static class SdpGen
{
    private static readonly Gen<string> AttributeLine = Gen.OneOf(
        Gen.OneOf(
            "a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive", "a=rtcp-mux", "a=rtcp:4009", "a=mid:0", "a=bundle-only", "a=",
            "a=candidate:1 1 UDP 1 10.0.1.1 8998 typ host", "a=ice-ufrag:8hhY", "a=ptime:20", "a=unknown:x y", "a=rtpmap:", "a=fmtp:96",
            "b=AS:64", "i=title", "k=prompt", "c=IN IP4 0.0.0.0", "c=IN IP4 10.0.0.9", "c=IN IP6 2001:db8::9", "c=IN IP4 host.example"),
        Gen.Select(Gen.Int[94, 103], Codec, (number, codec) => $"a=rtpmap:{number} {codec}"),
        Gen.Select(Gen.Int[94, 103], Gen.Int[94, 103], (number, other) => $"a=fmtp:{number} apt={other}"));

    private static readonly Gen<string> MediaLines = Gen.Select(
        Gen.OneOf("audio", "video", "image"),
        Gen.OneOf(Gen.Const("0"), Gen.Const("4000/2"), Gen.UShort.Select(port => $"{port}")),
        Gen.OneOf("RTP/AVP", "RTP/SAVPF", "udptl"),
        Gen.OneOf(Gen.Int[0, 34], Gen.Int[94, 103]).List[1, 6],
        AttributeLine.List[0, 6],
        (type, port, protocol, formats, lines) => $"m={type} {port} {protocol} {string.Join(' ', formats.Distinct())}\n{Lines(lines)}");

    /// <summary>The text of a description that the grammar allows.</summary>
    public static readonly Gen<string> Text = Gen.Select(
        Gen.ULong, AttributeLine.List[0, 3], MediaLines.List[0, 5],
        (version, session, media) => $"v=0\no=- 1 {version} IN IP4 10.0.0.5\n{Lines(session)}{string.Concat(media)}");

    public static readonly Gen<SdpSession> Session = Text.Select(Descriptions.Parse);

    public static readonly Gen<ushort[]> Ports = Gen.OneOf(Gen.Const((ushort)0), Gen.UShort[1024, 65534]).Array[0, 6];

    public static readonly Gen<NetAddress> Address = Gen.OneOf("192.0.2.1", "192.0.2.2", "2001:db8::1")
        .Select(text => NetAddress.TryParse(text, out NetAddress address) ? address : default);

    private static Gen<string> Codec =>
        Gen.OneOf("opus/48000/2", "PCMU/8000", "telephone-event/8000", "telephone-event/48000", "G726-32/8000", "VP8/90000", "odd");

    private static string Lines(List<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
