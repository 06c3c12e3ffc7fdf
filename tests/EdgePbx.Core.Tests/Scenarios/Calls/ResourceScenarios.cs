namespace EdgePbx.Core.Tests;

/// <summary>Ports, relay paths and bugs: whatever is missing or breaks, the call gives back what it took.</summary>
public class ResourceScenarios
{
    [Fact]
    [Trait("Clause", "race 37")]
    public void When_ports_run_out_at_any_moment_the_caller_gets_503_and_nothing_is_kept()
    {
        int pairs = 0;
        for (bool isUp = false; !isUp; pairs++)
        {
            using var world = new PbxWorld();
            (Phone caller, Phone[] phones) = CallerAndTwo(world);
            world.Ports.Left = pairs;
            PhoneDialog a = caller.Invite("1002", WithVideo(caller));
            isUp = phones[0].Inbox.Count > 0;
            if (isUp)
            {
                Answer(caller, phones, a);
                continue;
            }
            WireMessage refusal = caller.NextStatus(503);
            Assert.NotEqual("", refusal["Retry-After"]);
            a.SendAckToFailure(refusal);
            Assert.Equal(0, world.Ports.Open);
            Assert.Equal(0, world.Gauges.Calls);
            Assert.Equal(1, world.Counters.CallsRefusedNoPorts);
            Assert.Empty(phones[0].Inbox);
            Assert.Empty(phones[1].Inbox);
        }
        Assert.Equal(7, pairs); // two streams on three legs, and the turn that succeeded
    }

    [Fact]
    [Trait("Clause", "race 37")]
    public void A_bug_at_any_moment_of_the_set_up_costs_that_call_and_no_other()
    {
        int pairs = 0;
        for (bool isUp = false; !isUp; pairs++)
        {
            using var world = new PbxWorld { ToleratesFaults = true };
            (Phone caller, Phone[] phones) = CallerAndTwo(world);
            world.Ports.ThrowsAfter = pairs;
            PhoneDialog a = caller.Invite("1002", WithVideo(caller));
            isUp = phones[0].Inbox.Count > 0;
            if (isUp)
            {
                Answer(caller, phones, a);
                continue;
            }
            a.SendAckToFailure(caller.NextStatus(500));
            Assert.Equal(1, world.Counters.CallsFaulted);
            Assert.Equal(0, world.Ports.Open);
            world.Ports.ThrowsAfter = int.MaxValue;
            PhoneDialog next = caller.Invite("1002", WithVideo(caller));
            Answer(caller, phones, next);
        }
        Assert.Equal(7, pairs);
    }

    [Fact]
    [Trait("Clause", "race 37")]
    public void The_place_of_a_stream_that_a_bug_of_the_host_prevented_is_not_lost()
    {
        using var world = new PbxWorld { ToleratesFaults = true };
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Ports.ThrowsAfter = 0;
        PhoneDialog failed = caller.Invite("1002");
        failed.SendAckToFailure(caller.NextStatus(500));
        world.Ports.ThrowsAfter = int.MaxValue;
        ConnectedCall next = ConnectedCall.Begin(caller, callee);
        Assert.Equal([0, 1], world.Relays.Keys.Select(path => (int)path.Slot).Order());
        next.HangUp();
    }

    [Fact]
    [Trait("Clause", "M-17")]
    [Trait("Clause", "race 39")]
    public void No_call_gets_a_port_before_the_relay_thread_has_let_go_of_it()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false };
        ConnectedCall first = ConnectedCall.Begin(world);
        string[] used = [Port(first.Answer), Port(first.B.Invitation!)];
        first.HangUp();
        Assert.Equal(1, world.Gauges.Calls); // over for the phones, but its sockets are still open
        Assert.Equal(4, world.Gauges.PortsInUse);
        ConnectedCall second = ConnectedCall.Begin(first.Caller, first.Callee);
        Assert.DoesNotContain(Port(second.Answer), used);
        Assert.DoesNotContain(Port(second.B.Invitation!), used);
        world.ConfirmRelays();
        Assert.Equal(1, world.Gauges.Calls);
        Assert.Equal(1, world.Log.Count("cleanup_verified"));
        ConnectedCall third = ConnectedCall.Begin(first.Caller, first.Callee);
        Assert.Contains(Port(third.Answer), used); // now they are free
        second.HangUp();
        third.HangUp();
    }

    [Fact]
    public void A_relay_thread_that_hangs_is_reported_once_after_five_seconds_and_the_call_ends_when_it_wakes()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false, EndsWithNothingOwned = false };
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(4.9);
        Assert.Equal(0, world.Log.Count("cleanup_overdue"));
        world.Advance(0.2);
        Assert.Contains("2 thing(s) after 5 s", Assert.Single(world.Log.Events, e => e.Name == "cleanup_overdue").Text, StringComparison.Ordinal);
        Assert.Equal(1, world.Counters.CleanupsOverdue);
        world.Advance(60);
        Assert.Equal(1, world.Log.Count("cleanup_overdue"));
        Assert.Equal(0, world.Log.Count("cleanup_verified"));
        Assert.Equal(1, world.Gauges.Calls);
        world.ConfirmRelays();
        Assert.Equal(1, world.Log.Count("cleanup_verified"));
        world.AssertNothingIsOwned();
    }

    [Fact]
    [Trait("Clause", "race 39")]
    public void A_report_of_a_path_that_is_gone_changes_nothing()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey[] old = [.. world.Relays.Keys];
        call.HangUp();
        ConnectedCall next = ConnectedCall.Begin(call.Caller, call.Callee);
        foreach (RelayKey key in old)
        {
            world.Engine.RelayClosed(world.Now, key);
            world.Engine.RelaySourceLatched(world.Now, key, call.Caller.At);
        }
        Assert.Equal(4, world.Gauges.PortsInUse);
        Assert.Equal(0, world.Log.Count("relay_source_latched"));
        next.HangUp();
    }

    [Fact]
    [Trait("Clause", "race 23")]
    public void A_shutdown_ends_every_call_by_the_way_that_all_calls_end()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Phone third = world.Phone("1003", 13);
        third.Register();
        ConnectedCall up = ConnectedCall.Begin(caller, callee);
        PhoneDialog ringing = third.Invite("1001");
        PhoneDialog b = caller.Take();
        b.Ring();
        world.Shutdown();
        caller.Reply(caller.NextRequest("CANCEL"), 200);
        b.Reply(487);
        WireMessage refusal = third.NextStatus(503);
        Assert.NotEqual("", refusal["Retry-After"]);
        ringing.SendAckToFailure(refusal);
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.False(world.Engine.IsQuiet);
        WireMessage bye = world.Sent.Last(sent => sent.To == caller.At && sent.Message is { IsResponse: false, Method: "BYE" }).Message;
        Assert.Equal(up.A.CallId, bye["Call-ID"]);
        caller.Reply(bye, 200);
        Assert.True(world.Engine.IsQuiet);
        Assert.Equal(2, world.Log.Count("cleanup_verified"));

        _ = third.Ask("OPTIONS", "sip:office.example", "late");
        Assert.NotEqual("", third.NextStatus(503)["Retry-After"]);
    }

    [Fact]
    [Trait("Clause", "race 23")]
    [Trait("Clause", "race 30")]
    public void A_shutdown_does_not_end_a_second_time_what_only_waits_for_the_relay()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false };
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Shutdown();
        Assert.Equal(1, world.Log.Count("cleanup_call_start"));
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
        Assert.False(world.Engine.IsQuiet);
        world.ConfirmRelays();
        Assert.True(world.Engine.IsQuiet);
    }

    [Fact]
    [Trait("Clause", "race 21")]
    public void A_caller_that_gives_up_while_nothing_came_back_yet_leaves_nothing()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.PortsInUse);
        Assert.Equal(1, world.Gauges.ClientTransactions); // the INVITE may still be answered, and would be hung up
        world.Advance(32);
        Assert.Equal(0, world.Gauges.ClientTransactions);
        Assert.False(callee.HasRequest("CANCEL"));
    }

    [Fact]
    [Trait("Clause", "race 22")]
    [Trait("Clause", "race 25")]
    public void A_phone_whose_connection_is_gone_is_not_waited_for()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12, SipTransport.Tcp);
        caller.Register();
        callee.Register();
        world.FailSends(callee.At);
        PhoneDialog a = caller.Invite("1002");
        WireMessage refusal = caller.Inbox.Single(message => message.Status >= 300);
        a.SendAckToFailure(refusal);
        Assert.Equal(500, refusal.Status); // RFC 3261 8.1.3.1: 503, which 16.7 has a forwarder say as 500
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "race 24")]
    public void A_contact_that_asks_for_credentials_gets_one_leg_and_one_invite()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(401, "WWW-Authenticate: Digest realm=\"phone\", nonce=\"1\"\r\n");
        _ = callee.NextRequest("ACK");
        WireMessage refusal = caller.Inbox.Single(message => message.Status >= 300);
        Assert.Equal(480, refusal.Status); // a challenge that the caller could not answer
        Assert.False(refusal.Has("WWW-Authenticate"));
        a.SendAckToFailure(refusal);
        Assert.Empty(callee.Inbox);
    }

    private static (Phone Caller, Phone[] Phones) CallerAndTwo(PbxWorld world)
    {
        Phone caller = world.Phone("1001", 11);
        Phone[] phones = [world.Phone("1002", 12), world.Phone("1002", 22)];
        caller.Register();
        phones[0].Register();
        phones[1].Register();
        return (caller, phones);
    }

    private static void Answer(Phone caller, Phone[] phones, PhoneDialog a)
    {
        PhoneDialog b = phones[0].Take();
        PhoneDialog loser = phones[1].Take();
        loser.Reply(486);
        b.Accept(sdp: WithVideo(phones[0]));
        _ = a.Answered();
        a.Bye();
        _ = caller.NextStatus(200);
        phones[0].Reply(phones[0].NextRequest("BYE"), 200);
    }

    private static string Port(WireMessage message) => message.Sdp("m=audio ").Split(' ')[0];

    private static string WithVideo(Phone phone) => phone.Sdp() + "m=video 40002 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";
}
