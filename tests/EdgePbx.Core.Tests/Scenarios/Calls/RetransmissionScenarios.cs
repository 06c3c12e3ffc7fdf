namespace EdgePbx.Core.Tests;

/// <summary>What is repeated, when and for how long, seen from outside (RFC 3261 17).</summary>
public class RetransmissionScenarios
{
    [Fact]
    [Trait("Clause", "C-36")]
    [Trait("Clause", "race 25")]
    [Trait("Clause", "race 36")]
    public void An_invite_that_nobody_answers_is_repeated_for_32_seconds_and_then_the_caller_gets_408()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Instant start = world.Now;
        PhoneDialog a = caller.Invite("1002");
        world.Advance(40);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], Moments(world, callee, "INVITE", start));
        a.SendAckToFailure(caller.NextStatus(408));
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.PortsInUse);
    }

    [Fact]
    [Trait("Clause", "C-36")]
    public void A_provisional_response_stops_it()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Instant start = world.Now;
        PhoneDialog a = caller.Invite("1002");
        world.Advance(2);
        callee.Take().Reply(100);
        world.Advance(40);
        Assert.Equal([0, 0.5, 1.5], Moments(world, callee, "INVITE", start));
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
    }

    [Fact]
    [Trait("Clause", "C-36")]
    public void Over_a_stream_nothing_is_repeated_but_the_patience_is_the_same()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12, SipTransport.Tcp);
        caller.Register();
        callee.Register();
        Instant start = world.Now;
        PhoneDialog a = caller.Invite("1002");
        world.Advance(31.9);
        Assert.DoesNotContain(caller.Inbox, message => message.Status >= 200);
        world.Advance(0.2);
        Assert.Equal([0], Moments(world, callee, "INVITE", start));
        a.SendAckToFailure(caller.NextStatus(408));
    }

    [Fact]
    [Trait("Clause", "C-37")]
    public void The_ack_to_a_refusal_has_the_branch_and_the_address_of_the_invite()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(486);
        WireMessage ack = callee.NextRequest("ACK");
        WireMessage invite = b.Invitation!;
        Assert.Equal(invite["Via"], Assert.Single(ack.All("Via")));
        Assert.Equal(invite.RequestUri, ack.RequestUri);
        Assert.Equal($"{invite.CSeq} ACK", ack["CSeq"]);
        Assert.Equal(b.LocalTag, ack.ToTag);
        b.Reply(486);
        Assert.Equal(ack.Text, callee.NextRequest("ACK").Text);
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Fact]
    [Trait("Clause", "C-37")]
    public void In_a_dialog_with_routes_it_has_those_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, $"Record-Route: <sip:{caller.At};lr>\r\n");
        call.B.Send("INVITE", body: callee.Sdp(41000, 2, "sendonly"));
        WireMessage reinvite = caller.NextRequest("INVITE");
        caller.Reply(reinvite, 488);
        WireMessage ack = caller.NextRequest("ACK");
        Assert.Equal(reinvite.All("Route"), ack.All("Route"));
        Assert.Equal(reinvite.RequestUri, ack.RequestUri);
        Assert.Equal(reinvite["Via"], Assert.Single(ack.All("Via")));
        call.B.SendAckToFailure(callee.NextStatus(488));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-38")]
    public void A_request_that_is_no_invite_is_repeated_up_to_every_four_seconds_for_32()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Drops = (_, to) => to == call.Callee.At;
        Instant start = world.Now;
        call.A.Bye();
        world.Advance(40);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], Moments(world, call.Callee, "BYE", start));
    }

    [Fact]
    [Trait("Clause", "C-39")]
    public void A_refusal_is_repeated_until_its_ack_at_most_for_32_seconds()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        Instant start = world.Now;
        callee.Take().Reply(486);
        world.Advance(4);
        Assert.Equal([0, 0.5, 1.5, 3.5], Refusals(world, caller, start));
        a.SendAckToFailure(caller.NextStatus(486));
        world.Advance(40);
        Assert.Equal(4, Refusals(world, caller, start).Length);

        _ = caller.Invite("1002");
        start = world.Now;
        callee.Take().Reply(486);
        world.Advance(60);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], Refusals(world, caller, start));
    }

    private static double[] Moments(PbxWorld world, Phone to, string method, Instant start) =>
        [.. world.Sent.Where(sent => sent.To == to.At && !sent.Message.IsResponse && sent.Message.Method == method && sent.At >= start)
            .Select(sent => (sent.At - start).TotalSeconds)];

    private static double[] Refusals(PbxWorld world, Phone to, Instant start) =>
        [.. world.Sent.Where(sent => sent.To == to.At && sent.Message.Status == 486 && sent.At >= start).Select(sent => (sent.At - start).TotalSeconds)];
}
