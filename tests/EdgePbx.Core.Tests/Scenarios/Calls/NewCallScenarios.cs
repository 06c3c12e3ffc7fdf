namespace EdgePbx.Core.Tests;

/// <summary>What is a copy of an old call's INVITE, and what is a new call with old names (RFC 3261 17.2.3): the founding bug, seen from outside.</summary>
public class NewCallScenarios
{
    [Theory]
    [Trait("Clause", "C-40")]
    [Trait("Clause", "ST-34")]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(40)]
    public void The_old_call_id_tag_and_number_with_a_new_branch_are_a_new_call_once_the_old_one_ended(double secondsBetween)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        HashSet<string> callIds = [];
        for (int i = 0; i < 4; i++)
        {
            PhoneDialog a = InviteOnceMore(caller);
            Assert.Equal(100, caller.Next().Status);
            PhoneDialog b = callee.Take();
            Assert.True(callIds.Add(b.CallId));
            b.Ring();
            Assert.Equal(180, caller.Next().Status);
            b.Accept();
            _ = callee.NextRequest("ACK");
            _ = a.Answered();
            a.Bye();
            _ = caller.NextStatus(200);
            callee.Reply(callee.NextRequest("BYE"), 200);
            world.Advance(secondsBetween);
            caller.Inbox.Clear();
        }
        Assert.Equal(4, world.Counters.CallsEstablished);
        Assert.Equal(0, world.Counters.InviteRetransmissionsAbsorbed);
    }

    [Fact]
    [Trait("Clause", "C-40")]
    public void So_it_is_after_a_call_that_was_cancelled_or_refused()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog cancelled = InviteOnceMore(caller);
        PhoneDialog b = callee.Take();
        b.Ring();
        cancelled.Cancel();
        cancelled.SendAckToFailure(caller.NextStatus(487));
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);

        PhoneDialog refused = InviteOnceMore(caller);
        callee.Take().Reply(486);
        refused.SendAckToFailure(caller.NextStatus(486));

        PhoneDialog third = InviteOnceMore(caller);
        callee.Take().Accept();
        _ = third.Answered();
        third.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-40")]
    public void A_copy_that_comes_after_the_call_ended_is_no_new_call()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        call.Caller.Send(call.A.LastInvite);
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
        Assert.Equal(1, world.Counters.InviteRetransmissionsAbsorbed);
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "C-40")]
    public void Two_phones_may_choose_the_same_branch()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Phone third = world.Phone("1003", 13);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        PhoneDialog c = third.Invite("1002");
        callee.Take().Reply(486);
        c.SendAckToFailure(third.NextStatus(486));
        _ = third.Ask("OPTIONS", "sip:office.example", "same-branch", branch: a.LastBranch);
        _ = third.NextStatus(200);
        b.Reply(486);
        a.SendAckToFailure(caller.NextStatus(486));
    }

    /// <summary>The same Call-ID, From tag and number each time; only the branch is new, and the challenge is skipped by using credentials at once.</summary>
    private static PhoneDialog InviteOnceMore(Phone caller)
    {
        var probe = new PhoneDialog(caller, isCaller: true)
        {
            CallId = "probe-" + caller.NewBranch(),
            LocalAddress = $"<{caller.Uri}>;tag=probe",
            RemoteAddress = "<sip:1002@office.example>",
            Target = "sip:1002@office.example",
            CSeq = 1,
            Sdp = caller.Sdp(),
        };
        probe.SendInvite();
        WireMessage challenge = caller.NextStatus(401);
        probe.SendAckToFailure(challenge);
        var dialog = new PhoneDialog(caller, isCaller: true)
        {
            CallId = "always-the-same",
            LocalAddress = $"<{caller.Uri}>;tag=always",
            RemoteAddress = "<sip:1002@office.example>",
            Target = "sip:1002@office.example",
            CSeq = 1,
            Sdp = caller.Sdp(),
        };
        dialog.SendInvite(caller.Credentials(challenge, "INVITE", dialog.Target));
        return dialog;
    }
}
