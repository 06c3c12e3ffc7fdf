namespace EdgePbx.Core.Tests;

/// <summary>Requests that wait for the other leg when one of them ends, and requests of ours that nobody finishes (C-35, race 3).</summary>
public class HeldRequestScenarios
{
    [Theory]
    [Trait("Clause", "C-35")]
    [InlineData(1)]
    [InlineData(2)]
    public void An_info_of_a_branch_that_then_refuses_gets_487(int phones)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        if (phones == 1)
        {
            two.Register(expires: 0);
        }
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = one.Take();
        b.Ring();
        b.Send("INFO", body: "x");
        WireMessage info = caller.NextRequest("INFO");
        b.Reply(486);
        _ = one.NextRequest("ACK");
        _ = one.NextStatus(487);
        caller.Reply(info, 200); // too late for anybody
        Assert.Empty(one.Inbox);
        if (phones == 2)
        {
            PhoneDialog c = two.Take();
            c.Reply(486);
        }
        a.SendAckToFailure(caller.NextStatus(486));
        world.Advance(70);
        Assert.Equal(0, world.Gauges.ServerTransactions);
    }

    [Fact]
    [Trait("Clause", "C-35")]
    public void An_info_of_a_branch_that_loses_gets_487()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = one.Take();
        PhoneDialog c = two.Take();
        b.Ring();
        b.Send("INFO", body: "x");
        _ = caller.Takes("INFO", 100);
        c.Accept();
        _ = two.NextRequest("ACK");
        _ = one.Takes("CANCEL");
        _ = one.NextStatus(487);
        b.Reply(487);
        _ = a.Answered();
        a.Bye();
        _ = two.Takes("BYE");
        world.Advance(70);
        Assert.Equal(0, world.Gauges.ServerTransactions);
    }

    [Fact]
    [Trait("Clause", "C-35")]
    public void An_update_of_a_phone_that_then_refuses_the_call_gets_487()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (PhoneDialog a, PhoneDialog b, _) = Calling.AgreeEarly(caller, callee);
        b.Send("UPDATE", body: callee.Sdp(41000, 2, "sendonly"));
        _ = caller.NextRequest("UPDATE");
        b.Reply(486);
        _ = callee.NextStatus(487);
        a.SendAckToFailure(caller.NextStatus(486));
        world.Advance(70);
        Assert.Equal(0, world.Gauges.ServerTransactions);
    }

    [Theory]
    [Trait("Clause", "race 3")]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void An_invite_of_ours_with_a_100_and_no_answer_ends_64_T1_after_the_bye(bool isRefresh, bool callerHangsUp)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.Allow = Calling.NoUpdate;
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        world.Advance(70);
        if (isRefresh)
        {
            world.Advance(830);
            _ = caller.Takes("UPDATE");
        }
        else
        {
            call.A.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        }
        WireMessage invite = callee.NextRequest("INVITE");
        callee.Reply(invite, 100);
        if (callerHangsUp)
        {
            call.A.Bye();
            _ = caller.NextStatus(200);
            _ = callee.Takes("BYE");
        }
        else
        {
            call.B.RemoteAddress = call.B.Invitation!["From"];
            call.B.Bye();
            _ = callee.NextStatus(200);
            _ = caller.Takes("BYE");
        }
        Assert.Equal(0, world.Gauges.Calls);
        world.Advance(31.9);
        Assert.Equal(1, world.Gauges.ClientTransactions);
        world.Advance(0.2);
        Assert.Equal(0, world.Gauges.ClientTransactions);
    }

    [Theory]
    [Trait("Clause", "race 3")]
    [InlineData(200)]
    [InlineData(488)]
    public void Whatever_it_is_answered_with_meanwhile_is_acknowledged(int status)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage invite = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(invite, 100);
        world.Advance(20);
        call.A.Bye();
        _ = call.Callee.Takes("BYE");
        world.Advance(20);
        call.Callee.Reply(invite, status, body: status == 200 ? call.Callee.Sdp(41000, 2, "recvonly") : "");
        Assert.Equal(invite.CSeq, call.Callee.NextRequest("ACK").CSeq);
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "race 3")]
    public void A_peer_that_goes_on_ringing_after_the_bye_keeps_nothing_alive()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(70);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage invite = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(invite, 100);
        call.A.Bye();
        _ = call.Callee.Takes("BYE");
        for (int i = 0; i < 4; i++)
        {
            world.Advance(10);
            call.Callee.Reply(invite, 180);
        }
        Assert.Equal(0, world.Gauges.ClientTransactions);
    }

    [Theory]
    [Trait("Clause", "C-28")]
    [InlineData(487)]
    [InlineData(0)]
    public void A_change_that_is_only_ever_trying_is_cancelled_after_64_T1_and_given_up_after_as_much_again(int answerToCancel)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage invite = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(invite, 100);
        world.Advance(31.9);
        Assert.False(call.Callee.HasRequest("CANCEL"));
        world.Advance(0.2);
        Assert.Equal(invite.Branch, call.Callee.Takes("CANCEL").Branch);
        if (answerToCancel != 0)
        {
            call.Callee.Reply(invite, answerToCancel);
            _ = call.Callee.NextRequest("ACK");
            call.A.SendAckToFailure(call.Caller.NextStatus(487));
            // the leg is free again
            call.A.Send("INVITE", body: call.Caller.Sdp(40000, 3, "sendonly"));
            _ = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 2, "recvonly"));
            _ = call.Callee.NextRequest("ACK");
            _ = call.A.Answered();
            call.HangUp();
            return;
        }
        world.Advance(31.8);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.3);
        call.A.SendAckToFailure(call.Caller.NextStatus(408));
        _ = call.Caller.Takes("BYE"); // C-22: who answers nothing for 64 s has no call any more
        _ = call.Callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "C-28")]
    [Trait("Clause", "ST-26")]
    public void So_is_a_refresh()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.Allow = Calling.NoUpdate;
        _ = ConnectedCall.Begin(caller, callee);
        world.Advance(900);
        _ = caller.Takes("UPDATE");
        WireMessage invite = callee.NextRequest("INVITE");
        callee.Reply(invite, 100);
        world.Advance(32.1);
        _ = callee.Takes("CANCEL");
        world.Advance(32.1);
        _ = caller.Takes("BYE");
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "C-31")]
    public void Requests_in_a_second_early_dialog_have_numbers_and_a_target_of_their_own()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog first = callee.Take();
        PhoneDialog second = PhoneDialog.FromInvite(callee, first.Invitation!);
        second.LocalAddress = $"{first.Invitation!["To"]};tag=second";
        callee.Reply(first.Invitation, 180, first.LocalTag);
        callee.Reply(first.Invitation, 180, "second");
        first.CSeq = 5000;
        first.Send("INFO", body: "1");
        _ = caller.Takes("INFO");
        _ = callee.NextStatus(200);
        second.CSeq = 7; // lower than in the first, and the next one there
        second.Send("INFO", body: "2");
        _ = caller.Takes("INFO");
        _ = callee.NextStatus(200);
        first.Send("INFO", body: "3");
        _ = caller.Takes("INFO");
        _ = callee.NextStatus(200);
        second.CSeq = 6;
        second.Send("INFO", body: "4");
        _ = callee.NextStatus(500); // C-24: a number that was used there
        Calling.Cancelled(caller, a, (callee, first));
    }

    [Fact]
    [Trait("Clause", "C-23")]
    public void An_early_update_moves_the_target_of_its_own_dialog_only()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog first = callee.Take();
        PhoneDialog second = PhoneDialog.FromInvite(callee, first.Invitation!);
        second.LocalAddress = $"{first.Invitation!["To"]};tag=second";
        callee.ContactUri = "sip:first@192.0.2.12:5060";
        callee.Reply(first.Invitation, 180, first.LocalTag);
        callee.ContactUri = "sip:second@192.0.2.12:5060";
        callee.Reply(first.Invitation, 180, "second");
        callee.ContactUri = "sip:moved@192.0.2.12:5060";
        second.Send("UPDATE");
        _ = callee.NextStatus(200);
        callee.ContactUri = "sip:first@192.0.2.12:5060";
        first.Accept();
        Assert.Equal("sip:first@192.0.2.12:5060", callee.NextRequest("ACK").RequestUri);
        _ = a.Answered();
        a.Bye();
        _ = callee.Takes("BYE");
    }
}
