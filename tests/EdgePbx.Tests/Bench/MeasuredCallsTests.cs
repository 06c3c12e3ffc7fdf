namespace EdgePbx.Tests;

public class MeasuredCallsTests
{
    [Fact]
    public void What_was_measured_on_this_board_is_read_back()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(MeasuredCalls.Read(folder.Path));
        Assert.True(MeasuredCalls.TryWrite(folder.Path, 212));
        Assert.Equal(212, MeasuredCalls.Read(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"board":"another one","calls":212}""")]
    public void What_is_no_measurement_of_this_board_means_nothing(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, MeasuredCalls.FileName), text);
        Assert.Null(MeasuredCalls.Read(folder.Path));
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_no_failure() => Assert.False(MeasuredCalls.TryWrite("/proc", 1));
}
