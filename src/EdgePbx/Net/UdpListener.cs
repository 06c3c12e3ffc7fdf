using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One UDP socket: receives a bounded number of datagrams a wake, so that a flood can't hold up the timers.</summary>
internal sealed unsafe class UdpListener : IPollable, IDisposable
{
    private const int DatagramsPerWake = 64;

    private readonly int _descriptor;
    private readonly byte[] _buffer;
    private readonly ISipReceiver _receiver;
    private readonly TransportCounters _counters;
    private readonly ushort _index;

    /// <exception cref="ListenException">The system refuses.</exception>
    public UdpListener(ListenUrl url, ushort index, byte[] buffer, ISipReceiver receiver, TransportCounters counters)
    {
        (_index, _buffer, _receiver, _counters) = (index, buffer, receiver, counters);
        _descriptor = SipSocket.Listen(url);
        Local = SipSocket.LocalOf(_descriptor);
    }

    public NetEndpoint Local { get; }

    /// <summary>The last look into the socket did not reach its end.</summary>
    public bool IsBehind { get; set; }

    public void Join(PollSet poll) => _ = poll.Add(_descriptor, Native.POLLIN, this);

    public void OnReady(Instant now, short found)
    {
        for (int i = 0; i < DatagramsPerWake; i++)
        {
            SocketName from = default;
            int nameLength = SocketName.Size;
            nint received;
            fixed (byte* buffer = _buffer)
            {
                received = SocketCalls.recvfrom(_descriptor, buffer, (nuint)_buffer.Length, 0, ref from, ref nameLength);
            }
            if (received < 0)
            {
                IsBehind = false;
                return; // nothing left, or an error that was another datagram's: poll(2) says when to look again
            }
            if (HasContent(_buffer.AsSpan(0, (int)received)))
            {
                _receiver.OnMessage(now, new SipFlow(SipTransport.Udp, from.ToEndpoint(), Local, _index, 0), _buffer, (int)received);
            }
        }
        IsBehind = true;
    }

    /// <returns>False when the message will never arrive; a full buffer counts as sent, since UDP may lose anyway.</returns>
    public bool TrySend(ReadOnlySpan<byte> message, NetEndpoint remote)
    {
        SocketName to = SocketName.From(remote, out int nameLength);
        fixed (byte* bytes = message)
        {
            if (SocketCalls.sendto(_descriptor, bytes, (nuint)message.Length, SocketCalls.MSG_NOSIGNAL, in to, nameLength) >= 0)
            {
                return true;
            }
        }
        _counters.UdpSendErrors++;
        return Marshal.GetLastPInvokeError() is Native.EAGAIN or Native.EINTR or SocketCalls.ENOBUFS or SocketCalls.ENOMEM;
    }

    public void Dispose() => _ = Native.close(_descriptor);

    // phones hold their NAT's door open with datagrams of line ends or zeros; those are not messages
    private static bool HasContent(ReadOnlySpan<byte> datagram) => datagram.ContainsAnyExcept((byte)'\r', (byte)'\n', (byte)0);
}
