namespace EdgePbx.EndToEnd;

/// <summary>The published binary under a watchdog, with one thread after the other frozen from outside.</summary>
public sealed class WatchdogBites
{
    [Fact]
    public async Task Whichever_thread_freezes_the_watchdog_starts_the_service_anew()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "python3",
            [Path.Combine(Repository.Clients, "freeze.py"), "--binary", Repository.Binary, "--ports", LoopbackPorts.Take(200).ToString()],
            Repository.Clients, TimeSpan.FromMinutes(4));
        Assert.True(code == 0, output);
    }
}
