using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>An eventfd that ends another thread's poll or epoll wait: set by anyone, cleared by the thread that waits.</summary>
/// <remarks>Clear first, then look into the mailboxes: a value posted between the two sets the signal again.</remarks>
public sealed unsafe class WakeSignal : IDisposable
{
    private int _descriptor;

    /// <exception cref="InvalidOperationException">The system has no descriptor left.</exception>
    public WakeSignal()
    {
        _descriptor = Native.eventfd(0, Native.EFD_NONBLOCK | Native.EFD_CLOEXEC);
        if (_descriptor < 0)
        {
            throw new InvalidOperationException($"eventfd: error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Readable while the signal is set.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Any thread, any number of times; does nothing after <see cref="Dispose"/>.</summary>
    public void Set()
    {
        ulong one = 1;
        _ = Native.write(_descriptor, &one, sizeof(ulong)); // it fails only when the counter is full, that is: set
    }

    /// <summary>The waiting thread only.</summary>
    public void Clear()
    {
        ulong count;
        _ = Native.read(_descriptor, &count, sizeof(ulong)); // it fails only when the signal was not set
    }

    public void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = Native.close(descriptor);
        }
    }
}
