using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One socket of a path, with its latch. What arrives by it is answered by it (symmetric RTP, RFC 4961).</summary>
/// <remarks>
/// Once the latch takes one source only, and that is also where to send, the socket is connected to it: the kernel then
/// looks the route up once and not for each packet, and drops strangers' packets itself.
/// </remarks>
/// <param name="path">Whose socket it is.</param>
/// <param name="quality">Of that path.</param>
/// <param name="tag">Unique among the streams of a relay: they are numbered from 0, RTP even, RTCP odd.</param>
/// <param name="own">The ports of all of them.</param>
internal sealed unsafe class RelayStream(RelayPath path, PathQuality quality, int tag, OwnPorts own)
{
    private SockAddr.Bytes _name; // in the object: one visit to memory less for each packet
    private int _nameLength;
    private NetEndpoint _target; // what _name says
    private bool _isFinal;       // the latch has nothing to decide
    private bool _isProven;      // who is there has spoken, by RTP, RTCP or SIP
    private bool _refusesToConnect;

    public RelayPath Path => path;

    /// <summary>What watches the path.</summary>
    public PathQuality Quality => quality;

    public int Tag => tag;

    public bool IsRtcp => (tag & 1) != 0;

    /// <summary>The path's, while packets leave by this socket; none: they don't.</summary>
    public RelayKey Key { get; private set; }

    /// <summary>What is done with what arrives; null: nothing.</summary>
    public RelaySettings? Settings { get; private set; }

    /// <summary>Where it left the last time. It is still the way if that one's <see cref="Key"/> is the sink of these settings.</summary>
    public RelayStream? Way { get; set; }

    public SourceLatch Latch { get; } = new();
    public int Descriptor { get; private set; }

    /// <summary>The socket is connected to <see cref="SourceLatch.Target"/>.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>There is somewhere to send to, and one packet more may leave by it.</summary>
    public bool MaySend() => _nameLength != 0 && !Key.IsNone && (_isProven || path.TrySpendOnUnproven());

    public void Open(int descriptor)
    {
        (Descriptor, IsConnected, _refusesToConnect) = (descriptor, false, false);
        Latch.Reset();
        Aim();
    }

    /// <summary>Takes over what was negotiated; see <see cref="SourceLatch.Configure"/>.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="settings">What was negotiated.</param>
    /// <param name="isHeard">RTP of the phone is coming at this moment.</param>
    public void Configure(Instant now, RelaySettings settings, bool isHeard)
    {
        (Key, Settings) = (path.Key, settings);
        Latch.Configure(now, IsRtcp ? settings.RemoteRtcp : settings.RemoteRtp, settings.SignallingSource, settings.OpensLatch, isHeard);
        Aim();
    }

    /// <summary>Nothing is relayed from here or to here any more.</summary>
    public void Mute() => (Key, Settings, Way) = (default, null, null);

    /// <summary>Decides on one valid packet; see <see cref="SourceLatch.Accept"/>.</summary>
    public LatchVerdict Accept(Instant now, ReadOnlySpan<byte> name, uint ssrc, ushort? sequence)
    {
        // most packets come from where packets go to, and then nothing has to be read
        bool isUsual = name.SequenceEqual(((ReadOnlySpan<byte>)_name)[.._nameLength]);
        if (isUsual && _isFinal)
        {
            return LatchVerdict.Accepted;
        }
        NetEndpoint source = isUsual ? _target : SockAddr.Read(name);
        if (Settings is { IsPeerHere: true } && own.Contains(source.Port))
        {
            return LatchVerdict.Refused;
        }
        LatchClaim claim = new(ssrc, sequence) { IsVouchedFor = IsRtcp && path.Rtp.Latch.Source.Address == source.Address };
        LatchVerdict verdict = Latch.Accept(now, source, claim);
        if (verdict != LatchVerdict.Refused)
        {
            path.Heard(source.Address);
            Aim();
        }
        return verdict;
    }

    /// <summary>What comes from there may be the phone's.</summary>
    public bool IsOfPeer(ReadOnlySpan<byte> name) => Latch.IsPeerAt(SockAddr.Read(name).Address);

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

    private bool TrySend(byte* start, int length)
    {
        if (IsConnected)
        {
            return Native.send(Descriptor, start, (nuint)length, Native.MSG_DONTWAIT) >= 0;
        }
        fixed (byte* name = (ReadOnlySpan<byte>)_name)
        {
            return Native.sendto(Descriptor, start, (nuint)length, Native.MSG_DONTWAIT, name, (uint)_nameLength) >= 0;
        }
    }

    /// <summary>Sees where to send to now, and whether anybody there is known to want it.</summary>
    public void Aim()
    {
        _isFinal = Latch.IsFinal;
        NetEndpoint target = Latch.Target;
        _isProven = target.Address == path.Proven || target.Address == Settings?.SignallingSource;
        if (target != _target)
        {
            Disconnect();
            _target = target;
            _nameLength = target.IsNone ? 0 : SockAddr.Write(target, _name);
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
            fixed (byte* name = (ReadOnlySpan<byte>)_name)
            {
                IsConnected = Native.connect(Descriptor, name, (uint)_nameLength) == 0;
            }
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
