namespace EdgePbx.Core.Tests;

/// <summary>Whatever is taken, moved and given back in whatever order: the table says what a plain list would, and nothing is left.</summary>
[Trait("Clause", "SEC-18")]
public class SourceHoldProperties
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 3000)] // so many that searches run into each other
    [InlineData(3, 6000)] // and some find no room
    public void The_counts_return_to_nothing(int seed, int addresses)
    {
        var random = new Random(seed);
        var table = new SourceTable();
        var held = new List<(SourceHold Hold, SipFlow Flow)>();
        for (int step = 0; step < 20_000; step++)
        {
            int deed = random.Next(3);
            if (held.Count == 0 || (deed == 0 && held.Count < addresses))
            {
                SipFlow flow = AnyFlow(random, addresses);
                held.Add((new SourceHold(table, flow), flow));
            }
            else if (deed == 1)
            {
                int which = random.Next(held.Count);
                SipFlow flow = AnyFlow(random, addresses);
                held[which].Hold.Move(flow);
                held[which] = (held[which].Hold, flow);
            }
            else if (deed == 2)
            {
                int which = random.Next(held.Count);
                held[which].Hold.Release();
                held.RemoveAt(which);
            }
            if (step % 500 == 0)
            {
                AssertSame(table, held, addresses);
            }
        }
        held.ForEach(static one => one.Hold.Release());
        held.Clear();
        Assert.Equal((0, 0), (table.Count, table.Holds));
        AssertSame(table, held, addresses);
    }

    private static void AssertSame(SourceTable table, List<(SourceHold Hold, SipFlow Flow)> held, int addresses)
    {
        HashSet<NetAddress> known = [.. held.Select(static one => one.Flow.Remote.Address)];
        HashSet<uint> carrying = [.. held.Where(static one => one.Flow.Connection > 0).Select(static one => one.Flow.Connection)];
        for (int i = 0; i < addresses; i++)
        {
            NetAddress address = Address(i);
            Assert.True(!table.IsKnown(address) || known.Contains(address));
            Assert.True(table.IsKnown(address) || !known.Contains(address) || addresses > SourceTable.Limit);
        }
        for (uint connection = 1; connection < 30; connection++)
        {
            Assert.Equal(carrying.Contains(connection), table.IsCarrying(new SipFlow(SipTransport.Tcp, default, default, 1, connection)));
        }
    }

    private static SipFlow AnyFlow(Random random, int addresses)
    {
        uint connection = (uint)random.Next(30);
        return new SipFlow(connection > 0 ? SipTransport.Tcp : SipTransport.Udp, new NetEndpoint(Address(random.Next(addresses)), 5060), default, 1, connection);
    }

    private static NetAddress Address(int number) => NetAddress.FromV4(10, 1, (byte)(number / 256), (byte)number);
}
