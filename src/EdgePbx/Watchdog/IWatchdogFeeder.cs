namespace EdgePbx;

/// <summary>Who starts the box or the service anew unless he is fed in time.</summary>
internal interface IWatchdogFeeder
{
    /// <summary>He bites when he was not fed for so long.</summary>
    TimeSpan Period { get; }

    void Feed();

    /// <summary>The service ends in order: it feeds no more, and he shall not bite for that.</summary>
    void Stop();
}

/// <summary>systemd, which kills the service and starts it anew (sd_watchdog_enabled(3)); it feeds the hardware's watchdog itself.</summary>
internal sealed class SystemdFeeder(string socket, TimeSpan period) : IWatchdogFeeder
{
    public TimeSpan Period => period;

    /// <param name="variable">Gives the environment's.</param>
    /// <returns>Null when nobody waits to be fed by this process.</returns>
    public static SystemdFeeder? From(Func<string, string?> variable) =>
        variable("NOTIFY_SOCKET") is { Length: > 0 } socket
        && long.TryParse(variable("WATCHDOG_USEC"), out long microseconds) && microseconds > 0
        && variable("WATCHDOG_PID") is var process && (string.IsNullOrEmpty(process) || process == $"{Environment.ProcessId}")
            ? new SystemdFeeder(socket, TimeSpan.FromMicroseconds(microseconds)) : null;

    public void Feed() => ServiceNotice.Send(ServiceNotice.Watchdog, socket);

    public void Stop()
    {
        // STOPPING=1 says it
    }
}
