using System.Runtime.Versioning;
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
        using var server = new StatusServer(Socket, _ => document, _log);

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
        using var server = new StatusServer(Socket, _ => Example with { UptimeSeconds = ++asked }, _log);

        for (int i = 1; i <= 20; i++)
        {
            Assert.Equal(i, StatusClient.Parse(StatusClient.Ask(Socket)!).UptimeSeconds);
        }
    }

    [Fact]
    public void A_signalling_thread_that_does_not_answer_leaves_the_caller_without_a_document()
    {
        using var server = new StatusServer(Socket, _ => null, _log);

        Assert.Null(StatusClient.Ask(Socket));
    }

    [Fact]
    public void A_caller_that_does_not_read_does_not_keep_the_next_one_out_for_ever()
    {
        StatusDocument document = Example with { Calls = [.. Enumerable.Repeat(Example.Calls[0], 5000)] };
        using var server = new StatusServer(Socket, _ => document, _log);
        int deaf = StatusSocket.TryConnect(Socket);

        Assert.NotNull(StatusClient.Ask(Socket));

        Assert.Equal(0, Native.close(deaf));
    }

    [Fact, SupportedOSPlatform("linux")]
    public void Only_its_owner_may_connect()
    {
        using var server = new StatusServer(Socket, _ => Example, _log);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
    }

    [Fact]
    public void The_socket_goes_with_the_server()
    {
        new StatusServer(Socket, _ => Example, _log).Dispose();

        Assert.False(File.Exists(Socket));
        Assert.Null(StatusClient.Ask(Socket));
    }

    [Fact]
    public void A_socket_that_a_dead_process_left_is_replaced()
    {
        int dead = StatusSocket.TryListen(Socket, out _);
        Assert.Equal(0, Native.close(dead));
        Assert.True(File.Exists(Socket));

        using var server = new StatusServer(Socket, _ => Example, _log);

        Assert.NotNull(StatusClient.Ask(Socket));
        Assert.Equal(0, _log.EventCount("status_unavailable"));
    }

    [Fact]
    public void A_socket_that_somebody_answers_is_left_alone()
    {
        using var first = new StatusServer(Socket, _ => Example, _log);

        new StatusServer(Socket, _ => Example with { Version = "second" }, _log).Dispose();

        Assert.Equal(1, _log.EventCount("status_unavailable"));
        Assert.Equal("0.1.0", StatusClient.Parse(StatusClient.Ask(Socket)!).Version);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_never_replaced()
    {
        File.WriteAllText(Socket, "mine");

        new StatusServer(Socket, _ => Example, _log).Dispose();

        Assert.Equal(1, _log.EventCount("status_unavailable"));
        Assert.Equal("mine", File.ReadAllText(Socket));
    }

    [Fact]
    public void Nobody_there_is_no_failure() => Assert.Null(StatusClient.Ask(Socket));

    public void Dispose() => _folder.Dispose();

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
                        SessionTimer = new SessionTimerSnapshot { IntervalSeconds = 1800, Refresher = "us", Method = "UPDATE", SecondsToRefresh = 835 },
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
