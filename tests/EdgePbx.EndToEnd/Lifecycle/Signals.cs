namespace EdgePbx.EndToEnd;

/// <summary>SIGTERM and SIGHUP while calls are up.</summary>
public sealed class Signals
{
    [Fact]
    [Trait("Clause", "race 23")]
    public Task Sigterm_ends_the_calls_with_BYE_to_both_phones() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        using ClientScript phones = ClientScript.Start("sipp_cases.py", pbx, "--only", "ended_by_server", "--keep-registered");
        _ = await pbx.WaitForEventAsync("call_established");
        await pbx.StopAsync();
        await phones.AssertPassedAsync();
        Assert.Equal(1, pbx.Log.Count("cleanup_verified"));
    });

    [Fact]
    [Trait("Clause", "race 21")]
    public Task Sigterm_ends_a_call_that_still_rings() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        using ClientScript phones = ClientScript.Start("sipp_cases.py", pbx, "--only", "stopped_while_ringing", "--keep-registered");
        _ = await pbx.WaitForEventAsync("b2bua_call_setup");
        string missing = await pbx.WaitForGaugesAsync(
            status => status.IsRinging ? "" : "ringing", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50));
        Assert.Equal("", missing);
        await pbx.StopAsync();
        await phones.AssertPassedAsync();
        Assert.Equal(1, pbx.Log.Count("cleanup_verified"));
    });

    [Fact]
    [Trait("Clause", "race 44")]
    public Task Sighup_brings_new_extensions_and_keeps_calls() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        var third = new Account("1003", "third-secret");
        using ClientScript phones = await ClientScript.HoldCallAsync(pbx);

        pbx.WriteConfig(pbx.Options with { Accounts = [.. pbx.Options.Accounts, third] });
        pbx.Signal(ChildProcess.Sighup);
        _ = await pbx.WaitForEventAsync("config_reloaded");
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "register", "--caller", third.ToString());
        Assert.Equal(1, (await pbx.StatusAsync()).Gauge("calls"));
        await phones.HangUpAsync();
    });

    [Fact]
    public Task A_killed_pbx_starts_again_in_its_folder() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "register");
        await pbx.KillAndStartAgainAsync();
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        Assert.Equal(0, (await pbx.StatusAsync()).Gauge("calls"));
    });
}
