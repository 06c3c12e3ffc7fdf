using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A phone of the box's own that asks OPTIONS by UDP, as any other could (RFC 3261 11): who gets an answer has a PBX.</summary>
internal sealed unsafe class ServiceProbe : IDisposable
{
    private readonly int _descriptor;
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[4096];
    private uint _number;

    private ServiceProbe(int descriptor, NetEndpoint server)
    {
        _descriptor = descriptor;
        NetEndpoint own = Local = SipSocket.LocalOf(descriptor);
        _request = Encoding.ASCII.GetBytes(
            $"OPTIONS sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bKwatchdog-########\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:watchdog@{own}>;tag=watchdog\r\nTo: <sip:{server}>\r\nCall-ID: watchdog-########\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
    }

    /// <summary>Where it asks from.</summary>
    public NetEndpoint Local { get; }

    /// <returns>Null: nothing is listened on by UDP, or the system has no socket left.</returns>
    public static ServiceProbe? TryOpen(IReadOnlyList<ListenUrl> listening)
    {
        foreach (ListenUrl url in listening)
        {
            if (url.Transport == SipTransport.Udp)
            {
                NetEndpoint server = url.Endpoint with { Address = ReachedAt(url.Endpoint.Address) };
                int descriptor = SipSocket.ConnectUdp(server);
                return descriptor < 0 ? null : new ServiceProbe(descriptor, server);
            }
        }
        return null;
    }

    /// <summary>Sends the next request; answers to the former ones don't count any more.</summary>
    public void Ask()
    {
        _number++;
        Resend();
    }

    /// <summary>A datagram may be lost.</summary>
    public void Resend()
    {
        WriteNumber(_request);
        fixed (byte* bytes = _request)
        {
            _ = SocketCalls.send(_descriptor, bytes, (nuint)_request.Length, SocketCalls.MSG_NOSIGNAL);
        }
    }

    /// <summary>Waits so long at most for the answer to the last request.</summary>
    public bool HasAnswer(TimeSpan atMost)
    {
        Native.PollEntry entry = new() { Descriptor = _descriptor, Wanted = Native.POLLIN };
        _ = Native.poll(&entry, 1, (int)Math.Ceiling(atMost.TotalMilliseconds));
        fixed (byte* bytes = _answer)
        {
            nint length;
            while ((length = SocketCalls.recv(_descriptor, bytes, (nuint)_answer.Length, 0)) > 0)
            {
                ReadOnlySpan<byte> answer = _answer.AsSpan(0, (int)length);
                if (answer.StartsWith("SIP/2.0 "u8) && answer.IndexOf(CallId()) >= 0)
                {
                    return true;
                }
            }
        }
        return false;
    }

    public void Dispose() => _ = Native.close(_descriptor);

    private static NetAddress ReachedAt(NetAddress listening) => !listening.IsUnspecified ? listening
        : listening.IsV4 ? NetAddress.LoopbackV4
        : NetAddress.TryParse("::1"u8, out NetAddress loopback) ? loopback : listening;

    private byte[] CallId() => Encoding.ASCII.GetBytes($"Call-ID: watchdog-{_number:x8}\r\n");

    // in both places, which are eight wide
    private void WriteNumber(Span<byte> request)
    {
        byte[] digits = Encoding.ASCII.GetBytes($"{_number:x8}");
        for (int from = 0; request[from..].IndexOf("watchdog-"u8) is var found and >= 0; from += found + 9)
        {
            digits.CopyTo(request[(from + found + 9)..]);
        }
    }
}
