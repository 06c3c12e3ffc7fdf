namespace EdgePbx.Core;

/// <summary>An INVITE that is authenticated, routed and fit to become a call.</summary>
internal sealed record IncomingCall(
    ServerTransaction Transaction,
    Dialog Dialog,
    ExtensionSettings Caller,
    ExtensionSettings Callee,
    IReadOnlyList<Binding> Contacts,
    SdpSession? Offer,
    SessionAgreement Agreement,
    uint MaxForwards)
{
    /// <summary>The callee shall not see who calls (RFC 3323); whoever keeps the box does.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The caller's registration; null: it has none.</summary>
    public Binding? Phone { get; init; }
}
