namespace EdgePbx.Core.Tests;

/// <summary>No refresh while an INVITE is open on the leg; it waits, and is sent afterwards (RFC 3261 14.1).</summary>
[Trait("Clause", "ST-32")]
[Trait("Clause", "C-28")]
public class WaitingScenarios
{
    [Fact]
    public void It_waits_for_the_answer_to_our_own_re_invite()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate);
        world.Advance(43);
        WireMessage carried = Hold(call);
        world.Advance(1);
        call.Callee.Reply(carried, 100);
        world.Advance(5);
        Assert.DoesNotContain(call.Callee.Inbox, message => message.Method == "INVITE" && message.CSeq != carried.CSeq);
        call.Callee.Inbox.Clear();
        call.Callee.Reply(carried, 488);
        _ = call.Callee.NextRequest("ACK");
        WireMessage refresh = call.Callee.NextRequest("INVITE");
        Assert.Equal(TimerCall.WithoutVersion(call.B.Invitation!), TimerCall.WithoutVersion(refresh));
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        call.HangUp();
    }

    [Fact]
    public void So_does_that_of_the_callers_leg()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), TimerCall.Expires(1800, "uas"), TimerCall.NoUpdate);
        world.Advance(44);
        _ = call.B.Send("INVITE", TimerCall.Expires(1800, "uac"), call.Callee.Sdp(41000, 2, "sendonly"));
        WireMessage carried = call.Caller.NextRequest("INVITE");
        call.Caller.Reply(carried, 100);
        world.Advance(5);
        Assert.All(call.Requests(call.Caller, "INVITE"), request => Assert.Equal(carried.CSeq, request.Message.CSeq));
        call.Caller.Inbox.Clear();
        call.Caller.Reply(carried, 488);
        _ = call.Caller.NextRequest("ACK");
        WireMessage refresh = call.Caller.NextRequest("INVITE");
        Assert.Equal((carried.CSeq + 1, "90;refresher=uac"), (refresh.CSeq, refresh["Session-Expires"]));
        call.Caller.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.A.Sdp);
        _ = call.Caller.NextRequest("ACK");
        call.B.SendAckToFailure(call.Callee.NextStatus(488));
        call.HangUp();
    }

    [Fact]
    public void A_2xx_to_it_is_a_refresh_by_itself_and_nothing_waits_any_more()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate);
        world.Advance(43);
        WireMessage carried = Hold(call);
        call.Callee.Reply(carried, 100);
        world.Advance(5);
        call.Callee.Reply(carried, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: Held(call));
        _ = call.Callee.NextRequest("ACK");
        _ = call.Caller.NextStatus(200);
        call.A.Ack();
        world.Advance(43.999);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Fact]
    public void It_waits_for_the_answer_to_the_peers_re_invite_and_for_the_ack()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate);
        world.Advance(43);
        _ = call.B.Send("INVITE", body: call.Callee.Sdp(41000, 2, "sendonly"));
        WireMessage toCaller = call.Caller.NextRequest("INVITE");
        world.Advance(2);
        Assert.False(call.Callee.HasRequest("INVITE"));
        call.Caller.Reply(toCaller, 488);
        WireMessage refusal = call.Callee.NextStatus(488);
        world.Advance(0.25);
        Assert.False(call.Callee.HasRequest("INVITE")); // not before the ACK
        call.B.SendAckToFailure(refusal);
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        call.HangUp();
    }

    [Fact]
    public void A_refusal_whose_ack_never_comes_holds_it_until_timer_h()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate, interval: 300);
        world.Advance(148);
        _ = call.B.Send("INVITE", body: call.Callee.Sdp(41000, 2, "sendonly"));
        call.Caller.Reply(call.Caller.NextRequest("INVITE"), 488);
        world.Advance(31.999);
        Assert.False(call.Callee.HasRequest("INVITE"));
        world.Advance(0.001);
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, extra: "Session-Expires: 300;refresher=uac\r\n", body: call.B.Sdp);
        call.HangUp();
    }

    [Fact]
    public void Our_2xx_to_the_peer_holds_it_until_the_ack()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { SessionMinimum = TimeSpan.FromSeconds(20) });
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(20, "uas"));
        world.Advance(5);
        _ = call.A.Send("INVITE", TimerCall.Expires(20, "uas"), call.A.Sdp);
        _ = call.Caller.NextStatus(200);
        world.Advance(11);
        Assert.False(call.Caller.HasRequest("UPDATE"));
        call.A.Ack();
        call.Caller.Reply(call.Caller.NextRequest("UPDATE"), 200, extra: "Session-Expires: 20;refresher=uac\r\n");
        call.HangUp();
    }

    [Fact]
    public void It_waits_for_our_open_update()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, allow: null);
        world.Advance(43);
        _ = call.A.Send("UPDATE", TimerCall.Expires(1800, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage carried = call.Callee.NextRequest("UPDATE");
        Assert.NotEqual("", carried.Body);
        world.Advance(2);
        Assert.True(call.Callee.Inbox.All(message => message.CSeq == carried.CSeq));
        call.Callee.Inbox.Clear();
        call.Callee.Reply(carried, 488);
        _ = call.Caller.NextStatus(488);
        WireMessage refresh = call.Callee.NextRequest("UPDATE");
        Assert.Equal("", refresh.Body);
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-01")]
    public void It_waits_for_the_answer_to_the_offer_in_the_peers_update()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate);
        world.Advance(43);
        call.Callee.Allow = TimerCall.NoUpdate; // it sends UPDATE all the same
        _ = call.B.Send("UPDATE", TimerCall.Expires(90, "uas"), call.Callee.Sdp(41000, 2, "sendonly"));
        WireMessage toCaller = call.Caller.NextRequest("INVITE");
        world.Advance(2);
        Assert.False(call.Callee.HasRequest("INVITE"));
        call.Caller.Reply(toCaller, 488);
        _ = call.Callee.NextStatus(488);
        WireMessage refresh = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        call.HangUp();
    }

    [Theory]
    [InlineData("UPDATE", 405)]
    [InlineData("INVITE", 422)]
    public void What_is_tried_again_at_once_waits_for_the_ack_to_a_refusal_as_well(string method, int status)
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, method == "INVITE" ? TimerCall.NoUpdate : null);
        world.Advance(45);
        WireMessage refresh = call.Callee.NextRequest(method);
        _ = call.B.Send("INVITE", TimerCall.Expires(90, "uac"), call.B.Sdp);
        WireMessage refusal = call.Callee.NextStatus(491);
        call.Callee.Allow = TimerCall.NoUpdate;
        call.Callee.Reply(refresh, status, extra: "Min-SE: 90\r\n");
        _ = method == "INVITE" ? call.Callee.NextRequest("ACK") : null;
        Assert.False(call.Callee.HasRequest("INVITE"));
        call.B.SendAckToFailure(refusal);
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-25")]
    public void What_waited_is_forgotten_when_the_timer_is_switched_off_meanwhile()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate);
        world.Advance(43);
        WireMessage carried = Hold(call);
        call.Callee.Reply(carried, 100);
        world.Advance(5);
        call.Callee.Reply(carried, 200, body: Held(call));
        _ = call.Callee.NextRequest("ACK");
        _ = call.Caller.NextStatus(200);
        call.A.Ack();
        world.Advance(200);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "race 5")]
    public void An_invite_that_is_never_answered_does_not_hold_the_expiry()
    {
        using var world = new PbxWorld();
        TimerCall call = Call(world, TimerCall.NoUpdate);
        world.Advance(43);
        call.Callee.Reply(Hold(call), 100);
        world.Advance(16.999);
        Assert.False(call.Callee.HasRequest("BYE"));
        world.Advance(0.001);
        call.A.SendAckToFailure(call.Caller.NextStatus(487));
        call.TakeByes();
        Assert.Equal(1, world.Log.Count("session_timer_expired"));
    }

    /// <summary>The box refreshes the callee; the caller has half an hour.</summary>
    private static TimerCall Call(PbxWorld world, string? allow, int interval = 90) =>
        TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), TimerCall.Expires(interval, "uac"), allow);

    private static WireMessage Hold(TimerCall call)
    {
        _ = call.A.Send("INVITE", TimerCall.Expires(1800, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        return call.Callee.NextRequest("INVITE");
    }

    private static string Held(TimerCall call) => call.B.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal);
}
