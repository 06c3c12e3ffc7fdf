using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class UdpTests
{
    [Fact]
    public void A_datagram_reaches_the_engine_with_its_source_and_the_answer_goes_back_there()
    {
        using var world = new NetWorld();
        world.Engine.Reply = (flow, _) => world.Engine.Send(flow, "SIP/2.0 200 OK\r\n\r\n");
        Socket phone = world.BindUdp();

        phone.SendTo("OPTIONS sip:pbx SIP/2.0\r\n\r\n"u8, world.AddressOf(SipTransport.Udp));

        Assert.Equal("SIP/2.0 200 OK\r\n\r\n", NetWorld.ReadDatagram(phone));
        Heard heard = world.Engine.Next("message");
        Assert.Equal("OPTIONS sip:pbx SIP/2.0\r\n\r\n", heard.Text);
        Assert.Equal(NetWorld.EndpointOf(phone.LocalEndPoint!), heard.Flow.Remote);
        Assert.Equal(NetWorld.EndpointOf(world.AddressOf(SipTransport.Udp)), heard.Flow.Local);
        Assert.Equal((SipTransport.Udp, 1, 0u), (heard.Flow.Transport, heard.Flow.Listener, heard.Flow.Connection));
    }

    [Fact]
    public void The_same_over_ipv6()
    {
        Assert.True(Socket.OSSupportsIPv6, "the machine has no IPv6 loopback");
        using var world = new NetWorld("udp://127.0.0.1:0", "udp://[::1]:0");
        world.Engine.Reply = (flow, _) => world.Engine.Send(flow, "answer");
        NetEndpoint local = world.Loop.Transports.Listening[1].Endpoint;
        Socket phone = world.BindUdp(IPAddress.IPv6Loopback);

        phone.SendTo("question"u8, new IPEndPoint(IPAddress.IPv6Loopback, local.Port));

        Assert.Equal("answer", NetWorld.ReadDatagram(phone));
        Heard heard = world.Engine.Next("message");
        Assert.Equal(("::1", 2), (heard.Flow.Remote.Address.ToString(), heard.Flow.Listener));
    }

    [Fact]
    public void Keep_alives_of_line_ends_and_zeros_are_no_messages()
    {
        using var world = new NetWorld();
        Socket phone = world.BindUdp();
        IPEndPoint pbx = world.AddressOf(SipTransport.Udp);

        phone.SendTo("\r\n\r\n"u8, pbx);
        phone.SendTo("\0\0\0\0"u8, pbx);
        phone.SendTo([], pbx);
        phone.SendTo("INVITE"u8, pbx);

        Assert.Equal("INVITE", world.Engine.Next("message").Text);
    }

    [Fact]
    public void The_listener_is_chosen_by_address_family_when_the_flow_names_none()
    {
        using var world = new NetWorld("udp://[::1]:0", "udp://127.0.0.1:0");
        Socket phone = world.BindUdp();

        _ = world.Do(_ => world.Engine.Send(NetWorld.FlowTo(SipTransport.Udp, phone.LocalEndPoint!), "hello"));

        Assert.Equal("hello", NetWorld.ReadDatagram(phone));
    }

    [Fact]
    public void A_message_that_no_datagram_can_hold_is_reported_as_failed()
    {
        using var world = new NetWorld();
        Socket phone = world.BindUdp();

        SignallingSnapshot after = world.Do(_ =>
            world.Engine.Send(NetWorld.FlowTo(SipTransport.Udp, phone.LocalEndPoint!), new byte[SipLimits.MessageBytes], ticket: 7));

        Assert.Equal(7u, world.Engine.Next("send failed").Ticket);
        Assert.Equal(1, after.Transport.UdpSendErrors);
    }

    [Fact]
    public void A_flow_without_a_listener_of_its_family_is_reported_as_failed()
    {
        using var world = new NetWorld("udp://127.0.0.1:0");

        _ = world.Do(_ => world.Engine.Send(NetWorld.FlowTo(SipTransport.Udp, new IPEndPoint(IPAddress.IPv6Loopback, 5060)), "hello", ticket: 8));

        Assert.Equal(8u, world.Engine.Next("send failed").Ticket);
    }

    [Fact]
    public void A_flood_is_taken_in_portions_and_loses_nothing_that_the_kernel_kept()
    {
        using var world = new NetWorld();
        Socket phone = world.BindUdp();

        for (int i = 0; i < 200; i++)
        {
            phone.SendTo(Encoding.ASCII.GetBytes($"message {i}"), world.AddressOf(SipTransport.Udp));
        }

        for (int i = 0; i < 200; i++)
        {
            Assert.Equal($"message {i}", world.Engine.Next("message").Text);
        }
    }

    [Fact, Trait("Clause", "SEC-18")]
    public void Of_what_waits_together_known_sources_are_served_first_and_what_strangers_send_too_much_is_not_looked_into()
    {
        using var loop = new SignallingLoop([NetWorld.Parse("udp://127.0.0.1:0")], new RecordingLogger());
        var engine = new FakeEngine();
        loop.Attach(engine, new FakeRelay(), addresses: null);
        var box = new IPEndPoint(IPAddress.Loopback, loop.Transports.Listening[0].Endpoint.Port);
        using Socket known = Bind(), stranger = Bind(), flooder = Bind();
        NetEndpoint knownAt = NetWorld.EndpointOf(known.LocalEndPoint!), flooderAt = NetWorld.EndpointOf(flooder.LocalEndPoint!);
        engine.Standing = source => source == knownAt ? SourceStanding.Known : source == flooderAt ? SourceStanding.Refused : SourceStanding.Stranger;
        for (int i = 0; i < 4; i++)
        {
            _ = stranger.SendTo(Encoding.ASCII.GetBytes($"stranger {i}"), box);
            _ = flooder.SendTo("flood"u8, box);
            _ = known.SendTo(Encoding.ASCII.GetBytes($"known {i}"), box);
        }

        loop.HandleWhatWaits();

        Assert.Equal(["known 0", "known 1", "known 2", "known 3", "stranger 0", "stranger 1", "stranger 2", "stranger 3"],
            Enumerable.Range(0, 8).Select(_ => engine.Next("message").Text));
        Assert.False(engine.HasHeard("message"));
        loop.Transports.CloseAll(MonotonicClock.Now);

        static Socket Bind()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
    }

    [Fact, Trait("Clause", "SEC-18")]
    public void Keep_alives_are_no_datagrams_that_count()
    {
        using var world = new NetWorld();
        int asked = 0;
        world.Engine.Standing = _ =>
        {
            asked++;
            return SourceStanding.Stranger;
        };
        Socket phone = world.BindUdp();
        for (int i = 0; i < 50; i++)
        {
            phone.SendTo("\r\n\r\n"u8, world.AddressOf(SipTransport.Udp));
        }
        phone.SendTo("OPTIONS"u8, world.AddressOf(SipTransport.Udp));
        _ = world.Engine.Next("message");
        Assert.Equal(1, asked);
    }

    [Fact]
    public void An_address_that_is_taken_says_so()
    {
        using var world = new NetWorld("udp://127.0.0.1:0");
        int port = world.AddressOf(SipTransport.Udp).Port;
        ListenUrl taken = world.Loop.Transports.Listening[0];

        ListenException refused = Assert.Throws<ListenException>(() => new SignallingLoop([taken], world.Log));

        Assert.Equal($"cannot listen on udp://127.0.0.1:{port}: Address already in use (`ss -lunp` shows who has it)", refused.Message);
    }

    [Fact, Trait("Clause", "M-16")]
    public void Signalling_sockets_are_marked_class_selector_3()
    {
        foreach ((string url, int level, int option) in new[]
        {
            ("udp://127.0.0.1:0", SocketCalls.IPPROTO_IP, SocketCalls.IP_TOS),
            ("tcp://127.0.0.1:0", SocketCalls.IPPROTO_IP, SocketCalls.IP_TOS),
            ("udp://[::1]:0", SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_TCLASS),
        })
        {
            Assert.True(ListenUrl.TryParse(url, out ListenUrl parsed, out _));
            int descriptor = SipSocket.Listen(parsed);
            int value = 0;
            int length = sizeof(int);
            Assert.Equal(0, SocketCalls.getsockopt(descriptor, level, option, ref value, ref length));
            Assert.Equal(0, Native.close(descriptor));
            Assert.Equal(0x60, value);
        }
    }
}
