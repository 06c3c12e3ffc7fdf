namespace EdgePbx.Core.Tests;

/// <summary>What a callee says of a request of ours is not what the caller did wrong: it hears what it can act on (RFC 3261 16.7, 21.4).</summary>
public class RefusalMappingScenarios
{
    [Theory]
    [Trait("Clause", "C-33")]
    [InlineData(302, 480)]
    [InlineData(401, 480)]
    [InlineData(407, 480)]
    [InlineData(415, 488)]
    [InlineData(420, 480)]
    [InlineData(421, 480)]
    [InlineData(423, 480)]
    [InlineData(481, 480)]
    [InlineData(482, 480)]
    [InlineData(483, 480)]
    [InlineData(485, 480)]
    [InlineData(488, 488)]
    [InlineData(493, 480)]
    [InlineData(494, 480)]
    [InlineData(503, 500)]
    [InlineData(606, 488)]
    [InlineData(486, 486)]
    [InlineData(603, 603)]
    public void The_caller_hears_what_it_can_act_on(int status, int heard)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        callee.Take().Reply(status, "Unsupported: timer\r\nMin-SE: 4000\r\nContact: <sip:1002@203.0.113.7>\r\n");
        _ = callee.NextRequest("ACK");
        WireMessage refusal = caller.NextStatus(heard);
        Assert.Equal(("", "", ""), (refusal["Unsupported"], refusal["Min-SE"], refusal["Contact"]));
        a.SendAckToFailure(refusal);
    }

    [Theory]
    [Trait("Clause", "ST-07")]
    [Trait("Clause", "ST-09")]
    [InlineData(4, true)]
    [InlineData(1, false)]
    public void A_callee_whose_interval_can_not_be_met_is_given_up_and_the_caller_hears_500(int refusals, bool namesMinimum)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        for (int i = 1; i <= refusals; i++)
        {
            Assert.DoesNotContain(caller.Inbox, message => message.Status >= 200);
            callee.Take().Reply(422, namesMinimum ? $"Min-SE: {2000 * i}\r\n" : "");
            _ = callee.NextRequest("ACK");
        }
        WireMessage refusal = caller.NextStatus(500);
        Assert.False(refusal.Has("Min-SE"));
        a.SendAckToFailure(refusal);
        Assert.Empty(callee.Inbox);
    }

    [Theory]
    [Trait("Clause", "C-30")]
    [InlineData(415, 488)]
    [InlineData(420, 488)]
    [InlineData(422, 488)]
    [InlineData(482, 488)]
    [InlineData(401, 488)]
    [InlineData(488, 488)]
    [InlineData(491, 491)]
    [InlineData(503, 500)]
    [InlineData(302, 488)]
    public void So_it_is_with_a_change_within_the_call_which_goes_on(int status, int heard)
    {
        foreach (string method in new[] { "INVITE", "UPDATE" })
        {
            using var world = new PbxWorld();
            ConnectedCall call = ConnectedCall.Begin(world);
            call.A.Send(method, body: call.Caller.Sdp(40000, 2, "sendonly"));
            _ = call.Callee.Takes(method, status);
            WireMessage refusal = call.Caller.NextStatus(heard);
            Assert.Equal(("", ""), (refusal["Unsupported"], refusal["Min-SE"]));
            if (method == "INVITE")
            {
                _ = call.Callee.NextRequest("ACK");
                call.A.SendAckToFailure(refusal);
            }
            call.HangUp();
        }
    }
}
