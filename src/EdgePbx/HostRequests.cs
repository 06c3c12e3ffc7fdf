using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>What the main thread is asked for.</summary>
internal enum HostRequest { Stop, Reload, FactoryReset, SignOfLife }

/// <summary>The main thread's mailbox: signals, the button and other threads put something in, it takes them out one by one.</summary>
internal sealed class HostRequests : IDisposable
{
    private readonly BlockingCollection<(HostRequest What, string Why)> _queue = [];
    private volatile bool _isStopWanted;

    /// <summary>Any thread: somebody has asked to stop; for who has no time yet to take requests.</summary>
    public bool IsStopWanted => _isStopWanted;

    /// <summary>Any thread.</summary>
    public void Post(HostRequest what, string why = "")
    {
        _isStopWanted |= what == HostRequest.Stop;
        try
        {
            _queue.Add((what, why));
        }
        catch (ObjectDisposedException)
        {
            // a signal in the last moment of a process that ends anyway
        }
    }

    /// <summary>Waits for the next one.</summary>
    public (HostRequest What, string Why) Take() => _queue.Take();

    /// <summary>False: none came in time.</summary>
    public bool TryTake(TimeSpan patience, out (HostRequest What, string Why) request) => _queue.TryTake(out request, patience);

    /// <summary>From now on, until what it gives is disposed, SIGTERM and SIGINT ask to stop and SIGHUP to reload.</summary>
    public IDisposable OnSignals() => new Signals(this);

    public void Dispose() => _queue.Dispose();

    private sealed class Signals : IDisposable
    {
        private readonly PosixSignalRegistration _terminate;
        private readonly PosixSignalRegistration _interrupt;
        private readonly PosixSignalRegistration _hangUp;

        public Signals(HostRequests requests)
        {
            if (IsIgnored(Native.SIGHUP))
            {
                _ = Native.signal(Native.SIGHUP, Native.SIG_DFL); // nohup hands that down, and the runtime would leave it so
            }
            _terminate = On(requests, PosixSignal.SIGTERM, HostRequest.Stop);
            _interrupt = On(requests, PosixSignal.SIGINT, HostRequest.Stop);
            _hangUp = On(requests, PosixSignal.SIGHUP, HostRequest.Reload);
        }

        public void Dispose()
        {
            _terminate.Dispose();
            _interrupt.Dispose();
            _hangUp.Dispose();
        }

        // as the kernel says; where it says nothing, it is not
        private static bool IsIgnored(int signal)
        {
            const string Mask = "SigIgn:";
            try
            {
                string? line = File.ReadLines("/proc/self/status").FirstOrDefault(static one => one.StartsWith(Mask, StringComparison.Ordinal));
                return line is not null && ulong.TryParse(line.AsSpan(Mask.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong ignored)
                    && (ignored >> (signal - 1) & 1) != 0;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        private static PosixSignalRegistration On(HostRequests requests, PosixSignal signal, HostRequest request) =>
            PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true; // we decide when to end
                requests.Post(request, signal.ToString());
            });
    }
}
