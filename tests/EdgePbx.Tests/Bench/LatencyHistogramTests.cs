namespace EdgePbx.Tests;

public class LatencyHistogramTests
{
    [Fact]
    public void Of_nothing_everything_is_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero), (histogram.Count, histogram.Percentile(0.5), histogram.Largest));
    }

    [Fact]
    public void Up_to_twelve_microseconds_each_tick_is_told_from_the_next()
    {
        var histogram = new LatencyHistogram();
        for (int ticks = 0; ticks < 128; ticks++)
        {
            histogram.Add(ticks);
        }
        for (int ticks = 0; ticks < 128; ticks++)
        {
            Assert.Equal(ticks, histogram.Percentile((ticks + 1) / 128.0).Ticks);
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(1000)]
    [InlineData(99_999)]
    [InlineData(123_456_789)]
    [InlineData(36_000_000_000)]
    public void A_larger_duration_is_told_to_within_a_bucket(long ticks)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(ticks);
        histogram.Add(2 * ticks); // so that the bucket's end is told, not the largest
        long told = histogram.Percentile(0.5).Ticks;
        Assert.InRange(told, ticks, ticks + (ticks / 63));
        Assert.Equal(2 * ticks, histogram.Largest.Ticks);
    }

    [Fact]
    public void Percentiles_are_those_of_the_sorted_list()
    {
        var histogram = new LatencyHistogram();
        for (int i = 0; i < 999; i++)
        {
            histogram.Add(100);
        }
        histogram.Add(5_000_000);
        Assert.Equal(100, histogram.Percentile(0.5).Ticks);
        Assert.Equal(100, histogram.Percentile(0.999).Ticks);
        Assert.Equal(5_000_000, histogram.Percentile(0.9991).Ticks);
        Assert.Equal(1000, histogram.Count);
    }

    [Fact]
    public void A_clock_that_goes_back_and_a_duration_beyond_all_bounds_are_counted()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(-5);
        histogram.Add(long.MaxValue);
        Assert.Equal((2, 0, long.MaxValue), (histogram.Count, histogram.Percentile(0.5).Ticks, histogram.Largest.Ticks));
    }
}
