using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

internal static partial class PbxLog
{
    [LoggerMessage(1001, LogLevel.Information, "extension {Extension} registered from {Source} for {Seconds} s ({Bindings} phone(s))", EventName = "register_accepted")]
    internal static partial void RegisterAccepted(this ILogger log, string extension, SipFlow source, int seconds, int bindings);

    [LoggerMessage(1006, LogLevel.Information, "extension {Extension} unregistered from {Source} ({Bindings} phone(s) left)", EventName = "register_removed")]
    internal static partial void RegisterRemoved(this ILogger log, string extension, SipFlow source, int bindings);

    [LoggerMessage(1002, LogLevel.Warning, "registration of {Number} from {Source} refused with {Status}: {Reason}", EventName = "register_rejected")]
    internal static partial void RegisterRejected(this ILogger log, string number, SipFlow source, int status, string reason);

    [LoggerMessage(1003, LogLevel.Information, "extension {Extension} is no longer reachable at {Contact}: its registration ran out", EventName = "register_expired")]
    internal static partial void RegisterExpired(this ILogger log, string extension, string contact);

    [LoggerMessage(1004, LogLevel.Error, "registrations can't be kept, a power cut would forget them; phones are served all the same: {Problem}", EventName = "registrations_not_kept")]
    internal static partial void RegistrationsNotKept(this ILogger log, string problem);

    [LoggerMessage(1005, LogLevel.Warning, "registrations are kept again, all of them", EventName = "registrations_kept_again")]
    internal static partial void RegistrationsKeptAgain(this ILogger log);

    [LoggerMessage(1101, LogLevel.Information, "a copy of an INVITE was absorbed", EventName = "invite_retransmission_absorbed")]
    internal static partial void InviteRetransmissionAbsorbed(this ILogger log, string callId);

    [LoggerMessage(1321, LogLevel.Information, "{Times} more copies of INVITEs were absorbed in the last minute", EventName = "invite_retransmissions_absorbed")]
    internal static partial void InviteRetransmissionsAbsorbed(this ILogger log, int times);

    [LoggerMessage(1317, LogLevel.Warning, "extension {Extension} asks for more than its share and is refused, others are served: {What}", EventName = "account_limited")]
    internal static partial void AccountLimited(this ILogger log, string extension, string what);

    [LoggerMessage(1318, LogLevel.Warning, "extension {Extension} asked for more than its share {Times} more time(s) in the last minute", EventName = "account_limited_again")]
    internal static partial void AccountLimitedAgain(this ILogger log, string extension, int times);

    [LoggerMessage(1319, LogLevel.Information, "{Times} more calls from {From} were refused in the last minute", EventName = "calls_refused_again")]
    internal static partial void CallsRefusedAgain(this ILogger log, string from, int times);

    [LoggerMessage(1102, LogLevel.Debug, "message from {Source} refused with {Status}: {Reason}", EventName = "message_malformed")]
    internal static partial void MessageMalformed(this ILogger log, SipFlow source, int status, string reason);

    [LoggerMessage(1310, LogLevel.Warning, "credentials for {Number} from {Source} ({Method}) refused with 401: wrong extension or secret", EventName = "credentials_refused")]
    internal static partial void CredentialsRefused(this ILogger log, string number, SipFlow source, string method);

    [LoggerMessage(1311, LogLevel.Warning, "credentials from {Source} refused {Times} more time(s) in the last minute, the last for {Number}; {Withheld} request(s) were not looked at", EventName = "credentials_refused_again")]
    internal static partial void CredentialsRefusedAgain(this ILogger log, NetAddress source, int times, string number, int withheld);

    [LoggerMessage(1312, LogLevel.Warning, "credentials from other sources refused, or not looked at, {Times} time(s) in the last minute", EventName = "credentials_refused_elsewhere")]
    internal static partial void CredentialsRefusedElsewhere(this ILogger log, int times);

    [LoggerMessage(1313, LogLevel.Warning, "{What} from {Source} are not heard for {Seconds} s: {Times} wrong secrets within {Minutes} min", EventName = "source_banned")]
    internal static partial void SourceBanned(this ILogger log, NetAddress source, string what, int times, int minutes, int seconds);

    [LoggerMessage(1314, LogLevel.Information, "{What} from {Source} are heard again", EventName = "source_ban_ended")]
    internal static partial void SourceBanEnded(this ILogger log, NetAddress source, string what);

    [LoggerMessage(1315, LogLevel.Warning, "somebody guesses at the secret of {Extension}: {Times} wrong ones from at least {Sources} sources; its phones are served as ever", EventName = "account_under_attack")]
    internal static partial void AccountUnderAttack(this ILogger log, string extension, int times, int sources);

    [LoggerMessage(1316, LogLevel.Information, "bans of {Source} are lifted by hand: {Count}", EventName = "bans_cleared")]
    internal static partial void BansCleared(this ILogger log, string source, int count);

    [LoggerMessage(1301, LogLevel.Warning, "strangers send more than is read or answered; the rest is dropped in silence, known phones are served first", EventName = "flood_began")]
    internal static partial void FloodBegan(this ILogger log);

    [LoggerMessage(1302, LogLevel.Warning, "strangers are heard again after {Seconds} s: {Datagrams} datagram(s) were dropped and {Answers} answer(s) withheld", EventName = "flood_ended")]
    internal static partial void FloodEnded(this ILogger log, double seconds, long datagrams, long answers);

    [LoggerMessage(1201, LogLevel.Warning, "overload: {Why} ({Amount} of {Limit}); new requests are refused until there is room", EventName = "overload_began")]
    internal static partial void OverloadBegan(this ILogger log, string why, long amount, long limit);

    [LoggerMessage(1202, LogLevel.Warning, "overload is over after {Seconds} s: {Calls} request(s) for a call and {Registrations} for a registration were refused", EventName = "overload_ended")]
    internal static partial void OverloadEnded(this ILogger log, double seconds, long calls, long registrations);
}
