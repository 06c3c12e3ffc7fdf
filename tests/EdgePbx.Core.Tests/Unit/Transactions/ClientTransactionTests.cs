namespace EdgePbx.Core.Tests;

/// <summary>Requests that we send: timers A, B, D, E, F, K and M over both kinds of transport (RFC 3261 17.1, RFC 6026).</summary>
public class ClientTransactionTests
{
    [Fact]
    [Trait("Clause", "C-36")]
    public void An_invite_over_udp_is_repeated_at_doubling_intervals_until_timer_b()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(), SipTransport.Udp, user);
        bench.Advance(100);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], bench.Times);
        Assert.Equal(["failed 408 at 32", "ended at 32"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-36")]
    public void An_invite_over_tcp_is_sent_once_and_given_up_by_timer_b()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(), SipTransport.Tcp, user);
        bench.Advance(100);
        Assert.Equal([0], bench.Times);
        Assert.Equal(["failed 408 at 32", "ended at 32"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-36")]
    public void A_provisional_response_ends_the_repeating_and_timer_b()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        ClientTransaction sent = bench.Send(TransactionBench.Invite(), SipTransport.Udp, user);
        bench.Advance(0.7);
        Assert.True(bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 100)));
        bench.Advance(300);
        Assert.Equal([0, 0.5], bench.Times);
        Assert.Equal(["100"], user.Told);
        Assert.False(sent.HasTerminated);
        Assert.True(bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 486)));
    }

    [Theory]
    [InlineData(SipTransport.Udp, 33)]
    [InlineData(SipTransport.Tcp, 1)]
    [Trait("Clause", "C-37")]
    public void A_refusal_is_acknowledged_each_time_it_comes_until_timer_d(SipTransport transport, int endsAt)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(), transport, user);
        bench.Advance(0.25);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 180));
        bench.Advance(0.75);
        string refusal = TransactionBench.Response(bench.Sent[0].Message, 486);
        _ = bench.Answer(refusal);
        if (transport == SipTransport.Udp)
        {
            bench.Advance(0.5);
            Assert.True(bench.Answer(refusal));
        }
        Assert.Equal(transport == SipTransport.Udp ? 2 : 1, bench.Sent.Count(sent => sent.Message.Method == "ACK"));
        bench.Advance(60);
        Assert.Equal(["180", "486", $"ended at {endsAt}"], user.Told);
        Assert.False(bench.Answer(refusal));
    }

    [Fact]
    [Trait("Clause", "C-37")]
    public void The_ack_to_a_refusal_has_the_branch_request_uri_and_route_of_the_invite()
    {
        using var bench = new TransactionBench();
        string invite = TransactionBench.Invite().Replace("Max-Forwards", "Route: <sip:192.0.2.8;lr>\r\nRoute: <sip:192.0.2.7;lr>\r\nMax-Forwards", StringComparison.Ordinal);
        _ = bench.Send(invite, SipTransport.Udp, null);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 486, toTag: "busy"));
        WireMessage ack = bench.Sent[^1].Message;
        Assert.Equal("ACK sip:1002@b SIP/2.0", ack.StartLine);
        Assert.Equal(["SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-1"], ack.All("Via"));
        Assert.Equal(["<sip:192.0.2.8;lr>", "<sip:192.0.2.7;lr>"], ack.All("Route"));
        Assert.Equal(("busy", "a", "one", "1 ACK"), (ack.ToTag, ack.FromTag, ack["Call-ID"], ack["CSeq"]));
    }

    [Theory]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    [Trait("Clause", "U-02")]
    public void Each_late_2xx_goes_to_the_user_until_timer_m(SipTransport transport)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(), transport, user);
        string one = TransactionBench.Response(bench.Sent[0].Message, 200, toTag: "one");
        string two = TransactionBench.Response(bench.Sent[0].Message, 200, toTag: "two");
        _ = bench.Answer(one);
        bench.Advance(31);
        Assert.True(bench.Answer(two));
        Assert.True(bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 486)));
        Assert.DoesNotContain(bench.Sent, sent => sent.Message.Method == "ACK");
        bench.Advance(2);
        Assert.Equal(["200", "200", "ended at 32"], user.Told);
        Assert.False(bench.Answer(one));
    }

    [Fact]
    [Trait("Clause", "C-38")]
    public void Another_request_over_udp_is_repeated_up_to_every_four_seconds_until_timer_f()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(method: "OPTIONS"), SipTransport.Udp, user);
        bench.Advance(100);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], bench.Times);
        Assert.Equal(["failed 408 at 32", "ended at 32"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-38")]
    public void Another_request_over_tcp_is_sent_once_and_given_up_by_timer_f()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(method: "BYE"), SipTransport.Tcp, user);
        bench.Advance(100);
        Assert.Equal([0], bench.Times);
        Assert.Equal(["failed 408 at 32", "ended at 32"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-38")]
    public void After_a_provisional_response_it_is_repeated_every_four_seconds()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(method: "OPTIONS"), SipTransport.Udp, user);
        bench.Advance(0.25);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 100));
        bench.Advance(100);
        Assert.Equal([0, 0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5], bench.Times);
        Assert.Equal(["100", "failed 408 at 32", "ended at 32"], user.Told);
    }

    [Theory]
    [InlineData(SipTransport.Udp, 6)]
    [InlineData(SipTransport.Tcp, 1)]
    public void The_final_response_to_another_request_is_told_once_and_absorbed_until_timer_k(SipTransport transport, int endsAt)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(method: "BYE"), transport, user);
        bench.Advance(1);
        string ok = TransactionBench.Response(bench.Sent[0].Message, 200);
        Assert.True(bench.Answer(ok));
        Assert.True(bench.Answer(ok));
        int sent = bench.Sent.Count;
        bench.Advance(60);
        Assert.Equal(sent, bench.Sent.Count);
        Assert.Equal(["200", $"ended at {endsAt}"], user.Told);
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("BYE")]
    public void What_the_transport_cannot_deliver_counts_as_503(string method)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        bench.Fail(bench.Send(TransactionBench.Invite(method: method), SipTransport.Tcp, user));
        Assert.Equal(["failed 503 at 0", "ended at 0"], user.Told);
        Assert.Equal(0, bench.Timers.Armed);
    }

    [Fact]
    public void A_transport_error_while_it_rings_changes_nothing()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        ClientTransaction sent = bench.Send(TransactionBench.Invite(), SipTransport.Tcp, user);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 180));
        bench.Fail(sent);
        Assert.Equal(["180"], user.Told);
        Assert.True(bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 486)));
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    [Trait("Clause", "ST-33")]
    public void What_nobody_waits_for_is_not_repeated_any_more_but_still_ends(string method)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        ClientTransaction sent = bench.Send(TransactionBench.Invite(method: method), SipTransport.Udp, user);
        bench.Advance(0.6);
        sent.StopRepeating();
        bench.Advance(60);
        Assert.Equal([0, 0.5], bench.Times);
        Assert.Equal(["failed 408 at 32", "ended at 32"], user.Told);
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    [Trait("Clause", "ST-33")]
    public void A_provisional_response_does_not_start_the_repeating_again(string method)
    {
        using var bench = new TransactionBench();
        ClientTransaction sent = bench.Send(TransactionBench.Invite(method: method), SipTransport.Udp, null);
        sent.StopRepeating();
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 100));
        bench.Advance(31);
        Assert.Equal([0], bench.Times);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 487));
    }

    [Fact]
    [Trait("Clause", "C-07")]
    public void A_response_with_two_vias_is_dropped()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(), SipTransport.Udp, user);
        string via = bench.Sent[0].Message["Via"];
        Assert.False(bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 200, $"{via}\r\nVia: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK-x")));
        Assert.False(bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 200, $"{via}, SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK-x")));
        Assert.Empty(user.Told);
    }

    [Fact]
    [Trait("Clause", "C-07")]
    public void A_response_belongs_to_the_request_of_its_branch_and_method()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = bench.Send(TransactionBench.Invite(), SipTransport.Udp, user);
        WireMessage invite = bench.Sent[0].Message;
        Assert.False(bench.Answer(TransactionBench.Response(invite, 200, "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-2")));
        Assert.False(bench.Answer(TransactionBench.Response(invite, 200).Replace("CSeq: 1 INVITE", "CSeq: 1 CANCEL", StringComparison.Ordinal)));
        Assert.Empty(user.Told);
        Assert.True(bench.Answer(TransactionBench.Response(invite, 200)));
        Assert.Equal(["200"], user.Told);
    }

    [Fact]
    public void The_user_may_end_it_from_within_what_it_is_told()
    {
        using var bench = new TransactionBench();
        ClientTransaction sent = bench.Send(TransactionBench.Invite(), SipTransport.Udp, new Terminator());
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 180));
        Assert.True(sent.HasTerminated);
        Assert.Equal((0, 0), (bench.Layer.ClientCount, bench.Buffers.Outstanding));
    }

    private sealed class Terminator : IClientTransactionUser
    {
        public void OnResponse(Instant now, ClientTransaction transaction, SipMessage response, in SipFlow source) => transaction.Terminate(now);

        public void OnFailed(Instant now, ClientTransaction transaction, int status) => transaction.Terminate(now);

        public void OnTerminated(Instant now, ClientTransaction transaction)
        {
            // nothing is kept here
        }
    }
}
