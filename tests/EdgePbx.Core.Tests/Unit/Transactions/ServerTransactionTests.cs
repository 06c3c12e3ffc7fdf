namespace EdgePbx.Core.Tests;

/// <summary>Requests that we receive: timers G, H, I, J and L, copies, and what is merged (RFC 3261 17.2, 8.2.2.2, RFC 6026).</summary>
public class ServerTransactionTests
{
    [Fact]
    [Trait("Clause", "C-39")]
    public void A_refusal_over_udp_is_repeated_until_timer_h()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        bench.Respond(bench.Accept(TransactionBench.Invite(), SipTransport.Udp, user), 486);
        bench.Advance(100);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], bench.Times);
        Assert.Equal(["failed at 32", "ended at 32"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-39")]
    public void A_refusal_over_tcp_is_sent_once_and_kept_until_timer_h()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        bench.Respond(bench.Accept(TransactionBench.Invite(), SipTransport.Tcp, user), 486);
        bench.Advance(100);
        Assert.Equal([0], bench.Times);
        Assert.Equal(["failed at 32", "ended at 32"], user.Told);
    }

    [Theory]
    [InlineData(SipTransport.Udp, 6)]
    [InlineData(SipTransport.Tcp, 1)]
    [Trait("Clause", "C-39")]
    public void The_ack_ends_the_repeating_and_timer_i_the_transaction(SipTransport transport, int endsAt)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        bench.Respond(bench.Accept(TransactionBench.Invite(), transport, user), 486);
        bench.Advance(1);
        int sent = bench.Sent.Count;
        Assert.True(bench.Receive(TransactionBench.Invite(method: "ACK"), transport));
        if (transport == SipTransport.Udp)
        {
            bench.Advance(1);
            Assert.True(bench.Receive(TransactionBench.Invite(method: "ACK"), transport));
            Assert.True(bench.Receive(TransactionBench.Invite(), transport));
        }
        bench.Advance(60);
        Assert.Equal(sent, bench.Sent.Count);
        Assert.Equal(["confirmed", $"ended at {endsAt}"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-40")]
    public void A_copy_of_the_invite_gets_the_last_response_again()
    {
        using var bench = new TransactionBench();
        ServerTransaction invite = bench.Accept(TransactionBench.Invite(), SipTransport.Udp);
        Assert.True(bench.Receive(TransactionBench.Invite(), SipTransport.Udp));
        Assert.Empty(bench.Sent);
        bench.Respond(invite, 100);
        bench.Respond(invite, 180);
        _ = bench.Receive(TransactionBench.Invite(), SipTransport.Udp);
        bench.Respond(invite, 486);
        _ = bench.Receive(TransactionBench.Invite(), SipTransport.Udp);
        Assert.Equal([100, 180, 180, 486, 486], bench.Sent.Select(sent => sent.Message.Status));
    }

    [Theory]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    [Trait("Clause", "U-01")]
    public void After_a_2xx_copies_of_the_invite_are_absorbed_until_timer_l(SipTransport transport)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        int absorbed = 0;
        bench.Layer.InviteRetransmissionAbsorbed = _ => absorbed++;
        bench.Respond(bench.Accept(TransactionBench.Invite(), transport, user), 200);
        bench.Advance(31);
        Assert.True(bench.Receive(TransactionBench.Invite(), transport));
        Assert.Equal(1, absorbed);
        Assert.Equal([0], bench.Times);
        bench.Advance(2);
        Assert.Equal(["ended at 32"], user.Told);
        Assert.False(bench.Receive(TransactionBench.Invite(), transport));
    }

    [Fact]
    [Trait("Clause", "U-01")]
    public void The_ack_of_a_peer_that_reuses_the_branch_goes_to_the_user()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        bench.Respond(bench.Accept(TransactionBench.Invite(), SipTransport.Udp, user), 200);
        Assert.True(bench.Receive(TransactionBench.Invite(method: "ACK"), SipTransport.Udp));
        Assert.Equal(["ack"], user.Told);
    }

    [Theory]
    [InlineData(SipTransport.Udp, 33)]
    [InlineData(SipTransport.Tcp, 1)]
    public void The_answer_to_another_request_is_kept_for_copies_until_timer_j(SipTransport transport, int endsAt)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        string options = TransactionBench.Invite(method: "OPTIONS");
        ServerTransaction accepted = bench.Accept(options, transport, user);
        Assert.True(bench.Receive(options, transport));
        bench.Advance(0.5);
        bench.Respond(accepted, 183);
        _ = bench.Receive(options, transport);
        bench.Advance(0.5);
        bench.Respond(accepted, 200);
        _ = bench.Receive(options, transport);
        bench.Respond(accepted, 500);
        Assert.Equal([183, 183, 200, 200], bench.Sent.Select(sent => sent.Message.Status));
        bench.Advance(60);
        Assert.Equal([$"ended at {endsAt}"], user.Told);
    }

    [Fact]
    [Trait("Clause", "C-40")]
    public void A_copy_has_the_same_branch_sent_by_and_method()
    {
        using var bench = new TransactionBench();
        _ = bench.Accept(TransactionBench.Invite(), SipTransport.Udp);
        Assert.True(bench.Receive(TransactionBench.Invite().Replace("branch=z9hG4bK-1", "rport;branch=z9hG4bK-1", StringComparison.Ordinal), SipTransport.Udp));
        Assert.False(bench.Receive(TransactionBench.Invite("z9hG4bK-2"), SipTransport.Udp));
        Assert.False(bench.Receive(TransactionBench.Invite(method: "OPTIONS"), SipTransport.Udp));
        Assert.False(bench.Receive(TransactionBench.Invite(via: "Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-1"), SipTransport.Udp));
        Assert.NotNull(bench.Layer.MatchCancelled(bench.Parse(TransactionBench.Invite(method: "CANCEL"))));
        bench.Layer.Match(bench.Parse(TransactionBench.Invite()))!.Terminate(bench.Now);
    }

    [Fact]
    [Trait("Clause", "C-40")]
    public void A_branch_without_the_cookie_is_no_name_by_itself()
    {
        using var bench = new TransactionBench();
        const string Old = "Via: SIP/2.0/UDP 192.0.2.9:5060;branch=1";
        ServerTransaction first = bench.Accept(TransactionBench.Invite(via: Old), SipTransport.Udp);
        Assert.True(bench.Receive(TransactionBench.Invite(via: Old), SipTransport.Udp));
        Assert.False(bench.Receive(TransactionBench.Invite(via: Old, callId: "two"), SipTransport.Udp));
        Assert.False(bench.Receive(TransactionBench.Invite(via: Old, cseq: 2), SipTransport.Udp));
        Assert.False(bench.Receive(TransactionBench.Invite(via: Old, fromTag: "b"), SipTransport.Udp));
        first.Terminate(bench.Now);
    }

    [Fact]
    [Trait("Clause", "C-10")]
    public void The_same_request_by_another_way_is_merged_while_the_first_is_worked_on()
    {
        using var bench = new TransactionBench();
        ServerTransaction first = bench.Accept(TransactionBench.Invite(), SipTransport.Udp);
        string other = TransactionBench.Invite("z9hG4bK-2");
        Assert.True(bench.Layer.IsMerged(bench.Parse(other)));
        Assert.False(bench.Layer.IsMerged(bench.Parse(TransactionBench.Invite("z9hG4bK-2", cseq: 2))));
        Assert.False(bench.Layer.IsMerged(bench.Parse(TransactionBench.Invite("z9hG4bK-2", fromTag: "b"))));
        Assert.False(bench.Layer.IsMerged(bench.Parse(TransactionBench.Invite("z9hG4bK-2", callId: "two"))));
        bench.Respond(first, 486);
        Assert.True(bench.Layer.IsMerged(bench.Parse(other)));
    }

    [Fact]
    [Trait("Clause", "ST-34")]
    public void After_the_ack_to_a_refusal_the_same_names_are_a_new_request()
    {
        using var bench = new TransactionBench();
        bench.Respond(bench.Accept(TransactionBench.Invite(), SipTransport.Udp), 401);
        _ = bench.Receive(TransactionBench.Invite(method: "ACK"), SipTransport.Udp);
        Assert.False(bench.Layer.IsMerged(bench.Parse(TransactionBench.Invite("z9hG4bK-2"))));
    }

    [Fact]
    [Trait("Clause", "ST-34")]
    public void Forgetting_one_request_leaves_another_of_the_same_names_alone()
    {
        using var bench = new TransactionBench();
        ServerTransaction first = bench.Accept(TransactionBench.Invite(), SipTransport.Udp);
        bench.Layer.ForgetMerge(first);
        ServerTransaction second = bench.Accept(TransactionBench.Invite("z9hG4bK-2"), SipTransport.Udp);
        bench.Layer.ForgetMerge(first);
        first.Terminate(bench.Now);
        Assert.True(bench.Layer.IsMerged(bench.Parse(TransactionBench.Invite("z9hG4bK-3"))));
        second.Terminate(bench.Now);
        Assert.False(bench.Layer.IsMerged(bench.Parse(TransactionBench.Invite("z9hG4bK-3"))));
    }

    [Fact]
    public void Names_that_are_too_long_to_keep_open_no_transaction()
    {
        using var bench = new TransactionBench();
        Assert.Null(bench.Layer.Accept(bench.Parse(TransactionBench.Invite(branch: "z9hG4bK" + new string('x', 2000))), TransactionBench.Flow(SipTransport.Udp)));
    }

    [Fact]
    public void Responses_follow_a_stream_that_the_peer_opened_again()
    {
        using var bench = new TransactionBench();
        ServerTransaction options = bench.Accept(TransactionBench.Invite(method: "OPTIONS"), SipTransport.Tcp);
        options.OnRetransmission(bench.Now, TransactionBench.Flow(SipTransport.Tcp) with { Connection = 8 });
        bench.Respond(options, 200);
        Assert.Equal(8u, bench.Sent[0].Flow.Connection);
    }
}
