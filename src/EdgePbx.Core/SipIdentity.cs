namespace EdgePbx.Core;

/// <summary>What we say of ourselves in every message.</summary>
internal static class SipIdentity
{
    public static ReadOnlySpan<byte> Allow => "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO"u8;
    public static ReadOnlySpan<byte> Supported => "100rel, timer"u8;
    public static ReadOnlySpan<byte> Accept => "application/sdp"u8;
    public static ReadOnlySpan<byte> Product => "EdgePbx"u8;
    public static ReadOnlySpan<byte> Sdp => "application/sdp"u8;
}
