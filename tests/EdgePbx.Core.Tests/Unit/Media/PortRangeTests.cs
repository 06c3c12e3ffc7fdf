using CsCheck;

namespace EdgePbx.Core.Tests;

public class PortRangeTests
{
    private static readonly Instant Start = new(TimeSpan.TicksPerHour);
    private static readonly SeededEntropy Dice = new(1);

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
            Assert.True(range.TryTake(Start, Dice, out ushort port));
            Assert.True(port >= 2 && port % 2 == 0);
        }
        Assert.False(range.TryTake(Start, Dice, out _));
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
    [Trait("Clause", "SEC-09")]
    public void Which_pair_is_lent_next_follows_from_nothing_that_was_lent_before()
    {
        int[][] orders = [.. Enumerable.Range(0, 20).Select(seed =>
        {
            var range = new PortRange(10000, 10199);
            var dice = new SeededEntropy(seed);
            return Enumerable.Range(0, 100).Select(_ => range.TryTake(Start, dice, out ushort port) ? port : 0).ToArray();
        })];
        Assert.All(orders, order => Assert.Equal(100, order.Distinct().Count())); // each once
        Assert.True(orders.Select(order => order[0]).Distinct().Count() > 10);
        Assert.All(orders, order => Assert.True(order.Zip(order.Skip(1)).Count(pair => pair.Second == pair.First + 2) < 20));
    }

    [Fact]
    [Trait("Clause", "SEC-09")]
    public void To_draw_one_allocates_nothing()
    {
        var range = new PortRange(10000, 10199);
        Instant now = Start;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _ = range.TryTake(now, Dice, out ushort port);
                range.Return(now, port);
                now += PortRange.Rest;
            }
        }));
    }

    [Fact]
    [Trait("Clause", "SEC-07")]
    public void It_knows_which_ports_are_its_own_and_which_of_them_are_lent()
    {
        var range = new PortRange(10000, 10001);
        Assert.Equal([false, true, true, false], new ushort[] { 9999, 10000, 10001, 10002 }.Select(range.Contains));
        Assert.False(range.IsLent(10000));
        Assert.True(range.TryTake(Start, Dice, out _));
        Assert.Equal([false, true, true, false], new ushort[] { 9999, 10000, 10001, 10002 }.Select(range.IsLent));
        Assert.False(new PortRange(0, 5).Contains(1)); // 0 means "any"
    }

    [Fact]
    [Trait("Clause", "M-17")]
    public void A_returned_pair_is_not_lent_again_for_two_seconds()
    {
        var range = new PortRange(10000, 10001);
        Assert.True(range.TryTake(Start, Dice, out ushort port));
        range.Return(Start, port);
        Assert.Equal(0, range.PairsInUse);

        Assert.False(range.TryTake(Start + TimeSpan.FromTicks((2 * TimeSpan.TicksPerSecond) - 1), Dice, out _));
        Assert.True(range.TryTake(Start + TimeSpan.FromSeconds(2), Dice, out ushort again));
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
        _ = range.TryTake(Start, Dice, out ushort taken);
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
                if (step == 0 && range.TryTake(now, Dice, out ushort port))
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
        while (range.TryTake(now, Dice, out ushort port))
        {
            ports.Add(port);
        }
        return ports;
    }
}
