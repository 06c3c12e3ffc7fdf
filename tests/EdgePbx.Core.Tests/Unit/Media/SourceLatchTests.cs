using CsCheck;

namespace EdgePbx.Core.Tests;

[Trait("Clause", "M-05")]
public class SourceLatchTests
{
    private static readonly Instant Start = new(TimeSpan.TicksPerHour);
    private static readonly NetAddress Inside = NetAddress.FromV4(192, 168, 1, 5);
    private static readonly NetAddress Nat = NetAddress.FromV4(203, 0, 113, 7);
    private static readonly NetAddress Stranger = NetAddress.FromV4(198, 51, 100, 66);
    private static readonly NetEndpoint Sdp = new(Inside, 4000);
    private static readonly NetEndpoint Behind = new(Nat, 61000);

    private static Instant After(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private static SourceLatch Negotiated()
    {
        var latch = new SourceLatch();
        latch.Configure(Start, Sdp, Nat, opens: true);
        return latch;
    }

    private static SourceLatch LatchedBehindNat()
    {
        SourceLatch latch = Negotiated();
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(0.1), Behind));
        return latch;
    }

    [Fact]
    public void Before_any_negotiation_nobody_is_heard_and_nothing_is_sent()
    {
        var latch = new SourceLatch();
        Assert.Equal(LatchVerdict.Refused, latch.Accept(Start, Sdp));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(Start, default));
        Assert.True(latch.Target.IsNone);
    }

    [Fact]
    public void Until_a_packet_comes_the_target_is_what_the_SDP_says() => Assert.Equal(Sdp, Negotiated().Target);

    [Fact]
    public void The_first_packet_from_the_SDPs_address_is_latched_whatever_its_port()
    {
        SourceLatch latch = Negotiated();
        var moved = new NetEndpoint(Inside, 5555);
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(1), moved));
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(2), moved));
        Assert.Equal(moved, latch.Source);
        Assert.Equal(moved, latch.Target);
    }

    [Fact]
    public void The_first_packet_from_the_address_that_the_SIP_came_from_is_latched()
    {
        SourceLatch latch = LatchedBehindNat();
        Assert.Equal(Behind, latch.Target);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(3600), Behind));
    }

    [Fact]
    public void A_third_source_is_refused_before_and_after_the_latch()
    {
        SourceLatch latch = Negotiated();
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.01), new NetEndpoint(Stranger, 4000)));
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(0.1), Behind));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.2), new NetEndpoint(Stranger, 4000)));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.2), new NetEndpoint(Nat, 61001)));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.2), Sdp));
        Assert.Equal(Behind, latch.Target);
    }

    [Fact]
    public void The_window_ends_after_ten_seconds()
    {
        SourceLatch inTime = Negotiated();
        Assert.Equal(LatchVerdict.Latched, inTime.Accept(After(10), Behind));

        SourceLatch late = Negotiated();
        Assert.Equal(LatchVerdict.Refused, late.Accept(After(10) + TimeSpan.FromTicks(1), Behind));
        Assert.Equal(LatchVerdict.Refused, late.Accept(After(11), new NetEndpoint(Inside, 4001)));
        Assert.Equal(LatchVerdict.Latched, late.Accept(After(3600), Sdp)); // the SDP's exact endpoint is no stranger
        Assert.Equal(LatchVerdict.Refused, late.Accept(After(3601), Behind));
    }

    [Fact]
    public void Settings_that_open_nothing_leave_only_the_exact_endpoint()
    {
        var latch = new SourceLatch();
        latch.Configure(Start, Sdp, Nat, opens: false);
        Assert.Equal(Sdp, latch.Target);
        Assert.Equal(LatchVerdict.Refused, latch.Accept(Start, Behind));
        Assert.Equal(LatchVerdict.Latched, latch.Accept(Start, Sdp));
    }

    [Fact]
    public void Settings_that_open_nothing_change_no_latch()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(1), Sdp, Nat, opens: false);
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(1.1), new NetEndpoint(Nat, 61001)));
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(1.2), Behind));
        Assert.Equal(Behind, latch.Target);
    }

    [Fact]
    public void A_renegotiation_keeps_the_source_until_another_one_comes()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(60), Sdp, Nat, opens: true);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(60.1), Behind));
        Assert.Equal(Behind, latch.Target);

        var next = new NetEndpoint(Nat, 62000);
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(61), next));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(61.1), Behind));
        Assert.Equal(next, latch.Target);
    }

    [Fact]
    public void A_renegotiation_without_another_source_leaves_the_old_one()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(60), Sdp, Nat, opens: true);
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(70.1), new NetEndpoint(Nat, 62000)));
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(70.2), Behind));
    }

    [Fact]
    public void A_renegotiated_endpoint_is_sent_to_before_it_has_said_anything()
    {
        SourceLatch latch = LatchedBehindNat();
        var elsewhere = new NetEndpoint(NetAddress.FromV4(192, 168, 1, 9), 7000);
        latch.Configure(After(60), elsewhere, Nat, opens: true);
        Assert.Equal(elsewhere, latch.Target);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(60.5), Behind)); // was still under way
        Assert.Equal(elsewhere, latch.Target);
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(120), elsewhere)); // silent until then
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(120.1), Behind));
    }

    [Fact]
    public void A_peer_whose_SDP_changes_and_whose_socket_does_not_is_sent_to_its_socket_again()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(60), Sdp with { Port = 4002 }, Nat, opens: true);
        Assert.Equal(4002, latch.Target.Port);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(61.1), Behind));
        Assert.Equal(Behind, latch.Target);
    }

    [Fact]
    public void A_source_that_is_the_SDPs_own_endpoint_ends_the_window_of_a_renegotiation()
    {
        SourceLatch latch = Negotiated();
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(0.1), Sdp));
        latch.Configure(After(60), Sdp, Nat, opens: true);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(60.1), Sdp));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(60.2), new NetEndpoint(Inside, 4001)));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(60.2), Behind));
    }

    [Fact]
    public void A_hold_with_an_unspecified_address_sends_nothing_and_its_end_goes_back_to_the_source()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(60), Sdp with { Address = NetAddress.AnyV4 }, Nat, opens: true);
        Assert.True(latch.Target.IsNone);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(62), Behind));
        Assert.True(latch.Target.IsNone);
        latch.Configure(After(90), Sdp, Nat, opens: true);
        Assert.Equal(Behind, latch.Target);
    }

    [Fact]
    public void Port_0_is_neither_sent_to_nor_latched()
    {
        var latch = new SourceLatch();
        latch.Configure(Start, Sdp with { Port = 0 }, Nat, opens: true);
        Assert.True(latch.Target.IsNone);
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(1), Sdp with { Port = 0 }));
    }

    [Fact]
    public void A_reset_latch_remembers_nobody()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Reset();
        Assert.True(latch.Source.IsNone && latch.Target.IsNone);
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.2), Behind));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.2), Sdp));
    }

    [Fact]
    public void Deciding_allocates_nothing()
    {
        SourceLatch latch = LatchedBehindNat();
        NetEndpoint stranger = new(Stranger, 1);
        Assert.Equal(0, Allocated.InEach(() => Decide(latch, stranger, 1000)));
    }

    private static void Decide(SourceLatch latch, NetEndpoint stranger, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _ = latch.Accept(After(1), Behind);
            _ = latch.Accept(After(1), stranger);
            _ = latch.Target;
        }
    }

    [Fact]
    public void Any_history_hears_one_source_and_changes_it_only_once_a_negotiation()
    {
        NetAddress[] addresses = [Inside, Nat, Stranger, NetAddress.AnyV4];
        ushort[] ports = [0, 4000, 61000];
        Gen<NetEndpoint> endpoint = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], (a, p) => new NetEndpoint(addresses[a], ports[p]));
        Gen.Select(Gen.Int[0, 3], endpoint, Gen.Int[0, 12_000]).List[0, 80].Sample(history =>
        {
            var latch = new SourceLatch();
            NetEndpoint remote = default;
            int openings = 1, latched = 0; // the endpoint of the first SDP needs no opening
            Instant now = Start;
            foreach ((int step, NetEndpoint who, int milliseconds) in history)
            {
                if (step == 0)
                {
                    remote = who;
                    openings += milliseconds % 2;
                    latch.Configure(now, remote, Nat, opens: milliseconds % 2 == 1);
                }
                else if (step == 1)
                {
                    now += TimeSpan.FromMilliseconds(milliseconds);
                }
                else
                {
                    NetEndpoint before = latch.Source;
                    LatchVerdict verdict = latch.Accept(now, who);
                    latched += verdict == LatchVerdict.Latched ? 1 : 0;
                    Assert.Equal(verdict == LatchVerdict.Latched ? who : before, latch.Source);
                    Assert.Equal(verdict == LatchVerdict.Accepted, who == before);
                    Assert.True(verdict != LatchVerdict.Latched || who.Address == remote.Address || who.Address == Nat);
                }
                Assert.True(latched <= openings);
                Assert.True(latch.Target.IsNone || latch.Target == remote || latch.Target == latch.Source);
            }
        });
    }
}
