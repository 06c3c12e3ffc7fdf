using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>What will happen, earliest first; at one moment in the order in which it was put down.</summary>
internal sealed class Agenda
{
    private (long At, long Order, Action Do)[] _heap = new (long, long, Action)[256];
    private int _count;
    private long _order;

    public Instant Now { get; private set; } = new(TimeSpan.TicksPerHour);

    public Instant NextDue => _count == 0 ? Instant.Never : new Instant(_heap[0].At);

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void At(Instant when, Action action)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * _count);
        }
        int at = _count++;
        (long, long, Action) entry = (Math.Max(when.Ticks, Now.Ticks), _order++, action);
        while (at > 0 && IsBefore(entry, _heap[(at - 1) / 2]))
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        _heap[at] = entry;
    }

    /// <summary>Moves the clock; nothing is done.</summary>
    public void Advance(Instant to) => Now = to > Now ? to : Now;

    /// <summary>Does the next thing at its moment.</summary>
    public void Step()
    {
        (long at, _, Action action) = _heap[0];
        (long, long, Action) last = _heap[--_count];
        _heap[_count] = default;
        int hole = 0;
        while ((2 * hole) + 1 < _count)
        {
            int child = (2 * hole) + 1;
            if (child + 1 < _count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }
            if (!IsBefore(_heap[child], last))
            {
                break;
            }
            _heap[hole] = _heap[child];
            hole = child;
        }
        if (_count > 0)
        {
            _heap[hole] = last;
        }
        Advance(new Instant(at));
        action();
    }

    private static bool IsBefore(in (long At, long Order, Action Do) one, in (long At, long Order, Action Do) other) =>
        one.At < other.At || (one.At == other.At && one.Order < other.Order);
}
