namespace EdgePbx.Core.Tests;

/// <summary>What strangers may send and are answered: enough for everybody who comes back at once, and never all there is.</summary>
public class StrangerLimitsTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);

    private readonly TimerHeap _timers = new();
    private readonly EventNotebook _log = new();
    private readonly Counters _counters = new();
    private readonly StrangerLimits _limits;

    public StrangerLimitsTests() => _limits = new StrangerLimits(new SeededEntropy(7), new FloodEpisode(_timers, _log), _counters);

    [Theory, Trait("Clause", "SEC-18")]
    [InlineData(250, 1, 15.0)] // an office behind one address, after a power cut
    [InlineData(250, 1, 0.5)]
    [InlineData(1000, 1000, 15.0)] // each phone with an address of its own
    [InlineData(1000, 1000, 0.5)]
    public void Phones_that_come_back_together_are_all_heard(int phones, int addresses, double seconds)
    {
        for (int datagram = 0; datagram < 4; datagram++) // a REGISTER, one with credentials, and copies of both
        {
            for (int i = 0; i < phones; i++)
            {
                Instant now = Start + TimeSpan.FromSeconds(seconds * ((datagram * phones) + i) / (4 * phones));
                Assert.True(_limits.TryRead(now, Address(i % addresses)));
            }
        }
        Assert.Equal(0, _counters.DatagramsDroppedStrangers);
        Assert.Empty(_log.Events);
    }

    [Fact, Trait("Clause", "SEC-18")]
    public void A_thousand_addresses_that_ask_at_once_are_all_answered()
    {
        for (int i = 0; i < 2000; i++)
        {
            Assert.True(_limits.TryAnswer(Start, Address(i % 1000)));
        }
    }

    [Theory, Trait("Clause", "SEC-18")]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(1_000_000)]
    public void Of_a_flood_a_small_part_is_read_and_it_is_said_once_that_it_began_and_ended(int addresses)
    {
        const int Each = 20_000;
        var random = new Random(3);
        int read = 0;
        for (int i = 0; i < 10 * Each; i++)
        {
            read += _limits.TryRead(Start + TimeSpan.FromSeconds(i / (double)Each), Address(random.Next(addresses))) ? 1 : 0;
        }
        Assert.InRange(read, 1000, 25_000); // of 200,000 in ten seconds
        Assert.Equal((10 * Each) - read, _counters.DatagramsDroppedStrangers);
        Assert.True(_limits.IsFlooded);
        while (_timers.NextDue <= Start + TimeSpan.FromSeconds(30))
        {
            _ = _timers.TryFireNext(_timers.NextDue);
        }
        Assert.False(_limits.IsFlooded);
        Assert.Equal(["flood_began", "flood_ended"], _log.Events.Select(e => e.Name));
        Assert.Contains($"{(10 * Each) - read} datagram(s)", _log.Events[^1].Text, StringComparison.Ordinal);
    }

    [Fact, Trait("Clause", "SEC-18")]
    public void A_flood_from_one_network_leaves_room_for_the_others()
    {
        for (int i = 0; i < 100_000; i++)
        {
            _ = _limits.TryRead(Start + TimeSpan.FromSeconds(i / 20_000.0), NetAddress.FromV4(203, 0, 113, (byte)i));
        }
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(_limits.TryRead(Start + TimeSpan.FromSeconds(5), NetAddress.FromV4(10, 0, (byte)(i / 200), (byte)i)));
        }
    }

    [Fact, Trait("Clause", "SEC-18")]
    public void While_the_loop_does_not_keep_up_hardly_a_stranger_is_heard()
    {
        _limits.ReportBacklog(Start, TimeSpan.FromMilliseconds(40));
        int read = Enumerable.Range(0, 1000).Count(i => _limits.TryRead(Start, Address(i)));
        Assert.InRange(read, 1, 50);
        _limits.ReportBacklog(Start, TimeSpan.Zero);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(_limits.TryRead(Start + TimeSpan.FromSeconds(1), Address(i))));
    }

    [Theory, Trait("Clause", "SEC-10")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::1")]
    public void One_address_gets_few_answers_however_often_it_asks(string text)
    {
        Assert.True(NetAddress.TryParse(text, out NetAddress address));
        int answered = Enumerable.Range(0, 10_000).Count(i => _limits.TryAnswer(Start + TimeSpan.FromSeconds(i / 10_000.0), address));
        Assert.InRange(answered, 10, 100);
        Assert.Equal(10_000 - answered, _counters.AnswersWithheld);
        Assert.True(_limits.TryAnswer(Start + TimeSpan.FromSeconds(2), address)); // and it is heard again soon
    }

    [Theory, Trait("Clause", "SEC-10")]
    [InlineData(true)]
    [InlineData(false)]
    public void One_network_gets_few_answers_whatever_addresses_are_named(bool isV4)
    {
        int answered = 0;
        for (int i = 0; i < 50_000; i++)
        {
            NetAddress address = isV4
                ? NetAddress.FromV4(192, 0, 2, (byte)i)
                : NetAddress.FromBytes([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(i >> 16), (byte)(i >> 8), (byte)i, 1]);
            answered += _limits.TryAnswer(Start + TimeSpan.FromSeconds(i / 50_000.0), address) ? 1 : 0;
        }
        Assert.InRange(answered, 10, isV4 ? 700 : 100);
    }

    [Fact, Trait("Clause", "SEC-10")]
    public void All_networks_together_get_a_bounded_number()
    {
        int answered = Enumerable.Range(0, 100_000).Count(i => _limits.TryAnswer(Start + TimeSpan.FromSeconds(i / 100_000.0), Address(i * 997)));
        Assert.InRange(answered, 1000, 5000);
    }

    [Fact, Trait("Clause", "SEC-18")]
    public void Nothing_is_allocated()
    {
        _ = _limits.TryRead(Start, Address(1));
        Assert.Equal(0, Allocated.InEach(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20_000; i++)
            {
                _ = _limits.TryRead(Start, Address(i)) && _limits.TryAnswer(Start, Address(i));
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    private static NetAddress Address(int number) => NetAddress.FromV4(10, (byte)(number >> 16), (byte)(number >> 8), (byte)number);
}
