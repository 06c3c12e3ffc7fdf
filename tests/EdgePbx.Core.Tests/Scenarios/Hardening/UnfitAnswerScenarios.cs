namespace EdgePbx.Core.Tests;

/// <summary>Answers that are none: other media lines than were offered, or no codec in common (RFC 3264 6).</summary>
public class UnfitAnswerScenarios
{
    public static TheoryData<string> Answers => new()
    {
        "m=audio 41000 RTP/AVP 0\r\nm=video 41002 RTP/AVP 96\r\n",
        "",
        "m=video 41000 RTP/AVP 0\r\n",
        "m=audio 41000 RTP/AVP 97\r\na=rtpmap:97 speex/8000\r\n",
        "m=audio 41000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
    };

    [Theory]
    [Trait("Clause", "C-33")]
    [MemberData(nameof(Answers))]
    public void In_the_first_answer_the_caller_gets_488_and_the_callee_a_bye(string media)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept(sdp: Sdp(media));
        WireMessage refusal = caller.NextStatus(488);
        Assert.True(refusal.Has("Warning"));
        a.SendAckToFailure(refusal);
        _ = callee.NextRequest("ACK");
        _ = callee.Takes("BYE");
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [Trait("Clause", "C-30")]
    [MemberData(nameof(Answers))]
    public void In_a_change_it_is_refused_and_the_call_goes_on_as_it_was(string media)
    {
        foreach (string method in new[] { "INVITE", "UPDATE" })
        {
            using var world = new PbxWorld();
            ConnectedCall call = ConnectedCall.Begin(world);
            call.A.Send(method, body: call.Caller.Sdp(40500, 2, "sendonly"));
            _ = call.Callee.Takes(method, body: Sdp(media));
            WireMessage refusal = call.Caller.NextStatus(488);
            if (method == "INVITE")
            {
                _ = call.Callee.NextRequest("ACK");
                call.A.SendAckToFailure(refusal);
            }
            Assert.Equal([40000, 41000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).Order());
            call.HangUp();
        }
    }

    [Theory]
    [Trait("Clause", "U-42")]
    [MemberData(nameof(Answers))]
    public void While_it_rings_it_is_not_carried_and_a_later_one_counts(string media)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(183, sdp: Sdp(media));
        Assert.Equal("", caller.NextStatus(183).Body);
        b.Accept();
        _ = callee.NextRequest("ACK");
        Assert.NotEqual("", a.Answered().Body);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Theory]
    [Trait("Clause", "O-08")]
    [InlineData(false)]
    [InlineData(true)]
    public void In_the_ack_it_ends_the_call_on_both_legs(bool isMissing)
    {
        foreach (string media in Answers.Select(row => row.Data))
        {
            using var world = new PbxWorld();
            (Phone caller, Phone callee) = world.TwoPhones();
            PhoneDialog a = Calling.DialWithoutOffer(caller, "1002");
            PhoneDialog b = callee.Take();
            b.Accept();
            _ = a.Answered(isMissing ? "" : Sdp(media));
            _ = caller.Takes("BYE");
            _ = callee.NextRequest("ACK");
            _ = callee.Takes("BYE");
            Assert.Equal(0, world.Gauges.Calls);
        }
    }

    private static string Sdp(string media) => $"v=0\r\no=- 77 1 IN IP4 192.0.2.12\r\ns=-\r\nc=IN IP4 192.0.2.12\r\nt=0 0\r\n{media}";
}
