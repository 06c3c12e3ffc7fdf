using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The events of the binary around the engine, ids 4000 to 4109.</summary>
internal static partial class HostLog
{
    [LoggerMessage(4001, LogLevel.Information, "listening on {Transport} {Address}", EventName = "listening")]
    internal static partial void Listening(this ILogger log, string transport, NetEndpoint address);

    [LoggerMessage(4002, LogLevel.Information,
        "EdgePbx {Version} ({Commit}) runs on {Architecture}: {Extensions} extensions, at most {MaxCalls} calls, media on {MediaPorts}",
        EventName = "edgepbx_started")]
    internal static partial void Started(
        this ILogger log, string version, string commit, string architecture, int extensions, int maxCalls, string mediaPorts);

    [LoggerMessage(4003, LogLevel.Information, "stopping: {Reason}", EventName = "edgepbx_stopping")]
    internal static partial void Stopping(this ILogger log, string reason);

    [LoggerMessage(4004, LogLevel.Information, "stopped", EventName = "edgepbx_stopped")]
    internal static partial void Stopped(this ILogger log);

    [LoggerMessage(4005, LogLevel.Information, "configuration {File} is in force, {Extensions} extensions", EventName = "config_reloaded")]
    internal static partial void ConfigReloaded(this ILogger log, string file, int extensions);

    [LoggerMessage(4006, LogLevel.Error, "configuration refused, the old one stays: {Problem}", EventName = "config_rejected")]
    internal static partial void ConfigRejected(this ILogger log, string problem);

    [LoggerMessage(4007, LogLevel.Warning, "changed {Keys} only count after a restart", EventName = "config_restart_needed")]
    internal static partial void ConfigRestartNeeded(this ILogger log, string keys);

    [LoggerMessage(4008, LogLevel.Warning,
        "lab mode: session intervals down to {Minimum} s are accepted, RFC 4028 allows none below 90", EventName = "lab_mode_enabled")]
    internal static partial void LabModeEnabled(this ILogger log, int minimum);

    [LoggerMessage(4090, LogLevel.Warning, "{Warning}", EventName = "config_open_to_others")]
    internal static partial void ConfigOpenToOthers(this ILogger log, string warning);

    [LoggerMessage(4091, LogLevel.Warning,
        "{Going} recordings go now, {All} are older than {Days} days by a clock that has not jumped for a day", EventName = "recordings_too_old")]
    internal static partial void RecordingsTooOld(this ILogger log, int going, int all, int days);

    [LoggerMessage(4009, LogLevel.Error, "{Problem}", EventName = "listen_failed")]
    internal static partial void ListenFailed(this ILogger log, string problem);

    [LoggerMessage(4018, LogLevel.Warning, "this machine does not have the address yet; it is waited for {Seconds} s at most, before the last configuration that worked is used", EventName = "address_awaited")]
    internal static partial void AddressAwaited(this ILogger log, double seconds);

    [LoggerMessage(4010, LogLevel.Critical, "the {Thread} thread has failed, the process ends", EventName = "thread_failed")]
    internal static partial void ThreadFailed(this ILogger log, string thread, Exception failure);

    [LoggerMessage(4011, LogLevel.Debug, "TCP connection {Connection} with {Address} opened ({Direction})",
        EventName = "tcp_connection_opened")]
    internal static partial void TcpConnectionOpened(this ILogger log, uint connection, NetEndpoint address, string direction);

    [LoggerMessage(4012, LogLevel.Debug, "TCP connection {Connection} with {Address} closed: {Reason}",
        EventName = "tcp_connection_closed")]
    internal static partial void TcpConnectionClosed(this ILogger log, uint connection, NetEndpoint address, string reason);

    [LoggerMessage(4013, LogLevel.Warning, "status socket {Socket} is not available: {Problem}", EventName = "status_unavailable")]
    internal static partial void StatusUnavailable(this ILogger log, string socket, string problem);

    [LoggerMessage(4014, LogLevel.Warning, "log lines dropped, {Dropped} since the start", EventName = "log_lines_dropped")]
    internal static partial void LogLinesDropped(this ILogger log, long dropped);

    [LoggerMessage(4015, LogLevel.Information, "the self-test has passed", EventName = "self_test_passed")]
    internal static partial void SelfTestPassed(this ILogger log);

    [LoggerMessage(4016, LogLevel.Error, "the self-test has failed, {Check}: {Detail}", EventName = "self_test_failed")]
    internal static partial void SelfTestFailed(this ILogger log, string check, string detail);

    [LoggerMessage(4017, LogLevel.Error, "the card can't be used: configuration and records last until the power goes", EventName = "data_in_memory")]
    internal static partial void DataInMemory(this ILogger log);

    [LoggerMessage(4020, LogLevel.Error, "call records can't be written, calls go on without: {Problem}", EventName = "call_records_failed")]
    internal static partial void CallRecordsFailed(this ILogger log, string problem);

    [LoggerMessage(4021, LogLevel.Warning, "call records can be written again; {Dropped} were lost since the start", EventName = "call_records_resumed")]
    internal static partial void CallRecordsResumed(this ILogger log, long dropped);

    [LoggerMessage(4030, LogLevel.Error, "recordings can't be written, calls go on without: {Problem}", EventName = "recordings_failed")]
    internal static partial void RecordingsFailed(this ILogger log, string problem);

    [LoggerMessage(4031, LogLevel.Warning, "recordings can be written again", EventName = "recordings_resumed")]
    internal static partial void RecordingsResumed(this ILogger log);

    [LoggerMessage(4036, LogLevel.Warning, "recordings that are not closed are left as they are, and closed at the next start: {Reason}", EventName = "recordings_left_open")]
    internal static partial void RecordingsLeftOpen(this ILogger log, string reason);

    [LoggerMessage(4032, LogLevel.Warning, "recording {File} was torn; its {Seconds} s are closed and kept", EventName = "recording_repaired")]
    internal static partial void RecordingRepaired(this ILogger log, string file, double seconds);

    [LoggerMessage(4033, LogLevel.Information, "recording {File} is deleted: {Why}", EventName = "recording_deleted")]
    internal static partial void RecordingDeleted(this ILogger log, string file, string why);

    [LoggerMessage(4023, LogLevel.Error, "{File} is at its largest size and can't be renamed to {File}.1: it grows on", EventName = "call_records_not_rotated")]
    internal static partial void CallRecordsNotRotated(this ILogger log, string file);

    [LoggerMessage(4022, LogLevel.Warning, "the last line of {File} was torn; its {Bytes} bytes are kept in {File}.torn", EventName = "call_record_repaired")]
    internal static partial void CallRecordRepaired(this ILogger log, string file, long bytes);

    [LoggerMessage(4040, LogLevel.Error, "{File} can't be used, so the configuration that last worked is in force: {Problem}", EventName = "config_last_good_used")]
    internal static partial void ConfigLastGoodUsed(this ILogger log, string file, string problem);

    [LoggerMessage(4041, LogLevel.Warning, "no copy of the configuration can be kept: {Problem}", EventName = "config_not_kept")]
    internal static partial void ConfigNotKept(this ILogger log, string problem);

    [LoggerMessage(4050, LogLevel.Error, "the watchdog is not fed, and will start this anew: no sign of life from {Silent}", EventName = "watchdog_starves")]
    internal static partial void WatchdogStarves(this ILogger log, string silent);

    [LoggerMessage(4051, LogLevel.Warning, "the watchdog is fed again: all have shown that they live", EventName = "watchdog_fed_again")]
    internal static partial void WatchdogFedAgain(this ILogger log);

    [LoggerMessage(4052, LogLevel.Error, "the watchdog {Device} can't be had, nobody restarts the box when it hangs: {Problem}", EventName = "watchdog_unavailable")]
    internal static partial void WatchdogUnavailable(this ILogger log, string device, string problem);

    [LoggerMessage(4055, LogLevel.Warning, "{Cause} wrote {Bytes} bytes to the medium within a day, {Budget} are meant to be enough: the card wears out", EventName = "write_budget_exceeded")]
    internal static partial void WriteBudgetExceeded(this ILogger log, WriteCause cause, long bytes, long budget);

    [LoggerMessage(4070, LogLevel.Error, "{File} can't be read, so nobody is registered now: {Problem}", EventName = "registrations_unreadable")]
    internal static partial void RegistrationsUnreadable(this ILogger log, string file, string problem);

    [LoggerMessage(4071, LogLevel.Warning, "{File} had {Damaged} damaged line(s), kept in {File}.damaged; the registrations of {Extensions} extension(s) are good", EventName = "registrations_repaired")]
    internal static partial void RegistrationsRepaired(this ILogger log, string file, int damaged, int extensions);
}
