using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The thread that owns all media sockets: a packet that arrives on one path leaves by the sockets of its sink. Per
/// packet it allocates nothing and takes no lock; orders come and reports go by mailbox, after the packets of one wait.
/// </summary>
internal sealed class RelayLoop : IMediaIoUser, IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly RelayPath?[] _paths; // made when first used, then kept
    private readonly Mailbox<RelayOrder> _orders;
    private readonly Mailbox<LatchedPath> _latched;
    private readonly Mailbox<RelayReport> _closed;
    private readonly Mailbox<RelayReport> _measurements; // of which some may be lost, so they never take the others' room
    private readonly Action _reported;
    private readonly Func<Instant> _now;
    private readonly WakeSignal _wake = new();
    private readonly MediaIoKind _kind;
    private readonly RecordingTaps _taps;
    private readonly OwnPorts _own = new();
    private readonly Action<Exception> _onBug;
    private readonly ManualResetEventSlim _started = new();
    private MediaIo? _io; // the thread's, made by it: null before it runs
    private Instant _turn; // when the last wait ended
    private Instant _nextLook;
    private int _closing; // paths that the kernel has not let go of
    private bool _isStopped;

    // written by the relay thread alone, read by any
    private long _forwarded;
    private long _dropped;
    private long _refused; // garbage, strangers' packets, those that nobody is there for
    private long _allocated;
    private int _open;

    /// <param name="capacity">Paths that can be open at once.</param>
    /// <param name="now">The monotonic clock.</param>
    /// <param name="reported">Called on the relay thread after each report.</param>
    /// <param name="kind">How it waits and sends.</param>
    /// <param name="taps">Where the packets go that are recorded.</param>
    /// <param name="onBug">Called where something fails that can't; ends the process, and if not, nothing is relayed from then on.</param>
    public RelayLoop(int capacity, Func<Instant> now, Action reported, MediaIoKind kind, RecordingTaps taps, Action<Exception> onBug)
    {
        _paths = new RelayPath?[capacity];
        // Each order is answered by at most one report. A path is added, configured a few times and closed in its life: this is
        // room for a whole life of every path before the other thread looks. It is not opened anew before its last report was taken.
        // All this together stays below what makes the runtime collect garbage, which would cost each start more than a millisecond.
        _orders = new Mailbox<RelayOrder>((8 * capacity) + 1024);
        _latched = new Mailbox<LatchedPath>((8 * capacity) + 1024);
        _closed = new Mailbox<RelayReport>(capacity);
        _measurements = new Mailbox<RelayReport>(4 * capacity);
        (_now, _reported, _kind, _taps, _onBug) = (now, reported, kind, taps, onBug);
        Pulse = new Pulse("relay", _wake.Set);
    }

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>How the thread waits and sends, once it has started.</summary>
    public string IoName { get; private set; } = "";

    /// <summary>As the kernel counts threads, once it has started.</summary>
    public int ThreadNumber { get; private set; }

    /// <summary>Whether the thread goes before others, once it has started.</summary>
    public string Scheduling { get; private set; } = "";

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
            _onBug(new InvalidOperationException("it takes no orders"));
        }
        _wake.Set();
    }

    /// <summary>The signalling thread's. What a path did comes before its end.</summary>
    public bool TryTakeReport(out RelayReport report)
    {
        if (_latched.TryTake(out LatchedPath latched))
        {
            report = new RelayReport(RelayReportKind.Latched, latched.Relay, latched.Source);
            return true;
        }
        return _closed.TryTake(out report) || _measurements.TryTake(out report);
    }

    /// <summary>The thread's body. Ends with a stop order; a failure outside of a packet is a bug and ends the process.</summary>
    public void Run()
    {
        try
        {
            _io = MediaIoChoice.Open(_kind, RelayPath.Streams * _paths.Length, this, _wake);
            (IoName, Scheduling, ThreadNumber) = (_io.Name, ThreadScheduling.Raise(), Native.gettid());
            _started.Set();
            while (!_isStopped || _closing > 0)
            {
                RunOnce(_io);
            }
        }
#pragma warning disable CA1031 // whatever it is, half a PBX is worse than none
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _onBug(failure);
            _started.Set(); // whoever waits for it waits in vain
        }
    }

    /// <summary>Waits until the thread is at work.</summary>
    public void WaitUntilStarted() => _started.Wait();

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
        _io?.Dispose();
        _wake.Dispose();
        _started.Dispose();
    }

    void IMediaIoUser.Awake() => _turn = _now();

    void IMediaIoUser.Received(RelayStream stream, Span<byte> datagram, ReadOnlySpan<byte> name)
    {
        if (stream.Settings is { } settings
            && (stream.IsRtcp ? TakeRtcp(stream, settings, datagram, name) : TakeRtp(stream, settings, datagram, name))
            && WayOf(stream, settings.Sink) is { } way && way.MaySend())
        {
            _io!.Send(way, datagram);
        }
        else
        {
            _refused++;
        }
    }

    void IMediaIoUser.Removed(RelayStream stream)
    {
        if (--stream.Path.Lingering == 0)
        {
            _closing--;
            Finish(stream.Path);
        }
    }

    private void RunOnce(MediaIo io)
    {
        bool hasOrders = io.Wait(_taps.IsHolding ? RecordingTaps.HandOverMilliseconds : _open == 0 ? -1 : (int)LookInterval.TotalMilliseconds);
        if (hasOrders)
        {
            TakeOrders();
        }
        LookAtPaths(_turn);
        _taps.Tick(_turn);
        Volatile.Write(ref _forwarded, io.Sent);
        Volatile.Write(ref _dropped, _refused + io.Refused);
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
            case RelayOrderKind.StopRecording:
                _taps.Stop(_now(), order.Recording);
                break;
            default:
                Array.ForEach(_paths, path => Close(path is { Key.IsNone: false, Lingering: 0 } ? path : null));
                _taps.HandOverNow();
                _isStopped = true;
                break;
        }
    }

    private RelayPath? Find(RelayKey key) =>
        !key.IsNone && key.Slot < _paths.Length && _paths[key.Slot] is { Lingering: 0 } path && path.Key == key ? path : null;

    // The sink's socket of the same kind. The one that was found last is looked at first: it says itself whose it is now.
    private RelayStream? WayOf(RelayStream stream, RelayKey sink)
    {
        if (stream.Way is not { } way || way.Key != sink)
        {
            way = Find(sink) is not { Settings: not null } path ? null : stream.IsRtcp ? path.Rtcp : path.Rtp;
            stream.Way = way;
        }
        return way;
    }

    private void Add(RelayKey key, MediaSockets sockets)
    {
        RelayPath path = _paths[key.Slot] ??= new RelayPath(key.Slot, _own);
        if (!path.Key.IsNone)
        {
            throw new InvalidOperationException($"relay path {key} added over {path.Key}");
        }
        path.Open(_now(), key, sockets);
        _own.Add(sockets.Port);
        _io?.Add(path.Rtp);
        _io?.Add(path.Rtcp);
        Volatile.Write(ref _open, _open + 1);
    }

    private void Close(RelayPath? path)
    {
        if (path is null)
        {
            return;
        }
        path.Mute();
        path.Lingering = (_io?.Remove(path.Rtp) == false ? 1 : 0) + (_io?.Remove(path.Rtcp) == false ? 1 : 0);
        if (path.Lingering == 0)
        {
            Finish(path);
        }
        else
        {
            _closing++;
        }
    }

    // Ports are given back on this report, so it comes when nobody, the kernel included, has the sockets any more.
    private void Finish(RelayPath path)
    {
        RelayKey key = path.Key;
        MediaReport last = path.Quality.Report(_now(), isOtherSpeaking: false);
        _own.Remove(path.Port);
        path.Close();
        Volatile.Write(ref _open, _open - 1);
        Report(_closed, new RelayReport(RelayReportKind.Closed, key, default) { Media = last });
    }

    private void Report<T>(Mailbox<T> reports, in T report)
    {
        if (!reports.TryPost(report))
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
            if (path.HasUntoldSource)
            {
                TellSource(path);
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

    private bool TakeRtcp(RelayStream stream, RelaySettings settings, Span<byte> datagram, ReadOnlySpan<byte> name)
    {
        if (!RtcpPacket.TryParse(datagram, out RtcpPacket first))
        {
            return TakeOther(stream, settings, datagram, name);
        }
        if (stream.Accept(_turn, name, first.Ssrc, null) == LatchVerdict.Refused)
        {
            return false;
        }
        stream.Quality.TakeRtcp(_turn, datagram);
        Find(settings.Sink)?.Quality.PassRtcp(_turn, datagram);
        return true;
    }

    // An unknown payload type and an RFC 4733 event pass like any other: only the number may change.
    private bool TakeRtp(RelayStream stream, RelaySettings settings, Span<byte> datagram, ReadOnlySpan<byte> name)
    {
        if (!RtpPacket.TryParse(datagram, out RtpPacket packet))
        {
            return TakeOther(stream, settings, datagram, name);
        }
        if (!TryAccept(stream, name, packet.Ssrc, packet.SequenceNumber))
        {
            return false;
        }
        stream.Quality.TakeRtp(_turn, packet, settings);
        if (settings.Tap is { } tap)
        {
            Copy(stream.Path, tap, packet);
        }
        if (settings.Map is { } map)
        {
            packet.SetPayloadType(map[packet.PayloadType]);
        }
        return true;
    }

    // What is neither RTP nor RTCP tells itself apart by its first octet (RFC 7983): the keys of DTLS-SRTP are the phones' own business.
    private bool TakeOther(RelayStream stream, RelaySettings settings, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> name)
    {
        if (settings.CarriesDtls && datagram is [>= 20 and <= 63, ..])
        {
            return TryAccept(stream, name, ssrc: 0, sequence: null);
        }
        CountRefused(stream, name);
        return false;
    }

    private bool TryAccept(RelayStream stream, ReadOnlySpan<byte> name, uint ssrc, ushort? sequence)
    {
        switch (stream.Accept(_turn, name, ssrc, sequence))
        {
            case LatchVerdict.Refused:
                CountRefused(stream, name);
                return false;
            case LatchVerdict.Latched when !stream.IsRtcp:
                TellSource(stream.Path);
                return true;
            default:
                return true;
        }
    }

    // a stranger's packets say nothing of the phone
    private static void CountRefused(RelayStream stream, ReadOnlySpan<byte> name)
    {
        if (stream.IsOfPeer(name))
        {
            stream.Quality.NoteRefused();
        }
    }

    // A latch may move twice for each order, so there may be more to tell than there is room: what counts is the last, and it is told later.
    private void TellSource(RelayPath path)
    {
        path.HasUntoldSource = !_latched.TryPost(new LatchedPath(path.Key, path.Rtp.Latch.Source));
        _reported();
    }

    private void Copy(RelayPath path, MediaTap tap, in RtpPacket packet)
    {
        RecordedCodec codec = tap.Codecs[packet.PayloadType];
        if (tap.WantsDigits && codec == RecordedCodec.TelephoneEvent && path.Keys.TryTake(_turn, packet, out char digit)
            && _measurements.TryPost(new RelayReport(RelayReportKind.Digit, path.Key, default) { Digit = digit }))
        {
            _reported();
        }
        if (!tap.Recording.IsNone)
        {
            _taps.Take(_turn, tap, codec, packet);
        }
    }

    private readonly record struct LatchedPath(RelayKey Relay, NetEndpoint Source);
}
