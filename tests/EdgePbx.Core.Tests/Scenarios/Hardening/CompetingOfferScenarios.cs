namespace EdgePbx.Core.Tests;

/// <summary>The caller makes no offer, so the callee does: early, in the answer, or several callees at once (RFC 3261 13.2.1, RFC 3262 5).</summary>
[Trait("Clause", "O-08")]
public class CompetingOfferScenarios
{
    [Fact]
    public void Of_several_phones_the_offer_of_the_one_that_answers_is_answered()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002", "Supported: 100rel\r\n");
        PhoneDialog b = one.Take();
        PhoneDialog c = two.Take();
        Assert.False(b.Invitation!.HasToken("Supported", "100rel"));
        b.Ring();
        c.Accept();
        Assert.Empty(two.Inbox);
        _ = one.Takes("CANCEL");
        b.Accept(); // it crosses
        Assert.Equal(b.LocalTag, one.NextRequest("ACK").ToTag);
        _ = one.Takes("BYE");
        WireMessage ok = a.Answered(caller.Sdp());
        Assert.NotEqual("", ok.Body);
        Assert.NotEqual("", two.NextRequest("ACK").Body);
        a.Bye();
        _ = two.Takes("BYE");
    }

    /// <summary>A phone that sends reliable provisional responses although nobody said that they are understood.</summary>
    [Theory]
    [Trait("Clause", "U-10")]
    [InlineData(true)]
    [InlineData(false)]
    public void An_early_offer_of_one_phone_does_not_spoil_the_answer_of_another(bool acknowledgesFirst)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002", "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = one.Take();
        PhoneDialog c = two.Take();
        b.Reply(183, $"{Calling.Reliable}1\r\n", one.Sdp(41000));
        WireMessage? early = caller.Inbox.FirstOrDefault(message => message.Status == 183);
        if (acknowledgesFirst)
        {
            Prack(caller, a, early, invite);
        }
        c.Accept(sdp: two.Sdp(42000));
        if (!acknowledgesFirst)
        {
            Prack(caller, a, early, invite);
        }
        TakeAll(one, b);
        WireMessage final = caller.Inbox.Last(message => message.Method == "INVITE" && message.Status >= 200);
        Assert.Equal(200, final.Status);
        a.Learn(final);
        a.Ack(caller.Sdp(), invite);
        Assert.NotEqual("", two.NextRequest("ACK").Body); // an offer in a 2xx has its answer in the ACK
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 42000);
        Assert.DoesNotContain(world.Relays.Values, relay => relay.RemoteRtp.Port == 41000);
        a.Bye();
        _ = two.Takes("BYE");
    }

    [Theory]
    [Trait("Clause", "U-10")]
    [Trait("Clause", "C-25")]
    [InlineData(true)]
    [InlineData(false)]
    public void An_offer_in_an_answer_after_another_dialog_made_one_is_acknowledged_and_hung_up(bool acknowledgesFirst)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002", "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        WireMessage invitation = callee.Take().Invitation!;
        callee.Reply(invitation, 183, "one", $"{Calling.Reliable}1\r\n", callee.Sdp(41000));
        WireMessage early = caller.NextStatus(183);
        if (acknowledgesFirst)
        {
            Prack(caller, a, early, invite);
            Assert.NotEqual("", callee.Takes("PRACK").Body);
        }
        callee.Reply(invitation, 200, "two", body: callee.Sdp(42000));
        Assert.Equal("two", callee.NextRequest("ACK").ToTag);
        Assert.Equal("two", callee.Takes("BYE").ToTag);
        a.CSeq = invite;
        a.SendAckToFailure(caller.NextStatus(488));
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "U-10")]
    public void An_early_offer_of_a_phone_that_then_refuses_leaves_the_other_one_free()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002", "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = one.Take();
        PhoneDialog c = two.Take();
        b.Reply(183, $"{Calling.Reliable}1\r\n", one.Sdp(41000));
        WireMessage? early = caller.Inbox.FirstOrDefault(message => message.Status == 183);
        b.Reply(486);
        Prack(caller, a, early, invite);
        c.Accept(sdp: two.Sdp(42000));
        a.Learn(caller.NextStatus(200));
        a.Ack(caller.Sdp(), invite);
        Assert.NotEqual("", two.NextRequest("ACK").Body);
        a.Bye();
        _ = two.Takes("BYE");
    }

    [Theory]
    [Trait("Clause", "C-30")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_change_without_an_offer_whose_answer_makes_none_ends_in_order(bool portsAreExhausted)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE");
        WireMessage invite = call.Callee.NextRequest("INVITE");
        Assert.Equal("", invite.Body);
        world.Ports.Left = 0;
        call.Callee.Reply(invite, 200, body: portsAreExhausted ? call.Callee.Sdp(41000, 2) + "m=video 41002 RTP/AVP 96\r\n" : "");
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(500));
        if (world.Gauges.Calls == 0)
        {
            _ = call.Caller.Takes("BYE");
            _ = call.Callee.Takes("BYE");
            return;
        }
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-30")]
    public void A_change_for_which_no_port_is_left_is_refused_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        int ports = world.Gauges.PortsInUse;
        world.Ports.Left = 1;
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2) + "m=video 40002 RTP/AVP 96\r\n");
        WireMessage refusal = call.Caller.NextStatus(500);
        call.A.SendAckToFailure(refusal);
        Assert.Equal(ports, world.Gauges.PortsInUse);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    private static void Prack(Phone caller, PhoneDialog a, WireMessage? early, uint invite)
    {
        if (early is not null && early.Has("RSeq"))
        {
            a.Learn(early);
            a.Send("PRACK", $"RAck: {early["RSeq"]} {invite} INVITE\r\n", early.Body.Length > 0 ? caller.Sdp() : "");
        }
    }

    /// <summary>The losing phone takes whatever comes: PRACK, and a CANCEL.</summary>
    private static void TakeAll(Phone phone, PhoneDialog dialog)
    {
        while (phone.Inbox.TryDequeue(out WireMessage? message))
        {
            if (message is { IsResponse: false, Method: not "ACK" })
            {
                phone.Reply(message, 200);
            }
            if (message.Method == "CANCEL")
            {
                dialog.Reply(487);
            }
        }
    }
}
