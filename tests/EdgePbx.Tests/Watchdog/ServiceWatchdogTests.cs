using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>When the watchdog is fed, when it is not, and who is named then.</summary>
public sealed class ServiceWatchdogTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LineStream _lines = new();
    private readonly EventLog _log;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private volatile bool _isAnswering = true;
    private volatile int _lost; // so many requests do not arrive

    public ServiceWatchdogTests()
    {
        _log = new EventLog(_lines, TimeProvider.System);
        _server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        new Thread(Answer) { IsBackground = true }.Start();
    }

    [Fact]
    public void It_is_fed_again_and_again_while_options_are_answered_and_each_thread_comes_round()
    {
        using var thread = new LivingThread();
        var feeder = new CountingFeeder();
        using (Watch(feeder, thread.Pulse))
        {
            feeder.WaitForMore(5);
        }
        Assert.True(feeder.IsStopped);
    }

    /// <summary>Hardware bites after its period, be it that one meal is late: systemd wants half of it, and most drivers less.</summary>
    [Theory]
    [Trait("Clause", "MUT-250")]
    [InlineData(15, 60, 3.75)]
    [InlineData(60, 2, 0.5)]
    public void Whoever_is_the_most_impatient_is_fed_four_times_in_his_time(double one, double other, double round)
    {
        CountingFeeder[] feeders = [new(TimeSpan.FromSeconds(one)), new(TimeSpan.FromSeconds(other))];
        using var watchdog = new ServiceWatchdog(feeders, [], [], _log);
        Assert.Equal(round, watchdog.Round.TotalSeconds);
        feeders[0].WaitForMore(1);
        feeders[1].WaitForMore(1);
    }

    [Fact]
    public void A_thread_that_does_not_come_round_is_named_and_nobody_feeds_until_it_does()
    {
        using var living = new LivingThread();
        var frozen = new Pulse("frozen", () => { });
        var feeder = new CountingFeeder();
        using ServiceWatchdog watchdog = Watch(feeder, living.Pulse, frozen);
        Assert.Equal("the frozen thread", _lines.Next("watchdog_starves").GetProperty("silent").GetString());
        Assert.Equal(0, feeder.Count);

        frozen.Beat();
        _ = _lines.Next("watchdog_fed_again");
        Assert.Equal(1, feeder.Count);
        _ = _lines.Next("watchdog_starves"); // one sign of life is good for one meal
    }

    [Fact]
    public void A_service_that_answers_no_options_is_not_fed_though_all_its_threads_live()
    {
        _isAnswering = false;
        using var living = new LivingThread();
        var feeder = new CountingFeeder();
        using ServiceWatchdog watchdog = Watch(feeder, living.Pulse);
        Assert.Equal("OPTIONS", _lines.Next("watchdog_starves").GetProperty("silent").GetString());
        Assert.Equal(0, feeder.Count);
        _isAnswering = true; // the request is sent again
        feeder.WaitForMore(2);
    }

    [Fact]
    public void In_a_flood_that_takes_most_of_its_questions_it_is_fed_within_the_round()
    {
        _lost = 5;
        using var living = new LivingThread();
        var feeder = new CountingFeeder(TimeSpan.FromMinutes(4)); // a round is a minute
        using ServiceWatchdog watchdog = Watch(feeder, living.Pulse);
        feeder.WaitForMore(1);
        Assert.Equal(0, _lost);
    }

    [Fact]
    public void A_thread_that_waits_for_a_slow_card_is_no_reason_to_start_anew()
    {
        var slow = new Pulse("store", () => { });
        slow.BeginWaiting();
        var feeder = new CountingFeeder();
        using ServiceWatchdog watchdog = Watch(feeder, slow);
        feeder.WaitForMore(3);
        slow.EndWaiting();
        Assert.Equal("the store thread", _lines.Next("watchdog_starves").GetProperty("silent").GetString());
    }

    [Theory]
    [InlineData("/run/notify", "2000000", null, 2.0)]
    [InlineData("/run/notify", "2000000", "self", 2.0)]
    [InlineData("/run/notify", "2000000", "1", 0.0)]
    [InlineData("/run/notify", null, null, 0.0)]
    [InlineData("/run/notify", "0", null, 0.0)]
    [InlineData("/run/notify", "x", null, 0.0)]
    [InlineData(null, "2000000", null, 0.0)]
    public void Systemd_says_whether_and_how_often_it_wants_to_be_fed(string? socket, string? microseconds, string? process, double seconds)
    {
        SystemdFeeder? feeder = SystemdFeeder.From(name => name switch
        {
            "NOTIFY_SOCKET" => socket,
            "WATCHDOG_USEC" => microseconds,
            _ => process == "self" ? $"{Environment.ProcessId}" : process,
        });
        Assert.Equal(seconds, feeder?.Period.TotalSeconds ?? 0);
    }

    [Fact]
    public void The_hardware_is_fed_by_writing_to_it_and_told_when_the_end_is_meant()
    {
        using var folder = new TemporaryFolder();
        string device = folder.File("watchdog");
        File.WriteAllText(device, "");
        DeviceFeeder feeder = DeviceFeeder.TryOpen(device, out _)!;
        Assert.Equal(15, feeder.Period.TotalSeconds); // a file says nothing
        feeder.Feed();
        feeder.Feed();
        Assert.Equal("\n\n", File.ReadAllText(device));
        feeder.Stop();
        Assert.Equal("\n\nV", File.ReadAllText(device));
        Assert.Null(DeviceFeeder.TryOpen(folder.File("absent"), out string problem));
        Assert.Equal("No such file or directory", problem);
    }

    public void Dispose()
    {
        _server.Dispose();
        _log.Dispose();
        _lines.Dispose();
    }

    private ServiceWatchdog Watch(CountingFeeder feeder, params Pulse[] pulses)
    {
        var at = (IPEndPoint)_server.LocalEndPoint!;
        ListenUrl[] listening =
        [
            new ListenUrl(SipTransport.Tcp, new NetEndpoint(NetAddress.AnyV4, 1)),
            new ListenUrl(SipTransport.Udp, new NetEndpoint(NetAddress.AnyV4, (ushort)at.Port)), // reached at 127.0.0.1
        ];
        return new ServiceWatchdog([feeder], pulses, listening, _log);
    }

    // answers the request before too, which must not count
    private void Answer()
    {
        var bytes = new byte[4096];
        string former = "Call-ID: none";
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int length = _server.ReceiveFrom(bytes, ref from);
                if (_lost > 0)
                {
                    _lost--;
                    continue;
                }
                string callId = Encoding.ASCII.GetString(bytes, 0, length).Split("\r\n").Single(line => line.StartsWith("Call-ID: ", StringComparison.Ordinal));
                foreach (string answered in _isAnswering ? [former, callId] : (string[])[former])
                {
                    _ = _server.SendTo(Encoding.ASCII.GetBytes($"SIP/2.0 200 OK\r\n{answered}\r\n\r\n"), from);
                }
                former = _isAnswering ? callId : former;
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private sealed class CountingFeeder(TimeSpan? period = null) : IWatchdogFeeder
    {
        private int _count;

        public TimeSpan Period => period ?? TimeSpan.FromMilliseconds(400);
        public int Count => Volatile.Read(ref _count);
        public bool IsStopped { get; private set; }

        public void Feed() => _ = Interlocked.Increment(ref _count);

        public void WaitForMore(int meals)
        {
            int wanted = Count + meals;
            Assert.True(SpinWait.SpinUntil(() => Count >= wanted, Patience), "it is not fed");
        }

        public void Stop() => IsStopped = true;
    }

    private sealed class LivingThread : IDisposable
    {
        private readonly AutoResetEvent _wake = new(initialState: false);
        private readonly Thread _thread;
        private volatile bool _isEnding;

        public LivingThread()
        {
            Pulse = new Pulse("living", () => _wake.Set());
            _thread = new Thread(() =>
            {
                while (!_isEnding)
                {
                    _ = _wake.WaitOne();
                    Pulse.Beat();
                }
            });
            _thread.Start();
        }

        public Pulse Pulse { get; }

        public void Dispose()
        {
            _isEnding = true;
            _ = _wake.Set();
            _thread.Join();
            _wake.Dispose();
        }
    }
}
