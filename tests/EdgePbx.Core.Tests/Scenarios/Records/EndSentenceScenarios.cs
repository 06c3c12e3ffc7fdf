namespace EdgePbx.Core.Tests;

/// <summary>Why a call did not come about, as its record says it: what happened, not what mostly happens.</summary>
public class EndSentenceScenarios
{
    private const string Nothing = "the called phone takes none of the media that it was offered";

    [Theory]
    [Trait("Clause", "PHONE-9")]
    [InlineData("RTP/AVP", 488, $"{Nothing}, without encryption (488)")]
    [InlineData("RTP/SAVP", 488, $"{Nothing}, with encryption (SRTP) (488)")]
    [InlineData("UDP/TLS/RTP/SAVPF", 488, $"{Nothing}, with encryption (SRTP) (488)")]
    [InlineData("RTP/SAVP", 606, $"{Nothing}, with encryption (SRTP) (606)")]
    [InlineData("RTP/AVP", 415, "the called phone does not take this kind of session description (415)")]
    [InlineData("RTP/AVP", 302, "the called phone wants to be called elsewhere, where EdgePbx does not follow (302)")]
    [InlineData("RTP/AVP", 401, "the called phone asks for credentials that EdgePbx does not have (401)")]
    [InlineData("RTP/AVP", 407, "the called phone asks for credentials that EdgePbx does not have (407)")]
    [InlineData("RTP/AVP", 480, "nobody is there to answer")]
    [InlineData("RTP/AVP", 486, "the called phone is busy")]
    [InlineData("RTP/AVP", 600, "the called phone is busy")]
    [InlineData("RTP/AVP", 603, "the called phone declined the call")]
    [InlineData("RTP/AVP", 420, "the called phone refused the call (420)")]
    [InlineData("RTP/AVP", 503, "the called phone is overloaded or out of service (503)")]
    [InlineData("RTP/AVP", 404, "the called phone refused the call (404)")]
    public void The_sentence_says_what_the_phone_said(string protocol, int status, string sentence)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", caller.Sdp().Replace("RTP/AVP", protocol, StringComparison.Ordinal));
        callee.Take().Reply(status);
        _ = callee.NextRequest("ACK");
        a.SendAckToFailure(caller.NextStatus(FinalResponses.Shown(status)));
        Assert.Equal(("rejected", sentence), (Assert.Single(world.Records).EndCode, world.Records[0].EndReason));
    }

    [Fact]
    [Trait("Clause", "PHONE-9")]
    public void Of_two_phones_it_tells_of_the_one_that_the_caller_hears_of()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone one, Phone two) = Calling.ThreePhones(world);
        PhoneDialog a = caller.Invite("1002");
        (PhoneDialog b, PhoneDialog c) = (one.Take(), two.Take());
        b.Reply(486);
        c.Reply(302);
        a.SendAckToFailure(caller.NextStatus(486));
        Assert.Equal("the called phone is busy", Assert.Single(world.Records).EndReason);
    }

    [Fact]
    [Trait("Clause", "PHONE-9")]
    public void Who_was_offered_one_stream_of_each_kind_and_who_was_offered_nothing()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        foreach (string sdp in new[] { caller.Sdp() + "m=audio 40010 RTP/SAVP 0\r\n", "" })
        {
            PhoneDialog a = caller.Invite("1002", sdp);
            callee.Take().Reply(488);
            _ = callee.NextRequest("ACK");
            a.SendAckToFailure(caller.NextStatus(488));
        }
        Assert.Equal([$"{Nothing}, partly with encryption (SRTP) (488)", $"{Nothing} (488)"], world.Records.Select(record => record.EndReason));
    }
}
