namespace EdgePbx.Core.Tests;

/// <summary>Answers that phones give before they pick up, in reliable provisional responses (RFC 3262 5, RFC 6337 3.1.1): each phone's counts for itself.</summary>
public class EarlyAnswerScenarios
{
    /// <summary>Both phones of an extension have answered when one of them picks up, and does not say it again: first or second, told reliably or not.</summary>
    [Theory]
    [Trait("Clause", "PHONE-1")]
    [InlineData(0, "Supported: 100rel\r\n")]
    [InlineData(1, "Supported: 100rel\r\n")]
    [InlineData(0, "")]
    [InlineData(1, "")]
    [InlineData(0, "Require: 100rel\r\n")]
    [InlineData(1, "Require: 100rel\r\n")]
    public void Whoever_of_two_picks_up_is_heard_by_what_it_has_said_itself(int winner, string callerExtra)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = caller.Invite("1002", extra: callerExtra);
        uint invite = a.CSeq;
        (Phone Phone, PhoneDialog Dialog, int Port)[] callees = [(one, one.Take(), 41000), (two, two.Take(), 42000)];
        foreach ((Phone phone, PhoneDialog dialog, int port) in callees)
        {
            dialog.Reply(183, $"{Calling.Reliable}1\r\n", phone.Sdp(port));
            _ = phone.Takes("PRACK");
        }
        AcknowledgeAll(caller, a, invite);
        (Phone picked, PhoneDialog b, int own) = callees[winner];
        picked.Reply(b.Invitation!, 200, b.LocalTag);
        _ = picked.NextRequest("ACK");
        (Phone other, PhoneDialog lost, _) = callees[1 - winner];
        other.Reply(other.NextRequest("CANCEL"), 200);
        lost.Reply(487);
        _ = other.NextRequest("ACK");
        WireMessage ok = caller.NextStatus(200);
        Assert.Contains("m=audio", ok.Body, StringComparison.Ordinal); // it has no answer that it could rely on
        a.Learn(ok);
        a.Ack(cseq: invite);
        Assert.Equal([own, 40000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).OrderDescending());
        a.Bye();
        _ = picked.Takes("BYE");
    }

    /// <summary>A proxy behind one contact forks: each of the answers is a dialog with a description of its own.</summary>
    [Theory]
    [Trait("Clause", "PHONE-1")]
    [InlineData("one", 41000)]
    [InlineData("two", 42000)]
    public void So_is_each_answer_of_a_fork_downstream(string winner, int port)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        callee.Reply(b.Invitation!, 183, "one", $"{Calling.Reliable}1\r\n", callee.Sdp(41000));
        _ = callee.Takes("PRACK");
        callee.Reply(b.Invitation!, 183, "two", $"{Calling.Reliable}1\r\n", callee.Sdp(42000));
        _ = callee.Takes("PRACK");
        callee.Reply(b.Invitation!, 200, winner);
        Assert.Equal(winner, callee.NextRequest("ACK").ToTag);
        _ = a.Answered();
        Assert.Equal([port, 40000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).OrderDescending());
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Theory]
    [Trait("Clause", "PHONE-8")]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answer_that_the_caller_has_acknowledged_is_not_said_again(bool calleeRepeats)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (PhoneDialog a, PhoneDialog b, uint invite) = Calling.AgreeEarly(caller, callee);
        callee.Reply(b.Invitation!, 200, b.LocalTag, body: calleeRepeats ? callee.Sdp(41000) : "");
        _ = callee.NextRequest("ACK");
        WireMessage ok = caller.NextStatus(200);
        Assert.Equal("", ok.Body);
        a.Ack(cseq: invite);
        Assert.All(world.Relays.Values, relay => Assert.True(relay.ExpectsMedia));
        a.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        _ = callee.Takes("INVITE", body: callee.Sdp(41000, 2, "recvonly"));
        _ = callee.NextRequest("ACK");
        Assert.Contains("a=recvonly", a.Answered().Body, StringComparison.Ordinal);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    /// <summary>A callee that answers anew may not; its caller is told what the box would not be able to keep from it.</summary>
    [Fact]
    [Trait("Clause", "PHONE-8")]
    public void One_that_has_changed_is()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (PhoneDialog a, PhoneDialog b, uint invite) = Calling.AgreeEarly(caller, callee);
        b.Accept(sdp: callee.Sdp(41000, 2, formats: "8"));
        _ = callee.NextRequest("ACK");
        Assert.Contains("RTP/AVP 8\r\n", caller.NextStatus(200).Body, StringComparison.Ordinal);
        a.Ack(cseq: invite);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Theory]
    [Trait("Clause", "PHONE-8")]
    [InlineData("")]
    [InlineData("Supported: 100rel\r\n")]
    public void One_that_was_not_said_reliably_to_the_caller_is(string callerExtra)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: callerExtra);
        PhoneDialog b = callee.Take();
        b.Reply(183, callerExtra.Length == 0 ? $"{Calling.Reliable}1\r\n" : "", callee.Sdp(41000));
        if (callerExtra.Length == 0)
        {
            _ = callee.Takes("PRACK");
        }
        b.Accept(sdp: callerExtra.Length == 0 ? "" : callee.Sdp(41000));
        _ = callee.NextRequest("ACK");
        Assert.Contains("m=audio", a.Answered().Body, StringComparison.Ordinal);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    private static void AcknowledgeAll(Phone caller, PhoneDialog a, uint invite)
    {
        while (caller.Inbox.TryPeek(out WireMessage? next) && next.Status < 200)
        {
            _ = caller.Inbox.Dequeue();
            if (next.Has("RSeq"))
            {
                a.Learn(next);
                a.Send("PRACK", $"RAck: {next["RSeq"]} {invite} INVITE\r\n");
                caller.Inbox.Enqueue(caller.NextStatus(200));
                while (caller.Inbox.TryPeek(out WireMessage? done) && done.Method == "PRACK")
                {
                    _ = caller.Inbox.Dequeue();
                }
            }
        }
    }
}
