using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class MediaPortsTests
{
    private static Socket Bind(NetAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address.ToIPAddress(), port));
        return socket;
    }

    private static void AssertFree(NetAddress address, int port) => Bind(address, port).Dispose();

    private static void AssertTaken(NetAddress address, int port) =>
        _ = Assert.Throws<SocketException>(() => Bind(address, port));

    [Fact]
    [Trait("Clause", "M-17")]
    public void A_pair_is_an_even_port_and_the_next_both_bound()
    {
        using var world = new RelayWorld();
        OpenPath path = world.Open(0);
        Assert.Equal(0, path.Rtp.Port % 2);
        AssertTaken(world.Local, path.Rtp.Port);
        AssertTaken(world.Local, path.Rtp.Port + 1);
        Assert.Equal(1, world.Relay.PortsInUse);
    }

    [Fact]
    [Trait("Clause", "M-17")]
    [Trait("Clause", "race 38")]
    public void Both_sockets_are_closed_when_the_relay_says_so()
    {
        using var world = new RelayWorld();
        OpenPath path = world.Open(0);
        world.CloseAndReturn(path.Key);
        AssertFree(world.Local, path.Rtp.Port);
        AssertFree(world.Local, path.Rtp.Port + 1);
        Assert.Equal((0, 0), (world.Relay.PortsInUse, world.Relay.OpenPaths));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [Trait("Clause", "race 37")]
    [Trait("Clause", "race 38")]
    public void A_pair_of_which_another_program_has_a_port_is_skipped_and_not_lost(int offset)
    {
        using var world = new RelayWorld(first: 20000, last: 20005);
        using (Bind(world.Local, 20000 + offset))
        {
            OpenPath[] paths = [world.Open(0), world.Open(1)];
            Assert.False(world.Relay.Ports.TryOpen(world.NewKey(2), world.Local, out _));
            Assert.Equal([20002, 20004], paths.Select(path => (int)path.Rtp.Port).Order());
            Assert.Equal(1, world.Log.EventCount("relay_port_taken"));
            AssertFree(world.Local, 20001 - offset); // the half that could be bound
            Array.ForEach(paths, path => world.CloseAndReturn(path.Key));
        }
        world.Clock.Advance(seconds: 2);
        Assert.Equal(0, world.Relay.PortsInUse);
        Assert.Equal([20000, 20002, 20004], Enumerable.Range(0, 3).Select(slot => (int)world.Open(slot).Rtp.Port).Order());
    }

    [Fact]
    [Trait("Clause", "race 37")]
    public void A_range_that_others_have_wholly_is_exhausted_and_comes_back()
    {
        using var world = new RelayWorld(first: 20000, last: 20003);
        using (Bind(world.Local, 20000))
        using (Bind(world.Local, 20003))
        {
            Assert.False(world.Relay.Ports.TryOpen(world.NewKey(0), world.Local, out _));
            Assert.Equal(0, world.Relay.PortsInUse);
            Assert.Equal(2, world.Log.EventCount("relay_port_taken"));
        }
        world.Clock.Advance(seconds: 2);
        _ = (world.Open(0), world.Open(1));
    }

    [Fact]
    [Trait("Clause", "race 39")]
    public void A_pair_is_lent_again_only_when_it_is_closed_and_returned_and_has_rested()
    {
        using var world = new RelayWorld(first: 20000, last: 20001);
        OpenPath path = world.Open(0);
        bool IsFree() => world.Relay.Ports.TryOpen(world.NewKey(1), world.Local, out _);

        world.Clock.Advance(seconds: 10);
        Assert.False(IsFree());
        world.Relay.Ports.Return(path.Key); // too early: the sockets are open
        world.Clock.Advance(seconds: 10);
        Assert.Equal(1, world.Relay.PortsInUse);
        Assert.False(IsFree());
        Assert.Equal(0, world.Log.EventCount("relay_port_taken")); // it was not even tried
        world.Relay.Close(path.Key);
        Assert.Equal(RelayReportKind.Closed, world.TakeReport().Kind);
        Assert.Equal(0, world.Relay.PortsInUse);
        Assert.False(IsFree());
        world.Clock.Advance(seconds: 1.9);
        Assert.False(IsFree());
        world.Clock.Advance(seconds: 0.1);
        Assert.True(IsFree());
    }

    [Fact]
    [Trait("Clause", "race 39")]
    public void A_pair_that_is_closed_and_not_returned_stays_in_use()
    {
        using var world = new RelayWorld(first: 20000, last: 20001);
        OpenPath path = world.Open(0);
        world.Relay.Close(path.Key);
        _ = world.TakeReport();
        world.Clock.Advance(seconds: 10);
        Assert.Equal(1, world.Relay.PortsInUse);
        Assert.False(world.Relay.Ports.TryOpen(world.NewKey(1), world.Local, out _));
        world.Relay.Ports.Return(path.Key);
        world.Relay.Ports.Return(path.Key); // late and stale: nothing
        Assert.Equal(0, world.Relay.PortsInUse);
    }

    [Fact]
    public void An_exhausted_range_says_so_and_leaks_nothing()
    {
        using var world = new RelayWorld(first: 20000, last: 20007);
        for (int round = 0; round < 3; round++)
        {
            OpenPath[] paths = [.. Enumerable.Range(0, 4).Select(slot => world.Open(slot))];
            Assert.Equal(4, paths.Select(path => path.Rtp.Port).Distinct().Count());
            Assert.False(world.Relay.Ports.TryOpen(world.NewKey(4), world.Local, out ushort port));
            Assert.Equal(0, port);
            Assert.Equal(4, world.Relay.PortsInUse);
            Array.ForEach(paths, path => world.CloseAndReturn(path.Key));
            Assert.Equal((0, 0), (world.Relay.PortsInUse, world.Relay.OpenPaths));
            world.Clock.Advance(seconds: 2);
        }
        Assert.Equal(3, world.Log.EventCount("relay_ports_exhausted"));
    }

    [Fact]
    public void An_address_that_is_not_ours_opens_nothing_and_leaks_nothing()
    {
        using var world = new RelayWorld();
        Assert.False(world.Relay.Ports.TryOpen(world.NewKey(0), NetAddress.FromV4(203, 0, 113, 1), out _));
        Assert.Equal(0, world.Relay.PortsInUse);
        Assert.Equal(1, world.Log.EventCount("relay_socket_failed"));
        _ = world.Open(0);
    }

    [Fact]
    public void Opening_a_slot_that_is_not_free_is_a_bug_that_says_so()
    {
        using var world = new RelayWorld();
        _ = world.Open(0);
        _ = Assert.Throws<InvalidOperationException>(() => world.Relay.Ports.TryOpen(world.NewKey(0), world.Local, out _));
        Assert.Equal(1, world.Relay.PortsInUse);
    }

    [Fact]
    public void A_stopped_relay_has_closed_everything_and_opens_nothing()
    {
        using var world = new RelayWorld();
        OpenPath[] paths = [.. Enumerable.Range(0, 10).Select(slot => world.Open(slot))];
        world.Relay.Stop();
        Assert.Equal(0, world.Relay.OpenPaths);
        Array.ForEach(paths, path => AssertFree(world.Local, path.Rtp.Port));
        Array.ForEach(paths, path => AssertFree(world.Local, path.Rtp.Port + 1));
        Assert.False(world.Relay.Ports.TryOpen(world.NewKey(20), world.Local, out _));
        Array.ForEach(paths, path => Assert.Equal(path.Key, world.TakeReport().Relay));
        world.Relay.Close(paths[0].Key); // after the end: nothing
        world.Relay.Stop();
        Assert.Equal(1, world.Log.EventCount("relay_thread_stopped"));
    }

    [Fact]
    public void A_relay_that_never_started_closes_what_it_was_handed()
    {
        using var world = new RelayWorld(starts: false);
        OpenPath path = world.Open(0);
        AssertTaken(world.Local, path.Rtp.Port);
        world.Relay.Stop();
        AssertFree(world.Local, path.Rtp.Port);
        AssertFree(world.Local, path.Rtp.Port + 1);
    }
}
