namespace EdgePbx.EndToEnd;

/// <summary>
/// The published binary is killed at random moments, and comes back with all that it had acknowledged. The kernel keeps what was written
/// and not synced; what a power cut takes is for the tests of Storage and of the image.
/// </summary>
public sealed class Kills
{
    [Fact]
    public async Task Three_hundred_kills_lose_no_registration_and_no_call_record()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "python3",
            [Path.Combine(Repository.Clients, "kills.py"), "--binary", Repository.Binary, "--kills", "300", "--ports", LoopbackPorts.Take(100).ToString()],
            Repository.Clients, TimeSpan.FromMinutes(8));
        Assert.True(code == 0, output);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
    }

    [Fact]
    public async Task A_thousand_phones_that_come_back_at_once_are_all_taken()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "python3",
            [Path.Combine(Repository.Clients, "comeback.py"), "--binary", Repository.Binary, "--phones", "1000", "--ports", LoopbackPorts.Take(100).ToString()],
            Repository.Clients, TimeSpan.FromMinutes(8));
        Assert.True(code == 0, output);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
    }
}
