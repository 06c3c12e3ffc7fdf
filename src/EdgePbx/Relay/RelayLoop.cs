using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The thread that owns all media sockets: a packet that arrives on one path leaves by the sockets of its sink. Per
/// packet it allocates nothing and takes no lock; orders come and reports go by mailbox, between batches of packets.
/// </summary>
internal sealed class RelayLoop : IDisposable
{
    private const ulong WakeTag = ulong.MaxValue;
    private const ulong RtcpBit = 1 << 16;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly RelayPath?[] _paths; // made when first used, then kept
    private readonly Mailbox<RelayOrder> _orders;
    private readonly Mailbox<RelayReport> _reports;
    private readonly Mailbox<RelayReport> _measurements; // of which some may be lost, so they never take the others' room
    private readonly Action _reported;
    private readonly Func<Instant> _now;
    private readonly WakeSignal _wake = new();
    private readonly EventPoll _poll = new();
    private readonly PacketBatch _batch = new();
    private Instant _nextLook;
    private bool _isStopped;

    // written by the relay thread alone, read by any
    private long _forwarded;
    private long _dropped;
    private long _allocated;
    private int _open;

    /// <param name="capacity">Paths that can be open at once.</param>
    /// <param name="now">The monotonic clock.</param>
    /// <param name="reported">Called on the relay thread after each report.</param>
    public RelayLoop(int capacity, Func<Instant> now, Action reported)
    {
        _paths = new RelayPath?[capacity];
        // Each order is answered by at most one report. A path is added, configured a few times and closed in its life:
        // this is room for many whole lives of every path before the other thread looks.
        _orders = new Mailbox<RelayOrder>((16 * capacity) + 1024);
        _reports = new Mailbox<RelayReport>((16 * capacity) + 1024);
        _measurements = new Mailbox<RelayReport>(4 * capacity);
        _now = now;
        _reported = reported;
        _poll.Add(_wake.Descriptor, WakeTag);
        Pulse = new Pulse("relay", _wake.Set);
    }

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    public long Forwarded => Volatile.Read(ref _forwarded);
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Bytes that the relay thread has ever allocated on the managed heap.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    public int OpenPaths => Volatile.Read(ref _open);

    /// <summary>The signalling thread's. A full mailbox means that the relay thread hangs, and ends the process.</summary>
    public void Post(RelayOrder order)
    {
        if (!_orders.TryPost(order))
        {
            Environment.FailFast("the relay thread takes no orders");
        }
        _wake.Set();
    }

    /// <summary>The signalling thread's.</summary>
    public bool TryTakeReport(out RelayReport report) => _reports.TryTake(out report) || _measurements.TryTake(out report);

    /// <summary>The thread's body. Ends with a stop order; a failure outside of a packet is a bug and ends the process.</summary>
    public void Run()
    {
        try
        {
            while (!_isStopped)
            {
                RunOnce();
            }
        }
        catch (Exception failure) when (EndProcess(failure))
        {
        }
    }

    /// <summary>Carries out the orders that wait, without a thread: for the one who stops a relay that never started.</summary>
    public void TakeOrders()
    {
        while (!_isStopped && _orders.TryTake(out RelayOrder order))
        {
            Obey(order);
        }
    }

    public void Dispose()
    {
        _batch.Dispose();
        _poll.Dispose();
        _wake.Dispose();
    }

    private static bool EndProcess(Exception failure)
    {
        Environment.FailFast($"the relay thread failed: {failure.Message}", failure);
        return false;
    }

    private void RunOnce()
    {
        bool hasOrders = false;
        int ready = _poll.Wait(_open == 0 ? -1 : (int)LookInterval.TotalMilliseconds);
        Instant now = _now();
        for (int i = 0; i < ready; i++)
        {
            ulong tag = _poll.Tag(i);
            if (tag == WakeTag)
            {
                hasOrders = true;
            }
            else
            {
                Forward(now, _paths[(ushort)tag]!, (tag & RtcpBit) != 0);
            }
        }
        if (hasOrders)
        {
            _wake.Clear();
            TakeOrders();
        }
        LookAtPaths(now);
        Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
        Pulse.Beat();
    }

    private void Obey(in RelayOrder order)
    {
        switch (order.Kind)
        {
            case RelayOrderKind.Add:
                Add(order.Relay, order.Sockets);
                break;
            case RelayOrderKind.Configure:
                Find(order.Relay)?.Configure(_now(), order.Settings!);
                break;
            case RelayOrderKind.Close:
                Close(Find(order.Relay));
                break;
            default:
                Array.ForEach(_paths, path => Close(path is { Key.IsNone: false } ? path : null));
                _isStopped = true;
                break;
        }
    }

    private RelayPath? Find(RelayKey key) =>
        !key.IsNone && key.Slot < _paths.Length && _paths[key.Slot] is { } path && path.Key == key ? path : null;

    private void Add(RelayKey key, MediaSockets sockets)
    {
        RelayPath path = _paths[key.Slot] ??= new RelayPath();
        if (!path.Key.IsNone)
        {
            throw new InvalidOperationException($"relay path {key} added over {path.Key}");
        }
        path.Open(_now(), key, sockets);
        _poll.Add(sockets.Rtp, key.Slot);
        _poll.Add(sockets.Rtcp, key.Slot | RtcpBit);
        Volatile.Write(ref _open, _open + 1);
    }

    private void Close(RelayPath? path)
    {
        if (path is not null)
        {
            RelayKey key = path.Key;
            MediaReport last = path.Quality.Report(_now(), isOtherSpeaking: false);
            _poll.Remove(path.Rtp.Descriptor);
            _poll.Remove(path.Rtcp.Descriptor);
            path.Close();
            Volatile.Write(ref _open, _open - 1);
            Report(new RelayReport(RelayReportKind.Closed, key, default) { Media = last });
        }
    }

    private void Report(RelayReport report)
    {
        if (!_reports.TryPost(report))
        {
            throw new InvalidOperationException("nobody takes its reports");
        }
        _reported();
    }

    // Once a second: what can only be told by looking is that nothing comes.
    private void LookAtPaths(Instant now)
    {
        if (_open == 0 || now < _nextLook)
        {
            return;
        }
        _nextLook = now + LookInterval;
        bool hasReported = false;
        foreach (RelayPath? path in _paths)
        {
            if (path is not { Key.IsNone: false, Settings: { } settings })
            {
                continue;
            }
            bool isOtherSpeaking = Find(settings.Sink)?.Quality.IsSpeaking(now) == true;
            if (path.Quality.HasNews(now, isOtherSpeaking)
                && _measurements.TryPost(new RelayReport(RelayReportKind.Measured, path.Key, default) { Media = path.Quality.Report(now, isOtherSpeaking) }))
            {
                path.Quality.Reported(now, isOtherSpeaking);
                hasReported = true;
            }
        }
        if (hasReported)
        {
            _reported();
        }
    }

    // Orders are obeyed after the events of one wait, so a path that an event names is open.
    private void Forward(Instant now, RelayPath path, bool isRtcp)
    {
        RelayStream stream = isRtcp ? path.Rtcp : path.Rtp;
        int received = _batch.Receive(stream.Descriptor);
        for (int i = 0; i < received; i++)
        {
            if (path.Settings is { } settings && (isRtcp ? TakeRtcp(path, settings, now, i) : TakeRtp(path, settings, now, i)))
            {
                _batch.Queue(i);
            }
        }
        int sent = 0;
        if (_batch.QueuedCount > 0 && Find(path.Settings!.Sink) is { Settings: not null } sink)
        {
            sent = (isRtcp ? sink.Rtcp : sink.Rtp).Send(_batch);
        }
        Volatile.Write(ref _forwarded, _forwarded + sent);
        Volatile.Write(ref _dropped, _dropped + received - sent);
    }

    private bool TakeRtcp(RelayPath path, RelaySettings settings, Instant now, int index)
    {
        Span<byte> datagram = _batch.Packet(index);
        if (!RtcpPacket.TryParse(datagram, out _) || !IsFromPeer(path, path.Rtcp, now, _batch.Source(index)))
        {
            return false;
        }
        path.Quality.TakeRtcp(now, datagram);
        Find(settings.Sink)?.Quality.PassRtcp(now, datagram);
        return true;
    }

    // An unknown payload type and an RFC 4733 event pass like any other: only the number may change.
    private bool TakeRtp(RelayPath path, RelaySettings settings, Instant now, int index)
    {
        if (!RtpPacket.TryParse(_batch.Packet(index), out RtpPacket packet) || !IsFromPeer(path, path.Rtp, now, _batch.Source(index)))
        {
            return false;
        }
        path.Quality.TakeRtp(now, packet, settings.ClockRate);
        if (settings.Map is { } map)
        {
            packet.SetPayloadType(map[packet.PayloadType]);
        }
        return true;
    }

    private bool IsFromPeer(RelayPath path, RelayStream stream, Instant now, NetEndpoint source)
    {
        LatchVerdict verdict = stream.Latch.Accept(now, source);
        if (verdict == LatchVerdict.Latched && stream == path.Rtp)
        {
            Report(new RelayReport(RelayReportKind.Latched, path.Key, source));
        }
        return verdict != LatchVerdict.Refused;
    }
}
