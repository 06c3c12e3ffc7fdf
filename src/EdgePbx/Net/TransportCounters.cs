namespace EdgePbx;

/// <summary>What has gone wrong on the SIP sockets since the start; the signalling thread counts.</summary>
internal sealed class TransportCounters
{
    public long UdpSendErrors { get; set; }
    public long TcpConnectsFailed { get; set; }
    public long TcpEvicted { get; set; }
    public long TcpRefused { get; set; }
    public long TcpStalled { get; set; }
    public long TcpUnframed { get; set; }
}
