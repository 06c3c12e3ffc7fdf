using System.Buffers.Binary;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// Both phones of many calls, on loopback: each sends 50 packets a second of 172 bytes (20 ms of G.711), spread evenly over
/// time, and every packet carries when it was sent. One thread sends, one receives.
/// </summary>
internal sealed unsafe class VoiceLoad : IDisposable
{
    /// <summary>Of one call, in both directions.</summary>
    public const int PacketsPerSecond = 100;

    private const int PacketBytes = 172;
    internal const int SocketsPerSide = 8;
    private const ushort LowestPort = 5100; // below what the system lends and what the relay measures with
    private const ushort PortStep = 2 * SocketsPerSide;
    private const int Tries = 500;
    private const uint Mark = 0x45504258;

    // where in a packet, behind the RTP header
    private const int MarkAt = 12;
    private const int CallAt = 16;
    private const int NumberAt = 20;
    private const int TimeAt = 24;
    private const int SideAt = 32;
    private const int IsMeasuredAt = 33;

    private const byte FirstHost = 2; // 127.0.0.2 and .3. No table: the arm64 compiler (10.0.12) reads one of this kind at an address that is not relocated

    private readonly int _calls;
    private readonly int[] _sockets = new int[2 * SocketsPerSide];
    private readonly byte[] _targets;     // of stream s = 2 * call + side: where to, as struct sockaddr_in
    private readonly uint[] _numbers;     // of each stream: how many packets it has sent
    private readonly LatencyHistogram _latency = new();
    private readonly VoiceReceiver _receiver;
    private Thread? _sender;
    private Thread? _listener;
    private volatile bool _isStopping;
    private volatile bool _isMeasuring;
    private long _sent;
    private long _sentMeasured;
    private long _late;

    /// <param name="calls">How many, at most.</param>
    /// <exception cref="ListenException">The system refuses a socket.</exception>
    public VoiceLoad(int calls)
    {
        (_calls, _targets, _numbers) = (calls, new byte[2 * calls * SockAddr.MaxBytes], new uint[2 * calls]);
        FirstPort = LowestPort;
        for (int tried = 1; !TryOpenAll(isLast: tried == Tries); tried++)
        {
            FirstPort += PortStep; // somebody else measures here
        }
        _receiver = new VoiceReceiver(_sockets, Take);
    }

    /// <summary>Where the phone of this side wants its packets, as its SDP would say.</summary>
    /// <param name="call">From 0.</param>
    /// <param name="side">0: the caller, 1: the callee.</param>
    public NetEndpoint MediaOf(int call, int side) => new(NetAddress.FromV4(127, 0, 0, (byte)(FirstHost + side)), (ushort)(FirstPort + (2 * (call % SocketsPerSide))));

    /// <summary>That of the first socket of each side; the others follow in steps of two.</summary>
    public ushort FirstPort { get; private set; }

    /// <summary>Says where the phone of this side sends to; without it, it is silent. Before <see cref="Start"/>.</summary>
    public void Aim(int call, int side, NetEndpoint relay) =>
        SockAddr.Write(relay, _targets.AsSpan(((2 * call) + side) * SockAddr.MaxBytes, SockAddr.MaxBytes));

    /// <summary>All phones that have a target begin to speak.</summary>
    public void Start()
    {
        _listener = new Thread(Listen) { Name = "voices-in", IsBackground = true };
        _sender = new Thread(Send) { Name = "voices-out", IsBackground = true };
        _listener.Start();
        _sender.Start();
    }

    /// <summary>Lets them speak for so long, while <paramref name="meanwhile"/> is called again and again.</summary>
    public void Speak(TimeSpan time, Action meanwhile, bool isMeasured = true)
    {
        _isMeasuring = isMeasured;
        for (Instant end = MonotonicClock.Now + time; MonotonicClock.Now < end;)
        {
            meanwhile();
        }
        _isMeasuring = false;
    }

    /// <summary>Ends the voices and says what came of it.</summary>
    /// <param name="measured">How long the measured stretch was.</param>
    public VoiceFigures Stop(TimeSpan measured)
    {
        Thread.Sleep(200); // those after the stretch, so that its end is as its middle
        _isStopping = true;
        _sender?.Join();
        Thread.Sleep(200); // what is still under way
        _receiver.Stop();
        _listener?.Join();
        long lost = _sent - _receiver.Received;
        return new VoiceFigures(_sentMeasured, _latency.Count, lost - (_sentMeasured - _latency.Count), measured)
        {
            Latency = _latency,
            SenderLate = TimeSpan.FromTicks(_late),
        };
    }

    public void Dispose()
    {
        _isStopping = true;
        _receiver.Stop();
        _sender?.Join();
        _listener?.Join();
        _receiver.Dispose();
        foreach (int socket in _sockets)
        {
            _ = Native.close(socket);
        }
    }

    private bool TryOpenAll(bool isLast)
    {
        int opened = 0;
        try
        {
            for (; opened < _sockets.Length; opened++)
            {
                _sockets[opened] = Open(MediaOf(opened, opened / SocketsPerSide));
            }
            return true;
        }
        catch (ListenException) when (!isLast)
        {
            while (opened-- > 0)
            {
                _ = Native.close(_sockets[opened]);
            }
            return false;
        }
    }

    private static int Open(NetEndpoint local)
    {
        int descriptor = SipSocket.Listen(new ListenUrl(SipTransport.Udp, local));
        int room = 4 << 20;
        int on = 1;
        _ = Native.setsockopt(descriptor, Native.SOL_SOCKET, Native.SO_RCVBUF, &room, sizeof(int));
        _ = Native.setsockopt(descriptor, Native.SOL_SOCKET, Native.SO_RCVBUFFORCE, &room, sizeof(int)); // root only
        _ = Native.setsockopt(descriptor, Native.SOL_SOCKET, Native.SO_TIMESTAMPNS, &on, sizeof(int));
        return descriptor;
    }

    private void Listen() => _receiver.Run();

    private void Send()
    {
        _ = Native.prctl(Native.PR_SET_TIMERSLACK, 1);
        byte* packet = stackalloc byte[PacketBytes];
        new Span<byte>(packet, PacketBytes).Fill(0xff);
        int streams = 2 * _calls;
        double step = (double)TimeSpan.TicksPerSecond / (PacketsPerSecond * _calls);
        long start = DateTime.UtcNow.Ticks;
        for (long next = 0; !_isStopping;)
        {
            long now = DateTime.UtcNow.Ticks;
            long due;
            while ((due = start + (long)(next * step)) <= now && !_isStopping)
            {
                if (_isMeasuring)
                {
                    _late = Math.Max(_late, now - due);
                }
                Send((int)(next % streams), packet);
                next++;
                now = DateTime.UtcNow.Ticks;
            }
            var pause = new Native.KernelTime { Nanoseconds = Math.Max(100_000, (due - now) * 100) };
            _ = Native.clock_nanosleep(Native.CLOCK_MONOTONIC, 0, &pause, null);
        }
    }

    private void Send(int stream, byte* packet)
    {
        Span<byte> target = _targets.AsSpan(stream * SockAddr.MaxBytes, SockAddr.MaxBytes);
        if (target[0] == 0)
        {
            return; // no target yet
        }
        var bytes = new Span<byte>(packet, PacketBytes);
        uint number = _numbers[stream]++;
        bool isMeasured = _isMeasuring;
        bytes[0] = 2 << 6;
        bytes[1] = (byte)(number == 0 ? 0x80 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)number);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], number * 160);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], stream + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[MarkAt..], Mark);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[CallAt..], stream / 2);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[NumberAt..], number);
        bytes[SideAt] = (byte)(stream % 2);
        bytes[IsMeasuredAt] = isMeasured ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[TimeAt..], DateTime.UtcNow.Ticks);
        int socket = _sockets[(stream % 2 * SocketsPerSide) + (stream / 2 % SocketsPerSide)];
        fixed (byte* name = target)
        {
            if (Native.sendto(socket, packet, PacketBytes, 0, name, (uint)(target[0] == Native.AF_INET ? 16 : SockAddr.MaxBytes)) < 0)
            {
                return;
            }
        }
        _sent++;
        _sentMeasured += isMeasured ? 1 : 0;
    }

    // False: none of ours, or at the wrong phone.
    private bool Take(int socket, ReadOnlySpan<byte> datagram, long arrivedAt)
    {
        if (datagram.Length != PacketBytes || BinaryPrimitives.ReadUInt32LittleEndian(datagram[MarkAt..]) != Mark
            || datagram[SideAt] == socket / SocketsPerSide)
        {
            return false;
        }
        if (datagram[IsMeasuredAt] != 0)
        {
            _latency.Add(arrivedAt - BinaryPrimitives.ReadInt64LittleEndian(datagram[TimeAt..]));
        }
        return true;
    }
}
