using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The events of lamps and button, ids 4060 to 4069.</summary>
internal static partial class HostLog
{
    [LoggerMessage(4060, LogLevel.Warning, "{Driver} does not work, calls go on without: {Problem}. It is tried again each minute",
        EventName = "led_driver_failed")]
    internal static partial void LedDriverFailed(this ILogger log, string driver, string problem);

    [LoggerMessage(4061, LogLevel.Information, "{Driver} works again", EventName = "led_driver_resumed")]
    internal static partial void LedDriverResumed(this ILogger log, string driver);

    [LoggerMessage(4062, LogLevel.Information, "button: {What}", EventName = "button_pressed")]
    internal static partial void ButtonPressed(this ILogger log, string what);

    [LoggerMessage(4063, LogLevel.Warning, "factory reset: there is a new {File}; what was there before is in {Folder}", EventName = "factory_reset")]
    internal static partial void FactoryResetDone(this ILogger log, string file, string folder);

    [LoggerMessage(4064, LogLevel.Error, "factory reset failed, {File} stays as it is: {Problem}", EventName = "factory_reset_failed")]
    internal static partial void FactoryResetFailed(this ILogger log, string file, string problem);

    [LoggerMessage(4065, LogLevel.Error, "no LEDs: {Problem}", EventName = "board_refused")]
    internal static partial void BoardRefused(this ILogger log, string problem);

    [LoggerMessage(4066, LogLevel.Warning, "the LEDs say why it can't go on, '{Fault}', so it ends with {ExitCode} only when that is put right, or in {Seconds} s at most",
        EventName = "fault_shown")]
    internal static partial void FaultShown(this ILogger log, string fault, int exitCode, double seconds);

    [LoggerMessage(4067, LogLevel.Error, "this process was started in place of one that broke down {SecondsAgo} s ago: see its thread_failed",
        EventName = "broke_down")]
    internal static partial void BrokeDown(this ILogger log, double secondsAgo);
}
