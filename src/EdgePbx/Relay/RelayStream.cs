using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One socket of a path, with its latch. What arrives by it is answered by it (symmetric RTP, RFC 4961).</summary>
/// <remarks>
/// Once the latch takes one source only, and that is also where to send, the socket is connected to it: the kernel then
/// looks the route up once and not for each packet, and drops strangers' packets itself.
/// </remarks>
internal sealed unsafe class RelayStream(RelayPath path, int tag) : IDisposable
{
    private readonly byte* _name = (byte*)NativeMemory.AllocZeroed(SockAddr.MaxBytes);
    private int _nameLength;
    private NetEndpoint _target; // what _name says
    private bool _refusesToConnect;

    public RelayPath Path => path;

    /// <summary>Unique among the streams of a relay: they are numbered from 0.</summary>
    public int Tag => tag;

    public SourceLatch Latch { get; } = new();
    public int Descriptor { get; private set; }

    /// <summary>The socket is connected to <see cref="SourceLatch.Target"/>.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>There is nowhere to send to.</summary>
    public bool IsMute => _nameLength == 0;

    public void Open(int descriptor)
    {
        (Descriptor, IsConnected, _refusesToConnect) = (descriptor, false, false);
        Latch.Reset();
        Aim();
    }

    /// <summary>Takes over what was negotiated; see <see cref="SourceLatch.Configure"/>.</summary>
    public void Configure(Instant now, NetEndpoint remote, NetAddress signallingSource, bool opens)
    {
        Latch.Configure(now, remote, signallingSource, opens);
        Aim();
    }

    /// <summary>Decides on one valid packet; see <see cref="SourceLatch.Accept"/>.</summary>
    public LatchVerdict Accept(Instant now, ReadOnlySpan<byte> name)
    {
        // most packets come from where packets go to, and then nothing has to be read
        bool isUsual = name.SequenceEqual(new ReadOnlySpan<byte>(_name, _nameLength));
        LatchVerdict verdict = Latch.Accept(now, isUsual ? _target : SockAddr.Read(name));
        if (verdict != LatchVerdict.Refused && !IsConnected)
        {
            Aim();
        }
        return verdict;
    }

    /// <summary>Sends one datagram to where the latch says. False: the system refused it.</summary>
    public bool SendNow(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* start = datagram)
        {
            return TrySend(start, datagram.Length)
                // the error of an earlier packet, "port unreachable", is told by this one, which was not sent for it
                || (Marshal.GetLastPInvokeError() == Native.ECONNREFUSED && TrySend(start, datagram.Length));
        }
    }

    public void Dispose() => NativeMemory.Free(_name);

    private bool TrySend(byte* start, int length) => IsConnected
        ? Native.send(Descriptor, start, (nuint)length, Native.MSG_DONTWAIT) >= 0
        : Native.sendto(Descriptor, start, (nuint)length, Native.MSG_DONTWAIT, _name, (uint)_nameLength) >= 0;

    private void Aim()
    {
        NetEndpoint target = Latch.Target;
        if (target != _target)
        {
            Disconnect();
            _target = target;
            _nameLength = target.IsNone ? 0 : SockAddr.Write(target, new Span<byte>(_name, SockAddr.MaxBytes));
            _refusesToConnect = false;
        }
        if (Latch.IsSettled == IsConnected)
        {
            return;
        }
        if (IsConnected)
        {
            Disconnect();
        }
        else if (!_refusesToConnect)
        {
            IsConnected = Native.connect(Descriptor, _name, (uint)_nameLength) == 0;
            _refusesToConnect = !IsConnected; // then it is sent to by name, as before
        }
    }

    private void Disconnect()
    {
        if (IsConnected)
        {
            byte* nobody = stackalloc byte[SockAddr.MaxBytes];
            new Span<byte>(nobody, SockAddr.MaxBytes).Clear(); // AF_UNSPEC: connected to nobody (connect(2))
            _ = Native.connect(Descriptor, nobody, SockAddr.MaxBytes);
            IsConnected = false;
        }
    }
}
