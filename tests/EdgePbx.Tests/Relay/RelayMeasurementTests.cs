using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The relay says how the media of its paths is: once a second it looks, and it tells only news.</summary>
public abstract class RelayMeasurementTests(MediaIoKind io)
{
    [Fact]
    public void A_closed_path_reports_what_it_saw()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        foreach (int number in (int[])[1, 2, 4, 4])
        {
            a.SendRtp(Packets.Rtp(number), left.Rtp);
            _ = b.ReceiveRtp();
        }
        world.Relay.Close(left.Key);
        world.Relay.Close(right.Key);
        MediaReport media = Last(world, left).Media;
        Assert.Equal((3, 1, 1), (media.Received.Received, media.Received.Lost, media.Received.Duplicated));
        Assert.Equal(0, Last(world, right).Media.Received.Received);
    }

    /// <summary>The second call works like the first: it has the slot, and nothing of what was counted in it.</summary>
    [Fact]
    [Trait("Clause", "MUT-110")]
    public void A_second_call_in_the_same_slot_has_figures_of_its_own()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        for (int call = 1; call <= 3; call++)
        {
            (OpenPath left, OpenPath right) = world.Connect(a, b);
            for (int number = 0; number < call; number++)
            {
                a.SendRtp(Packets.Rtp((40 * call) + (2 * number)), left.Rtp); // every second one is lost
                _ = b.ReceiveRtp();
            }
            world.Relay.Close(left.Key);
            world.Relay.Close(right.Key);
            MediaReport media = Last(world, left).Media;
            Assert.Equal((call, call, call - 1), (call, (int)media.Received.Received, (int)media.Received.Lost));
            Assert.Equal((0, MediaFlow.Unwatched), ((int)Last(world, right).Media.Received.Received, media.Flow));
            world.Relay.Ports.Return(left.Key);
            world.Relay.Ports.Return(right.Key);
        }
    }

    [Fact]
    public void A_phone_that_should_send_and_does_not_is_reported_and_so_is_that_it_does_again()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key) with { ExpectsMedia = true, DeadAfter = TimeSpan.FromSeconds(60) });
        a.SendRtp(Packets.Rtp(0), left.Rtp);
        _ = b.ReceiveRtp();
        Assert.Equal(MediaFlow.Flowing, NextFlow(world, left, 1));
        Assert.Equal(MediaFlow.Silent, NextFlow(world, left, 5));
        Assert.Equal(MediaFlow.Dead, NextFlow(world, left, 55));
        a.SendRtp(Packets.Rtp(1), left.Rtp);
        _ = b.ReceiveRtp();
        Assert.Equal(MediaFlow.Flowing, NextFlow(world, left, 1));
        Assert.False(world.HasReport());
    }

    [Fact]
    public void The_round_trip_is_measured_by_the_reports_that_pass()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = world.Connect(a, b);
        a.SendRtcp([0x80, 200, 0, 6, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 0, 0, .. new byte[12]], left.Rtcp);
        _ = b.ReceiveRtcp();
        world.Settle();
        world.Clock.Advance(0.5);
        b.SendRtcp([0x81, 201, 0, 7, 0, 0, 0, 2, 0, 0, 0, 1, .. new byte[12], 1, 2, 3, 4, 0, 0, 0x40, 0], right.Rtcp);
        _ = a.ReceiveRtcp();
        world.Relay.Close(right.Key);
        Assert.Equal(TimeSpan.FromSeconds(0.25), Last(world, right).Media.RoundTrip);
    }

    private static MediaFlow NextFlow(RelayWorld world, OpenPath path, double seconds)
    {
        world.Clock.Advance(seconds);
        return Next(world, path, RelayReportKind.Measured).Media.Flow;
    }

    private static RelayReport Last(RelayWorld world, OpenPath path) => Next(world, path, RelayReportKind.Closed);

    private static RelayReport Next(RelayWorld world, OpenPath path, RelayReportKind kind)
    {
        world.Settle();
        RelayReport report;
        do
        {
            report = world.TakeReport();
        }
        while (report.Kind != kind || report.Relay != path.Key);
        return report;
    }
}

public sealed class EpollRelayMeasurementTests() : RelayMeasurementTests(MediaIoKind.Epoll);

public sealed class UringRelayMeasurementTests() : RelayMeasurementTests(MediaIoKind.Uring);
