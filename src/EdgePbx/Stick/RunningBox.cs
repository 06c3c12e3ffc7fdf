namespace EdgePbx;

/// <summary>The process that serves phones, for one that has changed its configuration.</summary>
/// <param name="Ask">Gives its status; null: none runs.</param>
/// <param name="HangUp">Sends SIGHUP to the process of that number.</param>
internal sealed record RunningBox(Func<StatusDocument?> Ask, Action<int> HangUp)
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);

    /// <summary>The real one of this configuration.</summary>
    public static RunningBox Of(string configFile)
    {
        string? socket = StatusVerb.FindSocket(configFile, out _); // now: the file may name another one later
        return new RunningBox(
            () => socket is not null && StatusClient.Ask(socket) is { } json ? StatusClient.Parse(json) : null,
            process => _ = process > 1 ? Native.kill(process, Native.SIGHUP) : 0); // 0 would be all that belongs to this one
    }

    /// <summary>Makes it read its configuration anew.</summary>
    /// <param name="running">As it was before the file was changed.</param>
    /// <param name="atMost">How long it is waited for.</param>
    /// <returns>What it says afterwards; null: it does not answer, or not in time.</returns>
    public ConfigurationSnapshot? Reload(StatusDocument running, TimeSpan atMost)
    {
        long until = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        HangUp(running.ProcessId);
        while (Environment.TickCount64 < until)
        {
            if (Ask() is { } now && now.Configuration.Reloads > running.Configuration.Reloads)
            {
                return now.Configuration;
            }
            Thread.Sleep(BetweenQuestions);
        }
        return null;
    }
}
