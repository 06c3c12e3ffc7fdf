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
    uint MaxForwards);
