using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>422 from a peer: to the first INVITE and within the dialog (RFC 4028 7.3).</summary>
public class IntervalTooSmallScenarios
{
    [Fact]
    [Trait("Clause", "ST-07")]
    public void A_422_from_the_callee_is_answered_by_the_same_invite_with_a_longer_interval()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        WireMessage first = callee.NextRequest("INVITE");
        callee.Reply(first, 422, "t1", "Min-SE: 4000\r\n");
        _ = callee.NextRequest("ACK");
        WireMessage second = callee.NextRequest("INVITE");
        Assert.Equal((first["Call-ID"], first["To"], first["From"], first.CSeq + 1), (second["Call-ID"], second["To"], second["From"], second.CSeq));
        Assert.NotEqual(first.Branch, second.Branch);
        Assert.Equal(("4000", "4000", first.Body), (second["Session-Expires"], second["Min-SE"], second.Body));
        callee.Reply(second, 422, "t2", "Min-SE: 5000\r\n");
        _ = callee.NextRequest("ACK");
        WireMessage third = callee.NextRequest("INVITE");
        Assert.Equal(("5000", "5000"), (third["Session-Expires"], third["Min-SE"]));
        Assert.Equal(100, caller.Next().Status);
        Assert.Empty(caller.Inbox);
        PhoneDialog b = PhoneDialog.FromInvite(callee, third);
        b.Accept("Session-Expires: 5000;refresher=uac\r\n");
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        world.Advance(900);
        caller.Reply(caller.NextRequest("UPDATE"), 200, extra: "Session-Expires: 1800;refresher=uac\r\n");
        world.Advance(899);
        a.Bye();
        _ = caller.NextStatus(200);
        WireMessage bye = callee.NextRequest("BYE");
        Assert.Equal(4u, bye.CSeq);
        callee.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "ST-07")]
    public void The_largest_minimum_of_all_counts_not_the_last()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        foreach (int minimum in (int[])[3000, 2000])
        {
            callee.Reply(callee.NextRequest("INVITE"), 422, "t", string.Create(CultureInfo.InvariantCulture, $"Min-SE: {minimum}\r\n"));
        }
        WireMessage last = callee.NextRequest("INVITE");
        Assert.Equal(("3000", "3000"), (last["Session-Expires"], last["Min-SE"]));
        callee.Reply(last, 486, "t");
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Fact]
    [Trait("Clause", "ST-08")]
    [Trait("Clause", "ST-06")]
    [Trait("Clause", "ST-03")]
    public void After_three_retries_the_caller_hears_that_it_did_not_work_and_nothing_stays_open()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        for (int i = 0; i < 4; i++)
        {
            callee.Reply(callee.NextRequest("INVITE"), 422, "t", string.Create(CultureInfo.InvariantCulture, $"Min-SE: {2000 + i}\r\n"));
            _ = callee.NextRequest("ACK");
        }
        Assert.Empty(callee.Inbox);
        Assert.Equal(100, caller.Next().Status);
        WireMessage final = caller.Next();
        Assert.Equal((500, false), (final.Status, final.Has("Min-SE"))); // 422 would say that the caller's own interval was wrong
        a.SendAckToFailure(final);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "ST-08")]
    public void A_422_that_names_no_minimum_is_a_refusal()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        callee.Reply(callee.NextRequest("INVITE"), 422, "t");
        _ = callee.NextRequest("ACK");
        Assert.Empty(callee.Inbox);
        a.SendAckToFailure(caller.NextStatus(500));
    }

    [Fact]
    [Trait("Clause", "ST-07")]
    public void A_caller_that_gives_up_between_two_tries_cancels_the_second()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        callee.Reply(callee.NextRequest("INVITE"), 422, "t", "Min-SE: 4000\r\n");
        WireMessage second = callee.NextRequest("INVITE");
        callee.Reply(second, 180, "t");
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        WireMessage cancel = callee.NextRequest("CANCEL");
        Assert.Equal(second.Branch, cancel.Branch);
        Assert.True(cancel.HasToken("Supported", "timer"));
        callee.Reply(cancel, 200);
        callee.Reply(second, 487, "t");
    }

    [Theory]
    [InlineData(true, "UPDATE")]
    [InlineData(true, "INVITE")]
    [InlineData(false, "UPDATE")]
    [InlineData(false, "INVITE")]
    [Trait("Clause", "ST-09")]
    public void A_422_to_a_refresh_raises_the_interval_for_the_dialogs_life(bool atCaller, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(
            world, TimerCall.Expires(atCaller ? 90 : 1800, atCaller ? "uas" : "uac"), TimerCall.Expires(atCaller ? 1800 : 90, atCaller ? "uas" : "uac"), method == "INVITE" ? TimerCall.NoUpdate : null);
        (Phone phone, string sdp, int lead) = atCaller ? (call.Caller, call.A.Sdp, 0) : (call.Callee, call.B.Sdp, 1);
        string body = method == "INVITE" ? sdp : "";
        world.Advance(45 - lead);
        WireMessage first = phone.NextRequest(method);
        Assert.False(first.Has("Min-SE"));
        phone.Reply(first, 422, extra: "Min-SE: 200\r\n");
        WireMessage second = phone.NextRequest(method);
        Assert.Equal(("200;refresher=uac", "200", first.CSeq + 1, first.Body), (second["Session-Expires"], second["Min-SE"], second.CSeq, second.Body));
        Assert.Equal((first["Call-ID"], first["To"], first["From"]), (second["Call-ID"], second["To"], second["From"]));
        phone.Reply(second, 200, extra: "Session-Expires: 200;refresher=uac\r\n", body: body);
        world.Advance(100 - lead);
        WireMessage third = phone.NextRequest(method);
        Assert.Equal(("200;refresher=uac", "200"), (third["Session-Expires"], third["Min-SE"]));
        phone.Reply(third, 422, extra: "Min-SE: 300\r\n");
        WireMessage fourth = phone.NextRequest(method);
        Assert.Equal(("300;refresher=uac", "300"), (fourth["Session-Expires"], fourth["Min-SE"]));
        phone.Reply(fourth, 200, extra: "Session-Expires: 300;refresher=uac\r\n", body: body);
        world.Advance(149 - lead);
        Assert.False(phone.HasRequest(method));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-09")]
    public void Each_refresh_has_three_retries_of_its_own()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(7200, "uac"), "Session-Expires: 90;refresher=uac\r\n");
        int minimum = 100;
        for (int refresh = 0; refresh < 3; refresh++)
        {
            world.Advance(refresh == 0 ? 45 : minimum / 2.0);
            for (int i = 0; i < 3; i++)
            {
                minimum += 10;
                call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 422, extra: string.Create(CultureInfo.InvariantCulture, $"Min-SE: {minimum}\r\n"));
            }
            call.Callee.Reply(call.Callee.NextRequest("UPDATE"), 200, extra: string.Create(CultureInfo.InvariantCulture, $"Session-Expires: {minimum};refresher=uac\r\n"));
        }
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-09")]
    [Trait("Clause", "ST-29")]
    public void A_422_does_not_move_the_expiry()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), "Session-Expires: 90;refresher=uac\r\n");
        call.Callee.Answers = message =>
        {
            if (message.Method == "UPDATE")
            {
                call.Callee.Reply(message, 422, extra: "Min-SE: 4000\r\n");
            }
            return message.Method == "UPDATE";
        };
        world.Advance(59.999);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        Assert.Equal([44, 44, 44, 44, 53], call.Requests(call.Callee, "UPDATE").Select(request => request.At));
        call.TakeByes();
    }

    [Fact]
    [Trait("Clause", "race 7")]
    public void A_422_to_a_hold_is_answered_by_the_same_hold_with_a_longer_interval()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        _ = call.A.Send("INVITE", TimerCall.Expires(1800, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage first = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(first, 422, extra: "Min-SE: 200\r\n");
        WireMessage second = call.Callee.NextRequest("INVITE");
        Assert.Equal((first.Body, "200;refresher=uac", "200"), (second.Body, second["Session-Expires"], second["Min-SE"]));
        call.Callee.Reply(second, 200, extra: "Session-Expires: 200;refresher=uac\r\n", body: call.B.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal));
        Assert.Contains("a=recvonly", call.Caller.NextStatus(200).Body, StringComparison.Ordinal);
        call.A.Ack();
        call.HangUp();
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    [Trait("Clause", "race 7")]
    [Trait("Clause", "ST-06")]
    public void A_hold_that_meets_only_422_is_refused_and_the_call_goes_on(string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), allow: method == "INVITE" ? TimerCall.NoUpdate : null);
        call.Callee.Answers = message =>
        {
            if (!message.IsResponse && message.Method == method)
            {
                call.Callee.Reply(message, 422, extra: "Min-SE: 4000\r\n");
            }
            return message.Method != "BYE";
        };
        _ = call.A.Send(method, TimerCall.Expires(1800, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage refusal = call.Caller.NextStatus(488);
        Assert.False(refusal.Has("Min-SE"));
        if (method == "INVITE")
        {
            call.A.SendAckToFailure(refusal);
        }
        Assert.Equal(4, call.Requests(call.Callee, method).Count);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "race 8")]
    public void A_422_while_the_timer_is_off_is_answered_as_well()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(7200, "uac"), "Session-Expires: 90;refresher=uac\r\n", TimerCall.NoUpdate);
        world.Advance(44);
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.B.Sdp); // off
        _ = call.Callee.NextRequest("ACK");
        world.Advance(800);
        _ = call.A.Send("INVITE", TimerCall.Expires(7200, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage first = call.Callee.NextRequest("INVITE");
        Assert.Equal("1800", first["Session-Expires"]);
        call.Callee.Reply(first, 422, extra: "Min-SE: 3000\r\n");
        WireMessage second = call.Callee.NextRequest("INVITE");
        Assert.Equal(("3000", "3000"), (second["Session-Expires"], second["Min-SE"]));
        call.Callee.Reply(second, 200, body: call.B.Sdp.Replace("sendrecv", "recvonly", StringComparison.Ordinal));
        _ = call.Caller.NextStatus(200);
        call.A.Ack();
        world.Advance(898);
        Assert.False(call.Callee.HasRequest("INVITE"));
        call.HangUp();
    }
}
