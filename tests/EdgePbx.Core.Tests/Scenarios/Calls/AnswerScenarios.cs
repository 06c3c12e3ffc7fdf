namespace EdgePbx.Core.Tests;

/// <summary>The 2xx, its copies, its ACK, and the BYE that may follow only then (RFC 3261 13.3.1.4, 15.1; RFC 6026).</summary>
public class AnswerScenarios
{
    [Theory]
    [Trait("Clause", "C-27")]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    public void The_answer_is_repeated_until_its_ack_over_a_stream_too(SipTransport transport)
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11, transport);
        Phone callee = world.Phone("1002", 12);
        caller.Register();
        callee.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        Instant start = world.Now;
        b.Accept();
        _ = callee.NextRequest("ACK");
        world.Advance(12);
        double[] moments = [.. world.Sent.Where(sent => sent.To == caller.At && sent.Message.Status == 200 && sent.Message.Method == "INVITE")
            .Select(sent => (sent.At - start).TotalSeconds)];
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5], moments);
        _ = a.Answered();
        caller.Inbox.Clear();
        world.Advance(25);
        Assert.Empty(caller.Inbox);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-27")]
    public void Without_an_ack_in_32_seconds_both_legs_get_bye()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        world.Advance(31.9);
        a.Learn(caller.NextStatus(200));
        Assert.False(caller.HasRequest("BYE"));
        Assert.False(callee.HasRequest("BYE"));
        world.Advance(0.2);
        caller.Reply(caller.NextRequest("BYE"), 200);
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "C-27")]
    public void Without_an_ack_to_a_later_answer_they_get_it_too()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(100);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        world.Advance(33);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-27")]
    [Trait("Clause", "C-34")]
    public void A_later_answer_is_not_repeated_once_the_call_is_over()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.A.Sdp);
        _ = call.Caller.NextStatus(200);
        call.B.Bye();
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        call.Caller.Inbox.Clear();
        world.Advance(40);
        Assert.Empty(call.Caller.Inbox);
    }

    [Fact]
    [Trait("Clause", "U-01")]
    public void A_copy_of_the_invite_after_its_answer_is_absorbed()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        int sent = world.Sent.Count;
        for (int i = 0; i < 3; i++)
        {
            call.Caller.Send(call.A.LastInvite);
            world.Advance(10);
        }
        Assert.Equal(sent, world.Sent.Count);
        Assert.Equal(3, world.Counters.InviteRetransmissionsAbsorbed);
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
        call.Caller.Send(call.A.LastInvite);
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "U-01")]
    public void A_copy_before_the_answer_gets_the_last_response_again()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        caller.Send(a.LastInvite);
        Assert.Equal(100, caller.Next().Status);
        Assert.Equal(100, caller.Next().Status);
        PhoneDialog b = callee.Take();
        b.Ring();
        caller.Inbox.Clear();
        caller.Send(a.LastInvite);
        Assert.Equal(180, caller.Next().Status);
        Assert.Empty(callee.Inbox);
        b.Reply(486);
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Fact]
    [Trait("Clause", "C-34")]
    public void The_bye_to_the_caller_waits_for_its_ack()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        b.Bye();
        _ = callee.NextStatus(200);
        Assert.Equal(0, world.Gauges.Calls); // the call is over; only the promise to say BYE is left
        world.Advance(2);
        Assert.False(caller.HasRequest("BYE"));
        _ = a.Answered();
        WireMessage bye = caller.NextRequest("BYE");
        caller.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-34")]
    public void And_goes_out_after_32_seconds_if_that_never_comes()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        b.Bye();
        world.Advance(31.9);
        a.Learn(caller.NextStatus(200));
        Assert.False(caller.HasRequest("BYE"));
        world.Advance(0.2);
        caller.Reply(caller.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-34")]
    [Trait("Clause", "race 20")]
    public void Or_the_caller_hangs_up_itself_meanwhile()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        b.Bye();
        a.Learn(caller.NextStatus(200));
        a.Send("INFO", body: "x");
        _ = caller.NextStatus(481);
        a.Bye();
        _ = caller.NextStatus(200);
        world.Advance(40);
        Assert.False(caller.HasRequest("BYE"));
    }

    [Fact]
    [Trait("Clause", "C-34")]
    [Trait("Clause", "race 22")]
    public void The_session_is_over_when_bye_is_sent_and_not_when_it_is_answered()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Drops = (_, to) => to == call.Callee.At;
        call.A.Bye();
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.PortsInUse);
        Assert.Equal(1, world.Log.Count("cleanup_verified"));
        world.Advance(33);
        Assert.Equal(11, world.Sent.Count(sent => sent.To == call.Callee.At && sent.Message.Method == "BYE" && !sent.Message.IsResponse)); // C-38
    }

    [Fact]
    [Trait("Clause", "race 22")]
    public void A_bye_that_can_not_be_sent_keeps_nobody()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        int transactions = world.Gauges.ClientTransactions;
        world.FailSends(call.Callee.At);
        call.A.Bye();
        _ = call.Caller.NextStatus(200);
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(transactions, world.Gauges.ClientTransactions);
    }

    [Fact]
    [Trait("Clause", "C-35")]
    public void What_is_open_when_bye_comes_gets_487()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string info = call.A.Send("INFO", body: "x");
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        PhoneDialog invite = call.A;
        string inviteBranch = invite.LastBranch;
        call.A.Bye();
        WireMessage[] answers = [.. call.Caller.Inbox.Where(message => message.Status >= 200)];
        Assert.Contains(answers, message => message.Method == "BYE" && message.Status == 200);
        Assert.Contains(answers, message => message.Branch == info && message.Status == 487);
        Assert.Contains(answers, message => message.Branch == inviteBranch && message.Status == 487);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-35")]
    public void A_caller_may_hang_up_before_the_answer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        WireMessage ringing = caller.NextStatus(180);
        string inviteBranch = a.LastBranch;
        a.Learn(ringing);
        a.Bye();
        _ = caller.NextStatus(200);
        WireMessage terminated = caller.NextStatus(487);
        Assert.Equal(inviteBranch, terminated.Branch);
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
    }
}
