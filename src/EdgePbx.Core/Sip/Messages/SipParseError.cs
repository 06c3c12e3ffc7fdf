namespace EdgePbx.Core;

/// <summary>Why a message was refused. <c>Status</c> is the response to send, or 0 when none may be sent: drop and count.</summary>
public readonly record struct SipParseError(int Status, string Reason)
{
    internal bool IsNone => Reason is null;
}

/// <content>How the parser collects them.</content>
internal static class SipParseErrors
{
    /// <summary>The first fault found is the one that is told.</summary>
    internal static void Note(this ref SipParseError fault, int status, string reason)
    {
        if (fault.IsNone)
        {
            fault = new SipParseError(status, reason);
        }
    }
}
