namespace EdgePbx.Core.Tests;

/// <summary>Descriptions that travel by reliable provisional responses and their PRACKs (RFC 3262 section 5).</summary>
public class PrackOfferScenarios
{
    private const string Reliable = PrackScenarios.Reliable;

    [Fact]
    [Trait("Clause", "U-10")]
    public void An_offer_in_a_reliable_response_is_answered_in_the_prack_on_both_legs()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "", extra: "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        Assert.Equal("", b.Invitation!.Body);
        b.Reply(183, $"{Reliable}5\r\n", callee.Sdp(41000));
        Assert.False(callee.HasRequest("PRACK")); // it waits for the caller's answer
        WireMessage offer = caller.NextStatus(183);
        Assert.True(offer.HasToken("Require", "100rel"));
        Assert.Equal("192.0.2.1", offer.Sdp("c=IN IP4 "));
        a.Learn(offer);
        a.Send("PRACK", $"RAck: {offer["RSeq"]} {invite} INVITE\r\n", caller.Sdp(40000));
        _ = caller.NextStatus(200);
        WireMessage prack = callee.NextRequest("PRACK");
        Assert.Equal($"5 {b.Invitation.CSeq} INVITE", prack["RAck"]);
        Assert.Equal("192.0.2.1", prack.Sdp("c=IN IP4 "));
        callee.Reply(prack, 200);
        Assert.Equal([40000, 41000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).Order());
        b.Accept(sdp: "");
        Assert.Equal("", callee.NextRequest("ACK").Body);
        WireMessage ok = caller.NextStatus(200);
        Assert.Equal("", ok.Body);
        a.Ack(cseq: invite);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-10")]
    public void When_the_caller_never_answers_that_offer_both_legs_end()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "", extra: "Supported: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Reply(183, $"{Reliable}5\r\n", callee.Sdp(41000));
        world.Advance(32.1);
        a.SendAckToFailure(caller.NextStatus(504));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
        Assert.Equal(0, world.Gauges.PortsInUse);
    }

    [Fact]
    [Trait("Clause", "U-10")]
    public void A_description_that_is_repeated_after_its_answer_is_no_second_offer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "", extra: "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Reply(183, $"{Reliable}5\r\n", callee.Sdp(41000));
        WireMessage offer = caller.NextStatus(183);
        a.Learn(offer);
        a.Send("PRACK", $"RAck: {offer["RSeq"]} {invite} INVITE\r\n", caller.Sdp(40000));
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("PRACK"), 200);
        b.Reply(180, $"{Reliable}6\r\n", callee.Sdp(41000));
        WireMessage prack = callee.NextRequest("PRACK");
        Assert.Equal("", prack.Body);
        callee.Reply(prack, 200);
        Assert.DoesNotContain(caller.Inbox, message => message.Body.Length > 0);
        b.Accept(sdp: "");
        _ = callee.NextRequest("ACK");
        _ = caller.NextStatus(200);
        a.Ack(cseq: invite);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-10")]
    [Trait("Clause", "C-26")]
    public void A_caller_that_wants_all_reliably_and_offers_nothing_hears_nothing_before_the_offer()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(100) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.Advance(70);
        Assert.Equal([100], caller.Inbox.Select(message => message.Status));
        b.Accept(sdp: callee.Sdp(41000));
        _ = a.Answered(caller.Sdp(40000));
        _ = callee.NextRequest("ACK");
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-10")]
    public void A_caller_that_does_not_know_it_is_never_made_an_early_offer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", sdp: "");
        PhoneDialog b = callee.Take();
        Assert.False(b.Invitation!.HasToken("Supported", "100rel"));
        b.Ring();
        _ = caller.NextStatus(180);
        b.Accept(sdp: callee.Sdp(41000));
        WireMessage ok = a.Answered(caller.Sdp(40000));
        Assert.NotEqual("", ok.Body);
        _ = callee.NextRequest("ACK");
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-10")]
    public void A_new_offer_in_the_prack_is_answered_in_its_response()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Reply(183, $"{Reliable}7\r\n", b.Sdp);
        callee.Reply(callee.NextRequest("PRACK"), 200);
        WireMessage progress = caller.NextStatus(183);
        a.Learn(progress);
        a.Send("PRACK", $"RAck: {progress["RSeq"]} {invite} INVITE\r\n", caller.Sdp(40500, 2));
        WireMessage update = callee.NextRequest("UPDATE"); // a PRACK of ours has no place for it any more
        callee.Reply(update, 200, body: callee.Sdp(41500, 2));
        WireMessage ok = caller.NextStatus(200);
        Assert.Equal("PRACK", ok.Method);
        Assert.NotEqual("", ok.Body);
        Assert.Equal([40500, 41500], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).Order());
        PrackScenarios.End(caller, callee, a, b, invite);
    }
}
