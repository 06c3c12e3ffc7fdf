namespace EdgePbx.Core.Tests;

/// <summary>Messages that meet each other on the way: BYE, CANCEL and ACK in an unlucky order.</summary>
public class CrossingScenarios
{
    [Fact]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "C-34")]
    public void A_caller_that_hangs_up_before_its_ack_hears_neither_the_answer_again_nor_a_bye()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Bye();
        _ = caller.NextStatus(200);
        _ = callee.Takes("BYE");
        caller.Inbox.Clear();
        world.Advance(70);
        Assert.Empty(caller.Inbox);
    }

    [Fact]
    [Trait("Clause", "ST-33")]
    public void Nor_does_a_phone_that_hangs_up_before_the_ack_to_a_change()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        _ = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        call.A.Learn(call.Caller.NextStatus(200));
        call.A.Bye();
        _ = call.Caller.NextStatus(200);
        _ = call.Callee.Takes("BYE");
        call.Caller.Inbox.Clear();
        world.Advance(70);
        Assert.Empty(call.Caller.Inbox);
    }

    [Theory]
    [Trait("Clause", "O-08")]
    [Trait("Clause", "C-34")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_callee_that_made_the_offer_and_hangs_up_before_the_answer_gets_its_ack(bool callerAcknowledges)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        Assert.Empty(callee.Inbox);
        b.Bye();
        _ = callee.NextStatus(200);
        WireMessage ack = callee.NextRequest("ACK");
        Assert.Equal((b.Invitation!.CSeq, b.LocalTag), (ack.CSeq, ack.ToTag));
        b.Accept(); // a copy that was on its way
        Assert.Equal(ack.Text, callee.NextRequest("ACK").Text);
        Assert.False(caller.HasRequest("BYE"));
        if (callerAcknowledges)
        {
            _ = a.Answered(caller.Sdp());
        }
        else
        {
            world.Advance(32.1);
        }
        _ = caller.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "C-15")]
    [Trait("Clause", "U-08")]
    public void A_cancel_while_the_answer_waits_for_a_prack_ends_the_call_on_both_legs()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee, PhoneDialog a, _) = AnsweredBehindARing(world);
        a.Cancel();
        Assert.Equal(200, caller.NextStatus(200).Status);
        a.SendAckToFailure(caller.NextStatus(487));
        _ = callee.Takes("BYE");
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.PortsInUse);
    }

    [Fact]
    [Trait("Clause", "C-31")]
    [Trait("Clause", "U-08")]
    public void A_second_invite_while_the_answer_waits_gets_500_and_a_time()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee, PhoneDialog a, WireMessage ringing) = AnsweredBehindARing(world);
        uint invite = a.CSeq;
        a.Learn(ringing);
        a.Send("INVITE", body: caller.Sdp(40000, 2));
        WireMessage refusal = caller.NextStatus(500);
        Assert.True(refusal.Has("Retry-After"));
        a.SendAckToFailure(refusal);
        a.Send("PRACK", $"RAck: {ringing["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "U-07")]
    public void Without_that_prack_the_caller_gets_504_and_no_bye()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee, PhoneDialog a, _) = AnsweredBehindARing(world);
        world.Advance(32.1);
        a.SendAckToFailure(caller.NextStatus(504));
        _ = callee.Takes("BYE");
        world.Advance(70);
        Assert.DoesNotContain(world.Sent, sent => sent.To == caller.At && sent.Message is { IsResponse: false, Method: "BYE" });
        Assert.DoesNotContain(world.Sent, sent => sent.To == caller.At && sent.Message is { Status: 200, Method: "INVITE" });
    }

    [Fact]
    [Trait("Clause", "C-32")]
    [Trait("Clause", "O-08")]
    public void An_invite_before_the_ack_that_must_bring_the_answer_gets_491_and_a_later_ack_completes_the_call()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Accept();
        WireMessage ok = caller.NextStatus(200);
        a.Learn(ok);
        a.Send("INVITE", body: caller.Sdp(40000, 2)); // its ACK got lost
        a.SendAckToFailure(caller.NextStatus(491));
        world.Advance(1);
        Assert.Equal(ok.Text, caller.NextStatus(200).Text);
        a.Ack(caller.Sdp(), invite);
        Assert.Contains("m=audio ", callee.NextRequest("ACK").Body, StringComparison.Ordinal);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 40000);
        caller.Inbox.Clear();
        world.Advance(40);
        Assert.Empty(caller.Inbox);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "U-06")]
    public void Media_that_the_caller_moved_before_the_answer_stay_where_it_moved_them()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (PhoneDialog a, PhoneDialog b, uint invite) = Calling.AgreeEarly(caller, callee);
        a.Send("UPDATE", body: caller.Sdp(40500, 2));
        _ = callee.Takes("UPDATE", body: callee.Sdp(41000, 2));
        _ = caller.NextStatus(200);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 40500);
        b.Accept(); // with the description of the 183 once more
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 40500);
        Assert.DoesNotContain(world.Relays.Values, relay => relay.RemoteRtp.Port == 40000);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "C-21")]
    public void The_answer_decides_the_routes_whatever_rang_before()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring("Record-Route: <sip:192.0.2.12;lr;old>\r\n");
        b.Accept("Record-Route: <sip:192.0.2.12;lr;one>\r\nRecord-Route: <sip:192.0.2.12;lr;two>\r\n");
        Assert.Equal(["<sip:192.0.2.12;lr;two>", "<sip:192.0.2.12;lr;one>"], callee.NextRequest("ACK").All("Route"));
        _ = a.Answered();
        a.Bye();
        Assert.Equal(["<sip:192.0.2.12;lr;two>", "<sip:192.0.2.12;lr;one>"], callee.Takes("BYE").All("Route"));
    }

    private static (Phone Caller, Phone Callee, PhoneDialog A, WireMessage Ringing) AnsweredBehindARing(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        WireMessage ringing = caller.NextStatus(180);
        b.Accept();
        _ = callee.NextRequest("ACK");
        Assert.Empty(caller.Inbox);
        return (caller, callee, a, ringing);
    }
}
