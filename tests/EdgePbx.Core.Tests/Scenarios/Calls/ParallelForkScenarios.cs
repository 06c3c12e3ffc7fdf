namespace EdgePbx.Core.Tests;

/// <summary>An extension with several phones: all ring, the first to answer wins (RFC 3261 16.7, RFC 3326).</summary>
public class ParallelForkScenarios
{
    [Fact]
    [Trait("Clause", "U-26")]
    [Trait("Clause", "C-25")]
    public void The_first_answer_wins_and_the_others_are_told_why_they_stop_ringing()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        Assert.Equal(3, b.Select(dialog => dialog.CallId).Distinct().Count());
        foreach (PhoneDialog dialog in b)
        {
            dialog.Ring();
        }
        Assert.Equal([100, 180], caller.Inbox.Select(message => message.Status)); // it rings: once is enough
        b[1].Accept();
        _ = phones[1].NextRequest("ACK");
        foreach (int loser in new[] { 0, 2 })
        {
            WireMessage cancel = phones[loser].NextRequest("CANCEL");
            Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", cancel["Reason"]);
            phones[loser].Reply(cancel, 200);
            b[loser].Reply(487);
            _ = phones[loser].NextRequest("ACK");
        }
        _ = a.Answered();
        Assert.Equal(2, world.Gauges.Legs);
        Assert.Equal(4, world.Gauges.PortsInUse); // those of the losers are back
        a.Bye();
        phones[1].Reply(phones[1].NextRequest("BYE"), 200);
        Assert.False(phones[0].HasRequest("BYE"));
    }

    [Fact]
    [Trait("Clause", "C-25")]
    [Trait("Clause", "U-02")]
    [Trait("Clause", "U-26")]
    [Trait("Clause", "race 26")]
    public void A_loser_whose_answer_crosses_is_acknowledged_and_hung_up()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Ring();
        b[0].Accept();
        _ = a.Answered();
        b[1].Accept(); // it had not even said that it rings
        _ = phones[1].NextRequest("ACK");
        WireMessage bye = phones[1].NextRequest("BYE");
        Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", bye["Reason"]);
        phones[1].Reply(bye, 200);
        b[2].Ring();
        phones[2].Reply(phones[2].NextRequest("CANCEL"), 200);
        world.Advance(2);
        b[2].Accept();
        _ = phones[2].NextRequest("ACK");
        phones[2].Reply(phones[2].NextRequest("BYE"), 200);
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 200);
        a.Bye();
        phones[0].Reply(phones[0].NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-03")]
    [Trait("Clause", "C-25")]
    public void The_bye_to_a_loser_has_a_number_above_those_of_its_pracks()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Ring("Require: 100rel\r\nRSeq: 1\r\n");
        WireMessage prack = phones[0].NextRequest("PRACK");
        phones[0].Reply(prack, 200);
        b[1].Accept();
        _ = a.Answered();
        phones[0].Reply(phones[0].NextRequest("CANCEL"), 200);
        b[0].Accept();
        WireMessage bye = phones[0].NextRequest("BYE");
        Assert.True(bye.CSeq > prack.CSeq);
        phones[0].Reply(bye, 200);
        b[2].Reply(486);
        a.Bye();
        phones[1].Reply(phones[1].NextRequest("BYE"), 200);
    }

    [Theory]
    [InlineData(486, 408, 404, 486)]
    [InlineData(404, 480, 480, 404)]
    [InlineData(480, 500, 503, 480)]
    [InlineData(500, 503, 503, 500)]
    [InlineData(302, 408, 408, 480)]
    [InlineData(401, 407, 486, 486)]
    [InlineData(404, 415, 486, 486)]
    [InlineData(415, 420, 503, 488)]
    public void When_all_refuse_the_caller_hears_what_tells_it_most(int one, int two, int three, int heard)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        caller.Inbox.Clear();
        b[0].Reply(one);
        b[1].Reply(two);
        Assert.Empty(caller.Inbox); // somebody still rings
        b[2].Reply(three);
        WireMessage refusal = caller.Next();
        Assert.Equal(heard, refusal.Status);
        a.SendAckToFailure(refusal);
        Assert.Empty(caller.Inbox);
        Assert.All(phones, phone => phone.NextRequest("ACK"));
    }

    [Fact]
    [Trait("Clause", "race 36")]
    public void A_phone_that_is_off_does_not_hide_that_another_is_busy()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        phones[0].Take().Reply(486);
        phones[1].Take().Reply(480);
        Assert.Equal(2 * 2, world.Gauges.PortsInUse); // caller and the one that is left
        world.Advance(33);
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Fact]
    public void One_that_declines_for_all_ends_the_ringing_everywhere()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Ring();
        b[2].Ring();
        b[1].Reply(603);
        a.SendAckToFailure(caller.NextStatus(603));
        foreach (int other in new[] { 0, 2 })
        {
            phones[other].Reply(phones[other].NextRequest("CANCEL"), 200);
            b[other].Reply(487);
        }
    }

    [Theory]
    [InlineData(true, 480)]
    [InlineData(false, 408)]
    public void When_nobody_answers_in_time_all_stop(bool oneRings, int status)
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(20) });
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Reply(oneRings ? 180 : 100);
        b[1].Reply(100);
        b[2].Reply(100);
        world.Advance(20);
        a.SendAckToFailure(caller.NextStatus(status));
        for (int i = 0; i < 3; i++)
        {
            phones[i].Reply(phones[i].NextRequest("CANCEL"), 200);
            b[i].Reply(487);
        }
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    public void A_busy_phone_decides_what_the_caller_hears_when_the_others_ring_out()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(20) });
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Reply(486);
        b[1].Ring();
        b[2].Ring();
        world.Advance(20);
        a.SendAckToFailure(caller.NextStatus(486));
        foreach (int other in new[] { 1, 2 })
        {
            phones[other].Reply(phones[other].NextRequest("CANCEL"), 200);
            b[other].Reply(487);
        }
    }

    [Fact]
    public void A_cancel_reaches_every_phone_that_rings()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Ring();
        b[1].Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        phones[0].Reply(phones[0].NextRequest("CANCEL"), 200);
        phones[1].Reply(phones[1].NextRequest("CANCEL"), 200);
        b[0].Reply(487);
        b[1].Reply(487);
        Assert.False(phones[2].HasRequest("CANCEL"));
        b[2].Ring(); // now it may be cancelled
        phones[2].Reply(phones[2].NextRequest("CANCEL"), 200);
        b[2].Reply(487);
    }

    [Fact]
    [Trait("Clause", "U-08")]
    [Trait("Clause", "U-42")]
    public void An_early_answer_that_another_phone_may_overtake_is_not_given_for_good()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone[] phones) = ThreePhones(world);
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog[] b = [.. phones.Select(phone => phone.Take())];
        b[0].Reply(183, sdp: phones[0].Sdp(42000));
        WireMessage progress = caller.NextStatus(183);
        Assert.Equal("", progress.Body);
        a.Learn(progress);
        a.Send("PRACK", $"RAck: {progress["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);
        b[1].Accept(sdp: phones[1].Sdp(43000));
        WireMessage ok = caller.NextStatus(200);
        Assert.NotEqual("", ok.Body);
        a.Learn(ok);
        a.Ack(cseq: invite);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 43000);
        phones[0].Reply(phones[0].NextRequest("CANCEL"), 200);
        b[0].Reply(487);
        b[2].Reply(486);
        a.Bye();
        phones[1].Reply(phones[1].NextRequest("BYE"), 200);
    }

    private static (Phone Caller, Phone[] Phones) ThreePhones(PbxWorld world)
    {
        Phone caller = world.Phone("1001", 11);
        Phone[] phones = [world.Phone("1002", 12), world.Phone("1002", 22), world.Phone("1002", 32, SipTransport.Tcp)];
        caller.Register();
        foreach (Phone phone in phones)
        {
            phone.Register();
        }
        return (caller, phones);
    }
}
