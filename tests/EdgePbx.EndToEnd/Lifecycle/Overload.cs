namespace EdgePbx.EndToEnd;

/// <summary>Three times what the box can hold, and half a working day in two minutes.</summary>
public sealed class Overload
{
    private static readonly Account RampCaller = new("1003", "third-secret");
    private static readonly Account RampCallee = new("1004", "fourth-secret");

    /// <summary>The script looks at the voices, the refreshes and the refusals; what must be given back is looked at here, as after each story.</summary>
    [Fact]
    [Trait("Clause", "U-35")]
    public Task In_a_ramp_to_three_times_the_load_memory_stays_flat_and_the_call_that_is_up_goes_on() => Sound.AloneAsync(() => Pbx.RunAsync(
        new PbxOptions { Accounts = [PbxOptions.Caller, PbxOptions.Callee, RampCaller, RampCallee], MaxCalls = 100, MediaPorts = 600, Memory = 16 }, async pbx =>
        {
            await ClientScript.RunAsync("overload.py", pbx, "--ramp-caller", RampCaller.ToString(), "--ramp-callee", RampCallee.ToString(),
                "--pid", $"{pbx.ProcessId}", "--most", "40", "--strangers", "1000");
            _ = await pbx.WaitForEventAsync("overload_ended");
            PbxStatus status = await pbx.StatusAsync();
            Assert.True(status.Counter("requests_refused_overload") > 0, "nothing was refused early");
            Assert.Equal(0, status.Gauge("overload"));
            Assert.Equal(0, status.Counter("sessions_expired"));
        }));

    [Fact]
    public async Task Two_minutes_of_calls_and_losses_leave_it_as_it_was()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "env",
            [
                $"EDGEPBX_BINARY={Repository.Binary}", $"SOAK_PORTS={LoopbackPorts.Take(1000)}",
                $"SOAK_CSV={Path.Combine(Path.GetTempPath(), $"edgepbx-soak-{Environment.ProcessId}.csv")}",
                Path.Combine(Repository.Tests, "soak.sh"), "2",
            ],
            Path.GetTempPath(), TimeSpan.FromMinutes(8));
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(code == 0, output);
    }
}
