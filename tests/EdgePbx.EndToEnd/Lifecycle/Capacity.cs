namespace EdgePbx.EndToEnd;

/// <summary>A PBX that is full says so, with a time to try again, and takes calls again afterwards.</summary>
public sealed class Capacity
{
    [Fact]
    [Trait("Clause", "U-35")]
    public Task A_full_call_table_answers_503_with_Retry_After() =>
        Pbx.RunAsync(new PbxOptions { MaxCalls = 1, MediaPorts = 6 }, async pbx =>
        {
            using ClientScript first = await ClientScript.HoldCallAsync(pbx);
            await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "refused_as_full");
            await first.HangUpAsync();
            Assert.Equal(1, pbx.Log.Count("cleanup_verified"));
        });

    [Fact]
    [Trait("Clause", "M-17")]
    [Trait("Clause", "race 37")]
    [Trait("Clause", "race 39")]
    public Task Ports_that_have_run_out_are_answered_503_until_some_come_back() =>
        Pbx.RunAsync(new PbxOptions { MaxCalls = 2, MediaPorts = 12 }, async pbx =>
        {
            await ClientScript.RunAsync("raw_cases.py", pbx, "--only", "ports_run_out");
            Assert.True((await pbx.StatusAsync()).Counter("calls_refused_no_ports") > 0, "no call was refused for want of ports");
        });
}
