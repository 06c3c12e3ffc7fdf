namespace EdgePbx.Core.Tests;

/// <summary>What lamps are told of calls and session timers.</summary>
public class LampScenarios
{
    [Fact]
    public void An_idle_box_tells_its_lamps_the_same_thing_without_a_byte_of_garbage()
    {
        using var world = new PbxWorld();
        EngineStatus status = world.Engine.StatusAfter(EngineStatus.None);
        Assert.Equal((0, 100, 0, 0), (status.Calls, status.Capacity, status.SessionTimers, status.Registrations));
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                status = world.Engine.StatusAfter(status);
            }
        }));
        Assert.Same(status, world.Engine.StatusAfter(status));
    }

    [Fact]
    public void Phones_calls_and_timers_are_counted()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), TimerCall.Expires(90, "uas"));
        EngineStatus status = world.Engine.StatusAfter(EngineStatus.None);
        Assert.Equal((2, 1, 2, false), (status.Registrations, status.Calls, status.SessionTimers, status.HasLeftovers));
        Assert.Equal((null, null), (status.LastRefresh, status.LastExpiry));

        Assert.Equal((2, 0), (status.LateMoments.All.Length, status.LateMoments.CountAt(world.Now))); // both legs have one
        Assert.Equal(2, status.LateMoments.CountAt(call.Established + TimeSpan.FromSeconds(52.5)));
        Assert.Null(status.LastCall);

        call.HangUp();
        status = world.Engine.StatusAfter(status);
        Assert.Equal((0, 0, Instant.Never), (status.Calls, status.SessionTimers, status.RefreshLateAt));
        Assert.Equal(new EndedCallStatus(world.Now, "caller hung up", Score: null), status.LastCall);
    }

    [Fact]
    public void A_refresh_is_told_with_its_moment_and_puts_off_the_next_one()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"), TimerCall.Expires(90, "uas"));
        EngineStatus before = world.Engine.StatusAfter(EngineStatus.None);
        Assert.Equal(TimeSpan.FromSeconds(52.5), before.RefreshLateAt - call.Established); // half-way from 45, when it should come, to 60
        world.Advance(30);
        _ = call.A.Send("UPDATE", TimerCall.Expires(90, "uac"));
        _ = call.B.Send("UPDATE", TimerCall.Expires(90, "uac"));

        EngineStatus after = world.Engine.StatusAfter(before);
        Assert.Equal((world.Now, TimeSpan.FromSeconds(82.5)), (after.LastRefresh, after.RefreshLateAt - call.Established));
        call.HangUp();
    }

    [Fact]
    public void A_refresh_of_ours_is_late_four_seconds_after_it_was_due()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(1800, "uas"), TimerCall.Expires(1800, "uas"));
        Assert.Equal(TimeSpan.FromSeconds(904), world.Engine.StatusAfter(EngineStatus.None).RefreshLateAt - call.Established);
        call.HangUp();
    }

    [Fact]
    public void A_call_that_ends_by_expiry_is_told_with_its_moment()
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, "uac"));
        call.KeepAlive(call.Callee);
        world.Advance(60);
        Assert.Equal(call.Established + TimeSpan.FromSeconds(60), world.Engine.StatusAfter(EngineStatus.None).LastExpiry);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
    }

    [Fact]
    public void What_a_call_left_behind_is_told_until_somebody_has_seen_it()
    {
        using var world = new PbxWorld { RelayConfirmsAtOnce = false, EndsWithNothingOwned = false };
        ConnectedCall.Begin(world).HangUp();
        EngineStatus status = world.Engine.StatusAfter(EngineStatus.None);
        Assert.False(status.HasLeftovers);
        world.Advance(5);
        status = world.Engine.StatusAfter(status);
        Assert.True(status.HasLeftovers); // overdue
        world.Advance(70);
        status = world.Engine.StatusAfter(status);
        Assert.True(status.HasLeftovers); // unclean
        world.Engine.Acknowledge();
        status = world.Engine.StatusAfter(status);
        Assert.False(status.HasLeftovers);
        world.ConfirmRelays();
    }

    [Fact]
    public void Overload_is_told()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        world.Engine.ReportBacklog(world.Now, AdmissionControl.LongestRegistrationBacklog);
        phone.Send(phone.Request("REGISTER", "sip:office.example", "r", "<sip:1001@office.example>;tag=f", "<sip:1001@office.example>", 1, phone.NewBranch(), "", ""));
        Assert.True(world.Engine.StatusAfter(EngineStatus.None).IsOverloaded);
        world.Advance(10);
        Assert.False(world.Engine.StatusAfter(EngineStatus.None).IsOverloaded);
    }
}
