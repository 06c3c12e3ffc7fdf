using CsCheck;

namespace EdgePbx.Core.Tests;

public class PaceTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void So_many_at_once_then_one_in_each_interval()
    {
        var pace = new Pace();
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => pace.TryTake(Start, Interval, 3)));
        Assert.False(pace.TryTake(Start + (Interval - TimeSpan.FromTicks(1)), Interval, 3));
        Assert.True(pace.TryTake(Start + Interval, Interval, 3));
        Assert.False(pace.TryTake(Start + Interval, Interval, 3));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => pace.TryTake(Start + TimeSpan.FromDays(9), Interval, 3)));
    }

    [Fact]
    public void It_never_lets_more_through_than_its_pace() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 400].Array[1, 200]).Sample((burst, gaps) =>
        {
            var pace = new Pace();
            Instant now = Start;
            int taken = 0;
            foreach (int gap in gaps)
            {
                now += TimeSpan.FromMilliseconds(gap);
                bool hadRoom = pace.HasRoom(now, Interval, burst);
                bool isTaken = pace.TryTake(now, Interval, burst);
                Assert.Equal(hadRoom, isTaken);
                taken += isTaken ? 1 : 0;
            }
            Assert.True(taken <= burst + ((now - Start) / Interval), $"{taken} of {burst} in {now - Start}");
        });
}
