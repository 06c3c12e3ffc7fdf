namespace EdgePbx.Core.Tests;

/// <summary>Contact, Record-Route and Route are followed where the peer's messages come from; the box carries nothing to whomever a phone names.</summary>
[Trait("Clause", "SEC-14")]
public class NamedTargetScenarios
{
    /// <summary>Where no request of the box may go, as the host part and parameters of a URI.</summary>
    public static TheoryData<string> Elsewhere => new()
    {
        "198.51.100.66:5060",
        "198.51.100.66:5060;transport=tcp",
        "198.51.100.66",
        "192.0.2.1:5060",                // the box
        "192.0.2.1:5060;transport=tcp",
        "192.0.2.1:10000",
        "127.0.0.1:80;transport=tcp",
        "192.0.2.12:5060",               // the other phone
        "192.0.2.11:80;transport=tcp",   // its own address, another service of it
        "192.0.2.11:25",
        "224.0.0.251:5353",
        "255.255.255.255:5060",
        "0.0.0.0:5060",
        "router.example",
    };

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void The_callers_record_route_takes_nothing_elsewhere(string host)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, $"Record-Route: <sip:{host};lr>\r\n");
        EndByCallee(call);
        AssertOnlyPhones(world, SipTransport.Udp);
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void Nor_does_the_callees(string host)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, calleeExtra: $"Record-Route: <sip:{host.Replace("192.0.2.12", "192.0.2.11", StringComparison.Ordinal)};lr>\r\n");
        call.HangUp();
        AssertOnlyPhones(world, SipTransport.Udp);
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void The_contact_of_an_invite_and_of_its_answer_take_nothing_elsewhere(string host)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (caller.ContactUri, callee.ContactUri) = ($"sip:1001@{host}", $"sip:1002@{host.Replace("192.0.2.12", "192.0.2.11", StringComparison.Ordinal)}");
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        EndByCallee(call);
        AssertOnlyPhones(world, SipTransport.Udp);
        ConnectedCall again = ConnectedCall.Begin(caller, callee);
        again.HangUp();
        AssertOnlyPhones(world, SipTransport.Udp);
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void Nor_does_that_of_a_re_invite_or_an_update(string host)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.Caller.ContactUri = $"sip:1001@{host}";
        foreach (string method in (string[])["INVITE", "UPDATE"])
        {
            _ = call.A.Send(method, body: call.A.Sdp);
            WireMessage ok = call.Caller.NextStatus(200);
            if (method == "INVITE")
            {
                call.A.Ack(cseq: ok.CSeq);
            }
        }
        EndByCallee(call);
        AssertOnlyPhones(world, SipTransport.Udp);
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void Nor_does_a_registered_contact(string host)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.ContactUri = $"sip:1002@{host.Replace("192.0.2.12", "192.0.2.11", StringComparison.Ordinal)}";
        callee.Register();
        PhoneDialog a = caller.Invite("1002");
        while (callee.HasRequest("INVITE"))
        {
            callee.Reply(callee.NextRequest("INVITE"), 486, "t");
        }
        _ = a;
        world.Advance(40);
        Assert.All(world.Sent, sent => Assert.Contains(sent.To.Address, new[] { caller.At.Address, callee.At.Address }));
        Assert.All(world.Sent, sent => Assert.True(sent.To.Port >= 1024));
    }

    [Theory]
    [InlineData("192.0.2.11:5070", 5070)]
    [InlineData("192.0.2.11", 5060)]
    public void Another_port_at_its_own_address_is_followed(string host, int port)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Phone there = port == 5060 ? caller : world.PhoneAt("1001", new NetEndpoint(caller.At.Address, (ushort)port));
        caller.ContactUri = $"sip:1001@{host}";
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        call.B.Bye();
        _ = callee.NextStatus(200);
        there.Reply(there.NextRequest("BYE"), 200);
    }

    private static void EndByCallee(ConnectedCall call)
    {
        call.B.Bye();
        _ = call.Callee.NextStatus(200);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
    }

    private static void AssertOnlyPhones(PbxWorld world, SipTransport transport)
    {
        NetEndpoint[] phones = [new(NetAddress.FromV4(192, 0, 2, 11), 5060), new(NetAddress.FromV4(192, 0, 2, 12), 5060)];
        Assert.All(world.Sent, sent => Assert.Contains(sent.To, phones));
        Assert.All(phones, phone => Assert.Equal(transport, world.LastFlowTo(phone).Transport));
    }
}
