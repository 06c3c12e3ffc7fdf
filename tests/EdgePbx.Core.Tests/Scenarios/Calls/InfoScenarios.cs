namespace EdgePbx.Core.Tests;

/// <summary>INFO passes through with its answer (RFC 6086).</summary>
public class InfoScenarios
{
    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 200)]
    [InlineData(true, 469)]
    public void It_crosses_with_its_body_and_the_answer_comes_back(bool byCaller, int status)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        (PhoneDialog dialog, Phone sender, Phone receiver) = byCaller ? (call.A, call.Caller, call.Callee) : (call.B, call.Callee, call.Caller);
        dialog.CSeq++;
        sender.Send(sender.Request("INFO", dialog.Target, dialog.CallId, dialog.LocalAddress, dialog.RemoteAddress, dialog.CSeq, sender.NewBranch(),
            "Info-Package: dtmf\r\n", "Signal=5\r\nDuration=160\r\n", "application/dtmf-relay"));
        Assert.Empty(sender.Inbox); // the other phone answers it
        WireMessage info = receiver.NextRequest("INFO");
        Assert.Equal("application/dtmf-relay", info["Content-Type"]);
        Assert.Equal("dtmf", info["Info-Package"]);
        Assert.Equal("Signal=5\r\nDuration=160\r\n", info.Body);
        receiver.Reply(info, status);
        _ = sender.NextStatus(status);
        call.HangUp();
    }

    [Fact]
    public void Before_the_answer_it_reaches_the_phone_that_rings()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Learn(caller.NextStatus(180));
        a.Send("INFO", body: "x");
        callee.Reply(callee.NextRequest("INFO"), 200);
        Assert.Equal("INFO", caller.NextStatus(200).Method);
        b.Accept();
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "C-25")]
    public void One_to_an_answer_of_a_fork_that_loses_gets_480_and_is_not_repeated()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        callee.Reply(b.Invitation!, 180, "other");
        a.Learn(caller.NextStatus(180));
        a.Send("INFO", body: "x");
        _ = callee.NextRequest("INFO");
        b.Accept();
        _ = callee.NextRequest("ACK");
        Assert.Equal("INFO", caller.NextStatus(480).Method);
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        callee.Reply(b.Invitation!, 200, "other", body: b.Sdp);
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        world.Advance(40);
        Assert.Empty(callee.Inbox);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-35")]
    public void One_that_is_under_way_when_the_call_ends_gets_487()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INFO", body: "x");
        WireMessage info = call.Callee.NextRequest("INFO");
        call.B.Bye();
        _ = call.Caller.NextStatus(487);
        call.Callee.Reply(info, 200); // too late for anybody
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
    }
}
