namespace EdgePbx.Core.Tests;

/// <summary>Refreshes in both directions, on either leg (RFC 4028 7.4, 9, 10).</summary>
public class RefreshScenarios
{
    public static TheoryData<bool, string> Legs => new() { { true, "UPDATE" }, { true, "INVITE" }, { false, "UPDATE" }, { false, "INVITE" } };

    [Fact]
    [Trait("Clause", "ST-01")]
    [Trait("Clause", "ST-19")]
    [Trait("Clause", "ST-20")]
    [Trait("Clause", "ST-22")]
    public void The_box_refreshes_with_an_update_without_a_body_at_half_the_interval()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), "Session-Expires: 120;refresher=uac\r\n");
        call.KeepBothAlive();
        world.Advance(200);
        Assert.Equal([45, 90, 135, 180], call.Requests(call.Caller, "UPDATE").Select(request => request.At));
        Assert.Equal([59, 118, 177], call.Requests(call.Callee, "UPDATE").Select(request => request.At));
        foreach ((Phone phone, string expires) in ((Phone, string)[])[(call.Caller, "90;refresher=uac"), (call.Callee, "120;refresher=uac")])
        {
            Assert.Empty(call.Requests(phone, "INVITE"));
            foreach ((double _, WireMessage update) in call.Requests(phone, "UPDATE"))
            {
                Assert.Equal((expires, "", "0"), (update["Session-Expires"], update.Body, update["Content-Length"]));
                Assert.True(update.HasToken("Supported", "timer"));
                Assert.False(update.Has("Min-SE"));
                Assert.Single(update.All("Contact"));
            }
        }
        Assert.Equal(7, world.Counters.SessionsRefreshed);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-20")]
    [Trait("Clause", "ST-21")]
    [Trait("Clause", "race 10")]
    public void A_peer_without_update_gets_re_invites_with_the_same_bytes_each_time()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        int portsInUse = world.Gauges.PortsInUse;
        Dictionary<RelayKey, RelaySettings> relays = new(world.Relays);
        call.KeepBothAlive();
        world.Advance(1000);
        Assert.Equal(22, call.Requests(call.Caller, "INVITE").Count);
        Assert.All(call.Requests(call.Caller, "INVITE"), invite => Assert.Equal(call.Ok.Body, invite.Message.Body));
        Assert.All(call.Requests(call.Callee, "INVITE"), invite => Assert.Equal(call.B.Invitation!.Body, invite.Message.Body));
        Assert.All(call.Requests(call.Caller, "INVITE"), invite => Assert.Equal("90;refresher=uac", invite.Message["Session-Expires"]));
        Assert.Equal(22, call.Requests(call.Caller, "ACK").Count);
        Assert.Equal(portsInUse, world.Gauges.PortsInUse);
        Assert.Equal(relays, world.Relays);
        Assert.Equal((1, 2), (world.Gauges.Calls, world.Gauges.Dialogs));
        Assert.InRange(world.Gauges.PacketBuffersRented, 0, 12); // what lingers of the last refresh, not one more for each
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-20")]
    public void Update_is_used_as_soon_as_the_peer_says_that_it_allows_it()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        world.Advance(45);
        WireMessage invite = call.Callee.NextRequest("INVITE");
        call.Callee.Allow = "INVITE, ACK, BYE, CANCEL, UPDATE";
        call.Callee.Reply(invite, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        _ = call.A.Send("UPDATE", TimerCall.Expires(90, "uac"));
        world.Advance(45);
        Assert.True(call.Callee.HasRequest("UPDATE"));
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        call.HangUp();
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    [Trait("Clause", "ST-20")]
    public void An_update_that_is_not_allowed_after_all_becomes_a_re_invite(int status)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), "Session-Expires: 90;refresher=uac\r\n");
        call.Callee.Allow = TimerCall.NoUpdate;
        world.Advance(45);
        call.Callee.Reply(call.Callee.NextRequest("UPDATE"), status);
        WireMessage invite = call.Callee.NextRequest("INVITE");
        Assert.Equal((call.B.Invitation!.Body, "90;refresher=uac"), (invite.Body, invite["Session-Expires"]));
        call.Callee.Reply(invite, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        _ = call.Callee.NextRequest("ACK");
        world.Advance(45);
        Assert.False(call.Callee.HasRequest("UPDATE"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        _ = call.Callee.NextRequest("ACK");
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-22")]
    public void A_min_se_that_the_peer_ever_sent_stays_in_our_refreshes()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(300, "uas", minimum: 120));
        call.KeepBothAlive();
        world.Advance(150);
        WireMessage refresh = call.Requests(call.Caller, "UPDATE").Single().Message;
        Assert.Equal(("300;refresher=uac", "120"), (refresh["Session-Expires"], refresh["Min-SE"]));
        _ = call.A.Send("UPDATE", TimerCall.Expires(300, "uas", minimum: 200));
        _ = call.A.Send("UPDATE", TimerCall.Expires(180, "uas", minimum: 180));
        world.Advance(90);
        refresh = call.Requests(call.Caller, "UPDATE")[^1].Message;
        Assert.Equal(("200;refresher=uac", "200"), (refresh["Session-Expires"], refresh["Min-SE"]));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-18")]
    public void A_refresh_never_asks_for_less_than_the_minimum()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, callee: "Session-Expires: 30;refresher=uac\r\n");
        world.Advance(14);
        WireMessage refresh = call.Callee.NextRequest("UPDATE");
        Assert.Equal("90;refresher=uac", refresh["Session-Expires"]);
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        world.Advance(43);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Legs))]
    [Trait("Clause", "ST-21")]
    [Trait("Clause", "ST-23")]
    [Trait("Clause", "ST-24")]
    [Trait("Clause", "ST-30")]
    [Trait("Clause", "race 15")]
    public void A_refresh_of_the_peer_is_answered_here_and_restarts_the_interval(bool atCaller, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = atCaller
            ? TimerCall.Establish(world, TimerCall.Expires(90, "uac"))
            : TimerCall.Establish(world, TimerCall.Expires(1800, "uas"), TimerCall.Expires(90, "uas"));
        (Phone phone, PhoneDialog dialog, Phone other) = atCaller ? (call.Caller, call.A, call.Callee) : (call.Callee, call.B, call.Caller);
        Dictionary<RelayKey, RelaySettings> relays = new(world.Relays);
        string shown = atCaller ? call.Ok.Body : call.B.Invitation!.Body;
        call.KeepAlive(other);
        for (int i = 0; i < 20; i++)
        {
            world.Advance(59);
            _ = dialog.Send(method, TimerCall.Expires(90, "uac"), method == "INVITE" ? dialog.Sdp : "");
            WireMessage ok = phone.NextStatus(200);
            Assert.Equal("90;refresher=uac", ok["Session-Expires"]);
            Assert.True(ok.HasToken("Require", "timer"));
            Assert.False(ok.Has("Min-SE"));
            Assert.Equal(method == "INVITE" ? shown : "", ok.Body);
            if (method == "INVITE")
            {
                dialog.Ack();
            }
        }
        Assert.Equal(relays, world.Relays.ToDictionary(one => one.Key, one => one.Value with { OpensLatch = false })); // it opens the latch, and changes nothing
        Assert.Equal([atCaller ? 899 : 900], call.Requests(other, "UPDATE").Select(request => request.At)); // the other leg's own half hour
        Assert.Empty(call.Requests(other, "INVITE"));
        world.Advance(59.999);
        Assert.Empty(call.Requests(phone, "BYE"));
        world.Advance(0.001);
        phone.Reply(phone.NextRequest("BYE"), 200);
        Assert.Single(call.Requests(other, "BYE"));
    }

    /// <summary>What a refresh takes is given back: a hundred of them leave as much as one.</summary>
    [Theory]
    [InlineData(true, "UPDATE")]
    [InlineData(true, "INVITE")]
    [InlineData(false, "UPDATE")]
    [InlineData(false, "INVITE")]
    [Trait("Clause", "race 10")]
    public void A_hundred_refreshes_take_no_more_than_one(bool boxRefreshes, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(
            world, TimerCall.Expires(1800, boxRefreshes ? "uas" : "uac"), TimerCall.Expires(1800, boxRefreshes ? "uac" : "uas"), method == "INVITE" ? TimerCall.NoUpdate : null);
        call.KeepBothAlive();
        world.Advance(50); // what the set-up took has gone
        GaugeSnapshot before = world.Gauges;
        for (int i = 0; i < 100; i++)
        {
            foreach (PhoneDialog dialog in boxRefreshes ? [] : (PhoneDialog[])[call.A, call.B])
            {
                _ = dialog.Send(method, TimerCall.Expires(1800, "uac"), method == "INVITE" ? dialog.Sdp : "");
                dialog.Ack();
            }
            world.Advance(900);
            call.Caller.Inbox.Clear();
            call.Callee.Inbox.Clear();
        }
        Assert.Equal(200, world.Counters.SessionsRefreshed);
        Assert.Equal(before, world.Gauges);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-21")]
    public void An_update_with_the_same_offer_is_answered_with_the_same_answer()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"));
        world.Advance(45);
        _ = call.A.Send("UPDATE", TimerCall.Expires(90, "uac"), call.A.Sdp);
        Assert.Equal(call.Ok.Body, call.Caller.NextStatus(200).Body);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Legs))]
    [Trait("Clause", "ST-23")]
    [Trait("Clause", "race 12")]
    [Trait("Clause", "race 13")]
    public void After_a_change_of_roles_exactly_one_side_refreshes(bool atCaller, string method)
    {
        using var world = new PbxWorld();
        string? allow = method == "INVITE" ? TimerCall.NoUpdate : null;
        TimerCall call = atCaller
            ? TimerCall.Establish(world, TimerCall.Expires(90, "uac"), allow: allow)
            : TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), TimerCall.Expires(90, "uas"), allow);
        (Phone phone, PhoneDialog dialog) = atCaller ? (call.Caller, call.A) : (call.Callee, call.B);
        double half = atCaller ? 45 : 44;
        world.Advance(45);
        Refresh("uas"); // from now on the box
        world.Advance(half - 0.001);
        Assert.Empty(call.Requests(phone, method));
        world.Advance(0.001);
        WireMessage refresh = phone.NextRequest(method);
        Assert.Equal("90;refresher=uac", refresh["Session-Expires"]);
        phone.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uas\r\n", body: Body()); // and from now on the phone again
        world.Advance(59);
        Assert.Single(call.Requests(phone, method));
        Refresh("uac");
        world.Advance(59);
        Assert.Single(call.Requests(phone, method));
        call.HangUp();

        string Body() => method == "INVITE" ? dialog.Sdp : "";

        void Refresh(string refresher)
        {
            _ = dialog.Send(method, TimerCall.Expires(90, refresher), Body());
            Assert.Equal($"90;refresher={refresher}", phone.NextStatus(200)["Session-Expires"]);
            if (method == "INVITE")
            {
                dialog.Ack();
            }
        }
    }

    [Fact]
    [Trait("Clause", "race 13")]
    public void A_re_invite_that_changes_the_refresher_is_answered()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"));
        call.KeepAlive(call.Callee);
        _ = call.A.Send("INVITE", TimerCall.Expires(90, "uac"), call.A.Sdp);
        WireMessage ok = call.Caller.NextStatus(200);
        Assert.Equal("90;refresher=uac", ok["Session-Expires"]);
        call.A.Ack();
        world.Advance(59);
        Assert.Empty(call.Requests(call.Caller, "UPDATE"));
        _ = call.A.Send("INVITE", TimerCall.Expires(90, "uas"), call.A.Sdp);
        Assert.Equal("90;refresher=uas", call.Caller.NextStatus(200)["Session-Expires"]);
        call.A.Ack();
        world.Advance(45);
        call.Caller.Reply(call.Caller.NextRequest("UPDATE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-24")]
    [Trait("Clause", "ST-25")]
    public void A_timer_that_is_off_starts_again_with_the_next_2xx_that_names_an_interval()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"));
        world.Advance(45);
        call.Caller.Reply(call.Caller.NextRequest("UPDATE"), 200);
        world.Advance(300);
        Assert.Empty(call.Caller.Inbox);
        _ = call.A.Send("UPDATE", TimerCall.Expires(90, "uas"));
        Assert.Equal("90;refresher=uas", call.Caller.NextStatus(200)["Session-Expires"]);
        world.Advance(45);
        call.Caller.Reply(call.Caller.NextRequest("UPDATE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-30")]
    public void Both_legs_have_timers_of_their_own()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.Allow = TimerCall.NoUpdate;
        TimerCall call = TimerCall.Between(world, caller, callee, TimerCall.Expires(200, "uac", minimum: 150), "Session-Expires: 120;refresher=uac\r\n");
        call.KeepAlive(callee);
        CallSnapshot snapshot = world.Engine.Snapshot(world.Now).Calls[0];
        SessionTimerSnapshot a = snapshot.Legs[0].SessionTimer!;
        SessionTimerSnapshot b = snapshot.Legs[1].SessionTimer!;
        Assert.Equal((200, "peer", "UPDATE", (double?)null, (double?)168), (a.IntervalSeconds, a.Refresher, a.Method, a.SecondsToRefresh, a.SecondsToExpiry));
        Assert.Equal((120, "us", "INVITE", (double?)59, (double?)88), (b.IntervalSeconds, b.Refresher, b.Method, b.SecondsToRefresh, b.SecondsToExpiry));
        world.Advance(100);
        _ = call.A.Send("UPDATE", TimerCall.Expires(200, "uac"));
        _ = caller.NextStatus(200);
        world.Advance(100);
        Assert.Empty(caller.Inbox);
        Assert.Equal([59, 118, 177], call.Requests(callee, "INVITE").Select(request => request.At));
        call.HangUp();
    }
}
