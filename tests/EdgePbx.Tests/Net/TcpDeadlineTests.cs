using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The deadlines of connections, with a clock that the test turns.</summary>
public sealed class TcpDeadlineTests : ISipReceiver, IDisposable
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly PollSet _poll = new(16);
    private readonly List<string> _heard = [];
    private readonly TcpConnections _connections;

    public TcpDeadlineTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        _connections = new TcpConnections(_poll, this, new TransportCounters(), new RecordingLogger());
    }

    private NetEndpoint Peer => NetWorld.EndpointOf(_listener.LocalEndPoint!);

    [Fact]
    public void A_connect_that_is_not_answered_is_given_up_after_5_seconds()
    {
        TcpConnection connection = _connections.Open(Start, Peer, 0)!;
        connection.Send(Start, "INVITE"u8, ticket: 4);
        Assert.Equal(Start + TimeSpan.FromSeconds(5), _connections.NextDue);

        _connections.Tick(Start + TimeSpan.FromSeconds(4.9));
        Assert.Empty(_heard);
        _connections.Tick(Start + TimeSpan.FromSeconds(5));

        Assert.Equal(["send failed 4"], _heard);
        Assert.Equal(0, _connections.Count);
        Assert.Equal(Instant.Never, _connections.NextDue);
    }

    [Fact]
    public void Half_a_message_is_waited_for_32_seconds()
    {
        using Socket peer = Establish(out TcpConnection connection);
        _ = peer.Send("OPTIONS sip:pbx SIP/2.0\r\nContent-"u8);
        PollOnce(Start);

        _connections.Tick(Start + TimeSpan.FromSeconds(31.9));
        Assert.False(connection.IsClosed);
        Assert.Equal(Start + TimeSpan.FromSeconds(32), _connections.NextDue);
        _connections.Tick(Start + TimeSpan.FromSeconds(32));

        Assert.True(connection.IsClosed);
        Assert.Equal(["flow closed"], _heard);
    }

    [Fact]
    public void Each_whole_message_stops_the_clock()
    {
        using Socket peer = Establish(out TcpConnection connection);
        _ = peer.Send("OPTIONS sip:pbx SIP/2.0\r\nContent-"u8);
        PollOnce(Start);
        _ = peer.Send("Length: 0\r\n\r\n"u8);
        PollOnce(Start + TimeSpan.FromSeconds(20));
        _connections.Tick(Start + TimeSpan.FromHours(10));

        Assert.False(connection.IsClosed);
        Assert.Equal(["message"], _heard);
    }

    [Fact]
    public void A_line_end_alone_starts_no_clock()
    {
        using Socket peer = Establish(out TcpConnection connection);
        _ = peer.Send("\r\n"u8);
        PollOnce(Start);
        _connections.Tick(Start + TimeSpan.FromHours(10));

        Assert.False(connection.IsClosed);
    }

    [Theory, Trait("Clause", "SEC-03")]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("OPTIONS sip:pbx SIP/2.0\r\nContent-")]
    public void Who_connects_and_brings_no_whole_message_is_closed_after_30_seconds(string text)
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.True(ListenUrl.TryParse("tcp://127.0.0.1:0", out ListenUrl url, out _));
        using var acceptor = new TcpAcceptor(url, 1, _connections);
        acceptor.Join(_poll);
        peer.Connect(new IPEndPoint(IPAddress.Loopback, acceptor.Local.Port));
        PollOnce(Start);
        if (text.Length > 0)
        {
            _ = peer.Send(System.Text.Encoding.ASCII.GetBytes(text));
            PollOnce(Start + TimeSpan.FromSeconds(20));
        }

        _connections.Tick(Start + TimeSpan.FromSeconds(29.9));
        Assert.Equal(1, _connections.Count);
        _connections.Tick(Start + TimeSpan.FromSeconds(30));

        Assert.Equal(0, _connections.Count);
        Assert.Equal(["flow closed"], _heard);
    }

    [Fact]
    public void Who_connects_and_brings_a_message_stays()
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.True(ListenUrl.TryParse("tcp://127.0.0.1:0", out ListenUrl url, out _));
        using var acceptor = new TcpAcceptor(url, 1, _connections);
        acceptor.Join(_poll);
        peer.Connect(new IPEndPoint(IPAddress.Loopback, acceptor.Local.Port));
        PollOnce(Start);
        _ = peer.Send("OPTIONS sip:pbx SIP/2.0\r\nContent-Length: 0\r\n\r\n"u8);
        PollOnce(Start + TimeSpan.FromSeconds(20));

        _connections.Tick(Start + TimeSpan.FromHours(10));

        Assert.Equal(1, _connections.Count);
    }

    void ISipReceiver.OnMessage(Instant now, in SipFlow source, byte[] bytes, int length) => _heard.Add("message");

    SourceStanding ISipReceiver.Weigh(Instant now, NetEndpoint source) => SourceStanding.Known;

    bool ISipReceiver.IsCarrying(in SipFlow flow) => false;

    void ISipReceiver.OnFlowClosed(Instant now, in SipFlow flow) => _heard.Add("flow closed");

    void ISipReceiver.OnSendFailed(Instant now, uint ticket) => _heard.Add($"send failed {ticket}");

    public void Dispose()
    {
        _connections.CloseAll(Start);
        _listener.Dispose();
    }

    private Socket Establish(out TcpConnection connection)
    {
        connection = _connections.Open(Start, Peer, 0)!;
        PollOnce(Start);
        return _listener.Accept();
    }

    private void PollOnce(Instant now)
    {
        _poll.Wait(TimeSpan.FromSeconds(30));
        _poll.Dispatch(now);
    }
}
