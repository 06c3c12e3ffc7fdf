namespace EdgePbx.Core.Tests;

/// <summary>Several phones, or several answers of one: those that lose are let go without harm to the one that wins (RFC 3261 13.2.2.4).</summary>
[Trait("Clause", "C-25")]
public class ForkScenarios
{
    [Fact]
    [Trait("Clause", "M-05")]
    public void A_phone_that_refuses_while_the_relay_is_slow_does_not_disturb_the_one_that_answers()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false };
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = one.Take();
        PhoneDialog c = two.Take();
        b.Reply(486);
        c.Ring();
        c.Accept();
        _ = two.NextRequest("ACK");
        _ = a.Answered();
        Assert.False(one.HasRequest("CANCEL"));
        world.ConfirmRelays();
        Assert.Equal(1, world.Gauges.Calls);
        a.Bye();
        _ = two.Takes("BYE");
        world.ConfirmRelays();
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    public void So_it_is_when_both_refuse()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false };
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        one.Take().Reply(486);
        two.Take().Reply(603);
        a.SendAckToFailure(caller.NextStatus(603));
        world.ConfirmRelays();
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void An_answer_from_one_that_never_rang_is_acknowledged_however_many_rang(int ringing)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        WireMessage invite = callee.Take().Invitation!;
        for (int i = 0; i < ringing; i++)
        {
            callee.Reply(invite, 180, $"ring{i}");
        }
        callee.Reply(invite, 200, "silent", body: callee.Sdp(42000));
        Assert.Equal("silent", callee.NextRequest("ACK").ToTag);
        _ = a.Answered();
        a.Bye();
        Assert.Equal("silent", callee.Takes("BYE").ToTag);
    }

    [Fact]
    [Trait("Clause", "U-02")]
    public void Of_a_hundred_answers_a_few_are_hung_up_and_the_rest_is_not_answered()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        for (int i = 0; i < 100; i++)
        {
            call.Callee.Reply(call.B.Invitation!, 200, $"other{i}", body: call.Callee.Sdp(43000));
        }
        int acks = call.Callee.Inbox.Count(message => message.Method == "ACK");
        int byes = call.Callee.Inbox.Count(message => message.Method == "BYE");
        Assert.Equal(acks, byes);
        Assert.InRange(acks, 1, 8);
        Assert.InRange(world.Gauges.PacketBuffersRented, 0, 32);
        call.Callee.Inbox.Clear();
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-02")]
    public void So_it_is_with_a_hundred_answers_after_a_cancel()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        for (int i = 0; i < 100; i++)
        {
            callee.Reply(b.Invitation!, 200, $"other{i}", body: callee.Sdp(43000));
        }
        Assert.InRange(callee.Inbox.Count(message => message.Method == "BYE"), 1, 9);
        Assert.InRange(callee.Inbox.Count(message => message.Method == "ACK"), 1, 9);
    }

    [Fact]
    [Trait("Clause", "U-02")]
    public void So_it_is_with_a_hundred_answers_to_a_change()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage invite = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        _ = call.A.Answered();
        for (int i = 0; i < 100; i++)
        {
            string copy = invite["To"][..invite["To"].IndexOf(";tag=", StringComparison.Ordinal)] + $";tag=other{i}";
            call.Callee.Send($"SIP/2.0 200 OK\r\nVia: {invite["Via"]}\r\nFrom: {invite["From"]}\r\nTo: {copy}\r\nCall-ID: {invite["Call-ID"]}\r\nCSeq: {invite["CSeq"]}\r\n"
                + $"Contact: <{call.Callee.ContactUri}>\r\nContent-Length: 0\r\n\r\n");
        }
        Assert.InRange(call.Callee.Inbox.Count(message => message.Method == "ACK"), 0, 9);
        call.Callee.Inbox.Clear();
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "U-08")]
    public void A_thousand_provisional_responses_while_the_caller_acknowledges_none_cost_little()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        for (int i = 0; i < 1000; i++)
        {
            b.Reply(i % 2 == 0 ? 180 : 183);
        }
        Assert.InRange(world.Gauges.PacketBuffersRented, 0, 32);
        Assert.Equal(1, caller.Inbox.Count(message => message.Status > 100));
        int heard = 0;
        while (caller.Inbox.Any(message => message.Has("RSeq")))
        {
            WireMessage ringing = caller.Next();
            if (ringing.Has("RSeq"))
            {
                heard++;
                a.Learn(ringing);
                a.Send("PRACK", $"RAck: {ringing["RSeq"]} {invite} INVITE\r\n");
            }
        }
        Assert.InRange(heard, 2, 20);
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Learn(LastAnswer(caller, invite) ?? throw new InvalidOperationException());
        a.Ack(cseq: invite);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "U-08")]
    public void A_thousand_reliable_ones_are_all_acknowledged_and_cost_little_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        for (int i = 1; i <= 1000; i++)
        {
            b.Reply(183, $"{Calling.Reliable}{i}\r\n");
            callee.Reply(callee.NextRequest("PRACK"), 200);
        }
        Assert.Equal(1, caller.Inbox.Count(message => message.Status > 100));
        world.Advance(6);
        Assert.InRange(world.Gauges.PacketBuffersRented, 0, 32);
        Assert.InRange(world.Gauges.ClientTransactions, 0, 4);
        Calling.Cancelled(caller, a, (callee, b));
    }

    [Fact]
    [Trait("Clause", "ST-07")]
    public void Early_dialogs_of_an_invite_that_gets_422_do_not_outlive_it()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog old = callee.Take();
        old.Ring();
        int dialogs = world.Gauges.Dialogs;
        old.Reply(422, "Min-SE: 2400\r\n");
        _ = callee.NextRequest("ACK");
        Assert.Equal(dialogs - 1, world.Gauges.Dialogs);
        old.Send("INFO", body: "x");
        _ = callee.NextStatus(481);
    }

    [Fact]
    [Trait("Clause", "ST-07")]
    public void The_same_tag_may_come_again_after_the_422()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog old = callee.Take();
        old.Ring();
        old.Reply(422, "Min-SE: 2400\r\n");
        _ = callee.NextRequest("ACK");
        WireMessage again = callee.NextRequest("INVITE");
        Assert.Equal("2400", again["Min-SE"]);
        callee.ContactUri = "sip:elsewhere@192.0.2.12:5060";
        callee.Reply(again, 180, old.LocalTag);
        callee.Reply(again, 200, old.LocalTag, body: callee.Sdp(41000));
        Assert.Equal((callee.ContactUri, again.CSeq), Of(callee.NextRequest("ACK")));
        _ = a.Answered();
        a.Bye();
        Assert.Equal((callee.ContactUri, again.CSeq + 1), Of(callee.Takes("BYE")));
    }

    private static (string Uri, uint CSeq) Of(WireMessage request) => (request.RequestUri, request.CSeq);

    private static WireMessage? LastAnswer(Phone caller, uint cseq) =>
        caller.Inbox.LastOrDefault(message => message.Status == 200 && message.CSeq == cseq);
}
