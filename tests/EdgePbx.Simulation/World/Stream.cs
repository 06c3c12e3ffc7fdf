using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>A TCP connection between a phone and the box: nothing is lost in it or overtaken, until it breaks.</summary>
internal sealed class Stream(uint number, int phone, NetEndpoint remote)
{
    public int Phone => phone;
    public bool IsOpen { get; set; } = true;

    /// <summary>When the last byte arrives that is under way, in either direction.</summary>
    public Instant LastToBox { get; set; }

    public Instant LastToPhone { get; set; }
    public SipFlow Flow => new(SipTransport.Tcp, remote, SimAddresses.Box, 0, number);
}
