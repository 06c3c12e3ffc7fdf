namespace EdgePbx.Core.Tests;

/// <summary>Requests out of order, and for dialogs that are gone or never were (RFC 3261 12.2).</summary>
public class DialogOrderScenarios
{
    [Fact]
    [Trait("Clause", "C-24")]
    public void A_number_below_the_last_one_gets_500_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.CSeq = 10;
        call.A.Send("OPTIONS");
        _ = call.Caller.NextStatus(200);
        call.A.CSeq = 5;
        call.A.Send("OPTIONS");
        _ = call.Caller.NextStatus(500);
        call.A.CSeq = 20;
        call.HangUp();
    }

    /// <summary>Its transaction is long over when the copy comes, by another way and so with another branch: it must not be done twice.</summary>
    [Theory]
    [Trait("Clause", "C-24")]
    [Trait("Clause", "MUT-35")]
    [InlineData("INFO")]
    [InlineData("OPTIONS")]
    [InlineData("UPDATE")]
    public void The_same_number_again_gets_500_and_reaches_nobody(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send(method);
        if (method == "INFO")
        {
            call.Callee.Reply(call.Callee.NextRequest("INFO"), 200);
        }
        _ = call.Caller.NextStatus(200);
        world.Advance(40);
        call.A.CSeq--;
        call.A.Send(method);
        _ = call.Caller.NextStatus(500);
        Assert.False(call.Callee.HasRequest(method));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-24")]
    [InlineData("BYE")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    [InlineData("INFO")]
    [InlineData("PRACK")]
    public void A_request_for_a_dialog_that_never_was_gets_481(string method)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        string branch = phone.Ask(method, "sip:1002@192.0.2.1", "never", "b", extra: $"Contact: <{phone.ContactUri}>\r\n");
        _ = phone.NextStatus(481);
        if (method == "INVITE")
        {
            _ = phone.Ask("ACK", "sip:1002@192.0.2.1", "never", "b", branch);
        }
    }

    [Fact]
    [Trait("Clause", "C-35")]
    [Trait("Clause", "race 20")]
    public void A_bye_without_any_dialog_is_answered()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        _ = phone.Ask("BYE", "sip:1002@192.0.2.1", "never");
        _ = phone.NextStatus(481);
    }

    [Fact]
    [Trait("Clause", "race 20")]
    public void Both_phones_hang_up_at_once_and_each_bye_is_answered()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Bye();
        call.B.Bye();
        Assert.Contains(call.Caller.Inbox, message => message.Method == "BYE" && message.Status == 200);
        Assert.Contains(call.Callee.Inbox, message => message.Method == "BYE" && message.IsResponse);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        Assert.False(call.Caller.HasRequest("BYE"));
    }

    [Fact]
    [Trait("Clause", "C-35")]
    public void A_repeated_bye_gets_the_same_answer()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string branch = call.A.Send("BYE");
        WireMessage first = call.Caller.NextStatus(200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        call.Caller.Send(call.Caller.Request("BYE", call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, call.A.CSeq, branch, "", ""));
        Assert.Equal(first.Text, call.Caller.Next().Text);
        call.A.Bye(); // a new one: nobody knows the call any more
        _ = call.Caller.NextStatus(481);
    }

    [Theory]
    [Trait("Clause", "race 19")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bye_on_the_leg_that_we_called_ends_both_legs(bool afterAnHour)
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12);
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        if (afterAnHour)
        {
            for (int i = 0; i < 4; i++)
            {
                world.Advance(900);
                AnswerRefreshes(caller);
                AnswerRefreshes(callee);
            }
        }
        call.B.Bye();
        _ = callee.NextStatus(200);
        caller.Reply(caller.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "race 18")]
    public void A_call_that_ended_has_no_dialog_any_more()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Assert.Equal(2, world.Gauges.Dialogs);
        call.HangUp();
        Assert.Equal(0, world.Gauges.Dialogs);
        Assert.Equal(0, world.Gauges.Legs);
        Assert.Equal(0, world.Gauges.TimersSession);
    }

    [Theory]
    [Trait("Clause", "C-22")]
    [InlineData("INFO", 481)]
    [InlineData("INFO", 408)]
    [InlineData("INVITE", 481)]
    [InlineData("INVITE", 408)]
    [InlineData("UPDATE", 481)]
    public void When_one_phone_no_longer_knows_the_call_both_legs_end(string method, int status)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send(method, body: method == "INFO" ? "x" : call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest(method), status);
        WireMessage answer = call.Caller.NextStatus(status);
        if (method == "INVITE")
        {
            call.A.SendAckToFailure(answer);
        }
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 481);
    }

    [Theory]
    [Trait("Clause", "C-22")]
    [Trait("Clause", "C-38")]
    [InlineData("INFO")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void When_one_phone_is_silent_both_legs_end(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send(method, body: method == "INFO" ? "x" : call.Caller.Sdp(40000, 2, "sendonly"));
        world.Drops = (_, to) => to == call.Callee.At;
        world.Advance(33);
        WireMessage answer = call.Caller.NextStatus(408);
        if (method == "INVITE")
        {
            call.A.SendAckToFailure(answer);
        }
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [Trait("Clause", "C-22")]
    [InlineData("INFO", 415)]
    [InlineData("INVITE", 488)]
    [InlineData("UPDATE", 500)]
    public void Another_refusal_is_passed_on_and_the_call_goes_on(string method, int status)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send(method, body: method == "INFO" ? "x" : call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest(method), status);
        WireMessage answer = call.Caller.NextStatus(status);
        if (method == "INVITE")
        {
            call.A.SendAckToFailure(answer);
            _ = call.Callee.NextRequest("ACK");
        }
        call.HangUp();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "U-26")]
    public void A_bye_tells_the_other_phone_why(bool callerHangsUp)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        (callerHangsUp ? call.A : call.B).Bye();
        Phone other = callerHangsUp ? call.Callee : call.Caller;
        WireMessage bye = other.NextRequest("BYE");
        Assert.Equal("Q.850;cause=16;text=\"Normal call clearing\"", bye["Reason"]);
        other.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "U-40")]
    [Trait("Clause", "race 28")]
    [Trait("Clause", "C-45")]
    public void An_ack_for_nothing_goes_nowhere()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        int sent = world.Sent.Count;
        for (int i = 0; i < 10; i++)
        {
            call.A.Ack();
            _ = call.Caller.Ask("ACK", "sip:1002@192.0.2.1", "never");
        }
        Assert.Equal(sent, world.Sent.Count);
    }

    private static void AnswerRefreshes(Phone phone)
    {
        while (phone.Inbox.TryDequeue(out WireMessage? message))
        {
            if (!message.IsResponse)
            {
                phone.Reply(message, 200, extra: "Session-Expires: 1800;refresher=uac\r\n");
            }
        }
    }
}
