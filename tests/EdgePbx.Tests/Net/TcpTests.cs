using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class TcpTests
{
    private const string Options =
        "OPTIONS sip:pbx SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: 4\r\n\r\nbody";

    [Fact, Trait("Clause", "C-43")]
    public void A_message_in_pieces_is_one_message_and_the_answer_comes_on_the_same_connection()
    {
        using var world = new NetWorld();
        world.Engine.Reply = (flow, _) => world.Engine.Send(flow, "answer");
        Socket phone = world.Connect();
        phone.NoDelay = true;

        foreach (char c in Options)
        {
            NetWorld.Send(phone, c.ToString());
        }

        Assert.Equal("answer", NetWorld.Read(phone, 6));
        Heard heard = world.Engine.Next("message");
        Assert.Equal(Options, heard.Text);
        Assert.Equal(NetWorld.EndpointOf(phone.LocalEndPoint!), heard.Flow.Remote);
        Assert.Equal(NetWorld.EndpointOf(phone.RemoteEndPoint!), heard.Flow.Local);
        Assert.Equal((SipTransport.Tcp, 2), (heard.Flow.Transport, heard.Flow.Listener));
        Assert.NotEqual(0u, heard.Flow.Connection);
    }

    [Fact, Trait("Clause", "C-43")]
    public void Several_messages_in_one_segment_are_several_messages()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();

        NetWorld.Send(phone, Options + "\r\n" + Options.Replace("OPTIONS", "MESSAGE", StringComparison.Ordinal) + Options[..20]);
        NetWorld.Send(phone, Options[20..]);

        Assert.StartsWith("OPTIONS", world.Engine.Next("message").Text, StringComparison.Ordinal);
        Assert.StartsWith("MESSAGE", world.Engine.Next("message").Text, StringComparison.Ordinal);
        Assert.Equal(Options, world.Engine.Next("message").Text);
    }

    [Fact]
    public void The_longest_message_comes_through()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();
        const string Head = "MESSAGE sip:pbx SIP/2.0\r\nContent-Length: ";
        int body = SipLimits.MessageBytes - Head.Length - "12345\r\n\r\n".Length;

        NetWorld.Send(phone, $"{Head}{body}\r\n\r\n{new string('x', body)}");

        Assert.Equal(SipLimits.MessageBytes, world.Engine.Next("message").Text.Length);
    }

    [Fact, Trait("Clause", "U-29")]
    public void A_ping_is_answered_with_a_pong_and_is_no_message()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();

        NetWorld.Send(phone, "\r\n\r\n");

        Assert.Equal("\r\n", NetWorld.Read(phone, 2));
        NetWorld.Send(phone, Options);
        Assert.Equal(Options, world.Engine.Next("message").Text);
    }

    [Fact]
    public void A_stream_that_can_not_be_cut_is_answered_once_and_closed()
    {
        using var world = new NetWorld();
        world.Engine.Reply = (flow, _) => world.Engine.Send(flow, "400");
        Socket phone = world.Connect();

        NetWorld.Send(phone, "OPTIONS sip:pbx SIP/2.0\r\nContent-Length: -1\r\n\r\n" + Options);

        Assert.Equal("400", NetWorld.Read(phone, 3));
        Assert.True(NetWorld.IsClosedByPeer(phone));
        Assert.StartsWith("OPTIONS sip:pbx SIP/2.0\r\nContent-Length: -1", world.Engine.Next("message").Text, StringComparison.Ordinal);
        _ = world.Engine.Next("flow closed");
        Assert.False(world.Engine.HasHeard("message"));
        Assert.Equal(1, world.Ask().Transport.TcpUnframed);
    }

    [Fact]
    public void Garbage_without_an_end_closes_the_connection_at_the_limit()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();

        NetWorld.Send(phone, new string('x', SipLimits.MessageBytes + 1));

        Assert.True(NetWorld.IsClosedByPeer(phone));
        _ = world.Engine.Next("flow closed");
        Assert.Equal(0, world.Ask().Pbx.Gauges.TcpConnections);
    }

    [Fact]
    public void A_peer_that_hangs_up_closes_its_flow()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();
        NetWorld.Send(phone, Options);
        SipFlow flow = world.Engine.Next("message").Flow;

        phone.Close();

        Assert.Equal(flow, world.Engine.Next("flow closed").Flow);
    }

    [Fact]
    public void A_flow_that_the_engine_closes_says_its_last_words_first()
    {
        using var world = new NetWorld();
        world.Engine.Reply = (flow, _) =>
        {
            world.Engine.Send(flow, "bye");
            world.Engine.CloseFlow(flow);
        };
        Socket phone = world.Connect();

        NetWorld.Send(phone, Options);

        Assert.Equal("bye", NetWorld.Read(phone, 3));
        Assert.True(NetWorld.IsClosedByPeer(phone));
    }

    [Fact]
    public void Sending_without_a_connection_opens_one_and_uses_it_again()
    {
        using var world = new NetWorld();
        Socket listener = world.ListenTcp();
        SipFlow flow = NetWorld.FlowTo(SipTransport.Tcp, listener.LocalEndPoint!);

        _ = world.Do(_ =>
        {
            world.Engine.Send(flow, "one ", ticket: 1);
            world.Engine.Send(flow, "two ", ticket: 2);
        });
        Socket peer = world.Accept(listener);
        Assert.Equal("one two ", NetWorld.Read(peer, 8));
        SignallingSnapshot after = world.Do(_ => world.Engine.Send(flow, "three"));

        Assert.Equal("three", NetWorld.Read(peer, 5));
        Assert.Equal(1, after.Pbx.Gauges.TcpConnections);
        NetWorld.Send(peer, Options);
        Assert.Equal(flow.Remote, world.Engine.Next("message").Flow.Remote);
        Assert.False(world.Engine.HasHeard("send failed"));
    }

    [Fact]
    public void A_connection_that_is_refused_fails_every_message_that_waits_for_it()
    {
        using var world = new NetWorld();
        Socket listener = world.ListenTcp();
        SipFlow nobody = NetWorld.FlowTo(SipTransport.Tcp, listener.LocalEndPoint!);
        listener.Close();

        _ = world.Do(_ =>
        {
            world.Engine.Send(nobody, "one", ticket: 1);
            world.Engine.Send(nobody, "two", ticket: 2);
        });

        Assert.Equal(1u, world.Engine.Next("send failed").Ticket);
        Assert.Equal(2u, world.Engine.Next("send failed").Ticket);
        Assert.Equal(0, world.Ask().Pbx.Gauges.TcpConnections);
        Assert.False(world.Engine.HasHeard("flow closed"));
    }

    [Fact]
    public void A_request_for_a_connection_that_has_ended_fails()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();
        NetWorld.Send(phone, Options);
        SipFlow flow = world.Engine.Next("message").Flow;
        phone.Close();
        _ = world.Engine.Next("flow closed");

        _ = world.Do(_ => world.Engine.Send(flow, "BYE sip:x SIP/2.0\r\n\r\n", ticket: 9));

        Assert.Equal(9u, world.Engine.Next("send failed").Ticket);
    }

    [Fact, Trait("Clause", "C-42")]
    public void A_response_whose_connection_has_ended_goes_to_the_port_of_its_via()
    {
        using var world = new NetWorld();
        Socket listener = world.ListenTcp();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Socket phone = world.Connect();
        NetWorld.Send(phone, Options);
        SipFlow flow = world.Engine.Next("message").Flow;
        phone.Close();
        _ = world.Engine.Next("flow closed");
        string response = $"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP pc.example:{port};branch=z9hG4bK1;received=127.0.0.1\r\n"
            + "From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

        _ = world.Do(_ => world.Engine.Send(flow, response, ticket: 3));

        Assert.False(world.Engine.HasHeard("send failed"));
        Assert.Equal(response, NetWorld.Read(world.Accept(listener), response.Length));
        Assert.False(world.Engine.HasHeard("send failed"));
    }

    /// <summary>The thread stood still for longer than a connection has to come about, and it came about meanwhile.</summary>
    [Fact]
    public void A_thread_that_comes_late_does_not_take_a_connection_for_one_that_failed()
    {
        using var world = new NetWorld();
        Socket listener = world.ListenTcp();
        SipFlow elsewhere = NetWorld.FlowTo(SipTransport.Tcp, listener.LocalEndPoint!);
        int messages = 0;
        world.Engine.Reply = (_, _) =>
        {
            if (messages++ == 0)
            {
                world.Engine.Send(elsewhere, "late", ticket: 1);
                return;
            }
            Thread.Sleep(TcpConnection.ConnectLimit + TimeSpan.FromMilliseconds(100));
        };

        NetWorld.Send(world.Connect(), Options + Options); // in one turn of the loop

        Assert.Equal("late", NetWorld.Read(world.Accept(listener), 4));
        _ = world.Ask();
        Assert.False(world.Engine.HasHeard("send failed"));
        Assert.Equal(2, messages);
    }

    [Fact, Trait("Clause", "race 46")]
    public void A_peer_that_takes_nothing_is_closed_and_costs_no_other_a_message()
    {
        using var world = new NetWorld();
        Socket stalled = world.Connect();
        stalled.ReceiveBufferSize = 4096;
        NetWorld.Send(stalled, Options);
        SipFlow deaf = world.Engine.Next("message").Flow;
        byte[] large = new byte[60_000];
        world.Engine.Reply = (flow, _) =>
        {
            if (world.Loop.Transports.TcpConnections == 2)
            {
                world.Engine.Send(deaf, large, ticket: 5);
            }
            world.Engine.Send(flow, "answer");
        };
        Socket phone = world.Connect();

        int rounds = 0;
        do
        {
            NetWorld.Send(phone, Options);
            Assert.Equal("answer", NetWorld.Read(phone, 6));
            rounds++;
        }
        while (!world.Engine.HasHeard("flow closed") && rounds < 2000);

        Assert.Equal(deaf, world.Engine.Next("flow closed").Flow);
        Assert.Equal(5u, world.Engine.Next("send failed").Ticket);
        Assert.Equal(1, world.Ask().Transport.TcpStalled);
    }

    [Fact]
    public void The_same_over_ipv6()
    {
        using var world = new NetWorld("tcp://[::1]:0");
        world.Engine.Reply = (flow, _) => world.Engine.Send(flow, "answer");
        Socket phone = world.Connect();

        NetWorld.Send(phone, Options);

        Assert.Equal("answer", NetWorld.Read(phone, 6));
        Assert.Equal("::1", world.Engine.Next("message").Flow.Remote.Address.ToString());
    }
}
