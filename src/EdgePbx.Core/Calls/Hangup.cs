namespace EdgePbx.Core;

/// <summary>BYE. The session is over when it is sent, not when it is answered (RFC 3261 15.1.1, C-34), so nobody waits for it.</summary>
internal static class Hangup
{
    /// <param name="reason">A Reason value (RFC 3326), or empty.</param>
    /// <param name="ledger">Of a call that is over; null: the current one's.</param>
    public static void SendBye(PbxContext context, Instant now, Dialog dialog, ReadOnlySpan<byte> reason, CallLedger? ledger = null)
    {
        byte[] branch = context.NewBranch();
        SipFlow hop = context.NextHops.Of(dialog);
        SipWriter writer = context.BeginRequest(dialog, SipMethod.Bye, dialog.NextCSeq(), branch, hop);
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
        if (!reason.IsEmpty)
        {
            writer.Header(HeaderName.Reason, reason);
        }
        _ = context.SendRequest(now, ref writer, SipMethod.Bye, branch, hop, user: null, ledger: ledger);
    }
}
