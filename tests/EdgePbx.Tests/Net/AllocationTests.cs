using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The path of a message through the loop, on the test's own thread, where allocations can be counted.</summary>
public class AllocationTests
{
    private const int Rounds = 500;

    [Theory]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    public void Receiving_and_answering_a_message_allocates_nothing(SipTransport transport)
    {
        string scheme = transport == SipTransport.Udp ? "udp" : "tcp";
        Assert.True(ListenUrl.TryParse($"{scheme}://127.0.0.1:0", out ListenUrl url, out _));
        using var loop = new SignallingLoop([url], new RecordingLogger());
        var echo = new Echo();
        loop.Attach(echo, new FakeRelay(), addresses: null);
        NetEndpoint local = loop.Transports.Listening[0].Endpoint;
        using Socket phone = transport == SipTransport.Udp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        phone.Connect(new IPEndPoint(local.Address.ToIPAddress(), local.Port));
        byte[] answer = new byte[1024];
        for (int i = 0; i < 50; i++)
        {
            _ = Round(loop, phone, answer, echo); // the JIT, the pools and the queues warm up
        }

        Assert.Equal(0, Allocated.InEach(() => Enumerable.Range(0, Rounds).Sum(_ => Round(loop, phone, answer, echo))));
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    /// <returns>Bytes that the loop allocated.</returns>
    private static long Round(SignallingLoop loop, Socket phone, byte[] answer, Echo echo)
    {
        _ = phone.Send("OPTIONS sip:pbx SIP/2.0\r\nContent-Length: 0\r\n\r\n"u8);
        int wanted = echo.Received + 1;
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (echo.Received < wanted)
        {
            loop.RunOnce();
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(phone.Receive(answer) > 0);
        return allocated;
    }

    private sealed class Echo : ISipEngine
    {
        private readonly SipBufferPool _pool = new();

        public int Received { get; private set; }
        public Outbox Outbox { get; } = new();
        public Instant NextDue => Instant.Never;
        public bool IsQuiet => true;
        public bool AwaitsOnlyFiles => true;
        public bool IsIdle => true;

        public SourceStanding Weigh(Instant now, NetEndpoint source) => SourceStanding.Known;

        public void Expect(NetEndpoint probe) => throw new NotSupportedException();

        public void Receive(Instant now, in SipFlow source, byte[] bytes, int length)
        {
            Received++;
            Outbox.Add(new Output(OutputKind.Send) { Flow = source, Message = _pool.RentCopy(bytes.AsSpan(0, length)) });
        }

        public void Tick(Instant now)
        {
        }

        public void RelayMeasured(Instant now, RelayKey relay, in MediaReport media) => throw new NotSupportedException();
        public void RelayClosed(Instant now, RelayKey relay, in MediaReport media) => throw new NotSupportedException();
        public void RelaySourceLatched(Instant now, RelayKey relay, NetEndpoint source) => throw new NotSupportedException();
        public void DigitHeard(Instant now, RelayKey relay, char digit) => throw new NotSupportedException();
        public void RecordingReported(Instant now, in RecordingReport report) => throw new NotSupportedException();
        public bool IsCarrying(in SipFlow flow) => false;
        public void FlowClosed(Instant now, in SipFlow flow) => Received++;
        public void SendFailed(Instant now, uint ticket) => throw new NotSupportedException();
        public void ReportBacklog(Instant now, TimeSpan backlog)
        {
        }

        public void Reload(Instant now, PbxSettings settings) => throw new NotSupportedException();
        public void BeginShutdown(Instant now) => throw new NotSupportedException();
        public void BindingsKept(Instant now, long upTo, string? problem)
        {
        }

        public void ClearBans(Instant now, NetAddress source)
        {
            // nobody is banned here
        }

        public void Acknowledge()
        {
        }

        public PbxSnapshot Snapshot(Instant now) => new();
        public EngineStatus StatusAfter(EngineStatus former) => former;
    }
}
