using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One listening TCP socket. Without descriptors left it rests for a second instead of spinning.</summary>
internal sealed class TcpAcceptor : IPollable, IDisposable
{
    private const int AcceptsPerWake = 16;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly int _descriptor;
    private readonly ushort _index;
    private readonly TcpConnections _connections;
    private PollSet? _poll;
    private int _place;

    /// <exception cref="ListenException">The system refuses.</exception>
    public TcpAcceptor(ListenUrl url, ushort index, TcpConnections connections)
    {
        (_index, _connections) = (index, connections);
        _descriptor = SipSocket.Listen(url);
        Local = SipSocket.LocalOf(_descriptor);
    }

    public NetEndpoint Local { get; }

    /// <summary>When it listens again after it ran out of descriptors.</summary>
    public Instant NextDue { get; private set; } = Instant.Never;

    public void Join(PollSet poll)
    {
        _poll = poll;
        _place = poll.Add(_descriptor, Native.POLLIN, this);
    }

    public void Tick(Instant now)
    {
        if (NextDue <= now)
        {
            NextDue = Instant.Never;
            _poll!.Want(_place, Native.POLLIN);
        }
    }

    public void OnReady(Instant now, short found)
    {
        for (int i = 0; i < AcceptsPerWake; i++)
        {
            SocketName from = default;
            int length = SocketName.Size;
            int accepted = SocketCalls.accept4(
                _descriptor, ref from, ref length, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
            if (accepted >= 0)
            {
                _connections.Accept(now, accepted, from.ToEndpoint(), _index);
                continue;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error is SocketCalls.EMFILE or SocketCalls.ENFILE or SocketCalls.ENOBUFS or SocketCalls.ENOMEM)
            {
                NextDue = now + Rest;
                _poll!.Want(_place, 0);
                return;
            }
            if (error is not (SocketCalls.ECONNABORTED or Native.EINTR))
            {
                return;
            }
        }
    }

    public void Dispose() => _ = Native.close(_descriptor);
}
