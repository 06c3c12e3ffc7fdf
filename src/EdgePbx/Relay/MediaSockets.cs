using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The two bound UDP sockets of one relay path, as descriptors: whoever holds them closes them.</summary>
internal readonly unsafe record struct MediaSockets(int Rtp, int Rtcp)
{
    /// <summary>Some seconds of speech, should the relay thread ever be late; the kernel caps it at its own limit.</summary>
    private const int ReceiveBufferBytes = 256 * 1024;

    /// <summary>Expedited forwarding, 46, above the two bits of ECN (RFC 4594 4.1).</summary>
    private const int ExpeditedForwarding = 46 << 2;

    /// <summary>The RTP port that they were opened with; RTCP is the next one.</summary>
    public ushort Port { get; init; }

    /// <summary>Both sockets or none.</summary>
    /// <returns>0, or the system's error number.</returns>
    public static int TryOpen(NetAddress local, ushort rtpPort, out MediaSockets sockets)
    {
        sockets = default;
        int error = TryOpenOne(new NetEndpoint(local, rtpPort), out int rtp);
        if (error != 0)
        {
            return error;
        }
        error = TryOpenOne(new NetEndpoint(local, (ushort)(rtpPort + 1)), out int rtcp);
        if (error != 0)
        {
            _ = Native.close(rtp);
            return error;
        }
        sockets = new MediaSockets(rtp, rtcp) { Port = rtpPort };
        return 0;
    }

    public void Close()
    {
        _ = Native.close(Rtp);
        _ = Native.close(Rtcp);
    }

    private static int TryOpenOne(NetEndpoint local, out int descriptor)
    {
        int family = local.Address.IsV4 ? Native.AF_INET : Native.AF_INET6;
        descriptor = Native.socket(family, Native.SOCK_DGRAM | Native.SOCK_NONBLOCK | Native.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }
        byte* name = stackalloc byte[SockAddr.MaxBytes];
        int length = SockAddr.Write(local, new Span<byte>(name, SockAddr.MaxBytes));
        Shape(descriptor, local.Address.IsV4);
        if (Native.bind(descriptor, name, (uint)length) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            _ = Native.close(descriptor);
            return error;
        }
        return 0;
    }

    // an option that the system refuses costs quality, not the call
    private static void Shape(int descriptor, bool isV4)
    {
        Set(descriptor, Native.SOL_SOCKET, Native.SO_RCVBUF, ReceiveBufferBytes);
        if (isV4)
        {
            Set(descriptor, Native.IPPROTO_IP, Native.IP_TOS, ExpeditedForwarding);
        }
        else
        {
            Set(descriptor, Native.IPPROTO_IPV6, Native.IPV6_V6ONLY, 1);
            Set(descriptor, Native.IPPROTO_IPV6, Native.IPV6_TCLASS, ExpeditedForwarding);
        }
    }

    private static void Set(int descriptor, int level, int name, int value) =>
        _ = Native.setsockopt(descriptor, level, name, &value, sizeof(int));
}
