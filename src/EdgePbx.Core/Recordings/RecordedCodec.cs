namespace EdgePbx.Core;

/// <summary>What a payload number means to a recording.</summary>
public enum RecordedCodec : byte
{
    /// <summary>Something that can't be recorded.</summary>
    Unknown,
    Pcmu,
    Pcma,
    G722,
    Opus,

    /// <summary>Key presses (RFC 4733): never sound.</summary>
    TelephoneEvent,

    /// <summary>RFC 3389: recorded as silence.</summary>
    ComfortNoise,
}

/// <summary>The meaning of each payload number that a phone may send. An immutable value.</summary>
public sealed class CodecMap
{
    private readonly RecordedCodec[] _codecs = new RecordedCodec[128];

    public RecordedCodec this[int payloadType] => _codecs[payloadType & 0x7f];

    /// <param name="descriptions">Of one stream, the one that counts most first: a number means what the first one says that names it.</param>
    public static CodecMap Of(params ReadOnlySpan<SdpMedia?> descriptions)
    {
        var map = new CodecMap();
        var named = new bool[128];
        foreach (SdpMedia? media in descriptions)
        {
            foreach (string format in media?.Formats ?? [])
            {
                if (byte.TryParse(format, out byte number) && number < 128 && !named[number])
                {
                    named[number] = true;
                    map._codecs[number] = Named(media!.CodecName(format));
                }
            }
        }
        return map;
    }

    /// <param name="codec">As <c>a=rtpmap</c> names it.</param>
    public static RecordedCodec Named(string codec) =>
        RtpCodec.IsNamed(codec, "PCMU") ? Mono(codec, RecordedCodec.Pcmu)
        : RtpCodec.IsNamed(codec, "PCMA") ? Mono(codec, RecordedCodec.Pcma)
        : RtpCodec.IsNamed(codec, "G722") ? Mono(codec, RecordedCodec.G722)
        : RtpCodec.IsNamed(codec, "opus") ? RecordedCodec.Opus
        : RtpCodec.IsNamed(codec, "telephone-event") ? RecordedCodec.TelephoneEvent
        : RtpCodec.IsNamed(codec, "CN") ? RecordedCodec.ComfortNoise
        : RecordedCodec.Unknown;

    // two channels of G.711, or another clock, may be written into SDP and are spoken by nobody
    private static RecordedCodec Mono(string codec, RecordedCodec known) =>
        RtpCodec.AreSame(codec, $"{codec.Split('/')[0]}/8000") ? known : RecordedCodec.Unknown;
}
