using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>A signalling loop on its own thread and real sockets of the loopback interface, with a fake engine.</summary>
internal sealed class NetWorld : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<Socket> _sockets = [];
    private readonly Thread _thread;

    public NetWorld(params string[] listen)
    {
        Loop = new SignallingLoop([.. (listen is [] ? ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] : listen).Select(Parse)], Log);
        Loop.Attach(Engine, Relay, addresses: null);
        _thread = new Thread(Loop.Run) { Name = "signalling", IsBackground = true };
        _thread.Start();
    }

    public FakeEngine Engine { get; } = new();
    public FakeRelay Relay { get; } = new();
    public RecordingLogger Log { get; } = new();
    public SignallingLoop Loop { get; }

    public IPEndPoint AddressOf(SipTransport transport)
    {
        NetEndpoint endpoint = Loop.Transports.Listening.First(url => url.Transport == transport).Endpoint;
        return new IPEndPoint(endpoint.Address.ToIPAddress(), endpoint.Port);
    }

    /// <summary>Runs it on the signalling thread; what it puts into the outbox has been carried out when this returns.</summary>
    public SignallingSnapshot Do(Action<Instant> action)
    {
        Engine.Enqueue(action);
        _ = Ask();
        return Ask(); // answered only after the outbox of the first was drained
    }

    public SignallingSnapshot Ask()
    {
        var request = new SnapshotRequest();
        Assert.True(Loop.TryPost(new SignallingCommand.TakeSnapshot(request)));
        return request.Wait(Patience) ?? throw new TimeoutException("the signalling thread does not answer");
    }

    public Socket Connect(IPAddress? from = null)
    {
        IPEndPoint to = AddressOf(SipTransport.Tcp);
        Socket socket = NewSocket(to.AddressFamily, SocketType.Stream);
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }
        socket.Connect(to);
        return socket;
    }

    public Socket BindUdp(IPAddress? address = null)
    {
        Socket socket = NewSocket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Dgram);
        socket.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>A peer that waits for connections.</summary>
    public Socket ListenTcp()
    {
        Socket socket = NewSocket(AddressFamily.InterNetwork, SocketType.Stream);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    public Socket Accept(Socket listener)
    {
        Assert.True(listener.Poll(Patience, SelectMode.SelectRead), "nobody connects");
        Socket socket = listener.Accept();
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Exactly so many characters from a stream.</summary>
    public static string Read(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        int read = 0;
        while (read < length)
        {
            int count = socket.Receive(bytes, read, length - read, SocketFlags.None);
            Assert.True(count > 0, $"the connection ended after \"{Encoding.UTF8.GetString(bytes, 0, read)}\"");
            read += count;
        }
        return Encoding.UTF8.GetString(bytes);
    }

    public static string ReadDatagram(Socket socket)
    {
        byte[] bytes = new byte[65536];
        return Encoding.UTF8.GetString(bytes, 0, socket.Receive(bytes));
    }

    /// <summary>True when the peer closes, whatever it said before.</summary>
    public static bool IsClosedByPeer(Socket socket)
    {
        byte[] rest = new byte[65536];
        try
        {
            while (socket.Receive(rest) > 0)
            {
            }
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public static void Send(Socket socket, string text) => socket.Send(Encoding.UTF8.GetBytes(text));

    public static NetEndpoint EndpointOf(EndPoint endpoint)
    {
        var ip = (IPEndPoint)endpoint;
        return new NetEndpoint(NetAddress.FromBytes(ip.Address.GetAddressBytes()), (ushort)ip.Port);
    }

    public static SipFlow FlowTo(SipTransport transport, EndPoint remote) => new(transport, EndpointOf(remote), default, 0, 0);

    /// <summary>Every test ends with a loop that stops and with no buffer out.</summary>
    public void Dispose()
    {
        Engine.IsQuiet = true;
        _ = Loop.TryPost(new SignallingCommand.Shutdown());
        bool hasEnded = _thread.Join(Patience);
        _sockets.ForEach(socket => socket.Dispose());
        Assert.True(hasEnded, "the signalling thread does not end");
        Loop.Dispose();
        Assert.Equal(0, Engine.BuffersRented);
    }

    internal static ListenUrl Parse(string text)
    {
        Assert.True(ListenUrl.TryParse(text, out ListenUrl url, out string problem), problem);
        return url;
    }

    private Socket NewSocket(AddressFamily family, SocketType type)
    {
        var socket = new Socket(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        _sockets.Add(socket);
        return socket;
    }
}
