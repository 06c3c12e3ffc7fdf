using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Who goes when there are too many connections, and that the table stays whole meanwhile.</summary>
public class TcpCrowdTests
{
    private const string Ping = "\r\n\r\n";
    private const string Options = "OPTIONS sip:pbx SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n";

    [Theory, Trait("Clause", "SEC-03")]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(9, true)]
    [InlineData(9, false)]
    public void Strangers_evict_no_connection_that_carries_a_registration_or_a_call(int addresses, bool isWarm)
    {
        using var world = new NetWorld();
        List<Socket> phones = [];
        for (int i = 0; i < 3; i++)
        {
            phones.Add(world.Connect(IPAddress.Loopback)); // the strangers' own address is among them: their NAT
            NetWorld.Send(phones[i], Options);
            world.Engine.Carrying[world.Engine.Next("message").Flow.Remote] = true;
        }
        for (int i = 0; i < 288; i++)
        {
            Socket stranger = world.Connect(new IPAddress([127, 0, 0, (byte)(1 + (i % addresses))]));
            NetWorld.Send(stranger, isWarm ? Options : Ping);
            if (isWarm)
            {
                _ = world.Engine.Next("message");
            }
            else
            {
                Assert.Equal("\r\n", NetWorld.Read(stranger, 2));
            }
        }

        SignallingSnapshot now = world.Ask();

        Assert.InRange(now.Pbx.Gauges.TcpConnections, 4, 3 + TcpConnections.StrangersLimit);
        Assert.True(now.Transport.TcpEvicted >= 288 - TcpConnections.StrangersLimit);
        foreach (Socket phone in phones)
        {
            NetWorld.Send(phone, Options);
            Assert.Equal(NetWorld.EndpointOf(phone.LocalEndPoint!), NextMessage(world).Remote);
        }
    }

    [Fact, Trait("Clause", "SEC-03")]
    public void Of_one_address_only_its_share_stays_and_the_idlest_goes_first()
    {
        using var world = new NetWorld();
        List<Socket> strangers = [];
        for (int i = 0; i < TcpConnections.StrangersPerSource; i++)
        {
            strangers.Add(world.Connect());
            NetWorld.Send(strangers[i], Options);
            _ = world.Engine.Next("message");
        }
        NetWorld.Send(strangers[0], Options); // the first is no longer the idlest
        _ = world.Engine.Next("message");

        Socket another = world.Connect();
        NetWorld.Send(another, Options);
        _ = world.Engine.Next("message");

        Assert.True(NetWorld.IsClosedByPeer(strangers[1]));
        SignallingSnapshot now = world.Ask();
        Assert.Equal((TcpConnections.StrangersPerSource, 1L), (now.Pbx.Gauges.TcpConnections, now.Transport.TcpEvicted));
    }

    [Fact, Trait("Clause", "SEC-03")]
    public void A_stranger_who_comes_alone_stays_while_those_who_come_in_crowds_go()
    {
        using var world = new NetWorld();
        Socket alone = world.Connect(new IPAddress([127, 0, 0, 99]));
        NetWorld.Send(alone, Ping); // it has not even spoken yet
        Assert.Equal("\r\n", NetWorld.Read(alone, 2));
        for (int i = 0; i < 200; i++)
        {
            Socket stranger = world.Connect(new IPAddress([127, 0, 0, (byte)(2 + (i % 9))]));
            NetWorld.Send(stranger, Options);
            _ = world.Engine.Next("message");
        }

        NetWorld.Send(alone, Options);

        Assert.Equal(NetWorld.EndpointOf(alone.LocalEndPoint!), NextMessage(world).Remote);
        Assert.Equal(TcpConnections.StrangersLimit, world.Ask().Pbx.Gauges.TcpConnections);
    }

    [Fact, Trait("Clause", "SEC-03")]
    public void The_silent_go_before_those_who_have_spoken_and_a_ping_is_no_word()
    {
        using var world = new NetWorld();
        Socket spoken = world.Connect();
        NetWorld.Send(spoken, Options);
        _ = world.Engine.Next("message");
        List<Socket> silent = [];
        for (int i = 1; i < TcpConnections.StrangersPerSource; i++)
        {
            silent.Add(world.Connect());
            NetWorld.Send(silent[^1], Ping);
            Assert.Equal("\r\n", NetWorld.Read(silent[^1], 2));
        }

        Socket another = world.Connect();
        NetWorld.Send(another, Options);
        _ = world.Engine.Next("message");

        Assert.True(NetWorld.IsClosedByPeer(silent[0]));
        NetWorld.Send(spoken, Options);
        Assert.Equal(NetWorld.EndpointOf(spoken.LocalEndPoint!), NextMessage(world).Remote);
    }

    [Fact, Trait("Clause", "SEC-03")]
    public void A_full_table_of_those_who_carry_something_closes_the_newcomer_and_nobody_else()
    {
        using var world = new NetWorld();
        List<Socket> phones = [];
        for (int i = 0; i < TcpConnections.Limit; i++)
        {
            phones.Add(world.Connect());
            NetWorld.Send(phones[i], Options);
            world.Engine.Carrying[world.Engine.Next("message").Flow.Remote] = true;
        }

        Assert.True(NetWorld.IsClosedByPeer(world.Connect()));
        SipFlow nowhere = NetWorld.FlowTo(SipTransport.Tcp, world.ListenTcp().LocalEndPoint!);
        SignallingSnapshot now = world.Do(_ => world.Engine.Send(nowhere, "INVITE", ticket: 9));

        Assert.Equal(9u, world.Engine.Next("send failed").Ticket);
        Assert.Equal((TcpConnections.Limit, 0L, 1L), (now.Pbx.Gauges.TcpConnections, now.Transport.TcpEvicted, now.Transport.TcpRefused));
    }

    [Theory, Trait("Clause", "SEC-02")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Who_hears_of_an_eviction_may_open_connections_at_once_and_the_table_stays_whole(int opened)
    {
        using var world = new NetWorld();
        var reaction = new Reaction(opened, world.ListenTcp());
        var poll = new PollSet(TcpConnections.Limit);
        var connections = new TcpConnections(poll, reaction, new TransportCounters(), world.Log);
        reaction.Connections = connections;
        Socket listener = world.ListenTcp();
        for (int i = 0; i < TcpConnections.Limit; i++)
        {
            TcpConnection stalled = connections.Open(new Instant(i), NetWorld.EndpointOf(listener.LocalEndPoint!), 0)!;
            stalled.Send(default, "INVITE"u8, ticket: (uint)(1 + i)); // it waits for the connection
        }

        for (uint round = 1; round <= 3; round++)
        {
            Assert.NotNull(connections.Open(new Instant(1000 + round), NetWorld.EndpointOf(listener.LocalEndPoint!), 0));
            Assert.Equal(TcpConnections.Limit, connections.Count);
            Assert.True(reaction.Failed >= round);
        }
        connections.CloseAll(default);
        Assert.Equal(0, connections.Count);
        Assert.False(poll.IsFull);
    }

    [Fact, Trait("Clause", "SEC-02")]
    public void A_full_poll_set_takes_nobody_and_says_so()
    {
        using var world = new NetWorld();
        var reaction = new Reaction(0, world.ListenTcp());
        var poll = new PollSet(1);
        var connections = new TcpConnections(poll, reaction, new TransportCounters(), world.Log);
        NetEndpoint peer = NetWorld.EndpointOf(world.ListenTcp().LocalEndPoint!);
        _ = connections.Open(default, peer, 0)!;
        reaction.Carries = true;

        Assert.Null(connections.Open(default, peer, 0));
        Assert.True(poll.IsFull);
        Assert.Equal(1, connections.Count);
        _ = Assert.Throws<InvalidOperationException>(() => poll.Add(0, 0, new NoPollable()));

        reaction.Carries = false; // then the former goes
        Assert.NotNull(connections.Open(default, peer, 0));
        Assert.Equal(1, connections.Count);
        connections.CloseAll(default);
    }

    private static SipFlow NextMessage(NetWorld world) => world.Engine.Next("message").Flow;

    private sealed class NoPollable : IPollable
    {
        public void OnReady(Instant now, short found)
        {
        }
    }

    /// <summary>Whoever is told that something was not sent, and tells somebody else by connections of its own.</summary>
    private sealed class Reaction(int opened, Socket others) : ISipReceiver
    {
        public TcpConnections? Connections { get; set; }
        public bool Carries { get; set; }
        public uint Failed { get; private set; }

        public void OnMessage(Instant now, in SipFlow source, byte[] bytes, int length)
        {
        }

        public void OnFlowClosed(Instant now, in SipFlow flow)
        {
        }

        public bool IsCarrying(in SipFlow flow) => Carries;

        public SourceStanding Weigh(Instant now, NetEndpoint source) => SourceStanding.Known;

        public void OnSendFailed(Instant now, uint ticket)
        {
            if (Failed++ < 3)
            {
                for (int i = 0; i < opened; i++)
                {
                    _ = Connections!.Open(now, NetWorld.EndpointOf(others.LocalEndPoint!), 0);
                    Assert.True(Connections.Count <= TcpConnections.Limit);
                }
            }
        }
    }
}
