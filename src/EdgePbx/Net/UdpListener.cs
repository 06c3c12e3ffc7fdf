using System.Numerics;
using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// One UDP socket. It reads what waits, but not for longer than a moment, so that a flood can't hold up the timers; what is
/// left then is read in the next turn of the loop.
/// </summary>
/// <remarks>
/// How many datagrams come, or at once, says nothing about load: an idle box has read them as soon as they are there. Behind
/// is who had turn after turn without a pause and found no end.
/// </remarks>
internal sealed unsafe class UdpListener : IPollable, IDisposable
{
    /// <summary>How long one turn may read.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(10);

    /// <summary>So many turns in a row must find no end: a machine that stood still for a moment has caught up before.</summary>
    public const int TurnsBehind = 4;

    private readonly int _descriptor;
    private readonly DatagramBatch _batch;
    private readonly ISipReceiver _receiver;
    private readonly TransportCounters _counters;
    private readonly ushort _index;
    private Instant _unendedSince;
    private int _unended; // turns in a row
    private bool _wasLookedInto;

    /// <exception cref="ListenException">The system refuses.</exception>
    public UdpListener(ListenUrl url, ushort index, DatagramBatch batch, ISipReceiver receiver, TransportCounters counters)
    {
        (_index, _batch, _receiver, _counters) = (index, batch, receiver, counters);
        _descriptor = SipSocket.Listen(url);
        Local = SipSocket.LocalOf(_descriptor);
    }

    public NetEndpoint Local { get; }

    /// <summary>The last look into the socket did not reach its end.</summary>
    public bool HasLeft => _unended > 0;

    public void Join(PollSet poll) => _ = poll.Add(_descriptor, Native.POLLIN, this);

    /// <summary>For how long the socket has not been read to its end although the loop did not pause.</summary>
    public TimeSpan BacklogAt(Instant now) => _unended < TurnsBehind ? TimeSpan.Zero : now - _unendedSince;

    /// <summary>The loop had to wait for something: nothing was left.</summary>
    public void ForgetBacklog() => _unended = 0;

    /// <summary>A turn of the loop is over; a socket that was found empty was not even looked into.</summary>
    public void EndTurn()
    {
        _unended = _wasLookedInto ? _unended : 0;
        _wasLookedInto = false;
    }

    public void OnReady(Instant now, short found)
    {
        _wasLookedInto = true;
        Instant began = MonotonicClock.Now;
        do
        {
            int received = _batch.Receive(_descriptor);
            Take(now, received);
            if (received < DatagramBatch.Size)
            {
                _unended = 0;
                return; // nothing left, or an error that was another datagram's: poll(2) says when to look again
            }
        }
        while (MonotonicClock.Now - began < LongestTurn);
        _unendedSince = _unended == 0 ? began : _unendedSince;
        _unended++;
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

    // those of known sources first; what strangers send beyond their limits is not looked into
    private void Take(Instant now, int received)
    {
        int strangers = 0; // one bit each
        for (int i = 0; i < received; i++)
        {
            byte[] bytes = _batch.BytesOf(i, out int length);
            if (!HasContent(bytes.AsSpan(0, length)))
            {
                continue;
            }
            switch (_receiver.Weigh(now, _batch.SourceOf(i)))
            {
                case SourceStanding.Known:
                    Serve(now, i);
                    break;
                case SourceStanding.Stranger:
                    strangers |= 1 << i;
                    break;
                default:
                    break;
            }
        }
        for (; strangers != 0; strangers &= strangers - 1)
        {
            Serve(now, BitOperations.TrailingZeroCount(strangers));
        }
    }

    private void Serve(Instant now, int datagram)
    {
        byte[] bytes = _batch.BytesOf(datagram, out int length);
        _receiver.OnMessage(now, new SipFlow(SipTransport.Udp, _batch.SourceOf(datagram), Local, _index, 0), bytes, length);
    }

    // phones hold their NAT's door open with datagrams of line ends or zeros; those are not messages
    private static bool HasContent(ReadOnlySpan<byte> datagram) => datagram.ContainsAnyExcept((byte)'\r', (byte)'\n', (byte)0);
}
