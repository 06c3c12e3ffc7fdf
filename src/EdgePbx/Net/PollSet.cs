using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What a descriptor in a <see cref="PollSet"/> belongs to.</summary>
internal interface IPollable
{
    /// <param name="now">When the wait ended.</param>
    /// <param name="found">POLLIN, POLLOUT, POLLERR, POLLHUP.</param>
    void OnReady(Instant now, short found);
}

/// <summary>poll(2) over a few hundred descriptors, each with its owner: one structure on every architecture.</summary>
internal sealed unsafe class PollSet(int capacity)
{
    private readonly Native.PollEntry[] _entries = GC.AllocateArray<Native.PollEntry>(capacity, pinned: true);
    private readonly IPollable?[] _owners = new IPollable?[capacity];
    private int _used;

    /// <summary>No other descriptor can be taken in; whoever brings one has to do without.</summary>
    public bool IsFull => _used == _owners.Length && FreePlace < 0;

    private int FreePlace => Array.IndexOf(_owners, null, 0, _used);

    /// <summary>Takes a descriptor in; the place returned is what changes and removes it.</summary>
    /// <exception cref="InvalidOperationException">It is full.</exception>
    public int Add(int descriptor, short wanted, IPollable owner)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("no place to wait for another descriptor");
        }
        int place = FreePlace;
        if (place < 0)
        {
            place = _used++;
        }
        _entries[place] = new Native.PollEntry { Descriptor = descriptor, Wanted = wanted };
        _owners[place] = owner;
        return place;
    }

    public void Want(int place, short events) => _entries[place].Wanted = events;

    public void Remove(int place)
    {
        _entries[place] = new Native.PollEntry { Descriptor = -1 }; // poll(2) skips negative ones; what it found is gone too
        _owners[place] = null;
    }

    /// <summary>Waits until a descriptor is ready or the time is over. Rounds up, so that a timer is due when it returns.</summary>
    public void Wait(TimeSpan atMost) => _ = Look((int)Math.Clamp(Math.Ceiling(atMost.TotalMilliseconds), 0, 60_000));

    /// <summary>Whether a descriptor is ready without any wait; what is found stays found.</summary>
    public bool HasReady() => Look(milliseconds: 0) > 0;

    /// <summary>Tells each owner what was found; an owner may add and remove descriptors meanwhile.</summary>
    public void Dispatch(Instant now)
    {
        for (int place = 0; place < _used; place++)
        {
            short found = _entries[place].Found;
            if (found != 0)
            {
                _entries[place].Found = 0;
                _owners[place]?.OnReady(now, found);
            }
        }
    }

    private int Look(int milliseconds)
    {
        fixed (Native.PollEntry* entries = _entries)
        {
            int ready = Native.poll(entries, (nuint)_used, milliseconds);
            if (ready >= 0)
            {
                return ready;
            }
        }
        int error = Marshal.GetLastPInvokeError();
        if (error != Native.EINTR)
        {
            throw new InvalidOperationException($"poll: error {error}");
        }
        ClearFound();
        return 0;
    }

    private void ClearFound()
    {
        for (int place = 0; place < _used; place++)
        {
            _entries[place].Found = 0;
        }
    }
}
