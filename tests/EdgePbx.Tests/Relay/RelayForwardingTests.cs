using EdgePbx.Core;

namespace EdgePbx.Tests;

public abstract class RelayForwardingTests(MediaIoKind io)
{
    [Fact]
    [Trait("Clause", "M-04")]
    public void Packets_go_both_ways_unchanged_and_come_from_the_port_that_the_peer_sends_to()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        for (int i = 0; i < 50; i++)
        {
            a.SendRtp(Packets.Rtp(i), left.Rtp);
            (byte[] atB, NetEndpoint fromB) = b.ReceiveRtp();
            Assert.Equal(Packets.Rtp(i), atB);
            Assert.Equal(right.Rtp, fromB);

            b.SendRtp(Packets.Rtp(1000 + i), right.Rtp);
            (byte[] atA, NetEndpoint fromA) = a.ReceiveRtp();
            Assert.Equal(Packets.Rtp(1000 + i), atA);
            Assert.Equal(left.Rtp, fromA);
        }
        world.Relay.Stop();
        Assert.Equal((100, 0), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
    }

    [Fact]
    [Trait("Clause", "M-04")]
    public void RTCP_goes_by_the_odd_ports()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        a.SendRtcp(Packets.Rtcp(1), left.Rtcp);
        (byte[] atB, NetEndpoint fromB) = b.ReceiveRtcp();
        Assert.Equal(Packets.Rtcp(1), atB);
        Assert.Equal(right.Rtcp, fromB);

        b.SendRtcp(Packets.Rtcp(2), right.Rtcp);
        Assert.Equal(Packets.Rtcp(2), a.ReceiveRtcp().Packet);
        Assert.False(world.HasReport()); // RTCP is latched for itself and without a word
    }

    [Fact]
    public void A_burst_larger_than_a_batch_arrives_whole_and_in_order()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, _) = world.Connect(a, b);
        for (int i = 0; i < 100; i++)
        {
            a.SendRtp(Packets.Rtp(i), left.Rtp);
        }
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(Packets.Rtp(i), b.ReceiveRtp().Packet);
        }
    }

    [Fact]
    [Trait("Clause", "O-06")]
    public void Payload_numbers_are_mapped_in_each_direction_and_the_marker_stays()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b, new PayloadMap([(96, 101), (8, 8)]), new PayloadMap([(101, 96)]));

        a.SendRtp(Packets.Rtp(1, 96, marker: true), left.Rtp);
        Assert.Equal(Packets.Rtp(1, 101, marker: true), b.ReceiveRtp().Packet);
        a.SendRtp(Packets.Rtp(2, 96), left.Rtp);
        Assert.Equal(Packets.Rtp(2, 101), b.ReceiveRtp().Packet);
        b.SendRtp(Packets.Rtp(3, 101, marker: true), right.Rtp);
        Assert.Equal(Packets.Rtp(3, 96, marker: true), a.ReceiveRtp().Packet);
        a.SendRtcp(Packets.Rtcp(4), left.Rtcp);
        Assert.Equal(Packets.Rtcp(4), b.ReceiveRtcp().Packet);
    }

    [Fact]
    [Trait("Clause", "M-06")]
    [Trait("Clause", "M-07")]
    public void Events_comfort_noise_and_unknown_payloads_pass_untouched()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, _) = world.Connect(a, b, new PayloadMap([(97, 98)]));
        byte[] digitFive = [0x80, 0x80 | 101, 0, 9, 0, 0, 1, 0, 0xca, 0xfe, 0xba, 0xbe, 5, 0x0a, 0, 160];
        byte[] digitFiveEnds = [.. digitFive[..13], 0x8a, 3, 32];
        byte[] comfortNoise = [.. Packets.Rtp(10, 13)[..13]];
        foreach (byte[] packet in new[] { digitFive, digitFiveEnds, digitFiveEnds, digitFiveEnds, comfortNoise, Packets.Rtp(11, 127) })
        {
            a.SendRtp(packet, left.Rtp);
            Assert.Equal(packet, b.ReceiveRtp().Packet);
        }
    }

    [Fact]
    [Trait("Clause", "O-12")]
    public void IPv4_and_IPv6_legs_are_relayed_to_each_other()
    {
        using var world = new RelayWorld(io);
        NetAddress loopbackV6 = NetAddress.FromBytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(loopbackV6);
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1, loopbackV6));
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key));
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();

        a.SendRtp(Packets.Rtp(1), left.Rtp);
        (byte[] atB, NetEndpoint from) = b.ReceiveRtp();
        Assert.Equal(Packets.Rtp(1), atB);
        Assert.Equal(right.Rtp, from);
        b.SendRtp(Packets.Rtp(2), right.Rtp);
        Assert.Equal(Packets.Rtp(2), a.ReceiveRtp().Packet);
        b.SendRtcp(Packets.Rtcp(3), right.Rtcp);
        Assert.Equal(Packets.Rtcp(3), a.ReceiveRtcp().Packet);
        Assert.Equal([a.Rtp, b.Rtp], new[] { world.TakeReport().Source, world.TakeReport().Source });
    }

    [Fact]
    public void Garbage_is_dropped_and_counted()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, _) = world.Connect(a, b);
        byte[] stun = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, .. new byte[12]];
        byte[] tooLong = [.. Packets.Rtp(1), .. new byte[8000]];
        foreach (byte[] datagram in new[] { [], [0x80], "OPTIONS sip:x SIP/2.0"u8.ToArray(), stun, Packets.Rtp(1)[..11], Packets.Rtcp(1), tooLong })
        {
            a.SendRtp(datagram, left.Rtp);
        }
        foreach (byte[] datagram in new[] { [], Packets.Rtp(1), stun, [0x80, 201, 0, 2, 0, 0, 0, 0] })
        {
            a.SendRtcp(datagram, left.Rtcp);
        }
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        Assert.Equal(Packets.Rtp(2), b.ReceiveRtp().Packet);
        a.SendRtcp(Packets.Rtcp(2), left.Rtcp);
        Assert.Equal(Packets.Rtcp(2), b.ReceiveRtcp().Packet);
        world.Relay.Stop();
        Assert.Equal((2, 11), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
    }

    [Fact]
    public void What_comes_before_the_sink_is_there_is_dropped_and_counted()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        a.SendRtp(Packets.Rtp(1), left.Rtp); // the path has no settings
        world.WaitForDropped(1);
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, default));
        world.Settle();
        a.SendRtp(Packets.Rtp(2), left.Rtp); // it has no sink
        world.WaitForDropped(2);
        Assert.Equal(a.Rtp, world.TakeReport().Source); // and knows its peer all the same
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(3), left.Rtp); // the sink has no settings
        world.WaitForDropped(3);
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, world.NewKey(1)));
        world.Settle();
        a.SendRtp(Packets.Rtp(4), left.Rtp); // the sink's key is another path's
        world.WaitForDropped(4);
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(5), left.Rtp);
        Assert.Equal(Packets.Rtp(5), b.ReceiveRtp().Packet);
        world.Relay.Stop();
        Assert.Equal((1, 4), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
    }

    [Fact]
    public void Packets_follow_the_sink_when_it_becomes_another_one()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        using var c = new MediaPeer(world.Address(0));
        (OpenPath left, _) = world.Connect(a, b);
        OpenPath third = world.Open(2);
        world.Relay.Configure(third.Key, RelayWorld.Settings(c, left.Key));
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        Assert.Equal(Packets.Rtp(1), b.ReceiveRtp().Packet);

        world.Relay.Configure(left.Key, RelayWorld.Settings(a, third.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        (byte[] atC, NetEndpoint from) = c.ReceiveRtp();
        Assert.Equal(Packets.Rtp(2), atC);
        Assert.Equal(third.Rtp, from);
    }

    [Fact]
    public void Whoever_opens_a_path_in_the_place_of_a_sink_that_is_gone_hears_nothing_of_it()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        using var c = new MediaPeer(world.Address(0));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        Assert.Equal(Packets.Rtp(1), b.ReceiveRtp().Packet);
        _ = world.TakeReport(); // its source
        world.CloseAndReturn(right.Key);

        OpenPath stranger = world.Open(1);
        world.Relay.Configure(stranger.Key, RelayWorld.Settings(c, stranger.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        world.WaitForDropped(1);
        world.Relay.Stop();
        Assert.Equal(1, world.Relay.PacketsForwarded);
    }

    [Fact]
    [Trait("Clause", "O-05")]
    public void A_peer_that_is_to_be_sent_nothing_is_sent_nothing()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        b.SendRtp(Packets.Rtp(1), right.Rtp); // b is latched, and holds then with 0.0.0.0
        _ = a.ReceiveRtp();
        RelaySettings held = RelayWorld.Settings(b, left.Key) with { RemoteRtp = new NetEndpoint(NetAddress.AnyV4, b.Rtp.Port) };
        world.Relay.Configure(right.Key, held);
        world.Settle();
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        world.WaitForDropped(1);
        b.SendRtp(Packets.Rtp(3), right.Rtp); // what b sends still passes: music on hold
        Assert.Equal(Packets.Rtp(3), a.ReceiveRtp().Packet);
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(4), left.Rtp);
        Assert.Equal(Packets.Rtp(4), b.ReceiveRtp().Packet);
    }

    [Fact]
    public void A_path_that_is_its_own_sink_is_an_echo()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        OpenPath path = world.Open(0);
        world.Relay.Configure(path.Key, RelayWorld.Settings(a, path.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(1), path.Rtp);
        Assert.Equal(Packets.Rtp(1), a.ReceiveRtp().Packet);
    }

    [Fact]
    public void A_phone_whose_port_was_closed_for_a_while_gets_the_first_packet_after_that()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        NetEndpoint there;
        using (var before = new MediaPeer(world.Address(3), 24680)) // none that the system lends to somebody else meanwhile
        {
            there = before.Rtp;
            world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key));
            world.Relay.Configure(right.Key, RelayWorld.Settings(before, left.Key));
            world.Settle();
            before.SendRtp(Packets.Rtp(1), right.Rtp);
            Assert.Equal(Packets.Rtp(1), a.ReceiveRtp().Packet);
            a.SendRtp(Packets.Rtp(2), left.Rtp);
            Assert.Equal(Packets.Rtp(2), before.ReceiveRtp().Packet);
        }
        a.SendRtp(Packets.Rtp(3), left.Rtp); // comes back as "port unreachable"
        world.Settle();
        using var again = new MediaPeer(there.Address, there.Port);
        a.SendRtp(Packets.Rtp(4), left.Rtp);
        Assert.Equal(Packets.Rtp(4), again.ReceiveRtp().Packet);
        again.SendRtp(Packets.Rtp(5), right.Rtp);
        Assert.Equal(Packets.Rtp(5), a.ReceiveRtp().Packet);
    }

    [Fact]
    public void A_packet_that_the_system_refuses_to_send_is_counted_and_the_next_one_goes()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        var broadcast = new NetEndpoint(NetAddress.FromV4(255, 255, 255, 255), 9);
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key) with { RemoteRtp = broadcast });
        world.Settle();
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        world.WaitForDropped(1);
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        Assert.Equal(Packets.Rtp(2), b.ReceiveRtp().Packet);
        world.Relay.Stop();
        Assert.Equal((1, 1), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
    }
}

public sealed class EpollRelayForwardingTests() : RelayForwardingTests(MediaIoKind.Epoll);

public sealed class UringRelayForwardingTests() : RelayForwardingTests(MediaIoKind.Uring);
