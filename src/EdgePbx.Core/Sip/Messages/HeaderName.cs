namespace EdgePbx.Core;

/// <summary>The header fields this PBX knows by name; the rest are <see cref="Unknown"/> and are kept as they came.</summary>
public enum HeaderName : byte
{
    Unknown,
    Accept, AcceptContact, AcceptEncoding, AcceptLanguage, AlertInfo, Allow, AllowEvents, AnswerMode, AuthenticationInfo,
    Authorization, CallId, CallInfo, Contact, ContentDisposition, ContentEncoding, ContentLanguage, ContentLength, ContentType,
    CSeq, Date, Diversion, ErrorInfo, Event, Expires, FlowTimer, From, Geolocation, HistoryInfo, Identity, IdentityInfo,
    InfoPackage, InReplyTo, Join, MaxBreadth, MaxForwards, MimeVersion, MinExpires, MinSe, Organization, PAssertedIdentity, PAssociatedUri,
    PEarlyMedia, PPreferredIdentity, Path, Priority, Privacy, ProxyAuthenticate, ProxyAuthorization, ProxyRequire, RAck,
    Reason, RecordRoute, ReferSub, ReferTo, ReferredBy, RejectContact, RemotePartyId, Replaces, ReplyTo, RequestDisposition,
    Require, RetryAfter, Route, RSeq, Server, ServiceRoute, SessionExpires, SessionId, SipETag, SipIfMatch, Subject,
    SubscriptionState, Supported, TargetDialog, Timestamp, To, Unsupported, UserAgent, Via, Warning, WwwAuthenticate,
}
