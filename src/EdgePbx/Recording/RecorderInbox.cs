using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What the recorder thread is told.</summary>
internal enum RecorderMessageKind : byte
{
    /// <summary>Packets that the relay has copied.</summary>
    Packets,

    /// <summary>A recording begins; from the signalling thread, before the relay hears of it.</summary>
    Start,

    /// <summary>A recording ends; from the relay thread, behind its last packets. It may also come among packets (<see cref="TappedHeader.End"/>).</summary>
    Stop,

    /// <summary>All recordings end, and then the thread.</summary>
    Quit,
}

/// <summary>One message. The buffer in it has moved to the recorder.</summary>
internal readonly record struct RecorderMessage(RecorderMessageKind Kind, RecordingKey Recording)
{
    public TapBuffer? Buffer { get; init; }
    public RecordingOrder? Order { get; init; }

    /// <summary>When it began or ended, by the clock that also stamps the packets.</summary>
    public Instant At { get; init; }

    /// <summary>Packets that found no buffer.</summary>
    public int Missed { get; init; }
}

/// <summary>
/// The way to the recorder thread: a bounded mailbox, and a bounded pool of buffers that go round. Nobody ever waits here; what
/// finds no buffer is missed and counted.
/// </summary>
public sealed unsafe class RecorderInbox : IDisposable
{
    /// <summary>About a minute of one recording, or two seconds of fifty, while the medium stands still. Memory that is never used costs nothing.</summary>
    public const int Buffers = 256;

    internal const int BufferBytes = 16 * 1024;

    private readonly Mailbox<RecorderMessage> _messages;
    private readonly Mailbox<TapBuffer> _returned;
    private readonly Mailbox<RecordingKey> _handedOver;
    private readonly Action _reported;
    private readonly Stack<TapBuffer> _free; // the relay thread's
    private readonly AutoResetEvent _arrived = new(false);
    private readonly int _total;
    private byte* _memory;
    private long _missed;

    /// <param name="buffers">In the pool; 0: there is no recorder.</param>
    /// <param name="orders">Starts and stops that may wait besides.</param>
    /// <param name="handedOver">Called on the relay thread after each <see cref="HandOver"/>; null: nobody waits for it.</param>
    public RecorderInbox(int buffers = Buffers, int orders = 1024, Action? handedOver = null)
    {
        _total = buffers;
        _reported = handedOver ?? (static () => { });
        _handedOver = new Mailbox<RecordingKey>(orders);
        _messages = new Mailbox<RecorderMessage>(buffers + orders);
        _returned = new Mailbox<TapBuffer>(Math.Max(1, buffers));
        _free = new Stack<TapBuffer>(buffers);
        _memory = buffers == 0 ? null : (byte*)NativeMemory.Alloc((nuint)buffers, BufferBytes);
        for (int i = buffers - 1; i >= 0; i--)
        {
            _free.Push(new TapBuffer(_memory + ((long)i * BufferBytes), BufferBytes));
        }
    }

    /// <summary>Packets since the start that found no buffer, because the medium was too slow.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>The relay thread's: buffers that are not free.</summary>
    internal int Lent
    {
        get
        {
            while (_returned.TryTake(out TapBuffer buffer))
            {
                _free.Push(buffer); // the one used last is used next: its memory is warm, and the others' never touched
            }
            return _total - _free.Count;
        }
    }

    public void Dispose()
    {
        _arrived.Dispose();
        NativeMemory.Free(_memory);
        _memory = null;
    }

    /// <summary>The relay thread's.</summary>
    internal TapBuffer? TryRent()
    {
        _ = Lent;
        return _free.TryPop(out TapBuffer? buffer) ? buffer : null;
    }

    /// <summary>The recorder thread's: it is empty again.</summary>
    internal void Return(TapBuffer buffer)
    {
        buffer.Clear();
        _ = _returned.TryPost(buffer); // there is a place for each
    }

    /// <summary>The relay thread's: nothing is copied for this recording any more, and its end is on its way to the recorder.</summary>
    internal void HandOver(RecordingKey recording)
    {
        _ = _handedOver.TryPost(recording); // one that finds no place is confirmed when its files are closed
        _reported();
    }

    /// <summary>The signalling thread's.</summary>
    internal bool TryTakeHandedOver(out RecordingKey recording) => _handedOver.TryTake(out recording);

    internal void CountMissed() => Volatile.Write(ref _missed, _missed + 1);

    /// <summary>Any thread. False: full, and the message is lost.</summary>
    internal bool TryPost(in RecorderMessage message)
    {
        bool isPosted = _messages.TryPost(message);
        if (message.Kind != RecorderMessageKind.Packets)
        {
            _ = _arrived.Set(); // for packets it looks by itself, while there is a recording
        }
        return isPosted;
    }

    /// <summary>The recorder thread's.</summary>
    internal bool TryTake(out RecorderMessage message) => _messages.TryTake(out message);

    /// <summary>Any thread: the recorder shall come round.</summary>
    internal void Wake() => _ = _arrived.Set();

    /// <summary>The recorder thread's: back when an order has come, or when the time is over.</summary>
    /// <param name="milliseconds">-1: no limit.</param>
    internal void Wait(int milliseconds) => _ = _arrived.WaitOne(milliseconds);
}
