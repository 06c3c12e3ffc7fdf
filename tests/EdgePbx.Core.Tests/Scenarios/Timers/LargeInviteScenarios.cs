namespace EdgePbx.Core.Tests;

/// <summary>A call whose INVITE is too long for UDP, to a phone of which only UDP is known (RFC 3261 18.1.1).</summary>
[Trait("Clause", "C-41")]
public class LargeInviteScenarios
{
    [Fact]
    public void It_goes_over_tcp_when_the_phone_has_it()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", LongSdp(caller));
        PhoneDialog b = callee.Take();
        Assert.StartsWith("SIP/2.0/TCP ", b.Invitation!["Via"], StringComparison.Ordinal);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void A_phone_without_tcp_is_called_over_udp_and_the_next_time_at_once()
    {
        using var world = new PbxWorld { Fails = static (transport, _) => transport == SipTransport.Tcp };
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 2; i++)
        {
            int before = world.Sent.Count;
            PhoneDialog a = caller.Invite("1002", LongSdp(caller));
            PhoneDialog b = callee.Take();
            Assert.StartsWith("SIP/2.0/UDP ", b.Invitation!["Via"], StringComparison.Ordinal);
            Assert.Equal(i == 0 ? 2 : 1, world.Sent.Skip(before).Count(sent => sent.Message.Method == "INVITE" && !sent.Message.IsResponse));
            b.Accept();
            _ = callee.NextRequest("ACK");
            _ = a.Answered();
            a.Bye();
            _ = caller.NextStatus(200);
            callee.Reply(callee.NextRequest("BYE"), 200);
        }
    }

    [Fact, Trait("Clause", "BUG-29")]
    public void A_phone_whose_tcp_accepts_and_never_answers_rings_after_some_seconds_and_the_next_time_at_once()
    {
        using var world = new PbxWorld
        {
            Drops = static (message, _) => message.Method == "INVITE" && !message.IsResponse && message["Via"].StartsWith("SIP/2.0/TCP", StringComparison.Ordinal),
        };
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 2; i++)
        {
            PhoneDialog a = caller.Invite("1002", LongSdp(caller));
            if (i == 0)
            {
                Assert.Empty(callee.Inbox);
                world.Advance(SipTimers.TcpTrial.TotalSeconds);
            }
            PhoneDialog b = callee.Take();
            Assert.StartsWith("SIP/2.0/UDP ", b.Invitation!["Via"], StringComparison.Ordinal);
            b.Accept();
            _ = callee.NextRequest("ACK");
            _ = a.Answered();
            a.Bye();
            _ = caller.NextStatus(200);
            callee.Reply(callee.NextRequest("BYE"), 200);
        }
    }

    [Fact]
    public void A_phone_that_cannot_be_reached_at_all_costs_no_waiting()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.FailSends(callee.At);
        PhoneDialog a = caller.Invite("1002");
        a.SendAckToFailure(caller.NextStatus(500)); // 503 of a phone is not ours (RFC 3261 16.7)
        Assert.Equal(0, world.Gauges.Calls);
    }

    private static string LongSdp(Phone phone) =>
        phone.Sdp() + string.Concat(Enumerable.Range(0, 20).Select(i => $"a=fmtp:101 {new string('x', 60)}{i}\r\n"));
}
