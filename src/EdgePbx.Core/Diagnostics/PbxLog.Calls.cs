using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>Every event of the core, as a vocabulary: ids 1xxx SIP, 2xxx calls, 3xxx media.</summary>
internal static partial class PbxLog
{
    [LoggerMessage(2001, LogLevel.Information, "call {Call} from {From} to {To}: ringing {Branches} phone(s)", EventName = "b2bua_call_setup")]
    internal static partial void CallSetUp(this ILogger log, CallKey call, string callId, string b2buaCallId, string from, string to, int branches);

    [LoggerMessage(2002, LogLevel.Information, "call {Call} established, codec {Codec}", EventName = "call_established")]
    internal static partial void CallEstablished(this ILogger log, CallKey call, string callId, string b2buaCallId, string codec);

    [LoggerMessage(2003, LogLevel.Information, "call from {From} to {To} refused with {Status}: {Reason}", EventName = "call_refused")]
    internal static partial void CallRefused(this ILogger log, string callId, string from, string to, int status, string reason);

    [LoggerMessage(2004, LogLevel.Error, "call {Call} met a bug and is ended", EventName = "call_faulted")]
    internal static partial void CallFaulted(this ILogger log, Exception failure, string call);

    [LoggerMessage(2005, LogLevel.Debug, "call {Call}: {Leg} answered {Status}", EventName = "branch_failed")]
    internal static partial void BranchFailed(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg, int status);

    [LoggerMessage(2101, LogLevel.Information, "call {Call} {Leg}: session timer {Seconds} s, refresher {Refresher}", EventName = "session_timer_started")]
    internal static partial void SessionTimerStarted(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg, int seconds, Refresher refresher);

    [LoggerMessage(2102, LogLevel.Information, "call {Call} {Leg}: session timer cancelled", EventName = "session_timer_cancelled")]
    internal static partial void SessionTimerCancelled(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg);

    [LoggerMessage(2103, LogLevel.Warning, "call {Call} {Leg}: session expired, no refresh came or none was answered", EventName = "session_timer_expired")]
    internal static partial void SessionTimerExpired(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg);

    [LoggerMessage(2104, LogLevel.Information, "call {Call} {Leg}: session refreshed for {Seconds} s by {By}", EventName = "session_refreshed")]
    internal static partial void SessionRefreshed(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg, int seconds, string by);

    [LoggerMessage(2105, LogLevel.Warning, "call {Call} {Leg}: session refresh failed with {Status}", EventName = "session_refresh_failed")]
    internal static partial void SessionRefreshFailed(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg, int status);

    [LoggerMessage(2900, LogLevel.Information, "call {Call} ends: {Reason}", EventName = "cleanup_call_start")]
    internal static partial void CleanupCallStart(this ILogger log, CallKey call, string callId, string b2buaCallId, string reason);

    [LoggerMessage(2901, LogLevel.Information, "call {Call} gave back all {Closed} things that it took", EventName = "cleanup_verified")]
    internal static partial void CleanupVerified(this ILogger log, CallKey call, string callId, string b2buaCallId, int opened, int closed);

    [LoggerMessage(2902, LogLevel.Error, "call {Call} still owns {Outstanding} thing(s) after 5 s: {Kinds}", EventName = "cleanup_overdue")]
    internal static partial void CleanupOverdue(this ILogger log, CallKey call, string callId, string b2buaCallId, int outstanding, string kinds);

    [LoggerMessage(2903, LogLevel.Error, "call {Call} could not release its {Kind}", EventName = "release_failed")]
    internal static partial void ReleaseFailed(this ILogger log, Exception failure, CallKey call, string callId, string b2buaCallId, ResourceKind kind);

    [LoggerMessage(1330, LogLevel.Information, "call {Call}: {Number} has registered from {Flow}, no longer from {Former}: its call goes there too", EventName = "phone_moved")]
    internal static partial void PhoneMoved(this ILogger log, CallKey call, string callId, string number, SipFlow former, SipFlow flow);

    [LoggerMessage(2904, LogLevel.Error, "call {Call} is over, but {Left} could not be given back", EventName = "call_unclean")]
    internal static partial void CallUnclean(this ILogger log, string call, string callId, string b2buaCallId, string left);

    [LoggerMessage(2905, LogLevel.Error, "{Gauge} is not back at its baseline when it had to be: {Count} left, owned by {Owner}; released now", EventName = "gauge_not_at_baseline")]
    internal static partial void GaugeNotAtBaseline(this ILogger log, string gauge, int count, string owner);

    [LoggerMessage(2906, LogLevel.Information, "{Entries} gauge(s) that were not at their baseline are acknowledged", EventName = "leftovers_acknowledged")]
    internal static partial void LeftoversAcknowledged(this ILogger log, int entries);

    [LoggerMessage(3004, LogLevel.Warning, "call {Call}: {Silent} is not heard {Since}{Why}; media of {Silent} is expected from {Source}: look at its network, NAT and firewall", EventName = "one_way_audio")]
    internal static partial void OneWayAudio(this ILogger log, CallKey call, string callId, string b2buaCallId, string silent, string heard, NetEndpoint source, string since, string why);

    [LoggerMessage(EventId = 3005, Message = "call {Call}: {Caller} heard {CallerScore}, {Callee} heard {CalleeScore} of 4.5{Why}", EventName = "call_quality")]
    internal static partial void CallQuality(
        this ILogger log, LogLevel level, CallKey call, string callId, string b2buaCallId, string caller, string callerScore, string callee, string calleeScore, string why);

    [LoggerMessage(3003, LogLevel.Information, "call {Call} {Leg}: media comes from {Source}", EventName = "relay_source_latched")]
    internal static partial void RelaySourceLatched(this ILogger log, CallKey call, string callId, string b2buaCallId, string leg, NetEndpoint source);
}
