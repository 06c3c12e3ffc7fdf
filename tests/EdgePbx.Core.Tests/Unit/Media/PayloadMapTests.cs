namespace EdgePbx.Core.Tests;

public class PayloadMapTests
{
    [Fact]
    [Trait("Clause", "M-06")]
    public void Numbers_that_were_not_negotiated_stay()
    {
        var map = new PayloadMap([(96, 101), (101, 96)]);
        Assert.False(map.IsIdentity);
        for (int number = 0; number < 128; number++)
        {
            Assert.Equal(number switch { 96 => 101, 101 => 96, _ => number }, map[number]);
        }
        Assert.True(new PayloadMap([(0, 0)]).IsIdentity);
    }
}
