namespace EdgePbx.Core;

/// <summary>RFC 3261 20.43.</summary>
internal static class Warnings
{
    public static void WriteIncompatible(ref SipWriter writer) => writer.Header(HeaderName.Warning, "305 edgepbx \"Incompatible media format\""u8);
}
