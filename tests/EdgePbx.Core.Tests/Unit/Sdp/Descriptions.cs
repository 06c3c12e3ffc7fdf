using System.Buffers.Binary;
using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Session descriptions as tests write them: here-documents, and the way back to text.</summary>
internal static class Descriptions
{
    public static readonly NetAddress Ours = NetAddress.FromV4(192, 0, 2, 1);

    /// <summary>What an ordinary desk phone offers.</summary>
    public const string Phone = """
        v=0
        o=phone 4711 7 IN IP4 10.0.0.5
        s=A call
        c=IN IP4 10.0.0.5
        t=0 0
        m=audio 4000 RTP/AVP 8 0 101
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-16
        a=ptime:20
        a=sendrecv
        """;

    public const string Head = """
        v=0
        o=- 1 1 IN IP4 10.0.0.5
        s=-
        c=IN IP4 10.0.0.5
        t=0 0

        """;

    public static SdpSession Parse(string text)
    {
        bool isParsed = SdpSession.TryParse(Bytes(text), out SdpSession? session, out string error);
        Assert.True(isParsed, error);
        Assert.Equal("", error);
        return session!;
    }

    /// <summary>A description with this one stream below an ordinary head.</summary>
    public static SdpMedia ParseMedia(string lines) => Assert.Single(Parse(Head + lines).Media);

    public static string ErrorOf(string text)
    {
        Assert.False(SdpSession.TryParse(Bytes(text), out SdpSession? session, out string error));
        Assert.Null(session);
        return error;
    }

    public static SdpFace NewFace(ulong seed = 0x1234_5678_9abc_def0) => new(new FixedEntropy(seed));

    /// <summary>The other leg's text as ours shows it, each stream on its own port from 20000 up.</summary>
    public static string Shown(this SdpFace face, string from) => Text(face.Compose(Parse(from), Ours, Ports(from)));

    public static string Text(ReadOnlyMemory<byte> body) => Encoding.Latin1.GetString(body.Span).ReplaceLineEndings("\n");

    public static SdpSession Reparse(ReadOnlyMemory<byte> body) => Parse(Encoding.Latin1.GetString(body.Span));

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static ushort[] Ports(string text) => [.. Parse(text).Media.Select((_, i) => (ushort)(20000 + (2 * i)))];

    private sealed class FixedEntropy(ulong value) : Entropy
    {
        public override void Fill(Span<byte> bytes)
        {
            Span<byte> eight = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = eight[i % 8];
            }
        }
    }
}
