namespace EdgePbx.Core.Tests;

/// <summary>70 s after a call everything is given back; what is not is released by the reconciler, which says so.</summary>
public class IdleScenarios
{
    [Fact]
    public void A_relay_that_never_confirms_costs_its_ports_and_not_the_call()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false, EndsWithNothingOwned = false };
        ConnectedCall call = ConnectedCall.Begin(world);
        string[] used = [Port(call.Answer), Port(call.B.Invitation!)];
        call.HangUp();
        world.Advance(69.9);
        Assert.Equal((1, 0), (world.Gauges.Calls, world.Log.Count("gauge_not_at_baseline")));
        Assert.Empty(world.Records);
        world.Advance(0.2);

        Assert.Equal(new GaugeSnapshot { PortsQuarantined = 4 }, world.Gauges);
        Assert.Contains(
            "relay_paths is not back at its baseline when it had to be: 2 left, owned by call 0.1 from 1001 to 1002; released now",
            world.Log.Events.Where(e => e.Name == "gauge_not_at_baseline").Select(e => e.Text));
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((false, "2 media paths, 4 ports, 4 sockets"), (record.IsClean, record.Left));
        Assert.Equal((0, 1), (world.Log.Count("cleanup_verified"), world.Log.Count("call_unclean")));
        Assert.Equal((1, 7), (world.Counters.CallsUnclean, world.Counters.ThingsReconciled));
        ConnectedCall next = ConnectedCall.Begin(call.Caller, call.Callee);
        Assert.DoesNotContain(Port(next.Answer), used);
        Assert.DoesNotContain(Port(next.B.Invitation!), used);
        next.HangUp();

        world.ConfirmRelays(); // it wakes after all
        Assert.Equal((0, 0), (world.Gauges.PortsQuarantined, world.Ports.Open));
        Assert.Equal(0, world.Engine.Snapshot(world.Now).Ledger.Ports.Held);
        world.Advance(70);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
    }

    [Fact]
    public void What_was_found_is_shown_until_it_is_acknowledged()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false, EndsWithNothingOwned = false };
        ConnectedCall.Begin(world).HangUp();
        world.Advance(71);
        IReadOnlyList<LeftoverSnapshot> left = world.Engine.Snapshot(world.Now).Leftovers;
        Assert.Equal(["ports_in_use", "relay_paths", "calls"], left.Select(one => one.Gauge));
        Assert.All(left, one => Assert.Equal((1, "call 0.1 from 1001 to 1002"), (one.SecondsAgo, one.Owner)));
        world.Advance(3600);
        Assert.Equal(3, world.Engine.Snapshot(world.Now).Leftovers.Count);
        world.Engine.Acknowledge();
        Assert.Empty(world.Engine.Snapshot(world.Now).Leftovers);
        Assert.Equal(7, world.Counters.ThingsReconciled); // what happened stays counted
    }

    [Fact]
    public void A_stuck_call_is_released_while_others_go_on()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false, EndsWithNothingOwned = false };
        ConnectedCall stuck = ConnectedCall.Begin(world);
        ConnectedCall other = ConnectedCall.Begin(stuck.Caller, stuck.Callee);
        stuck.HangUp();
        world.Advance(71);
        Assert.Equal((1, 2, 4), (world.Gauges.Calls, world.Gauges.RelayPaths, world.Gauges.PortsInUse));
        Assert.True(other.A.LocalTag.Length > 0);
        Assert.Single(world.Records);
    }

    [Fact]
    public void A_timer_that_a_call_left_armed_is_disarmed_and_the_record_corrected()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false };
        Leak(world, call => new OwnedTimer(world.Engine.Context.Timers, TimerKind.Session, static _ => { }, call.Ledger).Arm(world.Now + TimeSpan.FromHours(1)));
        Assert.True(Assert.Single(world.Records).IsClean); // it could still be one that ends by itself
        world.Advance(71);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
        CallRecord corrected = world.Records[^1];
        Assert.Equal((2, false, "1 timers"), (corrected.Revision, corrected.IsClean, corrected.Left));
        Assert.False(Assert.Single(world.Engine.Snapshot(world.Now).EndedCalls).Clean);
        Assert.Equal((1, 1), (world.Counters.CallsUnclean, world.Engine.Snapshot(world.Now).CallsUncleanUnseen));
        LeftoverSnapshot left = Assert.Single(world.Engine.Snapshot(world.Now).Leftovers);
        Assert.Equal(("timers_session", 1, "call 0.1 from 1001 to 1002"), (left.Gauge, left.Count, left.Owner));
        Assert.Equal(0, world.Engine.Snapshot(world.Now).Ledger.Timers.Held);
    }

    [Fact]
    public void A_buffer_that_a_call_lost_is_written_off_and_may_still_turn_up()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false };
        SipBuffer? lost = null;
        Leak(world, call => lost = world.Engine.Context.Buffers.Rent(100).ChargeTo(call.Ledger));
        world.Advance(71);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
        Assert.Equal("packet_buffers_rented", Assert.Single(world.Engine.Snapshot(world.Now).Leftovers).Gauge);
        lost!.Return();
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
        Assert.Equal(0, world.Engine.Snapshot(world.Now).Ledger.Buffers.Held);
    }

    [Fact]
    public void A_dialog_that_a_call_left_in_the_index_is_taken_out()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false };
        Leak(world, call =>
        {
            Dialog known = call.Caller!.Dialog!;
            var forgotten = new Dialog
            {
                CallId = [1],
                LocalTag = [2],
                RemoteTag = [3],
                LocalAddress = known.LocalAddress,
                RemoteAddress = known.RemoteAddress,
                Routes = known.Routes,
                RemoteTarget = known.RemoteTarget,
                Flow = known.Flow,
            };
            _ = world.Engine.Context.Dialogs.Add(new ResourceScope(null, static (_, _) => { }, call.Ledger), forgotten, call.Caller);
        });
        world.Advance(71);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
        Assert.Equal("dialogs", Assert.Single(world.Engine.Snapshot(world.Now).Leftovers).Gauge);
    }

    [Fact]
    public void What_nobody_owns_is_found_when_the_last_call_is_gone()
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false };
        ConnectedCall call = ConnectedCall.Begin(world);
        new OwnedTimer(world.Engine.Context.Timers, TimerKind.Ring, static _ => { }).Arm(world.Now + TimeSpan.FromHours(1));
        _ = world.Engine.Context.Buffers.Rent(100);
        call.HangUp();
        world.Advance(71);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
        Assert.Equal(
            [("packet_buffers_rented", 1, "nobody"), ("timers_ring", 1, "nobody")],
            world.Engine.Snapshot(world.Now).Leftovers.Select(one => (one.Gauge, one.Count, one.Owner)));
    }

    [Fact]
    public void A_registration_under_way_is_no_leftover()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(69);
        call.Caller.Register();
        world.Advance(2);
        Assert.Equal(1, world.Gauges.ServerTransactions);
        Assert.Equal(0, world.Log.Count("gauge_not_at_baseline"));
    }

    [Fact]
    public void A_phone_that_answers_a_cancel_as_late_as_it_may_is_no_leftover()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        a.Cancel();
        _ = caller.NextStatus(200);
        a.SendAckToFailure(caller.NextStatus(487));
        world.Advance(31);
        b.Ring(); // only now may the CANCEL go out
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        world.Advance(31);
        b.Reply(487);
        _ = callee.NextRequest("ACK");
        world.Advance(20);
        Assert.Equal(1, world.Gauges.ClientTransactions); // timer D runs
        Assert.Equal(0, world.Log.Count("gauge_not_at_baseline"));
    }

    private static string Port(WireMessage message) => message.Sdp("m=audio ").Split(' ')[0];

    /// <summary>A call in which a bug of ours leaves something behind.</summary>
    private static void Leak(PbxWorld world, Action<Call> leak)
    {
        ConnectedCall call = ConnectedCall.Begin(world);
        leak(world.Engine.Context.Calls.Live.Single());
        call.HangUp();
    }
}
