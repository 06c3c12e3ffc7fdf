namespace EdgePbx.Core.Tests;

/// <summary>The time between the INVITE and its answer (RFC 3261 13.3.1.1, 16.8).</summary>
public class RingingScenarios
{
    [Fact]
    [Trait("Clause", "C-39")]
    public void Trying_is_said_at_once()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        Assert.Equal(100, caller.Next().Status);
        Assert.Empty(caller.Inbox);
        callee.Take().Reply(486);
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Fact]
    [Trait("Clause", "C-26")]
    public void A_caller_that_waits_long_hears_of_it_every_minute()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(200) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        _ = caller.NextStatus(180);
        for (int minute = 0; minute < 3; minute++)
        {
            Assert.Empty(caller.Inbox);
            world.Advance(60);
            Assert.Equal(180, caller.Next().Status);
        }
        world.Advance(20);
        WireMessage over = caller.NextStatus(480);
        a.SendAckToFailure(over);
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
    }

    [Fact]
    [Trait("Clause", "C-26")]
    public void Even_when_the_phone_says_only_trying()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(200) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(100);
        caller.Inbox.Clear();
        world.Advance(60);
        Assert.InRange(caller.Next().Status, 101, 199);
        world.Advance(60);
        Assert.InRange(caller.Next().Status, 101, 199);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-26")]
    public void When_the_callers_own_time_limit_passes_it_gets_487()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Expires: 20\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.Advance(19.9);
        Assert.DoesNotContain(caller.Inbox, message => message.Status >= 200);
        world.Advance(0.2);
        a.SendAckToFailure(caller.NextStatus(487));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
    }

    [Fact]
    [Trait("Clause", "C-26")]
    public void An_answer_in_time_makes_the_limit_void()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, "Expires: 20\r\n");
        world.Advance(90);
        Assert.Equal(1, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.TimersRing);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "race 35")]
    [InlineData(true, 480)]
    [InlineData(false, 408)]
    public void Nobody_answers_in_time(bool rings, int status)
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(25) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(rings ? 180 : 100);
        world.Advance(25);
        a.SendAckToFailure(caller.NextStatus(status));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
        Assert.Equal(0, world.Gauges.Calls);
        Assert.Equal(0, world.Gauges.PortsInUse);
    }

    [Fact]
    [Trait("Clause", "race 30")]
    public void Time_out_and_answer_at_the_same_moment_end_the_call_once()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(25) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.Advance(25);
        b.Accept();
        a.SendAckToFailure(caller.NextStatus(480));
        _ = callee.NextRequest("CANCEL");
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.False(callee.HasRequest("BYE"));
        Assert.Equal(1, world.Log.Count("cleanup_call_start"));
    }

    [Fact]
    [Trait("Clause", "race 30")]
    public void An_answer_just_before_the_time_out_stands()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { RingTimeout = TimeSpan.FromSeconds(25) });
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.Advance(24.999);
        b.Accept();
        world.Advance(1);
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        Assert.False(callee.HasRequest("CANCEL"));
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void A_180_that_comes_after_the_200_tells_nobody_anything()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.B.Ring();
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
        call.B.Ring();
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
    }

    [Fact]
    public void Early_media_reaches_the_caller_and_its_paths_become_those_of_the_call()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(183, sdp: b.Sdp);
        string early = caller.NextStatus(183).Body;
        Assert.Equal(2, world.Relays.Count);
        b.Accept();
        _ = callee.NextRequest("ACK");
        Assert.Equal(early, a.Answered().Body);
        Assert.Equal(2, world.Relays.Count);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void An_answer_without_a_description_is_the_one_that_the_183_had()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(183, sdp: b.Sdp);
        string early = caller.NextStatus(183).Body;
        b.Accept(sdp: "");
        _ = callee.NextRequest("ACK");
        Assert.Equal(early, a.Answered().Body);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void An_answer_that_never_says_where_media_goes_ends_the_call_on_both_sides()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept(sdp: "");
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        a.SendAckToFailure(caller.NextStatus(488));
    }
}
