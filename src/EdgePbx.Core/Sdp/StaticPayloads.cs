using System.Globalization;

namespace EdgePbx.Core;

/// <summary>The payload numbers that mean a codec without any <c>a=rtpmap</c> (RFC 3551 tables 4 and 5).</summary>
internal static class StaticPayloads
{
    /// <summary>As <c>a=rtpmap</c> would name it, or null when the number is dynamic, reserved or no number.</summary>
    public static string? Name(string format) =>
        byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) ? Name(number) : null;

    private static string? Name(byte number) => number switch
    {
        0 => "PCMU/8000",
        3 => "GSM/8000",
        4 => "G723/8000",
        5 => "DVI4/8000",
        6 => "DVI4/16000",
        7 => "LPC/8000",
        8 => "PCMA/8000",
        9 => "G722/8000", // samples at 16 kHz; the RTP clock is an old mistake that stays (RFC 3551 4.5.2)
        10 => "L16/44100/2",
        11 => "L16/44100",
        12 => "QCELP/8000",
        13 => "CN/8000",
        14 => "MPA/90000",
        15 => "G728/8000",
        16 => "DVI4/11025",
        17 => "DVI4/22050",
        18 => "G729/8000",
        25 => "CelB/90000",
        26 => "JPEG/90000",
        28 => "nv/90000",
        31 => "H261/90000",
        32 => "MPV/90000",
        33 => "MP2T/90000",
        34 => "H263/90000",
        _ => null,
    };
}
