using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>A phone's media: an RTP and an RTCP socket on loopback.</summary>
internal sealed class MediaPeer : IDisposable
{
    private readonly Socket _rtp;
    private readonly Socket _rtcp;
    private readonly byte[] _buffer = new byte[65536];

    /// <param name="address">Where it is.</param>
    /// <param name="rtpPort">0: any that is free.</param>
    public MediaPeer(NetAddress address, ushort rtpPort = 0)
    {
        (_rtp, _rtcp) = (Bind(address, rtpPort), Bind(address, 0));
        (Rtp, Rtcp) = (EndpointOf(_rtp), EndpointOf(_rtcp));
    }

    public NetEndpoint Rtp { get; }
    public NetEndpoint Rtcp { get; }
    public Socket RtpSocket => _rtp;

    public void SendRtp(ReadOnlySpan<byte> packet, NetEndpoint to) => Send(_rtp, packet, to);

    public void SendRtcp(ReadOnlySpan<byte> packet, NetEndpoint to) => Send(_rtcp, packet, to);

    /// <summary>The next RTP datagram and who sent it; fails when none comes.</summary>
    public (byte[] Packet, NetEndpoint From) ReceiveRtp() => Receive(_rtp);

    public (byte[] Packet, NetEndpoint From) ReceiveRtcp() => Receive(_rtcp);

    /// <summary>Takes the next RTP datagram without a copy; for tests that send many.</summary>
    public int SkipRtp() => _rtp.Receive(_buffer);

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> packet, NetEndpoint to) =>
        Assert.Equal(packet.Length, socket.SendTo(packet, SocketFlags.None, new IPEndPoint(to.Address.ToIPAddress(), to.Port)));

    private static Socket Bind(NetAddress address, ushort port)
    {
        IPAddress local = address.ToIPAddress();
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(local, port));
        return socket;
    }

    private static NetEndpoint EndpointOf(Socket socket) => EndpointOf((IPEndPoint)socket.LocalEndPoint!);

    private static NetEndpoint EndpointOf(IPEndPoint endpoint) =>
        new(NetAddress.FromBytes(endpoint.Address.GetAddressBytes()), (ushort)endpoint.Port);

    private (byte[] Packet, NetEndpoint From) Receive(Socket socket)
    {
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int length = socket.ReceiveFrom(_buffer, ref from);
        return (_buffer[..length], EndpointOf((IPEndPoint)from));
    }
}
