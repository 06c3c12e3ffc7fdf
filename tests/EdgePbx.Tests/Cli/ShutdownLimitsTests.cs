using System.Globalization;

namespace EdgePbx.Tests;

/// <summary>An end in which everything hangs is over before the service manager kills.</summary>
public class ShutdownLimitsTests
{
    private static readonly TimeSpan Spare = TimeSpan.FromMilliseconds(750);

    [Theory]
    [InlineData(0)]
    [InlineData(1.1)]
    [InlineData(2.3)]
    [InlineData(9)]
    public void Call_records_have_what_calls_and_recordings_left_and_no_more(double seconds)
    {
        var used = TimeSpan.FromSeconds(seconds);
        TimeSpan limit = ShutdownLimits.Calls + ShutdownLimits.Signalling + ShutdownLimits.Recorder;
        TimeSpan left = limit > used ? limit - used : TimeSpan.Zero;
        Assert.Equal(ShutdownLimits.Records + left, ShutdownLimits.RecordsAfter(used));
    }

    [Fact]
    public void All_limits_together_stay_well_below_what_the_unit_waits_for()
    {
        const string Key = "TimeoutStopSec=";
        string line = File.ReadLines(RepositoryFolder.File("board", "debian", "edgepbx.service")).Single(line => line.StartsWith(Key, StringComparison.Ordinal));
        var limit = TimeSpan.FromSeconds(int.Parse(line[Key.Length..], CultureInfo.InvariantCulture));
        Assert.True(ShutdownLimits.All + Spare <= limit, $"{ShutdownLimits.All} of {limit}");
    }
}
