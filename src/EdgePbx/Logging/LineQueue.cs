using System.Buffers;

namespace EdgePbx;

/// <summary>
/// Finished lines on their way to the thread that writes them, end to end in one of two buffers: one is filled while the
/// other is written. Bounded; nobody who adds ever waits for the writer, and neither of them allocates once the buffers have grown.
/// </summary>
/// <param name="capacity">Lines that may wait.</param>
internal sealed class LineQueue(int capacity)
{
    private const int KeptBytes = 64 * 1024;

    private readonly object _gate = new();
    private ArrayBufferWriter<byte> _filled = new();
    private ArrayBufferWriter<byte> _taken = new();
    private int _lines;
    private bool _isAwake;
    private bool _isComplete;

    /// <summary>Any thread. False: no room, or nothing is taken any more.</summary>
    public bool TryAdd(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_isComplete || _lines >= capacity)
            {
                return false;
            }
            _filled.Write(line);
            _lines++;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Any thread: the writer comes round once, with or without a line.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isAwake = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Any thread: nothing is added any more, and the writer ends when it has taken what waits.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Nothing waits, and something may still come.</summary>
    public bool IsCaughtUp
    {
        get
        {
            lock (_gate)
            {
                return _lines == 0 && !_isComplete;
            }
        }
    }

    /// <summary>The writer's: waits until there is something to do. False: it is over.</summary>
    /// <param name="lines">All that waited, valid until the next call; empty after <see cref="Wake"/>.</param>
    /// <param name="count">Of them.</param>
    public bool TryTake(out ReadOnlySpan<byte> lines, out int count)
    {
        if (_taken.Capacity > KeptBytes)
        {
            _taken = new ArrayBufferWriter<byte>(); // what a burst needed once is not kept for ever
        }
        _taken.ResetWrittenCount();
        lock (_gate)
        {
            while (_lines == 0 && !_isAwake && !_isComplete)
            {
                _ = Monitor.Wait(_gate);
            }
            (_filled, _taken) = (_taken, _filled);
            (count, _lines) = (_lines, 0);
            bool isOver = _isComplete && count == 0;
            _isAwake = false;
            lines = _taken.WrittenSpan;
            return !isOver;
        }
    }
}
