using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The thread of the lamps, and that of the display: it sleeps until it is due, or until something is told or pressed. Nobody ever waits for it.</summary>
internal sealed unsafe class LedThread : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly ILedTurns _loop;
    private readonly WakeSignal _wake;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <param name="wake">Set by whoever tells the panel something; it stays the caller's.</param>
    /// <param name="log">Told once of a bug that no driver has caught.</param>
    /// <param name="name">Its own.</param>
    public LedThread(ILedTurns loop, WakeSignal wake, ILogger log, string name = "leds")
    {
        (_loop, _wake, _log) = (loop, wake, log);
        Pulse = new Pulse(name, wake.Set);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Its sign of life. A driver that hangs costs the lamps, so it counts as one that waits.</summary>
    public Pulse Pulse { get; }

    /// <summary>Any thread: something will come of the button that has not come yet.</summary>
    public bool IsButtonDown => _loop.IsButtonDown;

    /// <summary>Darkens the lamps, unless a driver hangs.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        _ = _thread.Join(ShutdownLimits.Lamps);
    }

    private void Run()
    {
        bool hasFailed = false;
        while (!_isStopping)
        {
            Pulse.BeginWaiting();
            TimeSpan rest = TryTurn(ref hasFailed, out Instant due) ? due - MonotonicClock.Now : LongestSleep;
            Pulse.EndWaiting();
            Wait(rest);
        }
        _loop.Dispose();
    }

    private bool TryTurn(ref bool hasFailed, out Instant due)
    {
        try
        {
            due = _loop.Turn(MonotonicClock.Now);
            return true;
        }
#pragma warning disable CA1031 // a bug of the lamps must not end a process that carries calls
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!hasFailed)
            {
                _log.LedDriverFailed($"the thread {_thread.Name}", failure.Message);
            }
            (hasFailed, due) = (true, default);
            return false;
        }
    }

    private void Wait(TimeSpan atMost)
    {
        Native.PollEntry* entries = stackalloc Native.PollEntry[2];
        entries[0] = new Native.PollEntry { Descriptor = _wake.Descriptor, Wanted = Native.POLLIN };
        entries[1] = new Native.PollEntry { Descriptor = _loop.Descriptor, Wanted = Native.POLLIN }; // poll(2) skips negative ones
        double milliseconds = Math.Ceiling(Math.Min(atMost.TotalMilliseconds, LongestSleep.TotalMilliseconds));
        _ = Native.poll(entries, 2, (int)Math.Max(milliseconds, 0));
        _wake.Clear();
    }
}
