namespace EdgePbx.Core.Tests;

/// <summary>Whatever tells the engine something: a bug that one call meets ends this call alone, and gives back what it has (invariant 5).</summary>
public class PlantedFaultScenarios
{
    [Fact]
    public void In_its_last_words_when_the_relay_has_let_go()
    {
        using var world = new PbxWorld { ToleratesFaults = true, RelayConfirmsAtOnce = false };
        (ConnectedCall first, ConnectedCall second) = TwoCalls(world);
        first.HangUp();
        world.Log.FaultAt = "cleanup_verified";
        world.ConfirmRelays();
        Assert.Equal((1, 1, 1), (world.Counters.CallsFaulted, world.Gauges.Calls, world.Records.Count));
        second.HangUp();
        world.ConfirmRelays();
        Assert.Equal((1, 0, 2), (world.Counters.CallsFaulted, world.Gauges.Calls, world.Records.Count));
    }

    [Fact]
    public void When_a_source_is_latched()
    {
        using var world = new PbxWorld { ToleratesFaults = true };
        (ConnectedCall first, ConnectedCall second) = TwoCalls(world);
        world.Log.FaultAt = "relay_source_latched";
        world.Latch(world.Engine.Context.Calls.Live.First().Caller!.Media.Paths[0]!.Key, first.Caller.At);
        Assert.Equal((1, 1, "fault"), (world.Counters.CallsFaulted, world.Gauges.Calls, Assert.Single(world.Records).EndCode));
        first.Caller.Reply(first.Caller.NextRequest("BYE"), 200);
        first.Callee.Reply(first.Callee.NextRequest("BYE"), 200);
        second.HangUp();
    }

    [Fact]
    public void In_a_shutdown_and_the_other_calls_are_told_all_the_same()
    {
        using var world = new PbxWorld { ToleratesFaults = true };
        (_, ConnectedCall second) = TwoCalls(world);
        world.Log.FaultAt = "cleanup_call_start";
        world.Shutdown();
        Assert.Equal((1, 0), (world.Counters.CallsFaulted, world.Gauges.Calls));
        WireMessage bye = second.Caller.NextRequest("BYE");
        Assert.Equal(second.A.CallId, bye["Call-ID"]);
        second.Caller.Reply(bye, 200);
        second.Callee.Reply(second.Callee.NextRequest("BYE"), 200);
        Assert.True(world.Engine.IsQuiet);
    }

    [Fact]
    public void One_that_no_call_has_met_is_blamed_on_none()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone phone = world.Phone("1001", 11);
        phone.AskToRegister();
        ConnectedCall call = ConnectedCall.Begin(phone, Registered(world));
        world.Engine.SendFailed(world.Now, 0); // the last that was told of a call
        world.Log.FaultAt = "registrations_not_kept";
        _ = Assert.Throws<InvalidOperationException>(() => world.Engine.BindingsKept(world.Now, 1, "it is full"));
        Assert.Equal((0, 1), (world.Counters.CallsFaulted, world.Gauges.Calls));
        call.HangUp();
    }

    private static Phone Registered(PbxWorld world)
    {
        Phone phone = world.Phone("1002", 12);
        phone.AskToRegister();
        return phone;
    }

    private static (ConnectedCall First, ConnectedCall Second) TwoCalls(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        return (ConnectedCall.Begin(caller, callee), ConnectedCall.Begin(caller, callee));
    }
}
