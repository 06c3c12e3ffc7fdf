namespace EdgePbx.Core.Tests;

/// <summary>UPDATE in a call that is up, and before (RFC 3311).</summary>
public class UpdateScenarios
{
    [Fact]
    [Trait("Clause", "U-05")]
    public void An_offer_in_update_crosses_as_update_when_the_other_phone_takes_that()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage update = call.Callee.NextRequest("UPDATE");
        Assert.Contains("a=sendonly", update.Body, StringComparison.Ordinal);
        call.Callee.Reply(update, 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        Assert.Contains("a=recvonly", call.Caller.NextStatus(200).Body, StringComparison.Ordinal);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-05")]
    public void It_crosses_as_invite_when_the_other_phone_does_not()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.Allow = "INVITE, ACK, CANCEL, BYE";
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        call.A.Send("UPDATE", body: caller.Sdp(40000, 2, "sendonly"));
        Assert.False(callee.HasRequest("UPDATE"));
        WireMessage invite = callee.NextRequest("INVITE");
        callee.Reply(invite, 200, body: callee.Sdp(41000, 2, "recvonly"));
        _ = callee.NextRequest("ACK");
        Assert.Contains("a=recvonly", caller.NextStatus(200).Body, StringComparison.Ordinal);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-06")]
    public void A_second_update_before_the_first_is_answered_gets_500_and_a_time()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("UPDATE");
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 3, "inactive"));
        WireMessage early = call.Caller.NextStatus(500);
        Assert.InRange(early.Number("Retry-After"), 0u, 10u);
        call.Callee.Reply(forwarded, 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Caller.NextStatus(200);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-06")]
    [Trait("Clause", "O-01")]
    public void An_offer_while_one_of_ours_is_open_gets_491()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("UPDATE");
        call.B.Send("UPDATE", body: call.Callee.Sdp(41000, 2, "sendonly"));
        _ = call.Callee.NextStatus(491);
        call.B.Send("INVITE", body: call.Callee.Sdp(41000, 2, "sendonly"));
        call.B.SendAckToFailure(call.Callee.NextStatus(491));
        call.Callee.Reply(forwarded, 200, body: call.Callee.Sdp(41000, 3, "recvonly"));
        _ = call.Caller.NextStatus(200);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-06")]
    [Trait("Clause", "O-01")]
    public void An_offer_while_the_phones_own_invite_is_open_gets_500()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("INVITE");
        uint invite = call.A.CSeq;
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 3, "inactive"));
        Assert.NotEqual("", call.Caller.NextStatus(500)["Retry-After"]);
        call.Callee.Reply(forwarded, 200, body: call.Callee.Sdp(41000, 3, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        call.A.Learn(call.Caller.NextStatus(200));
        call.A.Ack(cseq: invite);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-01")]
    public void An_invite_while_the_phones_own_update_is_open_starts_no_second_exchange()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("UPDATE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("UPDATE");
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 1));
        WireMessage refused = call.Caller.Next();
        Assert.InRange(refused.Status, 491, 500);
        call.A.SendAckToFailure(refused);
        Assert.Empty(call.Callee.Inbox);
        call.Callee.Reply(forwarded, 200, body: call.Callee.Sdp(41000, 3, "recvonly"));
        _ = call.Caller.NextStatus(200);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-05")]
    public void Without_an_offer_it_is_answered_here()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("UPDATE");
        WireMessage ok = call.Caller.NextStatus(200);
        Assert.Equal("", ok.Body);
        Assert.True(ok.Has("Contact"));
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-05")]
    public void Before_the_answer_an_offer_gets_500_while_the_invites_own_has_no_answer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        uint invite = a.CSeq;
        a.Learn(caller.NextStatus(180));
        a.Send("UPDATE", body: caller.Sdp(40000, 2, "sendonly"));
        Assert.NotEqual("", caller.NextStatus(500)["Retry-After"]);
        Assert.Empty(callee.Inbox);
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-05")]
    [Trait("Clause", "U-08")]
    public void Before_the_answer_an_offer_crosses_once_the_invites_own_was_answered_reliably()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Reply(183, "Require: 100rel\r\nRSeq: 7\r\n", b.Sdp);
        callee.Reply(callee.NextRequest("PRACK"), 200);
        WireMessage progress = caller.NextStatus(183);
        a.Learn(progress);
        a.Send("PRACK", $"RAck: {progress["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);

        a.Send("UPDATE", body: caller.Sdp(40500, 2));
        WireMessage update = callee.NextRequest("UPDATE");
        callee.Reply(update, 200, body: callee.Sdp(41500, 2));
        Assert.NotEqual("", caller.NextStatus(200).Body);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 40500);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 41500);

        b.Accept(sdp: ""); // the answer has been given
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 40500);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 41500);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }
}
