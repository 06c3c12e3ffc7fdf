using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The thread of the lamps: it sleeps until the next edge of a pattern, or until something is told or pressed. Nobody ever waits for it.</summary>
internal sealed unsafe class LedThread : IDisposable
{
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly LedLoop _loop;
    private readonly WakeSignal _wake;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <param name="wake">Set by whoever tells the panel something; it stays the caller's.</param>
    public LedThread(LedLoop loop, WakeSignal wake)
    {
        (_loop, _wake) = (loop, wake);
        _thread = new Thread(Run) { Name = "leds", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Darkens the lamps, unless a driver hangs.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        _ = _thread.Join(LastWordsLimit);
    }

    private void Run()
    {
        while (!_isStopping)
        {
            Instant due = _loop.Turn(MonotonicClock.Now);
            Wait(due - MonotonicClock.Now);
        }
        _loop.Dispose();
    }

    private void Wait(TimeSpan atMost)
    {
        Native.PollEntry* entries = stackalloc Native.PollEntry[2];
        entries[0] = new Native.PollEntry { Descriptor = _wake.Descriptor, Wanted = Native.POLLIN };
        entries[1] = new Native.PollEntry { Descriptor = _loop.ButtonDescriptor, Wanted = Native.POLLIN }; // poll(2) skips negative ones
        double milliseconds = Math.Ceiling(Math.Min(atMost.TotalMilliseconds, LongestSleep.TotalMilliseconds));
        _ = Native.poll(entries, 2, (int)Math.Max(milliseconds, 0));
        _wake.Clear();
    }
}
