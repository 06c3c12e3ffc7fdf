namespace EdgePbx.Core.Tests;

/// <summary>Copies and late messages of a call that is over: of its transactions only rows and bytes are left, and they answer as transactions do.</summary>
public class LateCopyScenarios
{
    private const double JustBeforeTheEnd = 31.9;

    [Fact]
    public void A_copy_of_the_bye_gets_the_same_answer_for_half_a_minute_and_then_none_that_is_known()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Bye();
        string answer = call.Caller.NextStatus(200).Text;
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        world.Advance(JustBeforeTheEnd);
        call.Caller.Send(call.A.LastRequest);
        Assert.Equal(answer, call.Caller.NextStatus(200).Text);
        world.Advance(0.2);
        call.Caller.Send(call.A.LastRequest);
        _ = call.Caller.NextStatus(481);
    }

    [Fact]
    public void A_copy_by_another_port_of_the_same_address_is_answered_there_and_one_from_elsewhere_is_not()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        string copy = call.A.LastRequest;
        Phone moved = world.Phone("1001", 11, port: 5099);
        Phone thief = world.Phone("1001", 66);
        world.Deliver(moved, copy);
        _ = moved.NextStatus(200);
        world.Deliver(thief, copy);
        Assert.Empty(thief.Inbox);
        _ = moved.NextStatus(200); // whoever asked, it goes where the phone is
    }

    [Fact]
    public void A_copy_of_the_invite_is_absorbed_and_its_acks_and_a_late_cancel_change_nothing()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string invite = call.A.LastInvite;
        string branch = call.A.LastBranch;
        string tag = call.Answer.ToTag;
        call.HangUp();
        long absorbed = world.Counters.InviteRetransmissionsAbsorbed;
        call.Caller.Send(invite);
        Assert.Equal(absorbed + 1, world.Counters.InviteRetransmissionsAbsorbed);
        call.Caller.Send(call.Caller.Request("ACK", call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, 2, branch, "", ""));
        Assert.Empty(call.Caller.Inbox);
        call.Caller.Send(call.Caller.Request("CANCEL", call.A.Target, call.A.CallId, call.A.LocalAddress, "<sip:1002@office.example>", 2, branch, "", ""));
        Assert.Equal(tag, call.Caller.NextStatus(200).ToTag);
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    public void A_copy_of_the_2xx_gets_the_ack_and_another_phones_2xx_gets_ack_and_bye_once()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(20);
        call.B.Accept();
        Assert.Equal(call.Ack.Text, call.Callee.NextRequest("ACK").Text);
        foreach (string stray in new[] { "stray-1", "stray-2" })
        {
            call.Callee.Reply(call.B.Invitation!, 200, stray, body: call.Callee.Sdp(43000));
            WireMessage ack = call.Callee.NextRequest("ACK");
            WireMessage bye = call.Callee.NextRequest("BYE");
            Assert.Equal((stray, stray, call.Ack.CSeq), (ack.ToTag, bye.ToTag, ack.CSeq));
            Assert.Equal((call.Ack["Call-ID"], call.Ack["From"], call.Ack["Contact"]), (ack["Call-ID"], ack["From"], ack["Contact"]));
            Assert.True(bye.CSeq > ack.CSeq);
            call.Callee.Reply(bye, 200);
            call.Callee.Reply(call.B.Invitation!, 200, stray, body: call.Callee.Sdp(43000));
            Assert.Equal(ack.Text, call.Callee.NextRequest("ACK").Text); // its copy gets its own
        }
        Assert.False(call.Callee.HasRequest("BYE"));
        call.B.Accept();
        Assert.Equal(call.Ack.Text, call.Callee.NextRequest("ACK").Text);
    }

    /// <summary>The stray 2xx is remembered for longer than the one that was wanted: a copy of the latter must not be taken for another stray.</summary>
    [Fact]
    public void A_copy_of_the_2xx_that_comes_too_late_is_no_stray_although_one_is_still_known()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(20);
        call.Callee.Reply(call.B.Invitation!, 200, "stray", body: call.Callee.Sdp(43000));
        _ = call.Callee.NextRequest("ACK");
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        world.Advance(13);
        call.B.Accept();
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    public void More_strays_than_anybody_needs_are_not_answered()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        for (int i = 0; i < 30; i++)
        {
            call.Callee.Reply(call.B.Invitation!, 200, $"stray-{i}", body: call.Callee.Sdp(43000));
        }
        WireMessage[] byes = [.. call.Callee.Inbox.Where(static message => message.Method == "BYE")];
        Assert.Equal(TransactionLayer.StrayLimit - 1, byes.Length);
        Assert.All(byes, bye => call.Callee.Reply(bye, 200));
    }

    [Fact]
    public void A_1xx_or_a_refusal_after_the_end_is_absorbed()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        call.Callee.Reply(call.B.Invitation!, 180, "stray");
        call.Callee.Reply(call.B.Invitation!, 486, "stray");
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    public void A_registration_that_comes_again_by_another_way_is_merged_while_it_is_remembered()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Register();
        string register = System.Text.Encoding.UTF8.GetString(world.SentToBox[^1].Bytes);
        string byAnotherWay = System.Text.RegularExpressions.Regex.Replace(register, "branch=[^;\r]+", "branch=z9hG4bKanotherway");
        phone.Send(byAnotherWay);
        _ = phone.NextStatus(482);
        world.Advance(33);
        phone.Send(System.Text.RegularExpressions.Regex.Replace(register, "branch=[^;\r]+", "branch=z9hG4bKathirdway"));
        Assert.NotEqual(482, phone.Next().Status);
    }

    [Fact]
    public void What_is_left_behind_there_is_found_too()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false };
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        CallLedger? ledger = null;
        _ = world.Engine.Context.Transactions.Remembered.ForgetWhere((one, _) => (ledger = one) is null);
        Assert.NotNull(ledger);
        Assert.Equal((2, 2), (world.Gauges.ClientTransactions, world.Gauges.ServerTransactions));
        Assert.Equal((1, 2), world.Engine.Context.Transactions.Remembered.ForgetWhere((one, _) => one == ledger));
        Assert.Equal((1, 0), (world.Gauges.ClientTransactions, world.Gauges.ServerTransactions));
        world.Advance(70);
        Assert.Equal(0, world.Engine.Snapshot(world.Now).Memory.MessageBytes);
        Assert.All(world.Engine.Snapshot(world.Now).Ledger.All(), one => Assert.Equal(0, one.Value.Held));
    }
}
