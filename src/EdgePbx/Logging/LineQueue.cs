using System.Buffers;

namespace EdgePbx;

/// <summary>
/// Finished lines on their way to the thread that writes them, end to end in one of two buffers: one is filled while the
/// other is written. Bounded; nobody who adds ever waits for the writer, and neither of them allocates once the buffers have grown.
/// </summary>
/// <param name="capacity">Lines that may wait.</param>
internal sealed class LineQueue(int capacity) : WriterQueue
{
    private const int KeptBytes = 64 * 1024;

    private ArrayBufferWriter<byte> _filled = new();
    private ArrayBufferWriter<byte> _taken = new();
    private int _lines;

    /// <summary>Nothing waits, and something may still come.</summary>
    public bool IsCaughtUp
    {
        get
        {
            lock (Gate)
            {
                return IsEmpty && !IsComplete;
            }
        }
    }

    protected override bool IsEmpty => _lines == 0;

    /// <summary>Any thread. False: no room, or nothing is taken any more.</summary>
    public bool TryAdd(ReadOnlySpan<byte> line)
    {
        lock (Gate)
        {
            if (IsComplete || _lines >= capacity)
            {
                return false;
            }
            _filled.Write(line);
            _lines++;
            Monitor.Pulse(Gate);
            return true;
        }
    }

    /// <summary>The writer's: waits until there is something to do. False: it is over.</summary>
    /// <param name="lines">All that waited, valid until the next call; empty after <see cref="WriterQueue.Wake"/>.</param>
    /// <param name="count">Of them.</param>
    public bool TryTake(out ReadOnlySpan<byte> lines, out int count)
    {
        if (_taken.Capacity > KeptBytes)
        {
            _taken = new ArrayBufferWriter<byte>(); // what a burst needed once is not kept for ever
        }
        _taken.ResetWrittenCount();
        lock (Gate)
        {
            WaitForWork();
            (_filled, _taken) = (_taken, _filled);
            (count, _lines) = (_lines, 0);
            lines = _taken.WrittenSpan;
            return count > 0 || !IsComplete;
        }
    }
}
