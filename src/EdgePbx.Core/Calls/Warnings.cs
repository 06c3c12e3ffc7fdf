namespace EdgePbx.Core;

/// <summary>RFC 3261 20.43.</summary>
internal static class Warnings
{
    /// <summary>Our own address, a group or another machine's loopback as the address of media.</summary>
    public static void WriteBadAddress(ref SipWriter writer) => writer.Header(HeaderName.Warning, "399 edgepbx \"The session description names an address that media can't be sent to\""u8);

    public static void WriteIncompatible(ref SipWriter writer) => writer.Header(HeaderName.Warning, "305 edgepbx \"Incompatible media format\""u8);

    /// <summary>399: something else, in words for whoever reads the phone's log.</summary>
    public static void WriteShareUsed(ref SipWriter writer) => writer.Header(HeaderName.Warning, "399 edgepbx \"This extension has its share, the rest is for others\""u8);
}
