namespace EdgePbx.Core.Tests;

/// <summary>The caller gives up before the answer, and what may cross with that (RFC 3261 9).</summary>
public class CancelScenarios
{
    [Fact]
    [Trait("Clause", "C-14")]
    public void A_phone_that_has_said_nothing_yet_is_not_cancelled_before_it_speaks()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        Assert.False(callee.HasRequest("CANCEL"));
        b.Reply(100);
        WireMessage cancel = callee.NextRequest("CANCEL");
        callee.Reply(cancel, 200);
        b.Reply(487);
        _ = callee.NextRequest("ACK");
    }

    [Fact]
    [Trait("Clause", "C-14")]
    public void The_cancel_has_the_branch_the_address_and_the_number_of_its_invite()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Cancel();
        WireMessage cancel = callee.NextRequest("CANCEL");
        WireMessage invite = b.Invitation!;
        Assert.Equal(invite["Via"], Assert.Single(cancel.All("Via")));
        Assert.Equal(invite.RequestUri, cancel.RequestUri);
        Assert.Equal($"{invite.CSeq} CANCEL", cancel["CSeq"]);
        Assert.Equal(invite["From"], cancel["From"]);
        Assert.Equal(invite["To"], cancel["To"]);
        Assert.Equal(invite["Call-ID"], cancel["Call-ID"]);
        Assert.False(cancel.Has("Require"));
        callee.Reply(cancel, 200);
        b.Reply(487);
        a.SendAckToFailure(caller.NextStatus(487));
    }

    [Fact]
    [Trait("Clause", "C-15")]
    [Trait("Clause", "C-16")]
    [Trait("Clause", "race 27")]
    public void A_repeated_cancel_gets_the_same_200_and_the_invite_one_487()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        caller.Inbox.Clear();
        a.Cancel();
        WireMessage first = caller.Next();
        a.SendAckToFailure(caller.NextStatus(487));
        for (int i = 0; i < 3; i++)
        {
            a.Cancel();
            Assert.Equal(first.Text, caller.Next().Text);
        }
        Assert.Empty(caller.Inbox);
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
        _ = callee.NextRequest("ACK");
        Assert.False(callee.HasRequest("CANCEL"));
    }

    [Theory]
    [Trait("Clause", "C-17")]
    [Trait("Clause", "U-02")]
    [Trait("Clause", "race 26")]
    [InlineData(0.1)]
    [InlineData(31)]
    public void An_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up(double seconds)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        world.Advance(seconds);
        b.Accept();
        WireMessage ack = callee.NextRequest("ACK");
        Assert.Equal(b.Invitation!.CSeq, ack.CSeq);
        Assert.Equal(b.LocalTag, ack.ToTag);
        WireMessage bye = callee.NextRequest("BYE");
        Assert.Equal(b.LocalTag, bye.ToTag);
        callee.Reply(bye, 200);
        b.Accept(); // its copy crossed the ACK: acknowledged again, not hung up again
        _ = callee.NextRequest("ACK");
        Assert.False(callee.HasRequest("BYE"));
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 200 && message.Method == "INVITE");
    }

    [Fact]
    [Trait("Clause", "C-17")]
    public void An_answer_that_was_faster_than_the_cancel_stands()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Cancel();
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 487);
        _ = a.Answered();
        Assert.Equal(200, caller.Next().Status); // of the CANCEL, which changed nothing
        Assert.Empty(callee.Inbox);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-16")]
    [Trait("Clause", "C-45")]
    public void A_cancel_for_nothing_gets_481()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        _ = caller.Ask("CANCEL", "sip:1002@office.example", "none");
        _ = caller.NextStatus(481);
    }

    [Fact]
    [Trait("Clause", "race 31")]
    public void A_phone_that_rings_and_then_never_answers_the_cancel_is_forgotten_after_32_seconds()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        callee.Take().Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        Assert.Equal(0, world.Gauges.Calls);
        world.Advance(31.9);
        Assert.NotEqual(0, world.Gauges.ClientTransactions);
        world.Advance(0.2);
        Assert.Equal(0, world.Gauges.ClientTransactions);
    }

    [Fact]
    [Trait("Clause", "race 31")]
    public void A_phone_that_answers_the_cancel_and_never_the_invite_is_forgotten_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        callee.Take().Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        world.Advance(33);
        Assert.Equal(0, world.Gauges.ClientTransactions);
    }

    [Fact]
    [Trait("Clause", "race 32")]
    public void A_caller_that_vanishes_while_it_rings_leaves_nothing()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        _ = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        world.Drops = (_, to) => to == caller.At;
        b.Ring();
        world.Advance(60);
        WireMessage cancel = callee.NextRequest("CANCEL");
        callee.Reply(cancel, 200);
        b.Reply(487);
        world.Advance(1);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "race 32")]
    [Trait("Clause", "C-27")]
    public void A_caller_that_vanishes_before_the_answer_costs_the_callee_32_seconds()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        _ = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        world.Drops = (_, to) => to == caller.At;
        b.Accept();
        _ = callee.NextRequest("ACK");
        world.Advance(31.9);
        Assert.False(callee.HasRequest("BYE"));
        world.Advance(0.2);
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Calls);
    }
}
