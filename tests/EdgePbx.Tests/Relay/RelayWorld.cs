using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>A running relay on addresses of its own, with the signalling thread played by the test.</summary>
internal sealed class RelayWorld : IDisposable
{
    private const ushort BarrierSlot = 99;
    private const int Capacity = 100;

    private static int _worlds;

    private readonly AutoResetEvent _woken = new(false);
    private readonly int _number = Interlocked.Increment(ref _worlds);
    private readonly Queue<RelayReport> _setAside = new();
    private uint _generation;

    public RelayWorld(
        MediaIoKind io = MediaIoKind.Auto, ushort first = 20000, ushort last = 20399, bool starts = true, RecorderInbox? recorder = null)
    {
        Relay = new MediaRelay(new PortRange(first, last), Capacity, Log, () => _woken.Set(), Clock, io, recorder);
        Local = Address(1);
        if (starts)
        {
            Relay.Start();
        }
    }

    public MediaRelay Relay { get; }
    public FakeClock Clock { get; } = new();
    public RecordingLogger Log { get; } = new();

    /// <summary>Where the relay's sockets are, unless a test says otherwise. No other test, of this process or another, uses it.</summary>
    public NetAddress Local { get; }

    /// <summary>A loopback address of this world alone.</summary>
    public NetAddress Address(int host) => NetAddress.FromV4(
        127, (byte)(64 + (Environment.ProcessId % 64)), (byte)(Environment.ProcessId / 64 % 256), (byte)(((_number % 60) * 4) + host + 8));

    public RelayKey NewKey(int slot) => new((ushort)slot, ++_generation);

    /// <summary>Opens a path; it must work.</summary>
    public OpenPath Open(int slot, NetAddress? local = null)
    {
        RelayKey key = NewKey(slot);
        NetAddress address = local ?? Local;
        Assert.True(Relay.Ports.TryOpen(key, address, out ushort port));
        return new OpenPath(key, new NetEndpoint(address, port), new NetEndpoint(address, (ushort)(port + 1)));
    }

    /// <summary>Closes a path and gives its ports back, as the engine does.</summary>
    public void CloseAndReturn(RelayKey key)
    {
        Relay.Close(key);
        RelayReport report = TakeReport();
        Assert.Equal((RelayReportKind.Closed, key), (report.Kind, report.Relay));
        Relay.Ports.Return(key);
    }

    /// <summary>The next report; fails when none comes.</summary>
    public RelayReport TakeReport() => _setAside.TryDequeue(out RelayReport report) ? report : TakeFreshReport();

    /// <summary>True when a report has come already.</summary>
    public bool HasReport()
    {
        Settle();
        return _setAside.Count > 0;
    }

    /// <summary>Returns when the relay has carried out every order so far: it closes one path more and waits for that.</summary>
    public void Settle()
    {
        OpenPath barrier = Open(BarrierSlot);
        Relay.Close(barrier.Key);
        RelayReport report = TakeFreshReport();
        while (report.Relay != barrier.Key)
        {
            _setAside.Enqueue(report);
            report = TakeFreshReport();
        }
        Relay.Ports.Return(barrier.Key);
    }

    /// <summary>Returns when the relay has dropped so many packets since its start.</summary>
    public void WaitForDropped(long packets) =>
        Assert.True(SpinWait.SpinUntil(() => Relay.PacketsDropped >= packets, TimeSpan.FromSeconds(10)), "the relay drops nothing");

    public static RelaySettings Settings(MediaPeer peer, RelayKey sink, bool opens = true, PayloadMap? map = null) => new()
    {
        RemoteRtp = peer.Rtp,
        RemoteRtcp = peer.Rtcp,
        SignallingSource = peer.Rtp.Address,
        Sink = sink,
        OpensLatch = opens,
        Map = map,
    };

    /// <summary>Two paths, each the sink of the other, as a call has them.</summary>
    public (OpenPath A, OpenPath B) Connect(MediaPeer a, MediaPeer b, PayloadMap? fromA = null, PayloadMap? fromB = null)
    {
        (OpenPath left, OpenPath right) = (Open(0), Open(1));
        Relay.Configure(left.Key, Settings(a, right.Key, map: fromA));
        Relay.Configure(right.Key, Settings(b, left.Key, map: fromB));
        Settle();
        return (left, right);
    }

    public void Dispose()
    {
        Relay.Dispose();
        _woken.Dispose();
    }

    private RelayReport TakeFreshReport()
    {
        RelayReport report;
        while (!Relay.TryTakeReport(out report))
        {
            Assert.True(_woken.WaitOne(TimeSpan.FromSeconds(10)), "the relay reports nothing");
        }
        return report;
    }
}

/// <summary>A path and the endpoints that its peer sends to.</summary>
internal sealed record OpenPath(RelayKey Key, NetEndpoint Rtp, NetEndpoint Rtcp);
