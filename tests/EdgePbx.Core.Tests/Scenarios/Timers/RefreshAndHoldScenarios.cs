namespace EdgePbx.Core.Tests;

/// <summary>Changes of media, agreed or refused, between refreshes (RFC 4028 7.4, RFC 3261 14.1).</summary>
public class RefreshAndHoldScenarios
{
    [Fact]
    [Trait("Clause", "ST-24")]
    [Trait("Clause", "ST-31")]
    public void A_hold_is_carried_over_and_counts_as_a_refresh_on_both_legs()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        world.Advance(40);
        Hold(call, out WireMessage carried);
        Assert.Equal("90;refresher=uac", carried["Session-Expires"]);
        world.Advance(43.999);
        Assert.Empty(call.Callee.Inbox);
        world.Advance(0.001);
        WireMessage refresh = call.Callee.NextRequest("INVITE");
        Assert.Equal(carried.Body, refresh.Body);
        Accept(call, refresh);
        world.Advance(15.999);
        Assert.False(call.Caller.HasRequest("BYE"));
        world.Advance(0.001); // 60 s after the hold
        call.TakeByes();
    }

    [Theory]
    [InlineData(true, "UPDATE")]
    [InlineData(true, "INVITE")]
    [InlineData(false, "UPDATE")]
    [InlineData(false, "INVITE")]
    [Trait("Clause", "ST-24")]
    [Trait("Clause", "ST-31")]
    public void A_hold_of_either_phone_by_either_method_starts_both_intervals_anew(bool callerHolds, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), TimerCall.Expires(120, "uas"), method == "INVITE" ? TimerCall.NoUpdate : null);
        (Phone phone, PhoneDialog dialog, Phone other, PhoneDialog otherDialog) = callerHolds ? (call.Caller, call.A, call.Callee, call.B) : (call.Callee, call.B, call.Caller, call.A);
        world.Advance(50);
        _ = dialog.Send(method, TimerCall.Expires(callerHolds ? 90 : 120, "uac"), dialog.Sdp.Replace("sendrecv", "sendonly", StringComparison.Ordinal).Replace("o=- 77 1", "o=- 77 2", StringComparison.Ordinal));
        WireMessage carried = other.NextRequest(method);
        Assert.Equal((callerHolds ? "120;refresher=uas" : "90;refresher=uas", "sendonly"), (carried["Session-Expires"], Direction(carried)));
        other.Reply(carried, 200, extra: $"Session-Expires: {carried["Session-Expires"]}\r\n", body: otherDialog.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal));
        WireMessage ok = phone.NextStatus(200);
        Assert.Equal((callerHolds ? "90;refresher=uac" : "120;refresher=uac", "recvonly"), (ok["Session-Expires"], Direction(ok)));
        dialog.Ack();
        IReadOnlyList<LegSnapshot> legs = world.Engine.Snapshot(world.Now).Calls.Single().Legs;
        Assert.Equal([("peer", (double?)60), ("peer", 88)], legs.Select(leg => (leg.SessionTimer!.Refresher, leg.SessionTimer.SecondsToExpiry)));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-22")]
    [Trait("Clause", "race 12")]
    public void A_hold_carried_to_a_peer_that_refreshes_names_it_as_the_uas()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), "Session-Expires: 90;refresher=uas\r\n", TimerCall.NoUpdate);
        world.Advance(30);
        _ = call.A.Send("INVITE", TimerCall.Expires(1800, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage carried = call.Callee.NextRequest("INVITE");
        Assert.Equal("90;refresher=uas", carried["Session-Expires"]);
        call.Callee.Reply(carried, 200, extra: "Session-Expires: 90;refresher=uas\r\n", body: call.B.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal));
        _ = call.Caller.NextStatus(200);
        call.A.Ack();
        world.Advance(59);
        Assert.False(call.Callee.HasRequest("INVITE") || call.Callee.HasRequest("BYE"));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "race 11")]
    public void A_refresh_that_fires_just_after_a_hold_offers_the_held_session()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        world.Advance(43.999);
        Hold(call, out WireMessage carried, "uas", accept: false);
        world.Advance(0.001);
        Assert.DoesNotContain(call.Callee.Inbox, message => message.Method == "INVITE");
        WireMessage held = Accept(call, carried);
        Assert.Equal("recvonly", Direction(held));
        call.A.Ack();
        world.Advance(45);
        WireMessage toCaller = call.Caller.NextRequest("INVITE");
        WireMessage toCallee = call.Callee.NextRequest("INVITE");
        Assert.Equal((held.Body, carried.Body), (toCaller.Body, toCallee.Body));
        call.Caller.Reply(toCaller, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.Caller.Sdp(version: 2, direction: "sendonly"));
        call.Callee.Reply(toCallee, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-21")]
    [Trait("Clause", "C-30")]
    public void After_a_refused_change_a_refresh_offers_what_was_agreed_and_not_what_was_refused()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        world.Advance(30);
        _ = call.A.Send("INVITE", TimerCall.Expires(90, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage carried = call.Callee.NextRequest("INVITE");
        Assert.NotEqual(call.B.Invitation!.Body, carried.Body);
        call.Callee.Reply(carried, 488);
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        world.Advance(15);
        WireMessage refresh = call.Callee.NextRequest("INVITE");
        Assert.Equal(TimerCall.WithoutVersion(call.B.Invitation!), TimerCall.WithoutVersion(refresh));
        Assert.NotEqual(carried.Sdp("o="), refresh.Sdp("o="));
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        _ = call.Callee.NextRequest("ACK");
        _ = call.A.Send("INVITE", TimerCall.Expires(90, "uac"), call.A.Sdp);
        Assert.Equal(call.Ok.Body, call.Caller.NextStatus(200).Body);
        call.A.Ack();
        world.Advance(45);
        WireMessage again = call.Callee.NextRequest("INVITE");
        Assert.Equal(refresh.Body, again.Body);
        call.Callee.Reply(again, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void A_version_that_was_refused_is_never_used_for_something_else()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), "Session-Expires: 1800;refresher=uac\r\n", TimerCall.NoUpdate);
        _ = call.A.Send("INVITE", TimerCall.Expires(90, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage refused = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(refused, 488);
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        _ = call.A.Send("INVITE", TimerCall.Expires(90, "uac"), call.Caller.Sdp(version: 3, direction: "inactive"));
        WireMessage later = call.Callee.NextRequest("INVITE");
        Assert.NotEqual(refused.Sdp("o="), later.Sdp("o="));
        call.Callee.Reply(later, 200, body: call.B.Sdp.Replace("sendrecv", "inactive", StringComparison.Ordinal));
        _ = call.Caller.NextStatus(200);
        call.A.Ack();
        call.HangUp();
    }

    private static string Direction(WireMessage message) =>
        message.Body.Split("\r\n").Last(line => line is "a=sendrecv" or "a=sendonly" or "a=recvonly" or "a=inactive")[2..];

    private static void Hold(TimerCall call, out WireMessage carried, string refresher = "uac", bool accept = true)
    {
        _ = call.A.Send("INVITE", TimerCall.Expires(90, refresher), call.Caller.Sdp(version: 2, direction: "sendonly"));
        carried = call.Callee.NextRequest("INVITE");
        Assert.Equal("sendonly", Direction(carried));
        if (accept)
        {
            Accept(call, carried);
            Assert.Equal("recvonly", Direction(call.Caller.NextStatus(200)));
            call.A.Ack();
        }
    }

    /// <summary>The callee agrees to be held; returns what the caller got, if anything.</summary>
    private static WireMessage Accept(TimerCall call, WireMessage invite)
    {
        call.Callee.Reply(invite, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: call.B.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal));
        _ = call.Callee.NextRequest("ACK");
        return call.Caller.Inbox.LastOrDefault(message => message.Status == 200) ?? invite;
    }
}
