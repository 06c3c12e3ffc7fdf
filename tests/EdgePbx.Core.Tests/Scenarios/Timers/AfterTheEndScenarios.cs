namespace EdgePbx.Core.Tests;

/// <summary>
/// What the project began with: a timer that outlived its call. After the end no request of either leg leaves the box,
/// and the next call between the same phones is a new call.
/// </summary>
[Trait("Clause", "ST-33")]
public class AfterTheEndScenarios
{
    public static TheoryData<string, double, string> Ends
    {
        get
        {
            var data = new TheoryData<string, double, string>();
            foreach (string end in (string[])["caller", "callee", "expiry", "481", "shutdown"])
            {
                foreach (double age in (double[])[0, 20, 45, 50, 70, 92])
                {
                    foreach (string method in (string[])["UPDATE", "INVITE"])
                    {
                        data.Add(end, age, method);
                    }
                }
            }
            return data;
        }
    }

    public static TheoryData<string, bool, bool> Stories
    {
        get
        {
            var data = new TheoryData<string, bool, bool>();
            foreach (string method in (string[])["UPDATE", "INVITE"])
            {
                foreach (bool boxRefreshes in (bool[])[true, false])
                {
                    data.Add(method, boxRefreshes, true);
                    data.Add(method, boxRefreshes, false);
                }
            }
            return data;
        }
    }

    /// <summary>The story of the bug, step by step: with either method, refreshed by the box or by the phones, ended by either side.</summary>
    [Theory]
    [MemberData(nameof(Stories))]
    [Trait("Clause", "ST-34")]
    public void A_refreshed_call_ends_half_an_hour_of_silence_follows_and_the_next_call_is_a_new_one(string method, bool boxRefreshes, bool callerEnds)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (caller.Allow, callee.Allow) = method == "INVITE" ? (TimerCall.NoUpdate, TimerCall.NoUpdate) : (caller.Allow, callee.Allow);
        TimerCall first = Call("the-same@phone", "same");
        Live(first);
        End(first);
        Assert.Equal((2, 0), (world.Log.Count("session_timer_cancelled"), world.Gauges.TimersSession));
        int sent = world.Sent.Count;

        world.Advance(1800);
        Assert.Equal(sent, world.Sent.Count);
        Assert.Empty(caller.Inbox);
        Assert.Empty(callee.Inbox);

        TimerCall second = Call(null, null);
        Live(second);
        End(second);
        world.Advance(0.5);
        TimerCall third = Call("the-same@phone", "same");
        Assert.Equal(3, new[] { first, second, third }.Select(call => call.B.CallId).Distinct().Count()); // ours are never used again
        Live(third);
        Live(third);
        End(third);

        // and the callee calls with all the names that the box once gave it
        TimerCall back = TimerCall.Between(world, callee, caller, Asked(), Given(), callId: first.B.CallId, tag: first.B.LocalTag);
        Live(back);
        End(back);
        sent = world.Sent.Count;
        world.Advance(1800);
        Assert.Equal(sent, world.Sent.Count);
        Assert.Equal((4, 4), (world.Log.Count("b2bua_call_setup"), world.Log.Count("cleanup_verified")));
        Assert.Equal(0, world.Counters.InviteRetransmissionsAbsorbed);

        string Asked() => TimerCall.Expires(90, boxRefreshes ? "uas" : "uac");

        string Given() => TimerCall.Expires(90, boxRefreshes ? "uac" : "uas");

        TimerCall Call(string? callId, string? tag) => TimerCall.Between(world, caller, callee, Asked(), Given(), callId, tag);

        // 50 s with one refresh on each leg
        void Live(TimerCall call)
        {
            int before = call.Requests(call.Caller, method).Count;
            if (boxRefreshes)
            {
                call.KeepBothAlive();
                world.Advance(50);
                Assert.Equal((before + 1, before + 1), (call.Requests(call.Caller, method).Count, call.Requests(call.Callee, method).Count));
                return;
            }
            world.Advance(45);
            foreach ((Phone phone, PhoneDialog dialog) in ((Phone, PhoneDialog)[])[(call.Caller, call.A), (call.Callee, call.B)])
            {
                _ = dialog.Send(method, TimerCall.Expires(90, "uac"), method == "INVITE" ? dialog.Sdp : "");
                Assert.Equal("90;refresher=uac", phone.NextStatus(200)["Session-Expires"]);
                if (method == "INVITE")
                {
                    dialog.Ack();
                }
            }
            world.Advance(5);
            Assert.Equal((0, 0), (call.Requests(call.Caller, method).Count, call.Requests(call.Callee, method).Count));
        }

        void End(TimerCall call)
        {
            if (callerEnds)
            {
                call.HangUp();
                return;
            }
            (call.Caller.Answers, call.Callee.Answers) = (null, null);
            call.B.Bye();
            _ = call.Callee.NextStatus(200);
            call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        }
    }

    [Fact]
    [Trait("Clause", "ST-34")]
    [Trait("Clause", "C-40")]
    public void A_call_right_after_another_with_all_its_names_but_the_branch_is_set_up_as_new()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        string lastInvite = "";
        for (int i = 0; i < 5; i++)
        {
            PhoneDialog a = caller.Invite("1002", extra: TimerCall.Expires(90, "uac"), callId: "predictable", tag: "1", cseq: 1);
            Assert.Equal(100, caller.Next().Status);
            PhoneDialog b = callee.Take();
            b.Ring();
            _ = caller.NextStatus(180);
            b.Accept("Session-Expires: 90;refresher=uas\r\n");
            _ = callee.NextRequest("ACK");
            _ = a.Answered();
            if (lastInvite.Length > 0)
            {
                caller.Send(lastInvite); // a late copy of the call before is absorbed, and starts nothing
                Assert.Equal(i, world.Counters.InviteRetransmissionsAbsorbed);
                Assert.Empty(callee.Inbox);
            }
            lastInvite = a.LastInvite;
            world.Advance(0.2);
            b.Bye();
            _ = callee.NextStatus(200);
            caller.Reply(caller.NextRequest("BYE"), 200);
            Assert.Equal(0, world.Gauges.Calls);
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    [Trait("Clause", "race 2")]
    public void However_and_whenever_a_call_ends_nothing_but_its_byes_is_heard_again(string end, double age, string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uas"), "Session-Expires: 90;refresher=uac\r\n", method == "INVITE" ? TimerCall.NoUpdate : null);
        // both refreshes leave by 45 s; they are answered at 46 s, so at 45 s they are open, at 50 s they are done, and at 92 s open again
        call.Caller.Answers = call.Callee.Answers = message => message.Method == "ACK";
        world.Advance(Math.Min(age, 46));
        if (age > 46)
        {
            Answer(call.Caller, method, call.A.Sdp, 200);
            Answer(call.Callee, method, call.B.Sdp, 200);
            world.Advance(age - 46);
        }
        double refreshAt = age > 46 ? 91 : 45;
        switch (end)
        {
            case "caller":
                call.A.Bye();
                break;
            case "callee":
                call.B.Bye();
                break;
            case "481":
                world.Advance(Math.Max(0, refreshAt - age));
                Answer(call.Callee, method, call.B.Sdp, 481);
                break;
            case "expiry":
                world.Advance(refreshAt + 15 - age); // the phones say nothing any more
                break;
            default:
                world.Shutdown();
                break;
        }
        Assert.Equal((0, 0), (world.Gauges.Calls, world.Gauges.TimersSession));
        Instant over = world.Now;
        int before = world.Sent.Count;
        world.Advance(31 * 60);
        Assert.All(world.Sent.Skip(before), sent =>
        {
            Assert.Equal("BYE", sent.Message.Method);
            Assert.InRange((sent.At - over).TotalSeconds, 0, 32);
        });
        Assert.Equal(2, world.Log.Count("session_timer_started"));
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("INVITE")]
    [Trait("Clause", "race 2")]
    [Trait("Clause", "race 9")]
    public void An_answer_to_a_refresh_after_the_bye_starts_nothing(string method)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), "Session-Expires: 90;refresher=uac\r\n", method == "INVITE" ? TimerCall.NoUpdate : null);
        world.Advance(45);
        WireMessage refresh = call.Callee.NextRequest(method);
        call.HangUp();
        world.Advance(3);
        call.Callee.Inbox.Clear();
        call.Callee.Reply(refresh, 200, extra: "Session-Expires: 90;refresher=uac\r\n", body: method == "INVITE" ? call.B.Sdp : "");
        Assert.Equal(method == "INVITE" ? ["ACK"] : [], call.Callee.Inbox.Select(message => message.Method)); // a 2xx is acknowledged all the same
        Assert.Equal((0, 0), (world.Gauges.Calls, world.Gauges.TimersSession));
        call.Callee.Inbox.Clear();
        world.Advance(1800);
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "race 3")]
    public void The_cancel_of_a_re_invite_is_not_repeated_after_the_bye()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), TimerCall.Expires(300, "uac"), TimerCall.NoUpdate);
        world.Advance(150);
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 100);
        world.Advance(33); // nothing more comes: it is cancelled, and that is not answered either
        Assert.Equal(2, call.Requests(call.Callee, "CANCEL").Count);
        call.HangUp();
        world.Advance(1800);
        Assert.Equal(2, call.Requests(call.Callee, "CANCEL").Count);
    }

    [Fact]
    [Trait("Clause", "race 3")]
    public void A_provisional_response_after_the_bye_starts_no_cancel_and_keeps_nothing_alive()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uac"), allow: TimerCall.NoUpdate);
        string branch = call.A.Send("INVITE", TimerCall.Expires(1800, "uac"), call.Caller.Sdp(version: 2, direction: "sendonly"));
        WireMessage carried = call.Callee.NextRequest("INVITE");
        call.Caller.Send(call.Caller.Request("CANCEL", call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, call.A.CSeq, branch, "", ""));
        call.A.Bye();
        call.A.SendAckToFailure(call.Caller.NextStatus(487));
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        for (int i = 0; i < 10; i++)
        {
            call.Callee.Reply(carried, 100);
            call.Callee.Reply(carried, 183);
            world.Advance(20);
        }
        Assert.Empty(call.Callee.Inbox);
        Assert.Equal(0, world.Gauges.ClientTransactions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "race 1")]
    public void After_a_cancel_nothing_of_the_callees_leg_is_heard_for_half_an_hour(bool rings)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: TimerCall.Expires(90, "uas"));
        PhoneDialog b = callee.Take();
        if (rings)
        {
            callee.Reply(b.Invitation!, 183, b.LocalTag, TimerCall.Expires(90, "uac"));
            world.Advance(50);
        }
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        if (!rings)
        {
            b.Ring();
        }
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
        _ = callee.NextRequest("ACK");
        Assert.Equal(0, world.Gauges.TimersSession);
        int sent = world.Sent.Count;
        world.Advance(31 * 60);
        Assert.Equal(sent, world.Sent.Count);
        TimerCall next = TimerCall.Between(world, caller, callee, callId: a.CallId);
        next.HangUp();
    }

    [Fact]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "C-17")]
    public void A_2xx_that_crosses_the_cancel_starts_no_timer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: TimerCall.Expires(90, "uas"));
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        b.Accept("Session-Expires: 90;refresher=uac\r\n");
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.Equal((0, 0), (world.Gauges.TimersSession, world.Log.Count("session_timer_started")));
        callee.Inbox.Clear();
        world.Advance(31 * 60);
        Assert.DoesNotContain(callee.Inbox, message => message.Method is not "CANCEL");
    }

    [Fact]
    [Trait("Clause", "race 17")]
    public void After_a_quarter_of_an_hour_requests_within_both_dialogs_still_find_the_call()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world);
        call.KeepBothAlive();
        world.Advance(17 * 60);
        foreach ((Phone phone, PhoneDialog dialog) in ((Phone, PhoneDialog)[])[(call.Caller, call.A), (call.Callee, call.B)])
        {
            _ = dialog.Send("UPDATE", TimerCall.Expires(1800, "uas"));
            _ = phone.NextStatus(200);
            _ = dialog.Send("INVITE", TimerCall.Expires(1800, "uas"), dialog.Sdp);
            _ = phone.NextStatus(200);
            dialog.Ack();
            _ = dialog.Send("OPTIONS");
            _ = phone.NextStatus(200);
        }
        world.Advance(17 * 60);
        call.Caller.Answers = null;
        call.B.Bye();
        _ = call.Callee.NextStatus(200);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
    }

    private static void Answer(Phone phone, string method, string sdp, int status)
    {
        WireMessage refresh = phone.NextRequest(method);
        bool isAccepted = status == 200;
        phone.Reply(refresh, status, extra: isAccepted ? $"Session-Expires: {refresh["Session-Expires"]}\r\n" : "", body: isAccepted && method == "INVITE" ? sdp : "");
        phone.Inbox.Clear();
    }
}
