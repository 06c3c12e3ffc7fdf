using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What came over TCP is acknowledged when it was read, and not when there is something to send.</summary>
public class PromptAckTests
{
    private const int TcpInfo = 11;
    private const int UnacknowledgedAt = 24; // tcpi_unacked of struct tcp_info

    [Fact, Trait("Clause", "PHONE-7")]
    public void A_message_that_is_not_answered_is_acknowledged_without_delay()
    {
        using var world = new NetWorld();
        Socket phone = world.Connect();
        phone.NoDelay = true;
        string ack = "ACK sip:pbx SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n";
        int late = 0;
        world.Engine.Reply = (flow, text) =>
        {
            if (text.StartsWith("OPTIONS", StringComparison.Ordinal))
            {
                world.Engine.Send(flow, "answer");
            }
        };
        for (int i = 0; i < 20; i++)
        {
            NetWorld.Send(phone, ack.Replace("ACK", "OPTIONS", StringComparison.Ordinal)); // answers make the kernel wait for others
            Assert.Equal("answer", NetWorld.Read(phone, 6));
            _ = world.Engine.Next("message");
            NetWorld.Send(phone, ack);
            _ = world.Engine.Next("message");
            _ = world.Ask(); // the turn that read it is over
            byte[] info = new byte[128];
            _ = phone.GetRawSocketOption((int)ProtocolType.Tcp, TcpInfo, info);
            late += BitConverter.ToInt32(info, UnacknowledgedAt);
        }

        Assert.Equal(0, late);
    }
}
