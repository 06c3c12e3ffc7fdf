using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One UDP socket of a built-in phone, on loopback, at a port that the system chooses.</summary>
internal sealed unsafe class PhoneSocket : IPollable, IDisposable
{
    private readonly int _descriptor;
    private readonly byte[] _buffer;
    private readonly Action<byte[], int> _received;

    /// <param name="poll">Waits for it from now on.</param>
    /// <param name="room">The longest datagram, in bytes.</param>
    /// <param name="received">Gets each datagram: its bytes, which it may change, and their number.</param>
    /// <exception cref="ListenException">The system refuses.</exception>
    public PhoneSocket(PollSet poll, int room, Action<byte[], int> received)
    {
        (_buffer, _received) = (new byte[room], received);
        _descriptor = SipSocket.Listen(new ListenUrl(SipTransport.Udp, new NetEndpoint(NetAddress.LoopbackV4, 0)));
        Local = SipSocket.LocalOf(_descriptor);
        _ = poll.Add(_descriptor, Native.POLLIN, this);
    }

    public NetEndpoint Local { get; }

    /// <summary>In the system's words, why it last refused to send; empty if it did not.</summary>
    public string SendProblem { get; private set; } = "";

    public void Send(ReadOnlySpan<byte> datagram, NetEndpoint to)
    {
        SocketName name = SocketName.From(to, out int nameLength);
        fixed (byte* bytes = datagram)
        {
            if (SocketCalls.sendto(_descriptor, bytes, (nuint)datagram.Length, SocketCalls.MSG_NOSIGNAL, in name, nameLength) < 0)
            {
                SendProblem = Marshal.GetLastPInvokeErrorMessage();
            }
        }
    }

    public void OnReady(Instant now, short found)
    {
        nint received;
        while ((received = Receive()) >= 0)
        {
            _received(_buffer, (int)received);
        }
    }

    public void Dispose() => _ = Native.close(_descriptor);

    private nint Receive()
    {
        fixed (byte* bytes = _buffer)
        {
            return SocketCalls.recv(_descriptor, bytes, (nuint)_buffer.Length, 0);
        }
    }
}
