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
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(0.1), Behind));
        return latch;
    }

    /// <summary>As many packets in sequence as make a guess good; what became of the last one.</summary>
    private static LatchVerdict Speak(SourceLatch latch, Instant from, NetEndpoint source, uint ssrc = 7, int first = 65534)
    {
        LatchVerdict verdict = default;
        for (int i = 0; i < SourceLatch.Proofs; i++)
        {
            verdict = latch.Accept(from + TimeSpan.FromMilliseconds(i), source, new LatchClaim(ssrc, (ushort)(first + i)));
        }
        return verdict;
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
    public void Another_port_at_the_SDPs_address_is_latched_by_three_packets()
    {
        SourceLatch latch = Negotiated();
        var moved = new NetEndpoint(Inside, 5555);
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(1), moved));
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(2), moved));
        Assert.Equal(moved, latch.Source);
        Assert.Equal(moved, latch.Target);
    }

    [Fact]
    public void The_address_that_the_SIP_came_from_is_latched()
    {
        SourceLatch latch = LatchedBehindNat();
        Assert.Equal(Behind, latch.Target);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(3600), Behind));
    }

    [Fact]
    public void A_third_source_is_refused_before_and_after_the_latch()
    {
        SourceLatch latch = Negotiated();
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(0.01), new NetEndpoint(Stranger, 4000)));
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(0.1), Behind));
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(0.2), new NetEndpoint(Stranger, 4000)));
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(0.2), new NetEndpoint(Nat, 61001)));
        Assert.Equal(Behind, latch.Target);
    }

    [Theory]
    [Trait("Clause", "SEC-09")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void The_endpoint_that_the_SDP_names_takes_back_what_another_port_took_before_it(int forged)
    {
        SourceLatch latch = Negotiated();
        var other = new NetEndpoint(Inside, 4444);
        for (int i = 0; i < forged; i++)
        {
            _ = latch.Accept(After(0.01 * i), other, new LatchClaim(1, (ushort)i));
            Assert.Equal(i + 1 < SourceLatch.Proofs ? Sdp : other, latch.Target); // one packet moves nothing
        }
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(2), Sdp, new LatchClaim(2, 1)));
        Assert.Equal((Sdp, true), (latch.Target, latch.IsSettled));
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(3), other, ssrc: 1, first: forged));
    }

    [Fact]
    [Trait("Clause", "SEC-09")]
    public void A_guess_is_good_after_three_packets_of_one_stream_in_sequence()
    {
        SourceLatch latch = Negotiated();
        (ushort Port, uint Ssrc, ushort Sequence, LatchVerdict Verdict)[] packets =
        [
            (61000, 1, 100, LatchVerdict.Accepted), (61000, 1, 101, LatchVerdict.Accepted),
            (61001, 1, 102, LatchVerdict.Accepted),   // another port
            (61000, 1, 103, LatchVerdict.Accepted), (61000, 1, 104, LatchVerdict.Accepted),
            (61000, 2, 105, LatchVerdict.Accepted),   // another stream
            (61000, 2, 400, LatchVerdict.Accepted),   // not in sequence
            (61000, 2, 399, LatchVerdict.Accepted),
            (61000, 2, 400, LatchVerdict.Accepted), (61000, 2, 400, LatchVerdict.Accepted), // a copy proves nothing
            (61000, 2, 403, LatchVerdict.Latched),    // a loss does not matter
        ];
        foreach ((ushort port, uint ssrc, ushort sequence, LatchVerdict verdict) in packets)
        {
            Assert.Equal(verdict, latch.Accept(After(1), new NetEndpoint(Nat, port), new LatchClaim(ssrc, sequence)));
        }
        Assert.Equal(Behind, latch.Target);
        Assert.False(latch.IsSettled); // the SDP's endpoint may still speak
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(11.1), Behind));
        Assert.True(latch.IsSettled);
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(11.2), Sdp));
    }

    [Fact]
    [Trait("Clause", "SEC-09")]
    public void A_guess_that_takes_too_long_is_overtaken_by_a_better_one()
    {
        SourceLatch latch = Negotiated();
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(0.1), new NetEndpoint(Nat, 9000), new LatchClaim(1, 1))); // forged, once
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(0.2), Behind));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(0.3), new NetEndpoint(Nat, 9000), new LatchClaim(1, 2)));
    }

    [Fact]
    [Trait("Clause", "BUG-05")]
    public void Whoever_is_silent_for_long_is_latched_when_he_speaks_but_not_heard_before()
    {
        foreach (double seconds in (double[])[10.1, 12, 60, 3600])
        {
            SourceLatch late = Negotiated();
            Assert.Equal(LatchVerdict.Refused, Speak(late, After(seconds), new NetEndpoint(Stranger, 61000)));
            Assert.Equal(LatchVerdict.Refused, late.Accept(After(seconds), Behind, new LatchClaim(7, 1)));
            Assert.Equal(LatchVerdict.Refused, late.Accept(After(seconds), Behind, new LatchClaim(7, 2)));
            Assert.Equal(LatchVerdict.Latched, late.Accept(After(seconds), Behind, new LatchClaim(7, 3)));
            Assert.Equal(Behind, late.Target);
            Assert.Equal(LatchVerdict.Latched, late.Accept(After(seconds + 9), Sdp)); // and may be wrong as before
        }
    }

    [Fact]
    [Trait("Clause", "BUG-05")]
    public void The_exact_endpoint_is_taken_at_once_however_late()
    {
        SourceLatch late = Negotiated();
        Assert.Equal(LatchVerdict.Latched, late.Accept(After(3600), Sdp));
        Assert.Equal(LatchVerdict.Refused, Speak(late, After(3601), Behind));
    }

    [Fact]
    [Trait("Clause", "BUG-04")]
    public void Without_an_address_it_is_sent_to_where_its_media_comes_from()
    {
        var latch = new SourceLatch();
        latch.Configure(Start, new NetEndpoint(default, 4000), Nat, opens: true);
        Assert.True(latch.Target.IsNone);
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(1), new NetEndpoint(Stranger, 4000)));
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(1), Behind));
        Assert.Equal((Behind, true, true), (latch.Target, latch.IsSettled, latch.IsFinal));
        latch.Configure(After(60), new NetEndpoint(default, 4000), Nat, opens: true, isHeard: true); // a refresh
        Assert.Equal(Behind, latch.Target);
    }

    [Fact]
    [Trait("Clause", "BUG-31")]
    public void A_refresh_without_a_change_follows_a_nat_that_has_changed_its_mind()
    {
        SourceLatch latch = LatchedBehindNat();
        var next = new NetEndpoint(Nat, 62000);
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(100), next)); // it does not by itself
        latch.Configure(After(120), Sdp, Nat, opens: true);
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(120), new NetEndpoint(Stranger, 62000)));
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(120.1), next));
        Assert.Equal(next, latch.Target);
    }

    [Fact]
    [Trait("Clause", "BUG-31")]
    public void A_refresh_opens_nothing_for_long_while_the_phone_is_heard_as_before()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(120), Sdp, Nat, opens: true, isHeard: true);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(121.1), Behind)); // sent after it
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(121.2), new NetEndpoint(Nat, 62000)));
        Assert.Equal(Behind, latch.Target);
    }

    [Fact]
    [Trait("Clause", "PHONE-5")]
    public void Nothing_is_opened_when_the_endpoint_that_is_named_is_being_heard()
    {
        SourceLatch latch = Negotiated();
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(1), Sdp));
        latch.Configure(After(5), Sdp, Nat, opens: true, isHeard: true);
        Assert.True(latch.IsSettled);
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(5), new NetEndpoint(Inside, 4002))); // the loser of the fork, at the same address
        Assert.Equal(Sdp, latch.Target);
    }

    [Fact]
    [Trait("Clause", "PHONE-5")]
    public void Late_packets_of_a_loser_at_the_same_address_do_not_make_the_winner_deaf()
    {
        SourceLatch latch = Negotiated();
        var loser = new NetEndpoint(Inside, 4002);
        latch.Configure(Start, loser, Nat, opens: true);
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(1), loser)); // its early media
        latch.Configure(After(5), Sdp, Nat, opens: true, isHeard: true);   // another one has answered
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(5.01), loser, new LatchClaim(1, 50)));
        Assert.Equal(Sdp, latch.Target);
        Assert.Equal(LatchVerdict.Latched, latch.Accept(After(5.02), Sdp, new LatchClaim(2, 1)));
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(5.03), loser, ssrc: 1, first: 51));
        Assert.Equal(Sdp, latch.Target);
    }

    [Fact]
    public void Settings_that_open_nothing_leave_only_the_exact_endpoint()
    {
        var latch = new SourceLatch();
        latch.Configure(Start, Sdp, Nat, opens: false);
        Assert.Equal(Sdp, latch.Target);
        Assert.Equal(LatchVerdict.Refused, Speak(latch, Start, Behind));
        Assert.Equal(LatchVerdict.Latched, latch.Accept(Start, Sdp));
    }

    [Fact]
    public void Settings_that_open_nothing_change_no_latch()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(1), Sdp, Nat, opens: false);
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(1.1), new NetEndpoint(Nat, 61001)));
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
        Assert.Equal(LatchVerdict.Latched, Speak(latch, After(60.9), next));
        Assert.Equal(LatchVerdict.Refused, latch.Accept(After(61.1), Behind));
        Assert.Equal(next, latch.Target);
    }

    [Fact]
    public void A_renegotiation_without_another_source_leaves_the_old_one()
    {
        SourceLatch latch = LatchedBehindNat();
        latch.Configure(After(60), Sdp, Nat, opens: true);
        Assert.Equal(LatchVerdict.Accepted, latch.Accept(After(60.2), Behind));
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(70.1), new NetEndpoint(Nat, 62000)));
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
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(60.2), new NetEndpoint(Inside, 4001)));
        Assert.Equal(LatchVerdict.Refused, Speak(latch, After(60.2), Behind));
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
    public void Any_history_hears_the_peer_alone_and_moves_twice_for_a_negotiation_at_most()
    {
        NetAddress[] addresses = [Inside, Nat, Stranger, NetAddress.AnyV4, default];
        ushort[] ports = [0, 4000, 61000];
        Gen<NetEndpoint> endpoint = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], (a, p) => new NetEndpoint(addresses[a], ports[p]));
        Gen.Select(Gen.Int[0, 6], endpoint, Gen.Int[0, 12_000]).List[0, 120].Sample(history =>
        {
            var latch = new SourceLatch();
            NetEndpoint remote = default;
            int openings = 1, latched = 0; // the endpoint of the first SDP needs no opening
            bool hasNamedSpoken = false;
            ushort sequence = 0;
            Instant now = Start;
            foreach ((int step, NetEndpoint who, int milliseconds) in history)
            {
                if (step == 0)
                {
                    remote = who;
                    hasNamedSpoken = false;
                    openings += milliseconds % 2;
                    latch.Configure(now, remote, Nat, opens: milliseconds % 2 == 1, isHeard: milliseconds % 4 == 3);
                }
                else if (step == 1)
                {
                    now += TimeSpan.FromMilliseconds(milliseconds);
                }
                else
                {
                    NetEndpoint before = latch.Source;
                    LatchVerdict verdict = latch.Accept(now, who, new LatchClaim(5, ++sequence));
                    latched += verdict == LatchVerdict.Latched ? 1 : 0;
                    Assert.Equal(verdict == LatchVerdict.Latched ? who : before, latch.Source);
                    Assert.True(who != before || who.IsNone || verdict == LatchVerdict.Accepted);
                    Assert.True(verdict == LatchVerdict.Refused || who == before || who.Address == remote.Address || who.Address == Nat);
                    Assert.False(hasNamedSpoken && verdict == LatchVerdict.Latched && who != remote, "what the SDP names has spoken, and another one was latched");
                    hasNamedSpoken |= who == remote && verdict != LatchVerdict.Refused;
                }
                Assert.True(latched <= 2 * openings);
                Assert.True(latch.Target.IsNone || latch.Target == remote || latch.Target == latch.Source);
            }
        });
    }
}
