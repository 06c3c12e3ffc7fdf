using System.Collections.Concurrent;
using System.Net;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public abstract class RelayThreadTests(MediaIoKind io)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "race 34")]
    public void Ten_thousand_packets_allocate_nothing_on_the_relay_thread(bool isRecorded)
    {
        using var inbox = new RecorderInbox();
        using var world = new RelayWorld(io, recorder: inbox);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b, new PayloadMap([(96, 101)]));
        if (isRecorded)
        {
            world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key, map: new PayloadMap([(96, 101)])) with { Tap = RelayTapTests.TapOfOpus(96) });
        }
        SocketAddress to = new IPEndPoint(left.Rtp.Address.ToIPAddress(), left.Rtp.Port).Serialize();
        byte[] packet = Packets.Rtp(1, 96);

        // The JIT's profiling takes a few dozen bytes now and then until it has done with a method; the AOT binary has no
        // JIT. So: of several rounds one must be clean, which it can't be if as much as one packet in 10,000 allocates.
        const int MostRounds = 20;
        int rounds = 0;
        long allocated;
        do
        {
            long before = AllocatedUntilNow(world);
            Pump(10_000);
            allocated = AllocatedUntilNow(world) - before;
        }
        while (++rounds < MostRounds && allocated != 0);

        Assert.Equal(0, allocated);
        Assert.Equal(10_000 * rounds, world.Relay.PacketsForwarded);

        void Pump(int packets)
        {
            for (int i = 0; i < packets; i++)
            {
                _ = a.RtpSocket.SendTo(packet, System.Net.Sockets.SocketFlags.None, to);
                _ = b.SkipRtp();
                while (inbox.TryTake(out RecorderMessage message))
                {
                    inbox.Return(message.Buffer!); // as the recorder does
                }
            }
        }
    }

    /// <summary>Whoever runs the relay ends the process then, and leaves a note for the next one.</summary>
    [Fact]
    public void A_relay_thread_that_fails_says_so_and_nobody_waits_for_it()
    {
        using var failed = new BlockingCollection<(string Thread, string Problem)>();
        using var relay = new MediaRelay(
            new PortRange(20400, 20403), 2, new RecordingLogger(), () => { }, new BrokenClock(), io, onBug: (thread, failure) => failed.Add((thread, failure.Message)));
        relay.Start();
        relay.Close(new RelayKey(1, 1)); // wakes it
        Assert.True(failed.TryTake(out (string Thread, string Problem) bug, TimeSpan.FromSeconds(30)), "nobody hears of it");
        Assert.Equal(("relay", "the clock is broken"), bug);
        relay.Stop();
    }

    // The figure is published after each round of the loop, so a second round shows that of the first.
    private static long AllocatedUntilNow(RelayWorld world)
    {
        world.Settle();
        world.Settle();
        return world.Relay.AllocatedBytes;
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override long GetTimestamp() =>
            Thread.CurrentThread.Name == MediaRelay.ThreadName ? throw new InvalidOperationException("the clock is broken") : base.GetTimestamp();
    }
}

public sealed class EpollRelayThreadTests() : RelayThreadTests(MediaIoKind.Epoll);

public sealed class UringRelayThreadTests() : RelayThreadTests(MediaIoKind.Uring);
