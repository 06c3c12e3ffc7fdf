using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>More than the box can hold: new requests are refused early and cheaply, what is up goes on, and afterwards all is as before.</summary>
public class OverloadScenarios
{
    private static readonly PbxSettings SmallBox = PbxWorld.DefaultSettings with { Memory = MemoryBudget.Of(MemoryBudget.Least) };
    private static readonly TimeSpan Backlog = AdmissionControl.LongestRegistrationBacklog;

    [Theory]
    [InlineData("INVITE", 3, 10)]
    [InlineData("REGISTER", 5, 24)]
    public void Who_comes_while_messages_wait_too_long_gets_503_and_a_time_and_is_not_remembered(string method, int soonest, int latest)
    {
        using var world = new PbxWorld();
        var times = new HashSet<int>();
        for (int i = 0; i < 200; i++)
        {
            Phone stranger = world.Phone("1001", (byte)(20 + i)); // one alone would not be answered so often
            world.Engine.ReportBacklog(world.Now, Backlog);
            stranger.Send(Ask(stranger, method, i));
            WireMessage refusal = Assert.Single(stranger.Inbox);
            Assert.Equal(503, refusal.Status);
            int after = int.Parse(refusal["Retry-After"], CultureInfo.InvariantCulture);
            Assert.InRange(after, soonest, latest);
            _ = times.Add(after);
            stranger.Inbox.Clear();
        }
        Assert.InRange(times.Count, 4, 20); // they don't come back all at once
        Assert.Equal(new GaugeSnapshot { Overload = 1 }, world.Gauges);
        Assert.Equal(200, world.Counters.RequestsRefusedOverload);
    }

    [Fact]
    public void A_backlog_below_the_limit_refuses_nobody()
    {
        using var world = new PbxWorld();
        world.Engine.ReportBacklog(world.Now, AdmissionControl.LongestBacklog - TimeSpan.FromMilliseconds(1));
        _ = world.TwoPhones();
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
    }

    [Fact]
    public void Registrations_may_wait_for_longer_than_calls()
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        world.Engine.ReportBacklog(world.Now, AdmissionControl.LongestRegistrationBacklog - TimeSpan.FromMilliseconds(1));
        stranger.Send(Ask(stranger, "INVITE", 1));
        _ = stranger.NextStatus(503);
        stranger.Send(Ask(stranger, "REGISTER", 2));
        _ = stranger.NextStatus(401);
    }

    [Fact]
    public void New_requests_are_taken_again_when_the_loop_has_kept_up_for_a_second()
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        world.Engine.ReportBacklog(world.Now, Backlog);
        world.Engine.ReportBacklog(world.Now, TimeSpan.Zero);
        world.Advance(AdmissionControl.BacklogRest.TotalSeconds - 0.01);
        stranger.Send(Ask(stranger, "INVITE", 1));
        _ = stranger.NextStatus(503);
        world.Advance(0.01);
        stranger.Send(Ask(stranger, "INVITE", 2));
        _ = stranger.NextStatus(401);
    }

    [Fact]
    public void A_copy_of_what_was_refused_is_refused_although_there_is_room_by_then()
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        world.Engine.ReportBacklog(world.Now, Backlog);
        string invite = Ask(stranger, "INVITE", 1);
        stranger.Send(invite);
        WireMessage refusal = stranger.NextStatus(503);
        world.Advance(AdmissionControl.BacklogRest.TotalSeconds);
        stranger.Send(invite);
        Assert.Equal(refusal.ToTag, stranger.NextStatus(503).ToTag);
    }

    [Fact]
    public void What_belongs_to_a_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone ringing = world.Phone("1003", 13);
        PhoneDialog waiting = ringing.Invite("1002");
        PhoneDialog branch = call.Callee.Take();
        call.Caller.Inbox.Clear();
        void Behind() => world.Engine.ReportBacklog(world.Now, Backlog);

        Behind();
        call.A.Send("UPDATE", "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n");
        _ = call.Caller.NextStatus(200);
        call.A.Send("OPTIONS");
        _ = call.Caller.NextStatus(200);
        branch.Reply(180);
        _ = ringing.NextStatus(180);
        waiting.Cancel();
        _ = ringing.NextStatus(200);
        waiting.SendAckToFailure(ringing.NextStatus(487));
        call.Callee.Reply(call.Callee.NextRequest("CANCEL"), 200);
        branch.Reply(487);
        _ = call.Callee.NextRequest("ACK");
        call.Caller.Send(Ask(call.Caller, "OPTIONS", 1)); // whoever watches us still sees us
        _ = call.Caller.NextStatus(200);
        call.HangUp();
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
    }

    [Fact]
    public void Registrations_in_a_flood_are_held_to_their_share_and_a_few_get_through()
    {
        using var world = new PbxWorld(SmallBox.WithoutShares());
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Advance(70);
        caller.Register();
        callee.Register();
        while (world.Gauges.ServerTransactions < SmallBox.Memory.RegisterTransactions)
        {
            caller.Register();
        }
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
        callee.Send(Ask(callee, "REGISTER", 1));
        _ = callee.NextStatus(503);

        ConnectedCall call = ConnectedCall.Begin(caller, callee); // calls have a share of their own
        world.Advance(Watermark.Drip.TotalSeconds);
        callee.Register();
        callee.Send(Ask(callee, "REGISTER", 2));
        _ = callee.NextStatus(503);
        call.HangUp();
        world.Advance(33);
        callee.Register();
        caller.Register();
    }

    [Fact]
    public void A_full_share_opens_below_a_sixteenth_less_and_not_before()
    {
        var mark = new Watermark();
        Instant now = new(0);
        mark.NoteAdmitted(now);
        Assert.True(mark.Admits(now, 1599, 1600));
        Assert.False(mark.Admits(now, 1600, 1600));
        Assert.False(mark.Admits(now, 1500, 1600));
        Assert.True(mark.Admits(now, 1499, 1600));
        Assert.True(mark.Admits(now, 1599, 1600));
    }

    [Fact]
    public void A_full_share_lets_one_through_in_each_sixteenth_of_a_second()
    {
        var mark = new Watermark();
        Instant now = new(0);
        Assert.True(mark.Admits(now, 2000, 1600));
        Assert.True(mark.Admits(now, 2000, 1600)); // whoever has not shown who he is takes nobody's place
        mark.NoteAdmitted(now);
        Assert.False(mark.Admits(now + (Watermark.Drip - TimeSpan.FromTicks(1)), 2000, 1600));
        Assert.True(mark.Admits(now + Watermark.Drip, 2000, 1600));
    }

    [Fact]
    public void While_there_is_no_room_for_a_call_one_is_tried_now_and_then_and_the_others_are_refused_at_once()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { MaxCalls = 1 });
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone third = world.Phone("1003", 13);
        third.Register();
        third.Invite("1002").SendAckToFailure(third.NextStatus(503));
        Assert.Equal((1, 0), (world.Counters.CallsRefusedTableFull, world.Counters.RequestsRefusedOverload));
        for (int i = 0; i < 50; i++)
        {
            third.Send(Ask(third, "INVITE", i));
            _ = third.NextStatus(503);
        }
        Assert.Equal((1, 50), (world.Counters.CallsRefusedTableFull, world.Counters.RequestsRefusedOverload));
        Assert.Contains("as many calls as allowed are up (1 of 1)", world.Log.Events.Single(e => e.Name == "overload_began").Text, StringComparison.Ordinal);
        world.Advance(AdmissionControl.ProbePause.TotalSeconds);
        third.Invite("1002").SendAckToFailure(third.NextStatus(503));
        Assert.Equal((2, 50), (world.Counters.CallsRefusedTableFull, world.Counters.RequestsRefusedOverload));

        call.HangUp();
        world.Advance(AdmissionControl.ProbePause.TotalSeconds);
        ConnectedCall next = ConnectedCall.Begin(call.Caller, call.Callee);
        next.HangUp();
        ConnectedCall.Begin(call.Caller, call.Callee).HangUp(); // there is room again: nobody waits
    }

    [Fact]
    public void While_no_media_port_is_left_it_is_the_same()
    {
        using var world = new PbxWorld();
        (Phone caller, _) = world.TwoPhones();
        world.Ports.Left = 1;
        caller.Invite("1002").SendAckToFailure(caller.NextStatus(503));
        caller.Send(Ask(caller, "INVITE", 1));
        _ = caller.NextStatus(503);
        Assert.Equal((1, 1), (world.Counters.CallsRefusedNoPorts, world.Counters.RequestsRefusedOverload));
        Assert.Contains("no media port is left", world.Log.Events.Single(e => e.Name == "overload_began").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_with_an_offer_that_finds_no_media_port_counts_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Ports.Left = 1;
        PhoneDialog a = caller.Invite("1002", "");
        callee.Take().Accept();
        a.SendAckToFailure(caller.NextStatus(503));
        callee.Reply(callee.NextRequest("BYE"), 200);
        caller.Send(Ask(caller, "INVITE", 1));
        _ = caller.NextStatus(503);
        Assert.Equal((1, 1), (world.Counters.CallsRefusedNoPorts, world.Counters.RequestsRefusedOverload));
    }

    [Fact]
    public void Its_begin_and_its_end_are_said_once_with_numbers()
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        for (int i = 0; i < 40; i++)
        {
            world.Engine.ReportBacklog(world.Now, Backlog);
            stranger.Send(Ask(stranger, i % 4 == 0 ? "INVITE" : "REGISTER", i));
            world.Advance(0.1);
        }
        Assert.Equal(1, world.Gauges.Overload);
        Assert.Equal((1, 0), (world.Log.Count("overload_began"), world.Log.Count("overload_ended")));
        world.Advance(Episode.Quiet.TotalSeconds);
        Assert.Equal(0, world.Gauges.Overload);
        Assert.Equal((1, 1), (world.Log.Count("overload_began"), world.Log.Count("overload_ended")));
        Assert.Contains("4000 of 200", world.Log.Events.Single(e => e.Name == "overload_began").Text, StringComparison.Ordinal);
        Assert.Equal("overload is over after 4 s: 10 request(s) for a call and 30 for a registration were refused",
            world.Log.Events.Single(e => e.Name == "overload_ended").Text);
    }

    [Fact]
    public void A_bye_is_answered_however_full_it_is()
    {
        using var world = new PbxWorld(SmallBox.WithoutShares());
        ConnectedCall call = ConnectedCall.Begin(world);
        while (world.Gauges.ServerTransactions < SmallBox.Memory.ServerTransactions)
        {
            call.B.Send("OPTIONS");
        }
        call.Callee.Inbox.Clear();
        call.Caller.Inbox.Clear();
        call.HangUp();
    }

    private static string Ask(Phone phone, string method, int number) => phone.Request(method, "sip:1002@office.example",
        $"x{number.ToString(CultureInfo.InvariantCulture)}", "<sip:1001@office.example>;tag=f",
        method == "REGISTER" ? "<sip:1001@office.example>" : "<sip:1002@office.example>", 1, phone.NewBranch(),
        $"Contact: <{phone.ContactUri}>\r\n", "");
}
