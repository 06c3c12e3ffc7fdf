namespace EdgePbx.Core.Tests;

/// <summary>What the box asks the callee for, and what it makes of the callee's 2xx (RFC 4028 7.1, 7.2).</summary>
public class CalleeAnswerScenarios
{
    [Fact]
    [Trait("Clause", "ST-01")]
    [Trait("Clause", "ST-02")]
    public void The_first_invite_offers_half_an_hour_and_leaves_the_refresher_open()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world);
        WireMessage invite = call.B.Invitation!;
        Assert.Equal("1800", invite["Session-Expires"]);
        Assert.True(invite.HasToken("Supported", "timer"));
        Assert.False(invite.Has("Require"));
        Assert.False(invite.Has("Min-SE"));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-02")]
    [Trait("Clause", "ST-03")]
    public void The_interval_is_at_least_the_minimum_that_goes_with_it()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { SessionInterval = TimeSpan.FromSeconds(120), SessionMinimum = TimeSpan.FromSeconds(200) });
        TimerCall call = TimerCall.Establish(world);
        Assert.Equal(("200", "200"), (call.B.Invitation!["Session-Expires"], call.B.Invitation["Min-SE"]));
        call.HangUp();
    }

    [Theory]
    [InlineData("", "us", 899, 1768)]
    [InlineData("Session-Expires: 90;refresher=uac\r\n", "us", 44, 60)]
    [InlineData("Session-Expires: 90;refresher=uas\r\n", "peer", null, 60)]
    [InlineData("x: 300 ; Refresher = \"uas\"\r\nRequire: timer\r\n", "peer", null, 268)]
    [InlineData("Session-Expires: 90\r\n", "us", 44, 60)]
    [InlineData("Session-Expires: 60;refresher=uac\r\n", "us", 29, 40)]
    [InlineData("Session-Expires: 60;refresher=uas\r\n", "peer", null, 40)]
    [InlineData("Session-Expires: 7200;refresher=uac\r\n", "us", 3599, 7168)]
    [InlineData("Session-Expires: 0\r\n", "us", 899, 1768)]
    [Trait("Clause", "ST-16")]
    [Trait("Clause", "ST-17")]
    [Trait("Clause", "ST-18")]
    [Trait("Clause", "race 14")]
    public void The_callees_2xx_decides_who_refreshes_when(string extra, string refresher, int? refreshAt, int expiresAt)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, callee: extra);
        call.KeepAlive(call.Caller);
        SessionTimerSnapshot timer = world.Engine.Snapshot(world.Now).Calls[0].Legs.Single(leg => leg.Role == "callee").SessionTimer!;
        Assert.Equal((refresher, (double?)refreshAt, (double?)expiresAt), (timer.Refresher, timer.SecondsToRefresh, timer.SecondsToExpiry));
        if (refreshAt is { } at)
        {
            world.Advance(at - 0.001);
            Assert.Empty(call.Requests(call.Callee, "UPDATE"));
            world.Advance(0.001);
            call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 200, extra: extra);
            timer = world.Engine.Snapshot(world.Now).Calls[0].Legs.Single(leg => leg.Role == "callee").SessionTimer!;
            Assert.Equal((refresher, (double?)refreshAt, (double?)expiresAt), (timer.Refresher, timer.SecondsToRefresh, timer.SecondsToExpiry));
        }
        double silentFor = refreshAt is { } again ? Math.Min(again + 32, expiresAt) : expiresAt; // an unanswered refresh gives up first (ST-26)
        world.Advance(silentFor - 0.001);
        Assert.Empty(call.Requests(call.Callee, "BYE"));
        call.Callee.Answers = message => message.Method == "UPDATE";
        world.Advance(0.001);
        Assert.Equal((1, 1), (call.Requests(call.Callee, "BYE").Count, call.Requests(call.Caller, "BYE").Count));
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "ST-16")]
    public void A_callee_without_timers_is_refreshed_for_ever_and_the_callers_timer_is_its_own()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"));
        call.Callee.Answers = message =>
        {
            if (message.IsResponse || message.Method == "ACK")
            {
                return false;
            }
            call.Callee.Reply(message, 200); // it never says Session-Expires
            return true;
        };
        for (int i = 0; i < 100; i++)
        {
            world.Advance(45);
            _ = call.A.Send("UPDATE", TimerCall.Expires(90, "uac"));
            Assert.Equal("90;refresher=uac", call.Caller.NextStatus(200)["Session-Expires"]);
        }
        Assert.Equal([899, 1798, 2697, 3596, 4495], call.Requests(call.Callee, "UPDATE").Select(request => request.At));
        Assert.Empty(call.Requests(call.Caller, "UPDATE"));
        call.A.Bye();
    }

    [Fact]
    [Trait("Clause", "ST-12")]
    [Trait("Clause", "ST-37")]
    public void A_caller_without_timers_is_refreshed_as_it_was_told_and_looked_after_when_it_names_no_interval_itself()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, "Session-Expires: 300\r\n");
        Assert.Equal("300;refresher=uas", call.Ok["Session-Expires"]);
        call.KeepAlive(call.Callee);
        call.Caller.Answers = message =>
        {
            if (message.IsResponse || message.Method == "ACK")
            {
                return false;
            }
            call.Caller.Reply(message, 200);
            return true;
        };
        world.Advance(4000);
        Assert.Equal([150, 1050, 1950, 2850, 3750], call.Requests(call.Caller, "UPDATE").Select(request => request.At));
        call.B.Bye();
    }

    [Fact]
    [Trait("Clause", "ST-38")]
    [Trait("Clause", "race 16")]
    public void The_timer_belongs_to_the_dialog_of_the_2xx_not_to_an_early_one()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        callee.Reply(b.Invitation!, 183, "early", "Require: 100rel\r\nRSeq: 7\r\n");
        WireMessage prack = callee.NextRequest("PRACK");
        Assert.Equal("early", prack.ToTag);
        Assert.True(prack.HasToken("Supported", "timer"));
        callee.Reply(prack, 200);
        callee.Reply(b.Invitation!, 200, "final", TimerCall.Expires(90, "uac"), b.Sdp);
        Assert.Equal("final", callee.NextRequest("ACK").ToTag);
        _ = a.Answered();
        world.Advance(45);
        WireMessage refresh = callee.NextRequest("UPDATE");
        Assert.Equal("final", refresh.ToTag);
        callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n");
        world.Advance(44);
        a.Bye();
        _ = caller.NextStatus(200);
        WireMessage bye = callee.NextRequest("BYE");
        Assert.Equal("final", bye.ToTag);
        callee.Reply(bye, 200);
        world.Advance(1800);
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "race 14")]
    public void A_long_ringing_does_not_count_against_the_session()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(300) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: TimerCall.Expires(90, "uac"));
        PhoneDialog b = callee.Take();
        b.Ring("Session-Expires: 90;refresher=uac\r\n");
        world.Advance(200);
        Assert.Equal(0, world.Gauges.TimersSession);
        b.Accept("Session-Expires: 90;refresher=uas\r\n");
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        world.Advance(59);
        a.Bye();
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "race 14")]
    [Trait("Clause", "race 16")]
    public void An_update_before_the_answer_starts_no_session_on_either_leg()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(300) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Supported: 100rel, timer\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Reply(183, "Require: 100rel\r\nRSeq: 7\r\n", b.Sdp);
        callee.Reply(callee.NextRequest("PRACK"), 200);
        WireMessage progress = caller.NextStatus(183);
        a.Learn(progress);
        _ = a.Send("PRACK", $"RAck: {progress["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);

        _ = a.Send("UPDATE", TimerCall.Expires(90, "uas"), caller.Sdp(40500, 2));
        WireMessage update = callee.NextRequest("UPDATE");
        Assert.False(update.Has("Session-Expires"));
        callee.Reply(update, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: callee.Sdp(41500, 2));
        Assert.False(caller.NextStatus(200).Has("Session-Expires"));
        Assert.Equal(0, world.Gauges.TimersSession);
        world.Advance(200); // it goes on ringing

        b.Accept("Session-Expires: 90;refresher=uas\r\n", "");
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        Assert.Equal(2, world.Log.Count("session_timer_started"));
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }
}
