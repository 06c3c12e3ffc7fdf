using EdgePbx.Core;

namespace EdgePbx;

/// <summary>How far a registration or a call of a built-in phone has come.</summary>
internal enum PhoneState : byte { Asking, Ringing, Established, Ended, Refused }

/// <summary>What a built-in phone remembers of one registration or call: the names in its messages, and what came of it.</summary>
internal sealed class PhoneDialog
{
    public required string CallId { get; init; }

    /// <summary>Our side as From has it in requests, with our tag.</summary>
    public required string LocalAddress { get; init; }

    /// <summary>The other side as To has it; its tag comes with its answer.</summary>
    public required string RemoteAddress { get; set; }

    /// <summary>Where requests go: a URI.</summary>
    public required string Target { get; set; }

    public uint CSeq { get; set; }
    public string Branch { get; set; } = "";
    public PhoneState State { get; set; }

    /// <summary>True after our credentials were sent: a second challenge refuses them.</summary>
    public bool IsAuthorized { get; set; }

    /// <summary>The other phone was heard to ring.</summary>
    public bool HasRung { get; set; }

    /// <summary>Status and words of what ended it; empty if nothing did.</summary>
    public string Refusal { get; set; } = "";

    /// <summary>The session interval that the PBX named (RFC 4028), in seconds; 0: none.</summary>
    public uint SessionSeconds { get; set; }

    /// <summary>Where the PBX wants our voice.</summary>
    public NetEndpoint RemoteRtp { get; set; }

    /// <summary>The INVITE that we were called with.</summary>
    public SipMessage? Invitation { get; init; }

    /// <summary>Our last message of the INVITE's handshake, for copies of what it answers (RFC 3261 13.2.2.4, 17.2.1).</summary>
    public byte[] LastAnswer { get; set; } = [];

    public bool Is(SipMessage message) => message.CallId.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(CallId));
}
