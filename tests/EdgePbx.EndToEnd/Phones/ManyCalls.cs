namespace EdgePbx.EndToEnd;

/// <summary>Calls one after the other, as in an office's day.</summary>
public sealed class ManyCalls
{
    [Fact]
    [Trait("Clause", "ST-35")]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "race 10")]
    public Task A_hundred_calls_between_two_phones_leave_nothing_behind() =>
        Pbx.RunAsync(new PbxOptions { SessionInterval = 90, MaxCalls = 50, MediaPorts = 600 }, async pbx =>
        {
            await ClientScript.RunAsync("calls_in_a_row.py", pbx, "--calls", "100", "--se", "90");
            _ = await pbx.WaitForEventAsync("cleanup_verified", count: 100);
            Assert.Equal(100, pbx.Log.Count("b2bua_call_setup"));
            Assert.Equal(100, pbx.Log.Count("call_established"));
            Assert.Equal(0, pbx.Log.Count("session_timer_expired"));
        });

    /// <summary>A reader of the log that hangs must cost lines, never calls.</summary>
    [Fact]
    public Task A_log_that_nobody_reads_stops_no_call() =>
        Pbx.RunAsync(new PbxOptions { ReadsLog = false, MaxCalls = 200, MediaPorts = 3000 }, async pbx =>
        {
            await ClientScript.RunAsync("calls_in_a_row.py", pbx, "--calls", "700", "--se", "90", "--seed", "2");
            PbxStatus status = await pbx.StatusAsync();
            Assert.Equal(700, status.Counter("calls_established"));
            Assert.True(status.Counter("log_lines_dropped") > 0, "the pipe held all lines: this test proved nothing");
        });
}
