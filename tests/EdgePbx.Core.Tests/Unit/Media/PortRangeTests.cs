using CsCheck;

namespace EdgePbx.Core.Tests;

public class PortRangeTests
{
    private static readonly Instant Start = new(TimeSpan.TicksPerHour);

    [Theory]
    [InlineData("10000-10999", 500)]
    [InlineData("10001-10999", 499)]
    [InlineData("10000-10998", 499)]
    [InlineData("10000-10001", 1)]
    [InlineData("65534-65535", 1)]
    [InlineData("0-5", 2)]
    [InlineData("0-65535", 32767)]
    public void A_range_is_all_whole_pairs_in_it(string text, int pairs)
    {
        Assert.True(PortRange.TryParse(text, out PortRange? range));
        Assert.Equal(pairs, range.Pairs);
        for (int i = 0; i < pairs; i++)
        {
            Assert.True(range.TryTake(Start, out ushort port));
            Assert.True(port >= 2 && port % 2 == 0);
        }
        Assert.False(range.TryTake(Start, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10000")]
    [InlineData("-")]
    [InlineData("10000-")]
    [InlineData("-10000")]
    [InlineData("10000-10000")]
    [InlineData("10001-10002")]
    [InlineData("10999-10000")]
    [InlineData("65535-65535")]
    [InlineData("0-2")]
    [InlineData("10000-65536")]
    [InlineData("10000-10999-11000")]
    [InlineData("10000 - 10999")]
    [InlineData("+10000-10999")]
    [InlineData("10k-11k")]
    public void A_text_without_a_pair_is_no_range(string text) => Assert.False(PortRange.TryParse(text, out _));

    [Fact]
    public void A_range_without_a_pair_can_not_be_made() =>
        _ = Assert.Throws<ArgumentException>(() => new PortRange(10001, 10002));

    [Fact]
    public void Pairs_are_lent_in_order_and_the_one_that_rested_longest_comes_first()
    {
        var range = new PortRange(10000, 10005);
        Assert.Equal([10000, 10002, 10004], TakeAll(range, Start));

        range.Return(Start, 10004);
        range.Return(Start, 10000);
        Assert.Equal([10004, 10000], TakeAll(range, Start + PortRange.Rest));
    }

    [Fact]
    [Trait("Clause", "M-17")]
    public void A_returned_pair_is_not_lent_again_for_two_seconds()
    {
        var range = new PortRange(10000, 10001);
        Assert.True(range.TryTake(Start, out ushort port));
        range.Return(Start, port);
        Assert.Equal(0, range.PairsInUse);

        Assert.False(range.TryTake(Start + TimeSpan.FromTicks((2 * TimeSpan.TicksPerSecond) - 1), out _));
        Assert.True(range.TryTake(Start + TimeSpan.FromSeconds(2), out ushort again));
        Assert.Equal(port, again);
    }

    [Theory]
    [InlineData(10000)] // twice
    [InlineData(10002)] // never lent
    [InlineData(10001)] // the odd one
    [InlineData(9998)]
    [InlineData(10004)]
    [InlineData(0)]
    [InlineData(65535)]
    public void Returning_what_is_not_lent_is_a_bug_that_says_so(int port)
    {
        var range = new PortRange(10000, 10003);
        _ = range.TryTake(Start, out ushort taken);
        range.Return(Start, taken);
        _ = Assert.Throws<InvalidOperationException>(() => range.Return(Start, (ushort)port));
    }

    [Fact]
    [Trait("Clause", "M-17")]
    [Trait("Clause", "race 39")]
    public void Any_history_lends_no_pair_twice_nor_before_it_has_rested() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2500]).List[0, 200].Sample(history =>
        {
            var range = new PortRange(20000, 20009);
            var lent = new List<ushort>();
            var returned = new Dictionary<ushort, Instant>();
            Instant now = Start;
            foreach ((int step, int number) in history)
            {
                if (step == 0 && range.TryTake(now, out ushort port))
                {
                    Assert.DoesNotContain(port, lent);
                    Assert.True(port % 2 == 0 && port is >= 20000 and <= 20008);
                    Assert.True(!returned.TryGetValue(port, out Instant at) || now - at >= PortRange.Rest);
                    lent.Add(port);
                }
                else if (step == 1 && lent.Count > 0)
                {
                    ushort back = lent[number % lent.Count];
                    _ = lent.Remove(back);
                    returned[back] = now;
                    range.Return(now, back);
                }
                else if (step == 2)
                {
                    now += TimeSpan.FromMilliseconds(number);
                }
                Assert.Equal(lent.Count, range.PairsInUse);
            }
            lent.ForEach(port => range.Return(now, port));
            Assert.Equal(range.Pairs, TakeAll(range, now + PortRange.Rest).Count); // nothing is lost
        });

    private static List<int> TakeAll(PortRange range, Instant now)
    {
        var ports = new List<int>();
        while (range.TryTake(now, out ushort port))
        {
            ports.Add(port);
        }
        return ports;
    }
}
