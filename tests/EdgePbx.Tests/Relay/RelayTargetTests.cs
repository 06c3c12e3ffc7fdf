using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What a description can make the relay do to itself and to others: nothing.</summary>
public abstract class RelayTargetTests(MediaIoKind io)
{
    private const int More = 100; // packets than the relay may send to somebody who never spoke

    [Fact]
    [Trait("Clause", "SEC-07")]
    public void What_comes_from_a_socket_of_the_relay_goes_no_further()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Local); // on the same machine, at the address of the relay's sockets
        using var b = new MediaPeer(world.Local);
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        (OpenPath left2, OpenPath right2) = (world.Open(2), world.Open(3));
        // both paths name a port of the relay as their phone's, so that a packet would come round for ever
        world.Relay.Configure(left.Key, Settings(left2.Rtp, right.Key));
        world.Relay.Configure(right.Key, Settings(right2.Rtp, left.Key));
        world.Relay.Configure(left2.Key, Settings(left.Rtp, right2.Key));
        world.Relay.Configure(right2.Key, Settings(right.Rtp, left2.Key));
        world.Settle();

        for (int i = 0; i < SourceLatch.Proofs - 1; i++)
        {
            a.SendRtp(Packets.Rtp(i), left.Rtp);
            b.SendRtp(Packets.Rtp(i), right.Rtp);
        }
        world.WaitForDropped(4); // they are heard and passed on, each to the other's former target: there they end
        a.SendRtp(Packets.Rtp(SourceLatch.Proofs - 1), left.Rtp);
        world.WaitForDropped(5); // a is known now, and b is not
        b.SendRtp(Packets.Rtp(SourceLatch.Proofs - 1), right.Rtp);
        Assert.Equal(Packets.Rtp(SourceLatch.Proofs - 1), a.ReceiveRtp().Packet);
        for (int i = 0; i < 5; i++)
        {
            world.Settle();
        }
        Assert.Equal((2L * SourceLatch.Proofs, 5L), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped)); // nothing comes round
    }

    [Fact]
    [Trait("Clause", "SEC-07")]
    public void A_phone_on_the_same_machine_is_relayed_like_any_other()
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Local);
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key) with { IsPeerHere = true });
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();
        for (int i = 0; i < 5; i++)
        {
            a.SendRtp(Packets.Rtp(i), left.Rtp);
            Assert.Equal(Packets.Rtp(i), b.ReceiveRtp().Packet);
            b.SendRtp(Packets.Rtp(i), right.Rtp);
            Assert.Equal(Packets.Rtp(i), a.ReceiveRtp().Packet);
        }
    }

    [Theory]
    [Trait("Clause", "SEC-15")]
    [InlineData(false)]
    [InlineData(true)]
    public void To_an_address_that_nothing_came_from_goes_as_much_as_five_seconds_of_speech_have(bool changesPort)
    {
        using var world = new RelayWorld(io);
        using var victim = new MediaPeer(world.Address(5));
        using var other = new MediaPeer(world.Address(5));
        using var b = new MediaPeer(world.Address(3));
        (OpenPath left, OpenPath right) = (world.Open(0), world.Open(1));
        RelaySettings named = RelayWorld.Settings(victim, right.Key) with { SignallingSource = world.Address(2) };
        world.Relay.Configure(left.Key, named);
        world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key));
        world.Settle();
        for (int i = 0; i < UnprovenTarget.Most + More; i++)
        {
            if (changesPort && i % 50 == 49) // to name another port, or the same again, earns nothing
            {
                world.Relay.Configure(left.Key, i % 100 == 99 ? named : named with { RemoteRtp = other.Rtp });
                world.Settle();
            }
            b.SendRtp(Packets.Rtp(i), right.Rtp);
            if (i % 20 == 19)
            {
                world.Settle();
            }
        }
        world.WaitForDropped(More);
        Assert.Equal((UnprovenTarget.Most, More), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
        RelayReport told = world.TakeReport();
        while (told.Relay != left.Key || !told.Media.IsCutOff)
        {
            world.Clock.Advance(seconds: 1.1);
            b.SendRtp(Packets.Rtp(1), right.Rtp);
            told = world.TakeReport();
        }

        victim.SendRtp(Packets.Rtp(1), left.Rtp); // there is somebody
        if (changesPort)
        {
            world.Relay.Configure(left.Key, named);
            world.Settle();
        }
        Assert.Equal(Packets.Rtp(1), b.ReceiveRtp().Packet);
        for (int i = 0; i < UnprovenTarget.Most; i++)
        {
            b.SendRtp(Packets.Rtp(i), right.Rtp);
            if (i % 20 == 19)
            {
                world.Settle();
            }
        }
        long expected = world.Relay.PacketsForwarded;
        Assert.True(expected > UnprovenTarget.Most + 200, $"only {expected} were sent on");
    }

    [Fact]
    [Trait("Clause", "SEC-15")]
    public void Whoever_speaks_SIP_or_RTP_from_there_is_sent_to_without_end()
    {
        using var world = new RelayWorld(io);
        using var listener = new MediaPeer(world.Address(2)); // says nothing, at the address of its SIP
        using var b = new MediaPeer(world.Address(3));
        (_, OpenPath right) = world.Connect(listener, b);
        for (int i = 0; i < UnprovenTarget.Most + More; i++)
        {
            b.SendRtp(Packets.Rtp(i), right.Rtp);
            if (i % 20 == 19)
            {
                world.Settle();
            }
        }
        world.Relay.Stop();
        Assert.Equal((UnprovenTarget.Most + More, 0L), (world.Relay.PacketsForwarded, world.Relay.PacketsDropped));
    }

    [Theory]
    [Trait("Clause", "PHONE-3")]
    [InlineData(19, false)]
    [InlineData(20, true)]
    [InlineData(22, true)]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(0, false)]  // STUN: no candidate of ours is offered, so there is nothing to check
    [InlineData(16, false)] // ZRTP
    public void Of_what_is_no_RTP_the_records_of_DTLS_pass_where_they_were_agreed_on(byte first, bool passes)
    {
        using var world = new RelayWorld(io);
        using var a = new MediaPeer(world.Address(2));
        using var b = new MediaPeer(world.Address(3));
        using var stranger = new MediaPeer(world.Address(4));
        foreach (bool isAgreed in (bool[])[false, true])
        {
            (OpenPath left, OpenPath right) = (world.Open(isAgreed ? 2 : 0), world.Open(isAgreed ? 3 : 1));
            world.Relay.Configure(left.Key, RelayWorld.Settings(a, right.Key) with { CarriesDtls = isAgreed });
            world.Relay.Configure(right.Key, RelayWorld.Settings(b, left.Key) with { CarriesDtls = isAgreed });
            world.Settle();
            byte[] record = [first, 0xfe, 0xfd, .. new byte[40]];
            stranger.SendRtp(record, left.Rtp);
            a.SendRtp(record, left.Rtp);
            a.SendRtcp(record, left.Rtcp);
            a.SendRtp(Packets.Rtp(1), left.Rtp);
            a.SendRtcp(Packets.Rtcp(1), left.Rtcp);
            Assert.Equal(passes && isAgreed ? record : Packets.Rtp(1), b.ReceiveRtp().Packet);
            Assert.Equal(passes && isAgreed ? record : Packets.Rtcp(1), b.ReceiveRtcp().Packet);
            if (passes && isAgreed)
            {
                Assert.Equal(Packets.Rtp(1), b.ReceiveRtp().Packet);
                b.SendRtp(record, right.Rtp); // and back
                Assert.Equal(record, a.ReceiveRtp().Packet);
            }
            else
            {
                Assert.Equal(2, LastWords(world, left.Key).Refused); // the stranger's is not the phone's
            }
        }
    }

    private static MediaReport LastWords(RelayWorld world, RelayKey key)
    {
        world.Relay.Close(key);
        RelayReport report = world.TakeReport();
        while (report.Kind != RelayReportKind.Closed || report.Relay != key)
        {
            report = world.TakeReport();
        }
        world.Relay.Ports.Return(key);
        return report.Media;
    }

    private static RelaySettings Settings(NetEndpoint remote, RelayKey sink) => new()
    {
        RemoteRtp = remote,
        RemoteRtcp = remote with { Port = (ushort)(remote.Port + 1) },
        SignallingSource = remote.Address,
        IsPeerHere = true,
        Sink = sink,
        OpensLatch = true,
    };
}

public sealed class EpollRelayTargetTests() : RelayTargetTests(MediaIoKind.Epoll);

public sealed class UringRelayTargetTests() : RelayTargetTests(MediaIoKind.Uring);
