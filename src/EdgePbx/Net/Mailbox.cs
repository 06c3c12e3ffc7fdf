namespace EdgePbx;

/// <summary>
/// A bounded queue of values from any threads to one. No lock, and no allocation after the constructor: each cell
/// carries a turn number, which says whether it waits for a writer or for the reader of a given lap. Zeroed memory is an
/// empty mailbox, so that what is never used costs no memory.
/// </summary>
/// <remarks>It wakes nobody: whoever posts sets the consumer's <see cref="WakeSignal"/> afterwards.</remarks>
public sealed class Mailbox<T>
{
    private readonly Cell[] _cells;
    private readonly int _mask;
    private long _nextPost; // shared by the posting threads
    private long _nextTake; // the consumer's own

    /// <param name="capacity">At least so many values fit; rounded up to a power of two.</param>
    public Mailbox(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _cells = new Cell[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 2))];
        _mask = _cells.Length - 1;
    }

    /// <summary>How many values fit.</summary>
    public int Capacity => _cells.Length;

    /// <summary>Any thread. False: full; whether that is a bug or a drop to be counted is for the caller to say.</summary>
    public bool TryPost(in T value)
    {
        long position = Volatile.Read(ref _nextPost);
        while (true)
        {
            ref Cell cell = ref _cells[(int)position & _mask];
            long turn = Volatile.Read(ref cell.Turn);
            long lap = LapOf(position);
            if (turn < lap)
            {
                return false; // the value of the former lap has not been taken yet
            }
            if (turn == lap && Interlocked.CompareExchange(ref _nextPost, position + 1, position) == position)
            {
                cell.Value = value;
                Volatile.Write(ref cell.Turn, lap + 1);
                return true;
            }
            position = Volatile.Read(ref _nextPost);
        }
    }

    /// <summary>The consumer's thread only. Values of one poster come in the order in which it posted them.</summary>
    public bool TryTake(out T value)
    {
        ref Cell cell = ref _cells[(int)_nextTake & _mask];
        long lap = LapOf(_nextTake);
        if (Volatile.Read(ref cell.Turn) != lap + 1)
        {
            value = default!;
            return false;
        }
        value = cell.Value;
        cell.Value = default!; // keep nothing alive that was taken
        Volatile.Write(ref cell.Turn, lap + _cells.Length);
        _nextTake++;
        return true;
    }

    // the position at which the lap began: 0 in the first, so that zeroed cells wait for their first writer
    private long LapOf(long position) => position & ~(long)_mask;

    private struct Cell
    {
        public long Turn;
        public T Value;
    }
}
