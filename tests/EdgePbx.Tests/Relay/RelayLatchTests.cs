using EdgePbx.Core;

namespace EdgePbx.Tests;

[Trait("Clause", "M-05")]
public abstract class RelayLatchTests(MediaIoKind io)
{
    [Fact]
    public void The_first_packet_is_latched_and_reported_once_and_answered_where_it_came_from()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        // a's SDP names an address behind a NAT; its SIP comes from where its media comes from
        NetEndpoint inside = new(world.Address(4), 4000);
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key) with { RemoteRtp = inside, RemoteRtcp = inside with { Port = 4001 } });
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();

        for (int i = 1; i <= SourceLatch.Proofs + 1; i++)
        {
            a.SendRtp(Packets.Rtp(i), left.Rtp); // heard from the first on
            Assert.Equal(Packets.Rtp(i), b.ReceiveRtp().Packet);
        }
        Assert.Equal(new RelayReport(RelayReportKind.Latched, left.Key, a.Rtp), world.TakeReport());
        Assert.False(world.HasReport());

        b.SendRtp(Packets.Rtp(7), right.Rtp);
        Assert.Equal(Packets.Rtp(7), a.ReceiveRtp().Packet);
    }

    [Fact]
    public void RTCP_is_latched_for_itself_when_RTP_is()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        NetEndpoint inside = new(world.Address(4), 4000);
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key) with { RemoteRtp = inside, RemoteRtcp = inside with { Port = 4001 } });
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();

        for (int i = 1; i <= SourceLatch.Proofs; i++)
        {
            a.SendRtp(Packets.Rtp(i), left.Rtp);
            _ = b.ReceiveRtp();
        }
        a.SendRtcp(Packets.Rtcp(2), left.Rtcp); // RTP has spoken for it
        Assert.Equal(Packets.Rtcp(2), b.ReceiveRtcp().Packet);
        b.SendRtcp(Packets.Rtcp(3), right.Rtcp);
        Assert.Equal(Packets.Rtcp(3), a.ReceiveRtcp().Packet);
    }

    [Fact]
    public void A_third_source_neither_hijacks_nor_injects()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        using var stranger = new MediaPeer(NetAddress.FromV4(127, 0, 0, 9));
        using var neighbour = new MediaPeer(a.Rtp.Address); // same address, other port
        (OpenPath left, OpenPath right) = world.Connect(a, b);

        stranger.SendRtp(Packets.Rtp(90), left.Rtp); // before the latch
        stranger.SendRtcp(Packets.Rtcp(90), left.Rtcp);
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        Assert.Equal(Packets.Rtp(1), b.ReceiveRtp().Packet);
        stranger.SendRtp(Packets.Rtp(91), left.Rtp); // after it the kernel drops them: the socket is connected
        neighbour.SendRtp(Packets.Rtp(92), left.Rtp);
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        Assert.Equal(Packets.Rtp(2), b.ReceiveRtp().Packet);
        a.SendRtcp(Packets.Rtcp(1), left.Rtcp);
        Assert.Equal(Packets.Rtcp(1), b.ReceiveRtcp().Packet);

        b.SendRtp(Packets.Rtp(3), right.Rtp);
        Assert.Equal(Packets.Rtp(3), a.ReceiveRtp().Packet);
        Assert.Equal(0, stranger.RtpSocket.Available + neighbour.RtpSocket.Available);
        world.Relay.Stop();
        Assert.Equal((4, 2), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
    }

    [Fact]
    public void A_renegotiation_moves_the_peer_to_a_new_port()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var moved = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        _ = b.ReceiveRtp();

        world.Relay.Configure(left.Key, RelayWorld.Settings(moved, right.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(2), left.Rtp); // was still under way
        Assert.Equal(Packets.Rtp(2), b.ReceiveRtp().Packet);
        b.SendRtp(Packets.Rtp(3), right.Rtp); // goes to the new port though nothing came from there yet
        Assert.Equal(Packets.Rtp(3), moved.ReceiveRtp().Packet);
        moved.SendRtp(Packets.Rtp(4), left.Rtp);
        Assert.Equal(Packets.Rtp(4), b.ReceiveRtp().Packet);
        a.SendRtp(Packets.Rtp(5), left.Rtp); // is a third source now
        moved.SendRtp(Packets.Rtp(6), left.Rtp);
        Assert.Equal(Packets.Rtp(6), b.ReceiveRtp().Packet);
        Assert.Equal([a.Rtp, b.Rtp, moved.Rtp], new[] { world.TakeReport().Source, world.TakeReport().Source, world.TakeReport().Source });
    }

    [Fact]
    public void Settings_without_a_negotiation_move_nobody()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var neighbour = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        _ = b.ReceiveRtp();
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key, opens: false));
        world.Settle();
        neighbour.SendRtp(Packets.Rtp(90), left.Rtp);
        a.SendRtp(Packets.Rtp(2), left.Rtp);
        Assert.Equal(Packets.Rtp(2), b.ReceiveRtp().Packet);
    }

    [Fact]
    public void After_the_window_the_endpoint_of_the_SDP_is_taken_at_once_and_no_other_is()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var neighbour = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, _) = world.Connect(a, b);
        world.Clock.Advance(seconds: 10.1);
        neighbour.SendRtp(Packets.Rtp(90), left.Rtp);
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        Assert.Equal(Packets.Rtp(1), b.ReceiveRtp().Packet);
        Assert.Equal(a.Rtp, world.TakeReport().Source);
    }

    [Fact]
    public void A_new_path_in_an_old_slot_knows_nothing_of_the_former_peer()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        using var next = new MediaPeer(world.Address(4));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        _ = (b.ReceiveRtp(), world.TakeReport());
        world.CloseAndReturn(left.Key);

        OpenPath again = world.Open(0);
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key)); // a late order for the old path
        world.Relay.Close(left.Key);
        world.Relay.Configure(again.Key, RelayWorld.Settings(next, right.Key));
        world.Settle();
        a.SendRtp(Packets.Rtp(90), again.Rtp);
        next.SendRtp(Packets.Rtp(2), again.Rtp);
        Assert.Equal(Packets.Rtp(2), b.ReceiveRtp().Packet);
        Assert.Equal(new RelayReport(RelayReportKind.Latched, again.Key, next.Rtp), world.TakeReport());
    }
}

public sealed class EpollRelayLatchTests() : RelayLatchTests(MediaIoKind.Epoll);

public sealed class UringRelayLatchTests() : RelayLatchTests(MediaIoKind.Uring);
