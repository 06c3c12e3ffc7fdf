using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Opens the sockets of signalling, all non-blocking and marked CS3 (RFC 4594 4.1).</summary>
internal static class SipSocket
{
    /// <summary>DSCP CS3 (24) in the upper six bits of the byte.</summary>
    private const int ClassOfService = 24 << 2;

    // some thousand datagrams, where the system allows it
    private const int ReceiveBufferBytes = 4 << 20;
    private const int Backlog = 128;

    /// <exception cref="ListenException">The system refuses.</exception>
    public static int Listen(ListenUrl url)
    {
        bool isUdp = url.Transport == SipTransport.Udp;
        int descriptor = Open(url.Endpoint.Address.IsV6, isUdp ? SocketCalls.SOCK_DGRAM : SocketCalls.SOCK_STREAM);
        if (descriptor < 0)
        {
            throw new ListenException(url, Marshal.GetLastPInvokeError());
        }
        if (isUdp)
        {
            Set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, ReceiveBufferBytes); // as much as net.core.rmem_max allows
            Set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUFFORCE, ReceiveBufferBytes); // all of it, for who may
        }
        else
        {
            Set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1); // the last run's connections linger in TIME_WAIT
        }
        SocketName name = SocketName.From(url.Endpoint, out int length);
        if (SocketCalls.bind(descriptor, in name, length) != 0 || (!isUdp && SocketCalls.listen(descriptor, Backlog) != 0))
        {
            int error = Marshal.GetLastPInvokeError();
            _ = Native.close(descriptor);
            throw new ListenException(url, error);
        }
        return descriptor;
    }

    /// <summary>Whether all of them could be opened now; none of them stays open.</summary>
    public static bool CanListen(IEnumerable<ListenUrl> urls)
    {
        List<int> open = [];
        try
        {
            open.AddRange(urls.Select(Listen));
            return true;
        }
        catch (ListenException)
        {
            return false;
        }
        finally
        {
            open.ForEach(static descriptor => _ = Native.close(descriptor));
        }
    }

    /// <summary>Whether this machine has the address now, whoever else may listen there.</summary>
    public static bool IsHere(ListenUrl url)
    {
        try
        {
            _ = Native.close(Listen(url with { Endpoint = url.Endpoint with { Port = 0 } }));
            return true;
        }
        catch (ListenException refused)
        {
            return !refused.IsAddressMissing;
        }
    }

    /// <summary>Starts to connect; negative: it can't even be tried. It is connected when it becomes writable without an error.</summary>
    public static int Connect(NetEndpoint remote)
    {
        int descriptor = Open(remote.Address.IsV6, SocketCalls.SOCK_STREAM);
        if (descriptor < 0)
        {
            return descriptor;
        }
        SetUpStream(descriptor);
        SocketName name = SocketName.From(remote, out int length);
        if (SocketCalls.connect(descriptor, in name, length) == 0 || Marshal.GetLastPInvokeError() == SocketCalls.EINPROGRESS)
        {
            return descriptor;
        }
        _ = Native.close(descriptor);
        return -1;
    }

    /// <summary>A UDP socket that speaks with one peer only; negative: the system has none.</summary>
    public static int ConnectUdp(NetEndpoint remote)
    {
        int descriptor = Open(remote.Address.IsV6, SocketCalls.SOCK_DGRAM);
        SocketName name = SocketName.From(remote, out int length);
        if (descriptor >= 0 && SocketCalls.connect(descriptor, in name, length) != 0)
        {
            _ = Native.close(descriptor);
            return -1;
        }
        return descriptor;
    }

    /// <summary>A dead peer is noticed within about two minutes, a message is not held back for the next.</summary>
    public static void SetUpStream(int descriptor)
    {
        Set(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NODELAY, 1);
        Set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_KEEPALIVE, 1);
        Set(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_KEEPIDLE, 60);
        Set(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_KEEPINTVL, 15);
        Set(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_KEEPCNT, 4);
        Set(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_USER_TIMEOUT, 60_000);
    }

    /// <summary>
    /// What was read is acknowledged without the usual delay of some 40 ms: a phone that sends an ACK and then its INVITE
    /// in small segments may have to wait for that before the INVITE goes out (RFC 1122 4.2.3.2, 4.2.3.4).
    /// </summary>
    public static void AcknowledgeNow(int descriptor) => Set(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_QUICKACK, 1);

    public static NetEndpoint LocalOf(int descriptor)
    {
        SocketName name = default;
        int length = SocketName.Size;
        return SocketCalls.getsockname(descriptor, ref name, ref length) == 0 ? name.ToEndpoint() : default;
    }

    /// <summary>0: none. Reading it clears it.</summary>
    public static int ErrorOf(int descriptor)
    {
        int error = 0;
        int length = sizeof(int);
        return SocketCalls.getsockopt(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_ERROR, ref error, ref length) == 0
            ? error
            : Marshal.GetLastPInvokeError();
    }

    /// <summary>The address of ours that packets to the peer would carry, by the routing table; nothing is sent. None: no route.</summary>
    public static NetAddress AddressFacing(NetAddress peer)
    {
        int descriptor = Open(peer.IsV6, SocketCalls.SOCK_DGRAM);
        if (descriptor < 0)
        {
            return default;
        }
        SocketName name = SocketName.From(new NetEndpoint(peer, 9), out int length);
        NetAddress facing = SocketCalls.connect(descriptor, in name, length) == 0 ? LocalOf(descriptor).Address : default;
        _ = Native.close(descriptor);
        return facing;
    }

    /// <summary>True when a socket can be bound to it, that is, when a network card of this machine has it.</summary>
    public static bool IsOurs(NetAddress address)
    {
        int descriptor = Open(address.IsV6, SocketCalls.SOCK_DGRAM);
        if (descriptor < 0)
        {
            return false;
        }
        SocketName name = SocketName.From(new NetEndpoint(address, 0), out int length);
        bool isOurs = SocketCalls.bind(descriptor, in name, length) == 0;
        _ = Native.close(descriptor);
        return isOurs;
    }

    private static int Open(bool isV6, int type)
    {
        int family = isV6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET;
        int descriptor = SocketCalls.socket(family, type | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC, 0);
        if (descriptor >= 0)
        {
            MarkClass(descriptor, isV6);
            if (isV6)
            {
                Set(descriptor, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_V6ONLY, 1);
            }
        }
        return descriptor;
    }

    /// <summary>M-16. Accepted connections inherit nothing here, so they are marked too.</summary>
    public static void MarkClass(int descriptor, bool isV6) => Set(
        descriptor,
        isV6 ? SocketCalls.IPPROTO_IPV6 : SocketCalls.IPPROTO_IP,
        isV6 ? SocketCalls.IPV6_TCLASS : SocketCalls.IP_TOS,
        ClassOfService);

    // an option that the kernel does not know costs comfort, not calls
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Set(int descriptor, int level, int option, int value) =>
        _ = SocketCalls.setsockopt(descriptor, level, option, in value, sizeof(int));
}
