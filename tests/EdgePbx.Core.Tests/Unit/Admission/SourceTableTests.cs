namespace EdgePbx.Core.Tests;

/// <summary>Who is known, for as long as there is a reason, and no longer.</summary>
[Trait("Clause", "SEC-18")]
public class SourceTableTests
{
    private static readonly Instant Now = new(TimeSpan.FromHours(1).Ticks);

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8::2:3", true)] // one network of 64 bits
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    public void A_source_is_an_IPv4_address_or_an_IPv6_network(string held, string asked, bool isKnown)
    {
        var table = new SourceTable();
        var hold = new SourceHold(table, Udp(held));
        Assert.Equal(isKnown, table.IsKnown(At(asked)));
        Assert.Equal(isKnown, table.TryServe(Now, At(asked)));
        hold.Release();
        Assert.False(table.IsKnown(At(asked)));
        Assert.False(table.TryServe(Now, At(asked)));
        Assert.False(table.IsKnown(default));
    }

    [Fact]
    public void Each_reason_counts_and_is_given_back_once()
    {
        var table = new SourceTable();
        var first = new SourceHold(table, Udp("192.0.2.7"));
        var second = new SourceHold(table, Udp("192.0.2.7"));
        first.Release();
        Assert.True(table.IsKnown(At("192.0.2.7")));
        _ = Assert.Throws<InvalidOperationException>(first.Release);
        Assert.True(table.IsKnown(At("192.0.2.7")));
        second.Release();
        Assert.Equal((0, 0), (table.Count, table.Holds));
    }

    [Fact]
    public void A_hold_moves_with_its_peer_and_not_after_its_end()
    {
        var table = new SourceTable();
        var hold = new SourceHold(table, Tcp("192.0.2.7", 4));
        Assert.True(table.IsCarrying(Tcp("192.0.2.7", 4)));
        hold.Move(Tcp("192.0.2.8", 5));
        Assert.False(table.IsCarrying(Tcp("192.0.2.7", 4)));
        Assert.False(table.IsKnown(At("192.0.2.7")));
        Assert.True(table.IsCarrying(Tcp("192.0.2.8", 5)));
        hold.Release();
        hold.Move(Tcp("192.0.2.9", 6));
        Assert.Equal((0, 0), (table.Count, table.Holds));
        Assert.False(table.IsCarrying(Tcp("192.0.2.9", 6)));
    }

    [Fact]
    public void A_connection_counts_and_a_flow_without_one_does_not()
    {
        var table = new SourceTable();
        var hold = new SourceHold(table, Tcp("192.0.2.7", 0));
        Assert.False(table.IsCarrying(Tcp("192.0.2.7", 0)));
        Assert.False(table.IsCarrying(Udp("192.0.2.7")));
        hold.Release();
    }

    [Fact]
    public void A_full_table_knows_no_more_and_forgets_nobody()
    {
        var table = new SourceTable();
        var holds = new List<SourceHold>();
        for (int i = 0; i < SourceTable.Limit + 10; i++)
        {
            holds.Add(new SourceHold(table, Udp(Address(i))));
        }
        Assert.Equal(SourceTable.Limit, table.Count);
        Assert.All(Enumerable.Range(0, SourceTable.Limit), i => Assert.True(table.IsKnown(At(Address(i)))));
        Assert.False(table.IsKnown(At(Address(SourceTable.Limit))));
        holds.ForEach(static hold => hold.Release());
        Assert.Equal((0, 0), (table.Count, table.Holds));
    }

    [Fact]
    public void A_known_source_that_sends_more_than_an_office_could_waits_like_a_stranger()
    {
        var table = new SourceTable();
        _ = new SourceHold(table, Udp("192.0.2.7"));
        int served = Enumerable.Range(0, 20_000).Count(_ => table.TryServe(Now, At("192.0.2.7")));
        Assert.InRange(served, 2000, 10_000);
        Assert.True(table.TryServe(Now + TimeSpan.FromSeconds(1), At("192.0.2.7")));
        Assert.True(table.IsKnown(At("192.0.2.7")));
    }

    private static string Address(int number) => $"10.1.{number / 256}.{number % 256}";

    private static NetAddress At(string text) => NetAddress.TryParse(text, out NetAddress address) ? address : throw new ArgumentException(text);

    private static SipFlow Udp(string text) => new(SipTransport.Udp, new NetEndpoint(At(text), 5060), default, 1, 0);

    private static SipFlow Tcp(string text, uint connection) => new(SipTransport.Tcp, new NetEndpoint(At(text), 5060), default, 1, connection);
}
