namespace EdgePbx.Tests;

/// <summary>Signals, whatever was inherited.</summary>
public sealed class HostRequestsTests
{
    /// <summary>nohup ignores SIGHUP for whoever it starts.</summary>
    [Theory, Trait("Clause", "BUG-33")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sighup_asks_for_a_reload_even_if_it_was_ignored_before(bool isIgnored)
    {
        if (isIgnored)
        {
            _ = Native.signal(Native.SIGHUP, Native.SIG_IGN);
        }
        using var requests = new HostRequests();
        using IDisposable signals = requests.OnSignals();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0, Native.kill(Environment.ProcessId, Native.SIGHUP));
            Assert.True(requests.TryTake(TimeSpan.FromSeconds(60), out (HostRequest What, string Why) request));
            Assert.Equal(HostRequest.Reload, request.What);
        }
    }
}
