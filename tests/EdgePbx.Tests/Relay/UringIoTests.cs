using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The io_uring way by itself, on the test's own thread: with a table of sockets, as from Linux 6.13 on, and without.</summary>
public class UringIoTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void More_datagrams_than_buffers_all_arrive_in_order(bool hasTable)
    {
        const int Sockets = 20; // of each the kernel takes some thirty at once
        const int Datagrams = 50;
        using var world = new World(Sockets, hasTable);
        for (int i = 0; i < Datagrams; i++)
        {
            for (int socket = 0; socket < Sockets; socket++)
            {
                world.SendTo(socket, Packets.Rtp(i));
            }
        }
        world.WaitUntil(() => world.User.Count == Sockets * Datagrams);
        for (int socket = 0; socket < Sockets; socket++)
        {
            Assert.Equal(Enumerable.Range(0, Datagrams).Select(i => Convert.ToHexString(Packets.Rtp(i))), world.User.Received[socket]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_handed_over_leaves_by_the_socket_that_is_named(bool hasTable)
    {
        using var world = new World(2, hasTable);
        for (int socket = 0; socket < 2; socket++)
        {
            world.Aim(socket);
        }
        world.User.Answers = world.Io;
        for (int i = 0; i < 10; i++)
        {
            world.SendTo(i % 2, Packets.Rtp(i));
        }
        world.WaitUntil(() => world.User.Count == 10);
        _ = world.Io.Wait(0); // what is sent goes with the next wait
        Assert.True(world.Paths[0].Rtp.IsConnected);
        Assert.Equal(10, world.Io.Sent);
        (string Datagram, int From)[] answers = [.. Enumerable.Range(0, 10).Select(_ => world.ReceiveAnswer())];
        for (int socket = 0; socket < 2; socket++)
        {
            IEnumerable<int> numbers = Enumerable.Range(0, 10).Where(i => i % 2 == socket);
            Assert.Equal(numbers.Select(i => Convert.ToHexString(Packets.Rtp(i))), answers.Where(a => a.From == world.Locals[socket].Port).Select(a => a.Datagram));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_handed_over_before_a_negotiation_leaves_after_it(bool hasTable)
    {
        using var world = new World(1, hasTable);
        world.Aim(0);
        world.User.Answers = world.Io;
        for (int i = 0; i < 3; i++)
        {
            world.SendTo(0, Packets.Rtp(i));
            world.WaitUntil(() => world.User.Count == i + 1);
            world.Aim(0); // disconnects; what is sent goes with the next wait
            _ = world.Io.Wait(0);
            Assert.Equal(Convert.ToHexString(Packets.Rtp(i)), world.ReceiveAnswer().Datagram);
        }
        Assert.Equal((3, 0), (world.Io.Sent, world.Io.Refused));
    }

    [Fact]
    public void A_socket_that_leaves_as_soon_as_it_has_come_is_let_go_whatever_has_arrived()
    {
        using var world = new World(1, hasTable: true);
        for (int i = 0; i < 200; i++)
        {
            RelayStream stream = i == 0 ? world.Paths[0].Rtp : world.Reopen(0);
            for (int j = 0; j < i % 4; j++)
            {
                world.SendTo(0, Packets.Rtp(j));
            }
            if (i > 0)
            {
                world.Io.Add(stream);
            }
            Assert.False(world.Io.Remove(stream));
            world.WaitUntil(() => world.User.Left.Count == i + 1);
            world.Close(0);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_socket_that_leaves_while_it_waits_for_buffers_is_let_go(bool hasTable)
    {
        const int Flooded = 20; // the kernel takes some thirty datagrams of one before it looks at what else there is
        using var world = new World(Flooded + 1, hasTable);
        Flood(1);
        world.WaitUntil(() => world.User.Count == Flooded); // in buffers that come back in the next turn
        Flood(25); // a few more than there are buffers
        bool isSent = false, hasLeft = false;
        world.User.OnReceived = stream =>
        {
            if (!isSent)
            {
                isSent = true;
                world.SendTo(Flooded, Packets.Rtp(0)); // is received when the others have had all buffers
            }
            else if (stream == world.Paths[Flooded].Rtp)
            {
                hasLeft = true;
                world.Paths[..Flooded].ForEach(path => world.Io.Remove(path.Rtp)); // of which one has no request at the moment
            }
        };
        world.WaitUntil(() => hasLeft);
        world.User.OnReceived = null;
        world.WaitUntil(() => world.User.Left.Count == Flooded);

        void Flood(int datagrams)
        {
            for (int i = 0; i < datagrams * Flooded; i++)
            {
                world.SendTo(i % Flooded, Packets.Rtp(i));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_removed_socket_is_the_kernels_no_longer(bool hasTable)
    {
        using var world = new World(2, hasTable);
        world.SendTo(0, Packets.Rtp(1));
        world.WaitUntil(() => world.User.Count == 1);

        world.SendTo(0, Packets.Rtp(2)); // arrives in time, and is nobody's any more
        Assert.False(world.Io.Remove(world.Paths[0].Rtp));
        world.WaitUntil(() => world.User.Left.Count == 1);
        Assert.Equal([world.Paths[0].Rtp], world.User.Left);
        Assert.Equal(1, world.User.Count);
        NetEndpoint local = world.Locals[0];
        world.Close(0);
        Assert.Equal(0, MediaSockets.TryOpen(local.Address, local.Port, out MediaSockets again)); // at once, not some time later
        again.Close();

        world.SendTo(1, Packets.Rtp(3));
        world.WaitUntil(() => world.User.Count == 2);
    }

    private sealed class World : IDisposable
    {
        // no other test's, which could take a port that was just closed
        private static readonly NetAddress Local = NetAddress.FromV4(127, (byte)(128 + (Environment.ProcessId % 64)), (byte)(Environment.ProcessId / 64 % 256), 1);

        private readonly WakeSignal _wake = new();
        private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        public World(int sockets, bool hasTable)
        {
            Io = UringIo.TryOpen(RelayPath.Streams * sockets, User, _wake, hasTable, out int error)!;
            Assert.Equal(0, error);
            for (int i = 0; i < sockets; i++)
            {
                (ushort port, MediaSockets pair) = OpenPair();
                var path = new RelayPath(i, new OwnPorts());
                path.Open(default, new RelayKey((ushort)i, 1), pair);
                Paths.Add(path);
                Locals.Add(new NetEndpoint(Local, port));
                User.Received.Add([]);
                Io.Add(path.Rtp);
            }
        }

        // what the system lends may be the odd port of a pair whose even one this very test has, or the next may be taken
        private static (ushort Port, MediaSockets Pair) OpenPair()
        {
            const int Tries = 100;
            int error = 0;
            for (int tried = 0; tried < Tries; tried++)
            {
                ushort port = FreePair();
                error = MediaSockets.TryOpen(Local, port, out MediaSockets pair);
                if (error == 0)
                {
                    return (port, pair);
                }
            }
            Assert.Fail($"no pair of ports can be opened: error {error}");
            return default;
        }

        public Taker User { get; } = new();
        public UringIo Io { get; }
        public List<RelayPath> Paths { get; } = [];
        public List<NetEndpoint> Locals { get; } = [];

        public void SendTo(int index, byte[] datagram) =>
            _sender.SendTo(datagram, new IPEndPoint(Locals[index].Address.ToIPAddress(), Locals[index].Port));

        /// <summary>Packets leave by this path for where the test sends from.</summary>
        public void Aim(int index)
        {
            if (!_sender.IsBound)
            {
                _sender.Bind(new IPEndPoint(Local.ToIPAddress(), 0));
            }
            var remote = new NetEndpoint(Locals[index].Address, (ushort)((IPEndPoint)_sender.LocalEndPoint!).Port);
            Paths[index].Configure(default, new RelaySettings
            {
                RemoteRtp = remote, RemoteRtcp = remote, SignallingSource = remote.Address, Sink = Paths[index].Key, OpensLatch = true,
            });
        }

        public (string Datagram, int From) ReceiveAnswer()
        {
            var buffer = new byte[2048];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            _sender.ReceiveTimeout = 10_000;
            int length = _sender.ReceiveFrom(buffer, ref from);
            return (Convert.ToHexString(buffer.AsSpan(0, length)), ((IPEndPoint)from).Port);
        }

        public void WaitUntil(Func<bool> condition)
        {
            for (int turns = 0; !condition(); turns++)
            {
                Assert.True(turns < 1000, "it does not happen");
                _ = Io.Wait(20);
            }
        }

        public void Close(int index) => Paths[index].Close();

        /// <summary>The same path with new sockets at the same ports, which must be free.</summary>
        public RelayStream Reopen(int index)
        {
            Assert.Equal(0, MediaSockets.TryOpen(Locals[index].Address, Locals[index].Port, out MediaSockets pair));
            Paths[index].Open(default, new RelayKey((ushort)index, 1), pair);
            return Paths[index].Rtp;
        }

        public void Dispose()
        {
            Io.Dispose();
            _wake.Dispose();
            _sender.Dispose();
            Paths.FindAll(path => !path.Key.IsNone).ForEach(path => path.Close());
        }

        private static ushort FreePair()
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(Local.ToIPAddress(), 0));
            return (ushort)(((IPEndPoint)probe.LocalEndPoint!).Port & ~1);
        }
    }

    private sealed class Taker : IMediaIoUser
    {
        public List<List<string>> Received { get; } = [];
        public List<RelayStream> Left { get; } = [];
        public int Count { get; private set; }

        /// <summary>Sends everything back by this one.</summary>
        public UringIo? Answers { get; set; }

        /// <summary>Told of each datagram, after it is noted.</summary>
        public Action<RelayStream>? OnReceived { get; set; }

        public void Awake()
        {
        }

        void IMediaIoUser.Received(RelayStream stream, Span<byte> datagram, ReadOnlySpan<byte> name)
        {
            Count++;
            Received[stream.Path.Rtp.Tag / RelayPath.Streams].Add(Convert.ToHexString(datagram));
            OnReceived?.Invoke(stream);
            if (Answers is not null && stream.Accept(default, name, 1, null) != LatchVerdict.Refused)
            {
                Answers.Send(stream, datagram);
            }
        }

        public void Removed(RelayStream stream) => Left.Add(stream);
    }
}
