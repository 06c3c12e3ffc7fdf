using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>Takes in what arrives at some sockets, in batches, with the kernel's own time of arrival; looks every two milliseconds, so that it costs the measured side no wake-ups.</summary>
internal sealed unsafe class VoiceReceiver : IDisposable
{
    private const int Batch = 64;
    private const int DatagramBytes = 512;
    private const int ControlBytes = 64;
    private const int ControlHeaderBytes = 16; // struct cmsghdr on 64 bits
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    private readonly int[] _sockets;
    private readonly Taker _take;
    private readonly byte* _datagrams = (byte*)NativeMemory.AllocZeroed(Batch, DatagramBytes);
    private readonly byte* _controls = (byte*)NativeMemory.AllocZeroed(Batch, ControlBytes);
    private readonly Native.Slice* _slices = (Native.Slice*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Native.Slice));
    private readonly Native.DatagramHeader* _headers = (Native.DatagramHeader*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Native.DatagramHeader));
    private volatile bool _isStopping;

    /// <param name="sockets">With SO_TIMESTAMPNS on.</param>
    /// <param name="take">Gets each datagram.</param>
    public VoiceReceiver(int[] sockets, Taker take)
    {
        (_sockets, _take) = (sockets, take);
        for (int i = 0; i < Batch; i++)
        {
            _slices[i] = new Native.Slice { Start = _datagrams + (i * DatagramBytes), Length = DatagramBytes };
            _headers[i].Message.Slices = _slices + i;
            _headers[i].Message.SliceCount = 1;
            _headers[i].Message.Control = _controls + (i * ControlBytes);
        }
    }

    /// <param name="socket">Its index.</param>
    /// <param name="datagram">Valid until this returns.</param>
    /// <param name="arrivedAt">UTC, in ticks of 100 ns.</param>
    /// <returns>True: it counts.</returns>
    internal delegate bool Taker(int socket, ReadOnlySpan<byte> datagram, long arrivedAt);

    /// <summary>Those that counted.</summary>
    public long Received { get; private set; }

    public void Stop() => _isStopping = true;

    public void Run()
    {
        _ = Native.prctl(Native.PR_SET_TIMERSLACK, 1);
        while (!_isStopping)
        {
            for (int socket = 0; socket < _sockets.Length; socket++)
            {
                Drain(socket);
            }
            var pause = new Native.KernelTime { Nanoseconds = 2_000_000 };
            _ = Native.clock_nanosleep(Native.CLOCK_MONOTONIC, 0, &pause, null);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_datagrams);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_slices);
        NativeMemory.Free(_headers);
    }

    private void Drain(int socket)
    {
        int received;
        do
        {
            for (int i = 0; i < Batch; i++)
            {
                _headers[i].Message.ControlLength = ControlBytes; // the kernel has overwritten it
            }
            received = Math.Max(0, Native.recvmmsg(_sockets[socket], _headers, Batch, Native.MSG_DONTWAIT, null));
            for (int i = 0; i < received; i++)
            {
                var datagram = new ReadOnlySpan<byte>(_slices[i].Start, (int)_headers[i].Length);
                Received += _take(socket, datagram, ArrivalOf(_headers + i)) ? 1 : 0;
            }
        }
        while (received == Batch);
    }

    private static long ArrivalOf(Native.DatagramHeader* header)
    {
        if (header->Message.ControlLength < ControlHeaderBytes + (nuint)sizeof(Native.KernelTime))
        {
            return DateTime.UtcNow.Ticks; // the kernel gave none
        }
        var time = (Native.KernelTime*)(header->Message.Control + ControlHeaderBytes);
        return UnixEpochTicks + (time->Seconds * TimeSpan.TicksPerSecond) + (time->Nanoseconds / 100);
    }
}
