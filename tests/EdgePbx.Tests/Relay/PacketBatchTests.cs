using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public unsafe class PacketBatchTests
{
    [Fact]
    public void A_datagram_that_the_kernel_refuses_does_not_take_the_rest_of_the_batch_with_it()
    {
        using var world = new RelayWorld(starts: false);
        using var sender = new MediaPeer(world.Address(2));
        using var receiver = new MediaPeer(world.Address(3));
        // connected to a port that nobody has: what was sent comes back as an error to the next one
        using var refused = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        NetEndpoint nobody = new(world.Address(2), 9);
        refused.Connect(new IPEndPoint(nobody.Address.ToIPAddress(), nobody.Port));

        using var batch = new PacketBatch();
        sender.SendRtp(Packets.Rtp(7), receiver.Rtp);
        Assert.True(receiver.RtpSocket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        receiver.RtpSocket.Blocking = false;
        Assert.Equal(1, batch.Receive((int)receiver.RtpSocket.Handle));
        Assert.Equal(sender.Rtp, batch.Source(0));
        Assert.Equal(Packets.Rtp(7), batch.Packet(0).ToArray());
        Assert.Equal(0, batch.Receive((int)receiver.RtpSocket.Handle));

        batch.Queue(0);
        batch.Queue(0);
        batch.Queue(0);
        byte* name = stackalloc byte[SockAddr.MaxBytes];
        int length = SockAddr.Write(nobody, new Span<byte>(name, SockAddr.MaxBytes));
        Assert.InRange(batch.Send((int)refused.Handle, name, length), 2, 3); // only an error that comes late costs a datagram
    }
}
