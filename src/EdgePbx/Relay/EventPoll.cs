using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>An epoll: waits for any of many descriptors and says which, by a number that was given with each.</summary>
internal sealed unsafe class EventPoll : IDisposable
{
    private const int Room = 256;

    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly int _descriptor;
    private readonly void* _events = NativeMemory.AllocZeroed(Room, (nuint)sizeof(Native.EventArm64)); // the larger of the two

    /// <exception cref="InvalidOperationException">The system has no descriptor left.</exception>
    public EventPoll()
    {
        _descriptor = Native.epoll_create1(Native.EPOLL_CLOEXEC);
        if (_descriptor < 0)
        {
            throw Failure("epoll_create1");
        }
    }

    /// <summary>Readable descriptors are told by <paramref name="tag"/>.</summary>
    /// <exception cref="InvalidOperationException">The system has no memory for it.</exception>
    public void Add(int descriptor, ulong tag)
    {
        var packed = new Native.EventX64 { Events = Native.EPOLLIN, Data = tag };
        var aligned = new Native.EventArm64 { Events = Native.EPOLLIN, Data = tag };
        if (Native.epoll_ctl(_descriptor, Native.EPOLL_CTL_ADD, descriptor, IsPacked ? &packed : &aligned) < 0)
        {
            throw Failure("epoll_ctl");
        }
    }

    /// <summary>To be called before the descriptor is closed: a child process that is just being started may hold a copy.</summary>
    public void Remove(int descriptor)
    {
        var unused = default(Native.EventArm64);
        _ = Native.epoll_ctl(_descriptor, Native.EPOLL_CTL_DEL, descriptor, &unused);
    }

    /// <summary>Waits. Returns how many descriptors are ready; 0 when time is up, or a signal came.</summary>
    /// <param name="milliseconds">-1: without limit.</param>
    /// <exception cref="InvalidOperationException">The wait itself failed: a bug.</exception>
    public int Wait(int milliseconds)
    {
        int ready = Native.epoll_wait(_descriptor, _events, Room, milliseconds);
        return ready >= 0 ? ready
            : Marshal.GetLastPInvokeError() == Native.EINTR ? 0
            : throw Failure("epoll_wait");
    }

    /// <summary>The number of the ready descriptor at this place.</summary>
    public ulong Tag(int index) => IsPacked ? ((Native.EventX64*)_events)[index].Data : ((Native.EventArm64*)_events)[index].Data;

    public void Dispose()
    {
        _ = Native.close(_descriptor);
        NativeMemory.Free(_events);
    }

    private static InvalidOperationException Failure(string call) => new($"{call}: error {Marshal.GetLastPInvokeError()}");
}
