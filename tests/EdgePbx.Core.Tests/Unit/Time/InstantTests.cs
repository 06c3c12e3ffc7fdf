namespace EdgePbx.Core.Tests;

public class InstantTests
{
    [Fact]
    public void Moments_are_ordered_and_their_difference_is_a_span()
    {
        var early = new Instant(10);
        Instant late = early + TimeSpan.FromTicks(5);
        Assert.Equal(TimeSpan.FromTicks(5), late - early);
        Assert.True(early < late && late > early && early <= late && late >= early);
        Assert.True(early <= new Instant(10) && early >= new Instant(10));
        Assert.False(early < new Instant(10) || early > new Instant(10));
        Assert.True(late < Instant.Never);
        Assert.Equal(-1, early.CompareTo(late));
    }
}
