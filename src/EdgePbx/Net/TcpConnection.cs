using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// One TCP connection: cuts what comes into messages (RFC 3261 18.3), answers keep-alives (RFC 5626 3.5.1), and keeps
/// what the peer does not take yet in a bounded queue, so that a stalled peer costs nobody else anything.
/// </summary>
internal sealed unsafe class TcpConnection : IPollable
{
    private const int ReadsPerWake = 8;

    /// <summary>So long a connection of ours has to come about.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(32); // 64*T1: nobody waits longer for the message anyway
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);

    /// <summary>Whoever connects has something to say: so long the first whole message may take.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    private enum State : byte { Connecting, Open, Flushing, Closed }

    private readonly TcpConnections _owner;
    private readonly int _descriptor;
    private readonly int _place;
    private readonly SendQueue _queue = new();
    private readonly ReceiveBuffer _received = new();
    private State _state;

    public TcpConnection(TcpConnections owner, Instant now, int descriptor, SipFlow flow, bool isConnecting)
    {
        (_owner, _descriptor, Flow, LastActive, IsOurs) = (owner, descriptor, flow, now, isConnecting);
        _state = isConnecting ? State.Connecting : State.Open;
        Deadline = now + (isConnecting ? ConnectLimit : SilenceLimit);
        _place = owner.Poll.Add(descriptor, isConnecting ? Native.POLLOUT : Native.POLLIN, this);
    }

    public SipFlow Flow { get; private set; }

    public Instant LastActive { get; private set; }

    /// <summary>When it is given up unless something happens: connecting, the first message, half a message, last words.</summary>
    public Instant Deadline { get; private set; }

    /// <summary>We have opened it.</summary>
    public bool IsOurs { get; }

    /// <summary>A registration or a dialog goes over it: what has shown right credentials, or is somebody whom we called.</summary>
    public bool IsCarrying => _owner.Receiver.IsCarrying(Flow);

    /// <summary>False for a connection that has yet to bring its first message, the first to go when there are too many.</summary>
    public bool HasSpoken { get; private set; }

    public bool IsClosed => _state == State.Closed;

    /// <summary>True when another message may be sent by it.</summary>
    public bool TakesMessages => _state is State.Connecting or State.Open;

    public void OnReady(Instant now, short found)
    {
        if (_state == State.Connecting)
        {
            FinishConnecting(now);
            return;
        }
        if ((found & ~Native.POLLOUT) != 0)
        {
            Receive(now);
        }
        if ((found & Native.POLLOUT) != 0 && !IsClosed)
        {
            Flush(now);
        }
    }

    /// <summary>Sends now what the peer takes now, and queues the rest. A queue over its limit closes the connection.</summary>
    public void Send(Instant now, ReadOnlySpan<byte> message, uint ticket)
    {
        int sent = 0;
        if (_state != State.Connecting && _queue.IsEmpty)
        {
            sent = TrySend(message);
            if (sent < 0)
            {
                Close(now, "send failed", ticket);
                return;
            }
        }
        if (sent == message.Length)
        {
            LastActive = now;
        }
        else if (_queue.TryAppend(message[sent..], ticket))
        {
            WantEvents();
        }
        else
        {
            _owner.Counters.TcpStalled++;
            Close(now, "peer stalled", ticket);
        }
    }

    /// <summary>Closes it when everything queued has gone out, or after a few seconds.</summary>
    public void CloseGently(Instant now)
    {
        if (_queue.IsEmpty)
        {
            Close(now, "closed by us");
        }
        else if (_state == State.Open)
        {
            _state = State.Flushing;
            SetDeadline(now + FlushLimit);
            WantEvents();
        }
    }

    /// <param name="now">The moment of it.</param>
    /// <param name="reason">For the log.</param>
    /// <param name="ticket">Of a message that is in no queue; 0: none.</param>
    public void Close(Instant now, string reason, uint ticket = 0)
    {
        if (IsClosed)
        {
            return;
        }
        bool wasConnecting = _state == State.Connecting;
        _state = State.Closed;
        Deadline = Instant.Never;
        _owner.Poll.Remove(_place);
        _ = Native.close(_descriptor);
        _received.Free();
        _queue.Free();
        _owner.OnClosed(this, reason, wasConnecting);
        while (_queue.TryTakeUnsent(out uint unsent))
        {
            _owner.OnSendFailed(unsent);
        }
        if (ticket != 0)
        {
            _owner.OnSendFailed(ticket);
        }
        _owner.Tell(now);
    }

    /// <summary>The deadline has passed.</summary>
    public void Expire(Instant now)
    {
        bool isSilent = _state == State.Open && !HasSpoken && !IsOurs && _received.IsEmpty;
        if (_state == State.Connecting)
        {
            _owner.Counters.TcpConnectsFailed++;
        }
        Close(now, _state switch
        {
            State.Connecting => "connect timed out",
            State.Flushing => "closed by us",
            _ => isSilent ? "no message came" : "message not finished",
        });
    }

    private void FinishConnecting(Instant now)
    {
        int error = SipSocket.ErrorOf(_descriptor);
        if (error != 0)
        {
            _owner.Counters.TcpConnectsFailed++;
            Close(now, Marshal.GetPInvokeErrorMessage(error));
            return;
        }
        _state = State.Open;
        Deadline = Instant.Never;
        Flow = Flow with { Local = SipSocket.LocalOf(_descriptor) };
        _owner.OnConnected(this);
        Flush(now);
    }

    private void Flush(Instant now)
    {
        while (!_queue.IsEmpty)
        {
            int sent = TrySend(_queue.Pending);
            if (sent < 0)
            {
                Close(now, "send failed");
                return;
            }
            if (sent == 0)
            {
                break;
            }
            _queue.Advance(sent);
            LastActive = now;
        }
        if (_queue.IsEmpty && _state == State.Flushing)
        {
            Close(now, "closed by us");
            return;
        }
        WantEvents();
    }

    /// <returns>0: the peer takes nothing now; negative: the connection is broken.</returns>
    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            nint sent = SocketCalls.send(_descriptor, first, (nuint)bytes.Length, SocketCalls.MSG_NOSIGNAL);
            return sent >= 0 ? (int)sent : Marshal.GetLastPInvokeError() is Native.EAGAIN or Native.EINTR ? 0 : -1;
        }
    }

    private void Receive(Instant now)
    {
        int reads = IsCarrying ? ReadsPerWake : 1; // strangers wait for their next turn
        for (int i = 0; i < reads && !IsClosed; i++)
        {
            Span<byte> room = _received.Room();
            nint count;
            int error = 0;
            fixed (byte* first = room)
            {
                count = SocketCalls.recv(_descriptor, first, (nuint)room.Length, 0);
                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            if (count < 0 && error is Native.EAGAIN or Native.EINTR)
            {
                break;
            }
            if (count <= 0)
            {
                Close(now, count == 0 ? "closed by peer" : Marshal.GetPInvokeErrorMessage(error));
                return;
            }
            LastActive = now;
            _received.Fill((int)count);
            TakeFrames(now);
            if (count < room.Length)
            {
                break;
            }
        }
        if (!IsClosed)
        {
            SipSocket.AcknowledgeNow(_descriptor);
        }
        if (!IsClosed && _received.IsEmpty)
        {
            _received.Free();
        }
    }

    private void TakeFrames(Instant now)
    {
        bool isWhole = true;
        while (isWhole && _state == State.Open && !_received.IsEmpty)
        {
            isWhole = TakeFrame(now);
        }
        if (_state == State.Flushing)
        {
            _received.Consume(_received.Buffered.Length); // the last words are said, nobody listens any more
        }
        else if (_state == State.Open)
        {
            WatchForTheRest(now);
        }
    }

    // half a message starts the clock, each whole one stops it; a line end alone may be a phone's keep-alive
    private void WatchForTheRest(Instant now)
    {
        if (!HasSpoken && !IsOurs)
        {
            return; // the clock that was started with the connection runs on, whatever comes that is no message
        }
        if (!_received.Buffered.ContainsAnyExcept((byte)'\r', (byte)'\n'))
        {
            Deadline = Instant.Never;
        }
        else if (Deadline == Instant.Never)
        {
            SetDeadline(now + MessageLimit);
        }
    }

    /// <returns>False when more bytes are needed first.</returns>
    private bool TakeFrame(Instant now)
    {
        FrameResult result = SipStreamFramer.Next(_received.Buffered, out int consumed, out int length);
        switch (result)
        {
            case FrameResult.Message:
                Deadline = Instant.Never;
                HasSpoken = true;
                TakeMessage(now, consumed, length);
                return true;
            case FrameResult.KeepAlivePing:
                _received.Consume(consumed);
                Send(now, "\r\n"u8, ticket: 0);
                return true;
            case FrameResult.Invalid:
                RefuseStream(now, length);
                return false;
            case FrameResult.NeedMore when consumed == 0:
                return false;
            default:
                _received.Consume(consumed);
                return true;
        }
    }

    // copied out, since the message may be changed in place and this buffer may be gone when the engine returns
    private void TakeMessage(Instant now, int consumed, int length)
    {
        byte[] message = _owner.Scratch;
        _received.Buffered.Slice(consumed - length, length).CopyTo(message);
        _received.Consume(consumed);
        _owner.Receiver.OnMessage(now, Flow, message, length);
    }

    // where the next message starts can't be known any more: the engine may answer this one, then the connection ends
    private void RefuseStream(Instant now, int headLength)
    {
        _owner.Counters.TcpUnframed++;
        _received.Buffered[..headLength].CopyTo(_owner.Scratch);
        _received.Consume(_received.Buffered.Length);
        if (headLength > 0)
        {
            _owner.Receiver.OnMessage(now, Flow, _owner.Scratch, headLength);
        }
        if (!IsClosed)
        {
            CloseGently(now);
        }
    }

    private void SetDeadline(Instant due)
    {
        Deadline = due;
        _owner.Expect(due);
    }

    private void WantEvents()
    {
        int read = _state == State.Open ? Native.POLLIN : 0;
        int write = _queue.IsEmpty && _state != State.Connecting ? 0 : Native.POLLOUT;
        _owner.Poll.Want(_place, (short)(read | write));
    }
}
