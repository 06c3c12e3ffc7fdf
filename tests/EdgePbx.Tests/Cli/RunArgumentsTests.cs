namespace EdgePbx.Tests;

/// <summary>The plain command line of a start is read at once; all else is left to the library that knows all verbs.</summary>
public class RunArgumentsTests
{
    [Theory]
    [InlineData("run", null, null, null, false, null)]
    [InlineData("run --config a.toml", "a.toml", null, null, false, null)]
    [InlineData("run --state /s --config a.toml", "a.toml", null, "/s", false, null)]
    [InlineData("run --self-test-first --board b.toml --watchdog /dev/watchdog", null, "b.toml", null, true, "/dev/watchdog")] // the image's
    public void A_plain_one_is_read(string line, string? config, string? board, string? state, bool testsItself, string? watchdog)
    {
        Assert.True(RunArguments.TryRead(line.Split(' '), out RunArguments run));
        Assert.Equal(new RunArguments(config, board, state, testsItself, watchdog), run);
    }

    [Theory]
    [InlineData("")]
    [InlineData("selftest")]
    [InlineData("--config a.toml run")]
    [InlineData("run --help")]
    [InlineData("run --config")]
    [InlineData("run --config=a.toml")]
    [InlineData("run --config --state /s")]
    [InlineData("run --config a.toml --config b.toml")]
    [InlineData("run --config @file")]
    [InlineData("run --cnofig a.toml")]
    [InlineData("run --self-test-first true")]
    [InlineData("run --self-test-first --self-test-first")]
    [InlineData("run a.toml")]
    public void Any_other_is_not(string line) => Assert.False(RunArguments.TryRead(line.Split(' '), out _));

    [Fact]
    public void Both_ways_of_reading_lead_to_the_same_start()
    {
        (int, string, string) plain = CommandLineTests.Run("run", "--config", "/nowhere/edgepbx.toml");
        Assert.Equal(CommandLineTests.Run("run", "--config=/nowhere/edgepbx.toml"), plain);
        Assert.Equal(ExitCode.Configuration, plain.Item1);
    }
}
