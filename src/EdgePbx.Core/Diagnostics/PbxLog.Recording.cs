using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

// recordings of calls; the recorder's own events are the host's
internal static partial class PbxLog
{
    [LoggerMessage(2301, LogLevel.Information, "call {Call} is recorded: {File}", EventName = "recording_started")]
    internal static partial void RecordingStarted(this ILogger log, CallKey call, string callId, string b2buaCallId, string file);

    [LoggerMessage(2302, LogLevel.Information, "call {Call}: recording {File} is closed, {Seconds} s, {Bytes} bytes, {Dropped} packet(s) missed", EventName = "recording_stopped")]
    internal static partial void RecordingStopped(this ILogger log, CallKey call, string callId, string b2buaCallId, string file, double seconds, long bytes, long dropped);

    [LoggerMessage(2303, LogLevel.Warning, "call {Call} is not recorded: {Reason}", EventName = "recording_refused")]
    internal static partial void RecordingRefused(this ILogger log, CallKey call, string callId, string b2buaCallId, string reason);

    [LoggerMessage(2304, LogLevel.Warning, "call {Call} goes on, but its recording {File} ends after {Seconds} s: {Problem}", EventName = "recording_failed")]
    internal static partial void RecordingFailed(this ILogger log, CallKey call, string callId, string b2buaCallId, string file, double seconds, string problem);

    [LoggerMessage(2305, LogLevel.Warning, "{Count} recording(s) wait to be closed, the first one for {Seconds} s: the medium is slow; calls go on, and from {Most} on none of them is recorded", EventName = "recordings_overdue")]
    internal static partial void RecordingsOverdue(this ILogger log, int count, int seconds, int most);

    [LoggerMessage(2306, LogLevel.Information, "no recording waits to be closed for long any more", EventName = "recordings_caught_up")]
    internal static partial void RecordingsCaughtUp(this ILogger log);
}
