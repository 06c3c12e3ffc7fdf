using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public sealed class StatusSocketTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _log = new();

    private string Socket => _folder.File("status.sock");

    [Fact]
    public void Whoever_connects_gets_the_whole_document()
    {
        StatusDocument document = Example with { Calls = [.. Enumerable.Range(0, 3000).Select(i => Example.Calls[0] with { Call = $"call {i}" })] };
        using var server = Serving(() => document);

        string json = StatusClient.Ask(Socket)!;

        StatusDocument received = StatusClient.Parse(json);
        Assert.True(json.Length > 500_000, "long enough to fill any socket buffer");
        Assert.Equal(3000, received.Calls.Count);
        Assert.Equal("call 2999", received.Calls[2999].Call);
        Assert.Equal(document.Registrations, received.Registrations);
        Assert.Equal(document.Counters, received.Counters);
    }

    [Fact]
    public void One_request_after_the_other_is_answered()
    {
        int asked = 0;
        using var server = Serving(() => Example with { UptimeSeconds = ++asked });

        for (int i = 1; i <= 20; i++)
        {
            Assert.Equal(i, StatusClient.Parse(StatusClient.Ask(Socket)!).UptimeSeconds);
        }
    }

    [Fact]
    public void A_signalling_thread_that_does_not_answer_leaves_the_caller_without_a_document()
    {
        using var server = Serving(() => null);

        Assert.Null(StatusClient.Ask(Socket));
    }

    [Fact]
    public void A_caller_that_does_not_read_does_not_keep_the_next_one_out_for_ever()
    {
        StatusDocument document = Example with { Calls = [.. Enumerable.Repeat(Example.Calls[0], 5000)] };
        using var server = Serving(() => document);
        int deaf = StatusSocket.TryConnect(Socket);
        Say(deaf, "status\n"u8);

        Assert.NotNull(StatusClient.Ask(Socket));

        Assert.Equal(0, Native.close(deaf));
    }

    [Fact]
    public void A_caller_that_says_nothing_does_not_keep_the_next_one_out_for_ever()
    {
        using var server = Serving(() => Example);
        int mute = StatusSocket.TryConnect(Socket);

        Assert.NotNull(StatusClient.Ask(Socket));

        Assert.Equal(0, Native.close(mute));
    }

    [Theory]
    [InlineData("what?\n")]
    [InlineData("status \n")]
    [InlineData("statusstatusstatusstatus")]
    [InlineData("clear-bans\n")]
    [InlineData("clear-bans \n")]
    [InlineData("clear-bans everybody\n")]
    [InlineData("bans all\n")]
    public void Words_that_mean_nothing_get_no_answer(string words)
    {
        using var server = Serving(() => Example);
        int client = StatusSocket.TryConnect(Socket);
        Say(client, Encoding.UTF8.GetBytes(words));

        Assert.InRange(Receive(client), -1, 0); // closed, or reset because not all of it was read

        Assert.Equal(0, Native.close(client));
    }

    [Fact]
    public void Each_request_has_its_answer()
    {
        using var server = new StatusServer(Socket, (request, _) => Encoding.UTF8.GetBytes(request.ToString()), _log);

        Assert.Equal("Status", StatusClient.Ask(Socket));
        Assert.Equal("Audit", StatusClient.Ask(Socket, StatusRequest.Audit));
        Assert.Equal("Acknowledge", StatusClient.Ask(Socket, StatusRequest.Acknowledge));
    }

    [Theory]
    [InlineData("all", "")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:0:1::/64", "2001:db8:0:1::")]
    [InlineData("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [Trait("Clause", "AB-07")]
    public void Whose_bans_shall_be_lifted_goes_with_the_question(string about, string source)
    {
        StatusRequest asked = default;
        using var server = new StatusServer(
            Socket,
            (request, _) =>
            {
                asked = request;
                return [1];
            },
            _log);

        Assert.NotNull(StatusClient.Ask(Socket, StatusRequest.ClearBans(about)));

        Assert.Equal((StatusWord.ClearBans, source), (asked.Word, asked.Source.IsNone ? "" : asked.Source.ToString()));
    }

    [Fact, SupportedOSPlatform("linux")]
    public void Only_its_owner_may_connect()
    {
        using var server = Serving(() => Example);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
    }

    [Fact]
    public void The_socket_goes_with_the_server()
    {
        Serving(() => Example).Dispose();

        Assert.False(File.Exists(Socket));
        Assert.Null(StatusClient.Ask(Socket));
    }

    [Fact]
    public void A_socket_that_a_dead_process_left_is_replaced()
    {
        int dead = StatusSocket.TryListen(Socket, out _);
        Assert.Equal(0, Native.close(dead));
        Assert.True(File.Exists(Socket));

        using var server = Serving(() => Example);

        Assert.NotNull(StatusClient.Ask(Socket));
        Assert.Equal(0, _log.EventCount("status_unavailable"));
    }

    /// <summary>
    /// Who asks just when the service starts is told that it runs, or that there is nothing: never that nobody answers. So the socket
    /// has no name that anybody knows until it listens; the one that it was bound with is what a peer is told.
    /// </summary>
    [Fact]
    public void It_gets_its_name_when_it_listens_already()
    {
        using var server = Serving(() => Example);
        using var client = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Socket));
        string boundWith = client.RemoteEndPoint!.ToString()!;
        Assert.NotEqual(Socket, boundWith);
        Assert.False(File.Exists(boundWith));
        Assert.Equal([Socket], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_a_process_left_that_died_in_the_middle_of_its_start_is_in_nobodys_way()
    {
        int dead = StatusSocket.TryListen(Socket + ".new", out _);
        Assert.Equal(0, Native.close(dead));
        using var server = Serving(() => Example);
        Assert.NotNull(StatusClient.Ask(Socket));
        Assert.Equal([Socket], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_socket_that_somebody_answers_is_left_alone()
    {
        using var first = Serving(() => Example);

        Serving(() => Example with { Version = "second" }).Dispose();

        Assert.Equal(1, _log.EventCount("status_unavailable"));
        Assert.Equal("0.1.0", StatusClient.Parse(StatusClient.Ask(Socket)!).Version);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_never_replaced()
    {
        File.WriteAllText(Socket, "mine");

        Serving(() => Example).Dispose();

        Assert.Equal(1, _log.EventCount("status_unavailable"));
        Assert.Equal("mine", File.ReadAllText(Socket));
    }

    [Fact]
    public void Nobody_there_is_no_failure() => Assert.Null(StatusClient.Ask(Socket));

    public void Dispose() => _folder.Dispose();

    private StatusServer Serving(Func<StatusDocument?> document) => new(
        Socket,
        (_, _) => document() is { } known ? JsonSerializer.SerializeToUtf8Bytes(known, StatusJson.Default.StatusDocument) : null,
        _log);

    private static unsafe void Say(int descriptor, ReadOnlySpan<byte> line)
    {
        fixed (byte* first = line)
        {
            Assert.Equal(line.Length, SocketCalls.send(descriptor, first, (nuint)line.Length, SocketCalls.MSG_NOSIGNAL));
        }
    }

    private static unsafe int Receive(int descriptor)
    {
        byte* buffer = stackalloc byte[16];
        return (int)SocketCalls.recv(descriptor, buffer, 16, 0);
    }

    internal static StatusDocument Example { get; } = new()
    {
        UptimeSeconds = 11_532,
        Version = "0.1.0",
        Calls =
        [
            new CallSnapshot
            {
                Call = "7.3",
                State = "Established",
                From = "1001",
                To = "1002",
                Seconds = 65.4,
                Legs =
                [
                    new LegSnapshot
                    {
                        Role = "Caller",
                        State = "Confirmed",
                        CallId = "a@phone",
                        RemoteAddress = "udp:192.0.2.5:5060",
                        Codec = "PCMA",
                        Media = new MediaRecord { Received = 3000, Lost = 12, JitterMs = 8.6, RoundTripMs = 21.4, Score = 4.37 },
                        SessionTimer = new SessionTimerSnapshot { IntervalSeconds = 1800, Refresher = "us", Method = "UPDATE", SecondsToRefresh = 835, SecondsToExpiry = 1703, LastResult = "200", SecondsSinceLastResult = 65 },
                    },
                    new LegSnapshot { Role = "Callee", State = "Confirmed", CallId = "b@us", RemoteAddress = "tcp:192.0.2.6:40000" },
                ],
            },
        ],
        Registrations =
        [
            new RegistrationSnapshot
            {
                Extension = "1001", Contact = "sip:1001@192.0.2.5", Source = "udp:192.0.2.5:5060", SecondsToExpiry = 3540, UserAgent = "Phone\u001b[2J 1",
            },
        ],
        Gauges = new GaugeSnapshot { Calls = 1, Legs = 2, PortsInUse = 4 },
        Counters = new CounterSnapshot { CallsSetUp = 12, CallsEstablished = 11 },
        Transport = new TransportSnapshot { TcpStalled = 1 },
    };
}
