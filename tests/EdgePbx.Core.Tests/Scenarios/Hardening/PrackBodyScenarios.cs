namespace EdgePbx.Core.Tests;

/// <summary>What a PRACK may bring, or fail to bring (RFC 3262 5, RFC 6337).</summary>
[Trait("Clause", "U-10")]
public class PrackBodyScenarios
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_the_answer_to_an_early_offer_the_offer_of_the_2xx_counts_or_the_call_ends(bool offersAgain)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee, PhoneDialog a, PhoneDialog b, WireMessage early) = OfferedEarly(world);
        uint invite = a.CSeq;
        a.Send("PRACK", $"RAck: {early["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);
        Assert.Equal("", callee.Takes("PRACK").Body);
        b.Accept(sdp: offersAgain ? callee.Sdp(41000, 2) : "");
        if (offersAgain)
        {
            a.Learn(caller.NextStatus(200));
            a.Ack(caller.Sdp(), invite);
            Assert.NotEqual("", callee.NextRequest("ACK").Body);
            a.Bye();
        }
        else
        {
            a.CSeq = invite;
            a.SendAckToFailure(caller.NextStatus(488));
            _ = callee.NextRequest("ACK");
        }
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "O-11")]
    public void The_answer_may_be_a_part_of_a_larger_body()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee, PhoneDialog a, PhoneDialog b, WireMessage early) = OfferedEarly(world);
        uint invite = a.CSeq;
        a.CSeq++;
        caller.Send(caller.Request("PRACK", a.Target, a.CallId, a.LocalAddress, a.RemoteAddress, a.CSeq, caller.NewBranch(), $"RAck: {early["RSeq"]} {invite} INVITE\r\n",
            Multipart(caller.Sdp()), "multipart/mixed;boundary=x"));
        _ = caller.NextStatus(200);
        Assert.Contains("m=audio ", callee.Takes("PRACK").Body, StringComparison.Ordinal);
        b.Accept(sdp: "");
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Theory]
    [InlineData("v=0\r\no=- 1 1 IN IP4 192.0.2.11\r\ns=-\r\nc=IN IP4 192.0.2.11\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n", "application/sdp", 488)]
    [InlineData("certainly no description", "application/sdp", 400)]
    [InlineData("hello", "text/plain", 415)]
    public void What_nobody_can_use_is_refused_and_the_ringing_counts_as_heard(string body, string type, int status)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "Require: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Ring();
        WireMessage ringing = caller.NextStatus(180);
        a.Learn(ringing);
        a.CSeq++;
        caller.Send(caller.Request("PRACK", a.Target, a.CallId, a.LocalAddress, a.RemoteAddress, a.CSeq, caller.NewBranch(), $"RAck: {ringing["RSeq"]} {invite} INVITE\r\n", body, type));
        _ = caller.NextStatus(status);
        Assert.Empty(callee.Inbox);
        caller.Inbox.Clear();
        world.Advance(40);
        Assert.Empty(caller.Inbox); // not repeated
        b.Accept();
        _ = callee.NextRequest("ACK");
        a.Learn(caller.NextStatus(200));
        a.Ack(cseq: invite);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    private static (Phone Caller, Phone Callee, PhoneDialog A, PhoneDialog B, WireMessage Early) OfferedEarly(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = Calling.DialWithoutOffer(caller, "1002", "Supported: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Reply(183, $"{Calling.Reliable}1\r\n", callee.Sdp(41000));
        WireMessage early = caller.NextStatus(183);
        a.Learn(early);
        return (caller, callee, a, b, early);
    }

    private static string Multipart(string sdp) =>
        $"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x\r\nContent-Type: application/sdp\r\n\r\n{sdp}\r\n--x--\r\n";
}
