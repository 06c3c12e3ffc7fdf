namespace EdgePbx.Core.Tests;

/// <summary>Provisional responses that must arrive (RFC 3262): each leg for itself.</summary>
public class PrackScenarios
{
    internal const string Reliable = "Require: 100rel\r\nRSeq: ";

    [Fact]
    [Trait("Clause", "U-11")]
    [Trait("Clause", "U-09")]
    public void When_only_the_callee_wants_it_the_box_acknowledges_alone()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        Assert.True(b.Invitation!.HasToken("Supported", "100rel"));
        b.Ring($"{Reliable}776\r\n");
        WireMessage prack = callee.NextRequest("PRACK");
        Assert.Equal($"776 {b.Invitation.CSeq} INVITE", prack["RAck"]);
        Assert.Equal(b.LocalTag, prack.ToTag);
        Assert.Equal(b.Invitation.CSeq + 1, prack.CSeq);
        callee.Reply(prack, 200);
        WireMessage ringing = caller.NextStatus(180);
        Assert.False(ringing.Has("RSeq"));
        Assert.False(ringing.Has("Require"));
        End(caller, callee, a, b);
    }

    [Fact]
    [Trait("Clause", "U-09")]
    public void A_repeated_response_is_not_acknowledged_twice_nor_one_that_overtook_another()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring($"{Reliable}10\r\n");
        callee.Reply(callee.NextRequest("PRACK"), 200);
        b.Ring($"{Reliable}10\r\n");
        b.Reply(183, $"{Reliable}12\r\n");
        Assert.False(callee.HasRequest("PRACK"));
        b.Reply(183, $"{Reliable}11\r\n");
        Assert.Equal($"11 {b.Invitation!.CSeq} INVITE", callee.NextRequest("PRACK")["RAck"]);
        Assert.Equal([100, 180, 183], caller.Inbox.Select(message => message.Status));
        End(caller, callee, a, b);
    }

    [Fact]
    [Trait("Clause", "U-07")]
    [Trait("Clause", "U-09")]
    public void When_both_know_it_the_caller_gets_a_number_of_ours_and_a_wrong_one_gets_481()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Ring($"{Reliable}776\r\n");
        callee.Reply(callee.NextRequest("PRACK"), 200);
        WireMessage ringing = caller.NextStatus(180);
        Assert.True(ringing.HasToken("Require", "100rel"));
        uint number = ringing.Number("RSeq");
        Assert.InRange(number, 1u, (uint)int.MaxValue);
        a.Learn(ringing);
        a.Send("PRACK", $"RAck: {number + 1} {invite} INVITE\r\n");
        _ = caller.NextStatus(481);
        a.Send("PRACK", $"RAck: {number} {invite + 1} INVITE\r\n");
        _ = caller.NextStatus(481);
        a.Send("PRACK", $"RAck: {number} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);
        a.Send("PRACK", $"RAck: {number} {invite} INVITE\r\n");
        _ = caller.NextStatus(481);
        End(caller, callee, a, b, invite);
    }

    [Fact]
    [Trait("Clause", "U-07")]
    public void It_is_repeated_with_doubled_pauses_until_its_prack()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        Instant start = world.Now;
        b.Ring();
        world.Advance(8);
        double[] moments = [.. world.Sent.Where(sent => sent.Message.Status == 180).Select(sent => (sent.At - start).TotalSeconds)];
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5], moments);
        WireMessage ringing = caller.NextStatus(180);
        caller.Inbox.Clear();
        a.Learn(ringing);
        a.Send("PRACK", $"RAck: {ringing["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);
        world.Advance(40);
        Assert.Empty(caller.Inbox);
        End(caller, callee, a, b, invite);
    }

    [Fact]
    [Trait("Clause", "U-07")]
    public void Without_a_prack_the_call_ends_with_504_after_32_seconds()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.Advance(32.1);
        a.SendAckToFailure(caller.NextStatus(504));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.PortsInUse);
    }

    [Fact]
    [Trait("Clause", "U-07")]
    public void So_it_does_when_the_callee_has_answered_meanwhile()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        b.Accept();
        _ = callee.NextRequest("ACK");
        world.Advance(32.1);
        a.SendAckToFailure(caller.NextStatus(504));
        Assert.DoesNotContain(world.Sent, sent => sent.To == caller.At && sent.Message.Status == 200 && sent.Message.Method == "INVITE");
        Assert.False(caller.HasRequest("BYE")); // its call never began
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-08")]
    public void The_next_one_waits_for_the_prack_of_the_first_and_so_does_the_answer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        uint invite = a.CSeq;
        Assert.False(caller.NextStatus(100).Has("RSeq"));
        PhoneDialog b = callee.Take();
        b.Ring();
        b.Reply(183, sdp: b.Sdp);
        b.Accept();
        _ = callee.NextRequest("ACK");
        WireMessage first = caller.Next();
        Assert.Equal(180, first.Status);
        Assert.Empty(caller.Inbox);
        a.Learn(first);
        a.Send("PRACK", $"RAck: {first["RSeq"]} {invite} INVITE\r\n");
        WireMessage second = caller.Next();
        Assert.Equal(183, second.Status);
        Assert.Equal("PRACK", caller.Next().Method);
        Assert.Equal(first.Number("RSeq") + 1, second.Number("RSeq"));
        Assert.Empty(caller.Inbox);
        a.Send("PRACK", $"RAck: {second["RSeq"]} {invite} INVITE\r\n");
        Assert.Equal("PRACK", caller.NextStatus(200).Method);
        WireMessage ok = caller.NextStatus(200);
        Assert.Equal("INVITE", ok.Method);
        a.Learn(ok);
        a.Ack(cseq: invite);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-15")]
    [Trait("Clause", "U-08")]
    public void A_cancel_while_the_answer_waits_for_a_prack_ends_the_call()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.False(caller.HasRequest("BYE"));
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "U-08")]
    public void A_callee_that_hangs_up_while_its_answer_waits_ends_the_call_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        b.Accept();
        _ = callee.NextRequest("ACK");
        b.Bye();
        WireMessage final = Assert.Single(caller.Inbox, message => message.Status >= 200);
        Assert.InRange(final.Status, 480, 487);
        a.SendAckToFailure(final);
        Assert.False(caller.HasRequest("BYE"));
    }

    [Fact]
    [Trait("Clause", "U-08")]
    [Trait("Clause", "C-31")]
    public void A_second_invite_while_the_answer_waits_gets_500()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Ring();
        b.Accept();
        _ = callee.NextRequest("ACK");
        WireMessage ringing = caller.NextStatus(180);
        a.Learn(ringing);
        a.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        a.SendAckToFailure(caller.NextStatus(500));
        a.Send("PRACK", $"RAck: {ringing["RSeq"]} {invite} INVITE\r\n");
        Assert.Equal("PRACK", caller.NextStatus(200).Method);
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "ST-33")]
    public void A_prack_that_nobody_answers_is_not_repeated_after_the_end_of_its_leg(bool isRefused)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring($"{Reliable}776\r\n");
        _ = callee.NextRequest("PRACK");
        if (isRefused)
        {
            b.Reply(486);
            a.SendAckToFailure(caller.NextStatus(486));
        }
        else
        {
            b.Accept();
            _ = a.Answered();
            a.Bye();
            callee.Reply(callee.NextRequest("BYE"), 200);
        }
        callee.Inbox.Clear();
        world.Advance(40);
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "C-25")]
    public void A_prack_to_one_answer_of_a_fork_is_not_repeated_after_another_has_won()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        callee.Reply(b.Invitation!, 180, "other", $"{Reliable}776\r\n");
        _ = callee.NextRequest("PRACK");
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        callee.Reply(b.Invitation!, 200, "other", body: b.Sdp);
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        world.Advance(40);
        Assert.Empty(callee.Inbox);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    internal static void End(Phone caller, Phone callee, PhoneDialog a, PhoneDialog b, uint? invite = null)
    {
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("BYE"), 200);
    }
}
