namespace EdgePbx.Core;

/// <summary>RFC 3261 20.43.</summary>
internal static class Warnings
{
    /// <summary>Our own address, a group or another machine's loopback as the address of media.</summary>
    public static void WriteBadAddress(ref SipWriter writer) => writer.Header(HeaderName.Warning, "399 edgepbx \"The session description names an address that media can't be sent to\""u8);

    public static void WriteIncompatible(ref SipWriter writer) => writer.Header(HeaderName.Warning, "305 edgepbx \"Incompatible media format\""u8);
}
