using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The media relay as the signalling thread sees it: ports at once, orders to the relay thread, and its reports. All
/// members are the signalling thread's; the counters may be read by any.
/// </summary>
public sealed class MediaRelay : IDisposable
{
    /// <summary>Of the relay thread, also to the system.</summary>
    public const string ThreadName = "relay";

    private readonly MediaPorts _ports;
    private readonly RelayLoop _loop;
    private readonly ILogger _log;
    private readonly int _capacity;
    private readonly int _pairs;
    private Thread? _thread;
    private bool _isStopped;

    /// <param name="range">The ports to lend; nobody else uses it.</param>
    /// <param name="capacity">Relay paths at most: the slots of the keys are below it.</param>
    /// <param name="log">For the relay's events.</param>
    /// <param name="wakeSignalling">Called on the relay thread when there is a report to take.</param>
    /// <param name="clock">The monotonic clock; null: the system's.</param>
    /// <param name="io">How it waits and sends.</param>
    /// <param name="recorder">Takes the packets of calls that are recorded; null: nobody does.</param>
    /// <param name="onBug">Called where the relay thread fails, with its name; null: the process ends there and then.</param>
    public MediaRelay(
        PortRange range,
        int capacity,
        ILogger log,
        Action wakeSignalling,
        TimeProvider? clock = null,
        MediaIoKind io = MediaIoKind.Auto,
        RecorderInbox? recorder = null,
        Action<string, Exception>? onBug = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ushort.MaxValue);
        TimeProvider time = clock ?? TimeProvider.System;
        Instant Now() => new(time.GetElapsedTime(0).Ticks);
        _loop = new RelayLoop(capacity, Now, wakeSignalling, io, new RecordingTaps(recorder), failure => (onBug ?? EndProcess)(ThreadName, failure));
        _ports = new MediaPorts(range, capacity, Now, log, _loop.Post, new KernelEntropy());
        (_log, _capacity, _pairs) = (log, capacity, range.Pairs);
    }

    public IMediaPorts Ports => _ports;

    /// <summary>Pairs of ports that are lent; one that rests after a call is not.</summary>
    public int PortsInUse => _ports.PairsInUse;

    public int OpenPaths => _loop.OpenPaths;

    /// <summary>The relay thread's sign of life.</summary>
    internal Pulse Pulse => _loop.Pulse;

    public long PacketsForwarded => _loop.Forwarded;

    /// <summary>Garbage, strangers' packets, those that nobody is there for yet, and those that the system refused to send.</summary>
    public long PacketsDropped => _loop.Dropped;

    /// <summary>Bytes that the relay thread has ever allocated on the managed heap: constant once it is warm.</summary>
    public long AllocatedBytes => _loop.AllocatedBytes;

    /// <summary>How packets go to the kernel, once it has started.</summary>
    public string IoName => _loop.IoName;

    /// <summary>Of the relay thread, as the kernel counts threads; once it has started.</summary>
    public int ThreadNumber => _loop.ThreadNumber;

    /// <summary>Whether the relay thread goes before others, once it has started.</summary>
    public string Scheduling => _loop.Scheduling;

    public void Start()
    {
        _thread = new Thread(_loop.Run) { Name = ThreadName, IsBackground = true };
        _thread.Start();
        _loop.WaitUntilStarted();
        _log.RelayThreadStarted(_capacity, _pairs, _loop.IoName, _loop.Scheduling);
    }

    /// <summary>Settings for a path; for one that is gone it does nothing.</summary>
    public void Configure(RelayKey key, RelaySettings settings) =>
        Post(new RelayOrder(RelayOrderKind.Configure, key) { Settings = settings });

    /// <summary>Closes a path, which a report confirms; for one that is gone it does nothing.</summary>
    public void Close(RelayKey key) => Post(new RelayOrder(RelayOrderKind.Close, key));

    /// <summary>Ends the copying for a recording: the recorder hears of it after all packets of before.</summary>
    public void StopRecording(RecordingKey key) => Post(new RelayOrder(RelayOrderKind.StopRecording, default) { Recording = key });

    /// <summary>The oldest report that was not taken yet.</summary>
    public bool TryTakeReport(out RelayReport report)
    {
        if (!_loop.TryTakeReport(out report))
        {
            return false;
        }
        if (report.Kind == RelayReportKind.Closed)
        {
            _ports.ConfirmClosed(report.Relay);
        }
        return true;
    }

    /// <summary>Closes every socket and ends the thread; back when that has happened. Reports can still be taken.</summary>
    public void Stop()
    {
        if (_isStopped)
        {
            return;
        }
        Post(new RelayOrder(RelayOrderKind.Stop, default));
        _isStopped = true;
        _ports.Stop();
        if (_thread is null)
        {
            _loop.TakeOrders();
        }
        else
        {
            _thread.Join();
        }
        _log.RelayThreadStopped(PacketsForwarded, PacketsDropped);
    }

    public void Dispose()
    {
        Stop();
        _loop.Dispose();
    }

    internal static void EndProcess(string thread, Exception failure) =>
        Environment.FailFast($"the {thread} thread failed: {failure.Message}", failure);

    private void Post(in RelayOrder order)
    {
        if (!_isStopped)
        {
            _loop.Post(order);
        }
    }
}
