namespace EdgePbx.Core.Tests;

/// <summary>Changes of a session that is up, and what happens when they meet (RFC 3261 14).</summary>
public class ReInviteScenarios
{
    [Fact]
    [Trait("Clause", "C-31")]
    public void A_second_invite_before_the_first_is_answered_gets_500_and_a_time()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("INVITE");
        uint first = call.A.CSeq;
        string firstBranch = call.A.LastBranch;
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 3, "inactive"));
        WireMessage early = call.Caller.NextStatus(500);
        Assert.InRange(early.Number("Retry-After"), 0u, 10u);
        call.A.SendAckToFailure(early);
        Assert.Empty(call.Callee.Inbox); // C-28: no second INVITE while one is open
        call.Callee.Reply(forwarded, 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        WireMessage ok = call.Caller.NextStatus(200);
        Assert.Equal(firstBranch, ok.Branch);
        call.A.Learn(ok);
        call.A.Ack(cseq: first);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-31")]
    public void So_does_a_second_one_before_the_call_is_answered()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Learn(caller.NextStatus(180));
        uint first = a.CSeq;
        a.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        WireMessage early = caller.NextStatus(500);
        Assert.NotEqual("", early["Retry-After"]);
        a.SendAckToFailure(early);
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: first);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-32")]
    [Trait("Clause", "C-28")]
    public void When_both_phones_change_at_once_the_later_one_gets_491()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage toCallee = call.Callee.NextRequest("INVITE");
        call.B.Send("INVITE", body: call.Callee.Sdp(41000, 2, "sendonly"));
        call.B.SendAckToFailure(call.Callee.NextStatus(491));
        Assert.False(call.Caller.HasRequest("INVITE"));
        call.Callee.Reply(toCallee, 491); // as it has one of its own open
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(491));
        call.B.Send("INVITE", body: call.Callee.Sdp(41000, 3, "sendonly")); // the callee tries again
        call.Caller.Reply(call.Caller.NextRequest("INVITE"), 200, body: call.Caller.Sdp(40000, 3, "recvonly"));
        _ = call.Caller.NextRequest("ACK");
        _ = call.B.Answered();
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-28")]
    public void While_one_leg_changes_the_other_starts_nothing()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        WireMessage ok = call.Caller.NextStatus(200);
        call.B.Send("INVITE", body: call.Callee.Sdp(41000, 3, "inactive")); // the caller's ACK is still on its way
        call.B.SendAckToFailure(call.Callee.NextStatus(491));
        Assert.False(call.Caller.HasRequest("INVITE"));
        call.A.Learn(ok);
        call.A.Ack();
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-29")]
    [InlineData(false, 2.1, 4.0)]
    [InlineData(true, 0.0, 2.0)]
    public void After_491_the_owner_of_the_call_id_waits_longer(bool towardsCaller, double least, double most)
    {
        HashSet<double> waits = [];
        for (int seed = 0; seed < 12; seed++)
        {
            using var world = new PbxWorld(PbxWorld.DefaultSettings with { SessionInterval = TimeSpan.FromSeconds(90) }, seed);
            (Phone caller, Phone callee) = world.TwoPhones();
            caller.Allow = callee.Allow = "INVITE, ACK, CANCEL, BYE, OPTIONS"; // a refresh is a re-INVITE then
            ConnectedCall call = ConnectedCall.Begin(caller, callee, TimerCall.Expires(towardsCaller ? 90 : 1800), TimerCall.Expires(towardsCaller ? 1800 : 90, "uac"));
            Phone phone = towardsCaller ? caller : callee;
            world.Advance(towardsCaller ? 45 : 44);
            WireMessage refresh = phone.NextRequest("INVITE");
            Instant refused = world.Now;
            int sent = world.Sent.Count;
            phone.Reply(refresh, 491);
            _ = phone.NextRequest("ACK");
            world.Advance(4.1);
            Instant again = world.Sent.Skip(sent).First(later => later.To == phone.At && later.Message is { IsResponse: false, Method: "INVITE" }).At;
            double wait = (again - refused).TotalSeconds;
            Assert.InRange(wait, least, most);
            Assert.Equal(0, (again - refused).Ticks % (10 * TimeSpan.TicksPerMillisecond));
            _ = waits.Add(wait);
            phone.Reply(phone.NextRequest("INVITE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: phone.Sdp(towardsCaller ? 40000 : 41000));
            call.HangUp();
        }
        Assert.True(waits.Count > 5, "the wait is not random");
    }

    [Fact]
    [Trait("Clause", "C-29")]
    public void After_491_nothing_is_tried_again_when_the_call_ended_meanwhile()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.Allow = "INVITE, ACK, CANCEL, BYE";
        ConnectedCall call = ConnectedCall.Begin(caller, callee, calleeExtra: TimerCall.Expires(90, "uac"));
        world.Advance(44);
        callee.Reply(callee.NextRequest("INVITE"), 491);
        _ = callee.NextRequest("ACK");
        call.HangUp();
        world.Advance(600);
        Assert.False(callee.HasRequest("INVITE"));
        Assert.False(callee.HasRequest("UPDATE"));
    }

    [Fact]
    [Trait("Clause", "C-30")]
    [Trait("Clause", "C-33")]
    public void A_refused_offer_leaves_media_as_they_were()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Dictionary<RelayKey, RelaySettings> before = new(world.Relays);
        call.A.Send("INVITE", body: call.Caller.Sdp(49000, 2, "sendonly"));
        WireMessage offer = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(offer, 488);
        _ = call.Callee.NextRequest("ACK");
        WireMessage refusal = call.Caller.NextStatus(488);
        Assert.NotEqual("", refusal["Warning"]);
        call.A.SendAckToFailure(refusal);
        Assert.Equal(before, world.Relays);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-30")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void A_refresh_after_a_refused_offer_shows_what_was_agreed_and_not_what_was_refused(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 488);
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(488));

        call.B.Send(method, body: call.B.Sdp); // the callee repeats what it said when it answered
        WireMessage answer = call.Callee.NextStatus(200);
        Assert.Equal("sendrecv", answer.Direction);
        if (method == "INVITE")
        {
            call.B.Learn(answer);
            call.B.Ack();
        }
        Assert.Empty(call.Caller.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-30")]
    [Trait("Clause", "O-04")]
    public void Our_own_refresh_after_a_refused_offer_shows_what_was_agreed_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.Allow = "INVITE, ACK, CANCEL, BYE";
        ConnectedCall call = ConnectedCall.Begin(caller, callee, calleeExtra: TimerCall.Expires(90, "uac"));
        call.A.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        WireMessage refused = callee.NextRequest("INVITE");
        callee.Reply(refused, 488);
        _ = callee.NextRequest("ACK");
        call.A.SendAckToFailure(caller.NextStatus(488));
        world.Advance(46);
        WireMessage refresh = callee.NextRequest("INVITE");
        Assert.Equal("sendrecv", refresh.Direction);
        Assert.True(refresh.SdpVersion > refused.SdpVersion, "the version may not fall");
        callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: callee.Sdp(41000));
        _ = callee.NextRequest("ACK");
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "race 3")]
    public void A_bye_while_our_invite_has_a_100_leaves_nothing_even_if_that_is_never_answered()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 100);
        call.B.Bye();
        _ = call.Callee.NextStatus(200);
        call.A.SendAckToFailure(call.Caller.NextStatus(487));
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [Trait("Clause", "race 3")]
    [InlineData(200)]
    [InlineData(487)]
    public void Or_when_it_is_answered_later(int status)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(forwarded, 100);
        call.A.Bye();
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        call.Callee.Reply(forwarded, status, body: status == 200 ? call.Callee.Sdp(41000, 2, "recvonly") : "");
        Assert.Equal(forwarded.CSeq, call.Callee.NextRequest("ACK").CSeq);
        Assert.False(call.Callee.HasRequest("BYE")); // one is enough
    }

    [Fact]
    [Trait("Clause", "race 3")]
    [Trait("Clause", "C-21")]
    public void A_late_answer_to_a_change_is_acknowledged_along_the_routes_of_the_dialog()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = (world.Phone("1001", 11), world.Phone("1002", 81));
        Phone proxy = callee; // what the callee says comes by it
        callee.ContactUri = "sip:1002@192.0.2.30:5060";
        caller.Register();
        callee.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept("Record-Route: <sip:192.0.2.81;lr>\r\n");
        _ = a.Answered();
        a.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = proxy.NextRequest("INVITE");
        a.Bye();
        proxy.Reply(proxy.NextRequest("BYE"), 200);
        proxy.Reply(forwarded, 200, body: callee.Sdp(41000, 2, "recvonly"));
        Assert.Equal(["<sip:192.0.2.81;lr>"], proxy.NextRequest("ACK").All("Route"));
    }

    [Fact]
    [Trait("Clause", "race 29")]
    public void A_malformed_answer_to_a_change_keeps_neither_the_bye_nor_the_call()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(forwarded, 100);
        call.Callee.Send("SIP/2.0 200 OK\r\nVia: broken\r\nCSeq: \r\n\r\n");
        call.A.Bye();
        _ = call.Caller.NextStatus(200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "race 29")]
    public void An_answer_whose_description_is_none_ends_the_exchange_and_not_the_call()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: "nonsense");
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-15")]
    public void A_change_that_is_cancelled_is_cancelled_on_the_other_leg_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage forwarded = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(forwarded, 180);
        call.A.Cancel();
        _ = call.Caller.NextStatus(200);
        call.Callee.Reply(call.Callee.NextRequest("CANCEL"), 200);
        call.Callee.Reply(forwarded, 487);
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(487));
        call.HangUp();
    }
}
