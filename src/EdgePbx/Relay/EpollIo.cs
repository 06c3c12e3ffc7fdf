using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// The kernel says by epoll which sockets have something; one datagram is taken from each of them and sent on at once.
/// Two hundred phones that speak send one packet each, so to ask a socket for more than one costs more than it brings.
/// </summary>
internal sealed unsafe class EpollIo : MediaIo
{
    private const ulong WakeTag = ulong.MaxValue;

    private readonly EventPoll _poll = new();
    private readonly IMediaIoUser _user;
    private readonly WakeSignal _wake;
    private readonly RelayStream?[] _streams;
    private readonly byte* _datagram = (byte*)NativeMemory.AllocZeroed(DatagramBytes);
    private readonly byte* _name = (byte*)NativeMemory.AllocZeroed(SockAddr.MaxBytes);

    /// <param name="streams">Tags are below this.</param>
    /// <param name="user">Who takes what arrives.</param>
    /// <param name="wake">Ends a wait.</param>
    public EpollIo(int streams, IMediaIoUser user, WakeSignal wake)
    {
        (_streams, _user, _wake) = (new RelayStream?[streams], user, wake);
        _poll.Add(wake.Descriptor, WakeTag);
    }

    public override string Name => "epoll";

    public override void Add(RelayStream stream)
    {
        _streams[stream.Tag] = stream;
        _poll.Add(stream.Descriptor, (ulong)stream.Tag);
    }

    public override bool Remove(RelayStream stream)
    {
        _poll.Remove(stream.Descriptor);
        _streams[stream.Tag] = null;
        return true;
    }

    public override void Send(RelayStream stream, ReadOnlySpan<byte> datagram)
    {
        if (stream.SendNow(datagram))
        {
            Sent++;
        }
        else
        {
            Refused++;
        }
    }

    public override bool Wait(int milliseconds)
    {
        bool isWoken = false;
        int ready = _poll.Wait(milliseconds);
        _user.Awake();
        for (int i = 0; i < ready; i++)
        {
            ulong tag = _poll.Tag(i);
            if (tag == WakeTag)
            {
                _wake.Clear();
                isWoken = true;
            }
            else
            {
                Receive(_streams[tag]!); // who takes what arrives removes nothing meanwhile
            }
        }
        return isWoken;
    }

    public override void Dispose()
    {
        _poll.Dispose();
        NativeMemory.Free(_datagram);
        NativeMemory.Free(_name);
    }

    private void Receive(RelayStream stream)
    {
        uint nameLength = SockAddr.MaxBytes;
        nint length = Native.recvfrom(stream.Descriptor, _datagram, DatagramBytes, Native.MSG_TRUNC, _name, &nameLength);
        if (length >= 0) // an error of the socket, such as "port unreachable", is read by this and gone
        {
            _user.Received(stream, new Span<byte>(_datagram, length > DatagramBytes ? 0 : (int)length),
                new ReadOnlySpan<byte>(_name, (int)Math.Min(nameLength, SockAddr.MaxBytes)));
        }
    }
}
