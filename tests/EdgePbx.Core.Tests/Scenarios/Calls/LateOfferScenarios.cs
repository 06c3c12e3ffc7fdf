namespace EdgePbx.Core.Tests;

/// <summary>An INVITE without an offer: the 2xx makes it, the ACK answers it (RFC 3261 13.2.1, O-08).</summary>
public class LateOfferScenarios
{
    [Fact]
    [Trait("Clause", "O-08")]
    public void In_the_first_invite_offer_and_answer_cross_both_legs()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "");
        PhoneDialog b = callee.Take();
        Assert.Equal("", b.Invitation!.Body);
        Assert.Equal(0, world.Gauges.PortsInUse);
        b.Accept(sdp: callee.Sdp(41000));
        Assert.False(callee.HasRequest("ACK")); // it waits for the caller's answer
        WireMessage ok = a.Answered(caller.Sdp(40000));
        Assert.Equal("192.0.2.1", ok.Sdp("c=IN IP4 "));
        WireMessage ack = callee.NextRequest("ACK");
        Assert.Equal("192.0.2.1", ack.Sdp("c=IN IP4 "));
        Assert.Equal([40000, 41000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).Order());
        b.Accept(sdp: callee.Sdp(41000)); // its copy gets the same ACK
        Assert.Equal(ack.Text, callee.NextRequest("ACK").Text);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Theory]
    [Trait("Clause", "O-08")]
    [InlineData(true)]
    [InlineData(false)]
    public void In_a_later_invite_too(bool byCaller)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        (PhoneDialog dialog, Phone asker, Phone other) = byCaller ? (call.A, call.Caller, call.Callee) : (call.B, call.Callee, call.Caller);
        dialog.Send("INVITE");
        WireMessage invite = other.NextRequest("INVITE");
        Assert.Equal("", invite.Body);
        other.Reply(invite, 200, body: other.Sdp(44000, 2));
        Assert.False(other.HasRequest("ACK"));
        WireMessage ok = asker.NextStatus(200);
        Assert.NotEqual("", ok.Body);
        dialog.Learn(ok);
        dialog.Ack(asker.Sdp(45000, 2));
        Assert.NotEqual("", other.NextRequest("ACK").Body);
        Assert.Equal([44000, 45000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).Order());
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-08")]
    public void An_ack_without_the_answer_ends_the_call()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "");
        callee.Take().Accept(sdp: callee.Sdp(41000));
        _ = a.Answered();
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        caller.Reply(caller.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-08")]
    [Trait("Clause", "C-27")]
    public void So_does_an_ack_that_never_comes()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "");
        callee.Take().Accept(sdp: callee.Sdp(41000));
        a.Learn(caller.NextStatus(200));
        world.Advance(32.1);
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        caller.Reply(caller.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-08")]
    public void Who_offers_nothing_in_its_answer_is_hung_up()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "");
        callee.Take().Accept(sdp: "");
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        WireMessage refusal = caller.Inbox.Single(message => message.Status >= 300);
        a.SendAckToFailure(refusal);
        Assert.Equal(488, refusal.Status);
    }

    [Fact]
    [Trait("Clause", "O-08")]
    [Trait("Clause", "C-34")]
    public void A_callee_that_hangs_up_while_its_offer_waits_is_acknowledged_all_the_same()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "");
        PhoneDialog b = callee.Take();
        b.Accept(sdp: callee.Sdp(41000));
        b.Bye();
        _ = callee.NextStatus(200);
        _ = callee.NextRequest("ACK");
        _ = a.Answered(caller.Sdp(40000));
        caller.Reply(caller.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-08")]
    [Trait("Clause", "O-01")]
    public void While_the_offer_waits_for_its_answer_nobody_starts_another()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE");
        uint invite = call.A.CSeq;
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.Callee.Sdp(41000, 2, "sendonly"));
        call.A.Learn(call.Caller.NextStatus(200));
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 3, "inactive"));
        call.A.SendAckToFailure(call.Caller.NextStatus(491));
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 3, "inactive"));
        _ = call.Caller.NextStatus(491);
        call.B.Send("UPDATE", body: call.Callee.Sdp(41000, 3, "inactive"));
        Assert.InRange(call.Callee.Next().Status, 491, 500);
        call.A.Ack(call.Caller.Sdp(40000, 2, "recvonly"), invite);
        Assert.Contains("a=recvonly", call.Callee.NextRequest("ACK").Body, StringComparison.Ordinal);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-08")]
    [Trait("Clause", "race 37")]
    public void Without_ports_for_a_late_offer_both_legs_end()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Ports.Left = 1;
        PhoneDialog a = caller.Invite("1002", sdp: "");
        callee.Take().Accept(sdp: callee.Sdp(41000));
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        WireMessage refusal = caller.NextStatus(503);
        Assert.NotEqual("", refusal["Retry-After"]);
        a.SendAckToFailure(refusal);
        Assert.Equal(0, world.Ports.Open);
    }
}
