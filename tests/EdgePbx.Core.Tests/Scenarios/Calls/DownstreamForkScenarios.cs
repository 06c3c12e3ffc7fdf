namespace EdgePbx.Core.Tests;

/// <summary>A proxy behind the callee's contact forks: one INVITE of ours, several answers (RFC 3261 13.2.2.4, RFC 6026).</summary>
public class DownstreamForkScenarios
{
    [Fact]
    [Trait("Clause", "C-25")]
    [Trait("Clause", "U-02")]
    public void The_first_2xx_wins_and_every_other_is_acknowledged_and_hung_up()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        WireMessage invite = callee.Take().Invitation!;
        callee.Reply(invite, 180, "one");
        callee.Reply(invite, 180, "two");
        callee.Reply(invite, 200, "two", body: callee.Sdp(42000));
        Assert.Equal("two", callee.NextRequest("ACK").ToTag);
        _ = a.Answered();
        foreach (string loser in new[] { "one", "three" })
        {
            callee.Reply(invite, 200, loser, body: callee.Sdp(43000));
            Assert.Equal(loser, callee.NextRequest("ACK").ToTag);
            WireMessage bye = callee.NextRequest("BYE");
            Assert.Equal(loser, bye.ToTag);
            callee.Reply(bye, 200);
        }
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 200);
        Assert.Equal(2, world.Gauges.Dialogs); // those of the losers are forgotten: what comes in them gets 481
        callee.Send(callee.Request("INFO", invite.ContactUri, invite["Call-ID"], $"{invite["To"]};tag=one", invite["From"], 7, callee.NewBranch(), "", "x"));
        _ = callee.NextStatus(481);
        a.Bye();
        WireMessage last = callee.NextRequest("BYE");
        Assert.Equal("two", last.ToTag);
        callee.Reply(last, 200);
    }

    [Fact]
    [Trait("Clause", "U-02")]
    public void A_copy_of_the_2xx_gets_a_copy_of_the_ack()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(31);
        call.B.Accept();
        Assert.Equal(call.Ack.Text, call.Callee.NextRequest("ACK").Text);
        Assert.Empty(call.Caller.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-25")]
    public void More_branches_than_anybody_needs_cost_nothing_and_the_answer_of_each_is_still_acknowledged()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        WireMessage invite = callee.Take().Invitation!;
        for (int i = 0; i < 20; i++)
        {
            callee.Reply(invite, 180, $"branch{i}");
        }
        callee.Reply(invite, 200, "branch19", body: callee.Sdp(42000));
        Assert.Equal("branch19", callee.NextRequest("ACK").ToTag);
        _ = a.Answered();
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "U-42")]
    public void Of_several_that_play_something_the_first_is_heard_and_the_answer_decides()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        WireMessage invite = callee.Take().Invitation!;
        callee.Reply(invite, 183, "one", body: callee.Sdp(42000));
        Assert.NotEqual("", caller.NextStatus(183).Body);
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 42000);
        callee.Reply(invite, 183, "two", body: callee.Sdp(43000));
        callee.Reply(invite, 200, "two", body: callee.Sdp(43000));
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Port == 43000);
        Assert.DoesNotContain(world.Relays.Values, relay => relay.RemoteRtp.Port == 42000);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }
}
