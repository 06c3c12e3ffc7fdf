namespace EdgePbx.Core.Tests;

/// <summary>A provisional response that arrives after the 200, as proxies with several workers send them: nobody needs it any more (RFC 3261 17.1.1.2).</summary>
public class LateProvisionalScenarios
{
    public static TheoryData<int, string, string> Late
    {
        get
        {
            var data = new TheoryData<int, string, string>();
            foreach (int status in (int[])[100, 180, 183])
            {
                foreach (string tag in (string[])["same", "another", "none"])
                {
                    foreach (string extra in (string[])["", "Require: 100rel\r\nRSeq: 9\r\n"])
                    {
                        if (status != 100 || extra.Length == 0)
                        {
                            data.Add(status, tag, extra);
                        }
                    }
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Late))]
    [Trait("Clause", "U-02")]
    [Trait("Clause", "U-08")]
    public void It_is_passed_over_and_the_call_lives(int status, string tag, string extra)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        _ = caller.NextStatus(180);
        b.Accept();
        _ = callee.NextRequest("ACK");
        Ring(); // the caller has its 200, and has not acknowledged it
        WireMessage ok = caller.NextStatus(200);
        Ring();
        a.Learn(ok);
        a.Ack();
        Ring(); // established
        Assert.Equal((1, 2), (world.Gauges.Calls, world.Gauges.Dialogs));

        Ask(a, caller, callee);
        Ask(b, callee, caller);
        Ring();
        world.Advance(31.9); // the last moments of the client transaction (timer M)
        Ring();
        world.Advance(1);
        Ring();
        Assert.Equal((1, 2, 0), (world.Gauges.Calls, world.Gauges.Dialogs, world.Gauges.ClientTransactions));
        a.Bye();
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("BYE"), 200);
        Ring();
        Assert.Empty(callee.Inbox);

        void Ring()
        {
            callee.Reply(b.Invitation!, status, tag switch { "same" => b.LocalTag, "another" => "fork", _ => null }, extra, status == 183 ? callee.Sdp(45000) : "");
            Assert.DoesNotContain(caller.Inbox, message => message.Status is 180 or 183);
            Assert.Empty(callee.Inbox); // no PRACK, no CANCEL, no BYE
        }

        // each side can still ask the other
        static void Ask(PhoneDialog from, Phone asking, Phone asked)
        {
            _ = from.Send("INFO");
            asked.Reply(asked.NextRequest("INFO"), 200);
            _ = asking.NextStatus(200);
        }
    }

    /// <summary>The same for an INVITE within the dialog, in both directions.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "C-30")]
    public void So_is_one_after_the_200_to_a_re_invite(bool callerHolds)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        (PhoneDialog holding, Phone from, Phone to) = callerHolds ? (call.A, call.Caller, call.Callee) : (call.B, call.Callee, call.Caller);
        _ = holding.Send("INVITE", body: from.Sdp(callerHolds ? 40000 : 41000, 2, "sendonly"));
        WireMessage carried = to.NextRequest("INVITE");
        to.Reply(carried, 200, body: to.Sdp(callerHolds ? 41000 : 40000, 2, "recvonly"));
        _ = to.NextRequest("ACK");
        to.Reply(carried, 180);
        WireMessage ok = from.NextStatus(200);
        to.Reply(carried, 183, extra: "Require: 100rel\r\nRSeq: 1\r\n");
        holding.Learn(ok);
        holding.Ack();
        to.Reply(carried, 180);
        Assert.Empty(to.Inbox);
        Assert.Empty(from.Inbox);
        call.HangUp();
        to.Reply(carried, 180);
        Assert.Empty(to.Inbox);
    }

    /// <summary>A branch that lost the race and rings on has no say either.</summary>
    [Fact]
    [Trait("Clause", "C-25")]
    public void A_loser_that_still_rings_changes_nothing()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone desk = world.Phone("1002", 12);
        Phone bench = world.Phone("1002", 13);
        caller.Register();
        desk.Register();
        bench.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog winner = desk.Take();
        PhoneDialog loser = bench.Take();
        loser.Ring();
        winner.Accept();
        _ = desk.NextRequest("ACK");
        _ = a.Answered();
        WireMessage cancel = bench.NextRequest("CANCEL");
        loser.Ring();
        bench.Reply(loser.Invitation!, 183, "late", "Require: 100rel\r\nRSeq: 1\r\n", bench.Sdp());
        bench.Reply(cancel, 200);
        loser.Reply(487);
        _ = bench.NextRequest("ACK");
        loser.Ring();
        Assert.Empty(bench.Inbox);
        Assert.DoesNotContain(caller.Inbox, message => message.Status is 180 or 183);
        a.Bye();
        _ = caller.NextStatus(200);
        desk.Reply(desk.NextRequest("BYE"), 200);
    }
}
