using System.Net;
using System.Net.Sockets;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class SignallingLoopTests
{
    [Fact]
    public void The_engine_is_woken_when_its_next_deadline_has_come()
    {
        using var world = new NetWorld();

        _ = world.Do(now => world.Engine.NextDue = now + TimeSpan.FromMilliseconds(20));

        _ = world.Engine.Next("tick");
    }

    [Fact]
    public void What_has_come_before_the_thread_starts_is_handled_by_whoever_starts_it()
    {
        using var loop = new SignallingLoop([.. new[] { "udp://127.0.0.1:0" }.Select(NetWorld.Parse)], new RecordingLogger());
        var engine = new FakeEngine();
        loop.Attach(engine, new FakeRelay(), addresses: null);
        loop.HandleWhatWaits(); // and it waits for nothing
        using var phone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _ = phone.SendTo("OPTIONS"u8, new IPEndPoint(IPAddress.Loopback, loop.Transports.Listening[0].Endpoint.Port));

        loop.HandleWhatWaits();

        Assert.Equal("OPTIONS", engine.Next("message").Text);
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    [Fact]
    public void Orders_reach_the_relay_and_its_reports_the_engine()
    {
        using var world = new NetWorld();
        var key = new RelayKey(3, 7);
        var source = new NetEndpoint(NetAddress.LoopbackV4, 4000);

        _ = world.Do(_ =>
        {
            world.Engine.Outbox.Add(new Output(OutputKind.ConfigureRelay)
            {
                Relay = key,
                Settings = new RelaySettings { RemoteRtp = source, RemoteRtcp = source, SignallingSource = source.Address, Sink = default },
            });
            world.Engine.Outbox.Add(new Output(OutputKind.CloseRelay) { Relay = key });
        });
        world.Relay.Reports.Enqueue(new RelayReport(RelayReportKind.Latched, key, source));
        world.Relay.Reports.Enqueue(new RelayReport(RelayReportKind.Closed, key, default));
        world.Loop.Wake();

        Assert.Equal(["configure 3.7 to 127.0.0.1:4000", "close 3.7"], world.Relay.Orders);
        Assert.Equal("3.7 127.0.0.1:4000", world.Engine.Next("latched").Text);
        Assert.Equal("3.7", world.Engine.Next("relay closed").Text);
    }

    [Fact, Trait("Clause", "SEC-01")]
    public void The_engine_hears_for_how_long_the_sockets_were_not_read_to_their_end()
    {
        const int Datagrams = 12 * DatagramBatch.Size;
        var engine = new FakeEngine { Reply = static (_, _) => Thread.Sleep(1) }; // so that a turn is over after a batch
        using SignallingLoop loop = PatientLoop(engine, new FakeRecorder());
        Burst(loop, Datagrams, "OPTIONS"u8);
        loop.HandleWhatWaits();
        Assert.Equal(TimeSpan.Zero, engine.Backlog); // a machine that stood still for a moment has old messages too
        while (loop.Transports.HasLeft)
        {
            loop.HandleWhatWaits();
        }
        Assert.True(engine.LongestBacklog >= UdpListener.LongestTurn * UdpListener.TurnsBehind);
        loop.HandleWhatWaits();
        Assert.Equal(TimeSpan.Zero, engine.Backlog);
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    [Theory, Trait("Clause", "SEC-01")]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(640)]
    public void Who_has_to_wait_between_bursts_is_not_behind_however_large_they_are(int datagrams)
    {
        foreach (string text in new[] { "x", "\r\n", "\0", "", "OPTIONS sip:pbx SIP/2.0\r\n\r\n" })
        {
            var engine = new FakeEngine();
            using SignallingLoop loop = PatientLoop(engine, new FakeRecorder());
            for (int burst = 0; burst < 4; burst++)
            {
                Burst(loop, datagrams, System.Text.Encoding.ASCII.GetBytes(text));
                do
                {
                    loop.HandleWhatWaits();
                }
                while (loop.Transports.HasLeft);
                Assert.True(engine.LongestBacklog < AdmissionControl.LongestBacklog, $"{datagrams} times \"{text}\" and the loop is {engine.LongestBacklog} behind");
                Thread.Sleep(AdmissionControl.LongestBacklog / 3);
            }
            loop.Transports.CloseAll(MonotonicClock.Now);
        }
    }

    [Fact, Trait("Clause", "SEC-01")]
    public void What_a_turn_left_is_forgotten_when_the_next_one_had_to_wait_for_something()
    {
        var engine = new FakeEngine { Reply = static (_, _) => Thread.Sleep(1) };
        using SignallingLoop loop = PatientLoop(engine, new FakeRecorder());
        for (int turn = 0; turn < 2 * UdpListener.TurnsBehind; turn++)
        {
            Burst(loop, DatagramBatch.Size, "OPTIONS"u8); // a full batch, and the time is over: what follows it is not known
            loop.HandleWhatWaits();
            Assert.True(loop.Transports.HasLeft);
            Assert.Equal(TimeSpan.Zero, engine.Backlog);
            loop.Wake(); // else the next turn would be told of nothing
            loop.HandleWhatWaits();
        }
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    [Fact]
    public void A_new_configuration_reaches_the_engine()
    {
        using var world = new NetWorld();
        PbxConfig config = ConfigLoader.Parse("[sip]\nrealm = \"new\"\n", "f.toml", "/").Config!;

        Assert.True(world.Loop.TryPost(new SignallingCommand.Reload(config)));

        Assert.Equal("new", world.Engine.Next("reload").Text);
    }

    [Fact]
    public void A_shutdown_waits_for_the_engine_but_not_for_long()
    {
        using var world = new NetWorld();
        world.Engine.IsQuiet = false;

        Assert.True(world.Loop.TryPost(new SignallingCommand.Shutdown()));

        _ = world.Engine.Next("shutdown"); // the world's end waits for the loop, which must give the engine up
    }

    [Fact]
    public void A_shutdown_of_a_quiet_engine_ends_the_loop_at_once()
    {
        using var world = new NetWorld();
        using System.Net.Sockets.Socket phone = world.Connect();

        Assert.True(world.Loop.TryPost(new SignallingCommand.Shutdown()));

        Assert.True(NetWorld.IsClosedByPeer(phone));
    }

    [Fact]
    public void A_shutdown_that_waits_for_files_alone_ends_when_the_medium_stands_still()
    {
        var engine = new FakeEngine { IsQuiet = false, AwaitsOnlyFiles = true };
        var recorder = new FakeRecorder();
        using SignallingLoop loop = PatientLoop(engine, recorder);
        Assert.True(loop.TryPost(new SignallingCommand.Shutdown()));
        for (int turns = 0; turns < 3; turns++)
        {
            loop.RunOnce(); // and not before it is looked whether the recorder gets on
            Assert.False(loop.IsStopped);
        }
        recorder.IsStalled = true;
        loop.RunOnce();
        Assert.True(loop.IsStopped);
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    [Fact]
    public void A_shutdown_that_waits_for_a_call_waits_whatever_the_medium_does()
    {
        var engine = new FakeEngine { IsQuiet = false, AwaitsOnlyFiles = false };
        using SignallingLoop loop = PatientLoop(engine, new FakeRecorder { IsStalled = true });
        Assert.True(loop.TryPost(new SignallingCommand.Shutdown()));
        loop.HandleWhatWaits();
        loop.HandleWhatWaits();
        Assert.False(loop.IsStopped);
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    [Fact]
    public void The_longest_wait_is_no_overflow()
    {
        var poll = new PollSet(1);
        using var signal = new WakeSignal();
        var woken = new Woken(signal);
        _ = poll.Add(signal.Descriptor, Native.POLLIN, woken);
        signal.Set();

        poll.Wait(Instant.Never - new Instant(0));
        poll.Dispatch(new Instant(1));

        Assert.Equal(1, woken.Times);
    }

    [Fact]
    public void A_descriptor_that_was_removed_is_not_heard_of_again_and_its_place_is_used_again()
    {
        var poll = new PollSet(2);
        using var first = new WakeSignal();
        using var second = new WakeSignal();
        var quiet = new Woken(second);
        int place = -1;
        var remover = new Woken(first) { Then = () => poll.Remove(place) };
        _ = poll.Add(first.Descriptor, Native.POLLIN, remover);
        place = poll.Add(second.Descriptor, Native.POLLIN, quiet);
        first.Set();
        second.Set();

        poll.Wait(TimeSpan.FromSeconds(30));
        poll.Dispatch(new Instant(1));

        Assert.Equal((1, 0), (remover.Times, quiet.Times));
        Assert.Equal(place, poll.Add(second.Descriptor, Native.POLLIN, quiet));
    }

    [Fact]
    [Trait("Clause", "MUT-263")]
    [Trait("Clause", "MUT-265")]
    public void Recordings_are_begun_and_ended_and_records_handed_on()
    {
        var engine = new FakeEngine();
        var (recorder, relay) = (new FakeRecorder(), new FakeRelay());
        var records = new List<CallRecord>();
        using var loop = new SignallingLoop([NetWorld.Parse("udp://127.0.0.1:0")], new RecordingLogger()) { OnRecord = records.Add };
        loop.Attach(engine, relay, addresses: null, recorder);
        var (key, order, record) = (new RecordingKey(3, 7), new RecordingOrder { Format = RecordingFormat.Narrow }, new CallRecord { Call = "one" });
        engine.Outbox.Add(new Output(OutputKind.StartRecording) { Recording = key, Order = order });
        engine.Outbox.Add(new Output(OutputKind.StopRecording) { Recording = key });
        engine.Outbox.Add(new Output(OutputKind.Record) { Record = record });
        loop.HandleWhatWaits();
        Assert.Equal([(key, order)], recorder.Begun);
        Assert.Equal([$"stop {key}"], relay.Orders);
        Assert.Equal([record], records);
        loop.Transports.CloseAll(MonotonicClock.Now);
    }

    private static void Burst(SignallingLoop loop, int datagrams, ReadOnlySpan<byte> text)
    {
        using var phone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        phone.Connect(new IPEndPoint(IPAddress.Loopback, loop.Transports.Listening[0].Endpoint.Port));
        for (int i = 0; i < datagrams; i++)
        {
            _ = phone.Send(text);
        }
    }

    private static SignallingLoop PatientLoop(FakeEngine engine, IRecorderLine recorder)
    {
        var loop = new SignallingLoop([NetWorld.Parse("udp://127.0.0.1:0")], new RecordingLogger()) { DrainLimit = TimeSpan.FromHours(1) };
        loop.Attach(engine, new FakeRelay(), addresses: null, recorder);
        return loop;
    }

    private sealed class FakeRecorder : IRecorderLine
    {
        public long Missed => 0;
        public bool IsStalled { get; set; }

        public List<(RecordingKey, RecordingOrder)> Begun { get; } = [];

        public void Begin(RecordingKey key, RecordingOrder order) => Begun.Add((key, order));

        public bool TryTakeReport(out RecordingReport report)
        {
            report = default;
            return false;
        }
    }

    private sealed class Woken(WakeSignal signal) : IPollable
    {
        public int Times { get; private set; }
        public Action Then { get; init; } = () => { };

        public void OnReady(Instant now, short found)
        {
            signal.Clear();
            Times++;
            Then();
        }
    }
}
