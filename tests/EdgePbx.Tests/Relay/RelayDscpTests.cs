using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx.Tests;

[Trait("Clause", "M-16")]
public abstract unsafe class RelayDscpTests(MediaIoKind io)
{
    private const int ExpeditedForwarding = 46;
    private const int IP_RECVTOS = 13;
    private const int IPV6_RECVTCLASS = 66;
    private const int ControlHeaderBytes = 16; // struct cmsghdr on 64 bits

    [Fact]
    public void Packets_leave_with_expedited_forwarding_over_IPv4()
    {
        using var world = new RelayWorld(io);
        using var peer = new MediaPeer(world.Address(2));
        peer.RtpSocket.SetRawSocketOption(Native.IPPROTO_IP, IP_RECVTOS, BitConverter.GetBytes(1));
        Assert.Equal(ExpeditedForwarding, DscpOfAnEcho(world, peer, world.Local));
    }

    [Fact]
    public void Packets_leave_with_expedited_forwarding_over_IPv6()
    {
        using var world = new RelayWorld(io);
        NetAddress loopbackV6 = NetAddress.FromBytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        using var peer = new MediaPeer(loopbackV6);
        peer.RtpSocket.SetRawSocketOption(Native.IPPROTO_IPV6, IPV6_RECVTCLASS, BitConverter.GetBytes(1));
        Assert.Equal(ExpeditedForwarding, DscpOfAnEcho(world, peer, loopbackV6));
    }

    private static int DscpOfAnEcho(RelayWorld world, MediaPeer peer, NetAddress local)
    {
        OpenPath path = world.Open(0, local);
        world.Relay.Configure(path.Key, RelayWorld.Settings(peer, path.Key));
        world.Settle();
        peer.SendRtp(Packets.Rtp(1), path.Rtp);
        Assert.True(peer.RtpSocket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        byte* packet = stackalloc byte[2048];
        byte* control = stackalloc byte[64];
        var slice = new Native.Slice { Start = packet, Length = 2048 };
        Native.DatagramHeader datagram = default;
        datagram.Message.Slices = &slice;
        datagram.Message.SliceCount = 1;
        datagram.Message.Control = control;
        datagram.Message.ControlLength = 64;
        Assert.Equal(1, Native.recvmmsg((int)peer.RtpSocket.Handle, &datagram, 1, 0, null));
        Assert.Equal((uint)Packets.Rtp(1).Length, datagram.Length);
        Assert.True(datagram.Message.ControlLength > ControlHeaderBytes);
        return control[ControlHeaderBytes] >> 2; // the low byte of either form: a byte, or an int on a little-endian machine
    }

    [Fact]
    public void Structures_have_the_kernels_sizes()
    {
        Assert.Equal(64, sizeof(Native.DatagramHeader));
        Assert.Equal(56, (int)Marshal.OffsetOf<Native.DatagramHeader>(nameof(Native.DatagramHeader.Length)));
        Assert.Equal(12, sizeof(Native.EventX64));
        Assert.Equal(16, sizeof(Native.EventArm64));
        Assert.Equal(8, sizeof(Native.PollEntry));
    }
}

public sealed class EpollRelayDscpTests() : RelayDscpTests(MediaIoKind.Epoll);

public sealed class UringRelayDscpTests() : RelayDscpTests(MediaIoKind.Uring);
