namespace EdgePbx.Core.Tests;

/// <summary>Which addresses of media are believed: never our own, a group's, or another machine's loopback, whoever names them and where.</summary>
public class MediaAddressScenarios
{
    /// <summary>c= address, port of RTP, a=rtcp line: what no phone can have.</summary>
    public static TheoryData<string, int, string> Impossible => new()
    {
        { "192.0.2.1", 10000, "" },                                        // a media port of ours
        { "192.0.2.1", 10777, "" },
        { "192.0.2.1", 5060, "" },                                         // SIP's
        { "192.0.2.12", 40000, "a=rtcp:10001 IN IP4 192.0.2.1\r\n" },      // RTCP alone
        { "192.0.2.12", 40000, "a=rtcp:5060 IN IP4 192.0.2.1\r\n" },
        { "224.0.0.251/1", 5353, "" },
        { "239.1.2.3", 40000, "" },
        { "255.255.255.255", 40000, "" },
        { "0.0.0.7", 40000, "" },
        { "127.0.0.1", 40000, "" },
        { "192.0.2.12", 40000, "a=rtcp:40001 IN IP4 127.5.0.1\r\n" },
        { "::1", 40000, "" },
        { "ff02::fb", 5353, "" },
        { "::ffff:192.0.2.1", 10000, "" },
        { "2001:db8::1", 10000, "" },
    };

    [Theory]
    [Trait("Clause", "SEC-07")]
    [Trait("Clause", "SEC-15")]
    [MemberData(nameof(Impossible))]
    public void A_caller_that_names_one_gets_488_and_takes_nothing(string address, int port, string rtcp)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", Sdp(caller, address, port, rtcp));
        WireMessage refusal = caller.NextStatus(488);
        Assert.Contains("address", refusal["Warning"], StringComparison.Ordinal);
        a.SendAckToFailure(refusal);
        Assert.False(callee.HasRequest("INVITE"));
        Assert.Equal(0, world.Ports.Open);
    }

    [Theory]
    [Trait("Clause", "SEC-07")]
    [Trait("Clause", "SEC-15")]
    [MemberData(nameof(Impossible))]
    public void A_change_to_one_is_refused_by_re_invite_and_by_update_and_media_stay(string address, int port, string rtcp)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelaySettings[] before = [.. world.Relays.Values];
        foreach (string method in (string[])["INVITE", "UPDATE"])
        {
            _ = call.A.Send(method, body: Sdp(call.Caller, address, port, rtcp));
            WireMessage refusal = call.Caller.NextStatus(488);
            if (method == "INVITE")
            {
                call.A.SendAckToFailure(refusal);
            }
            Assert.False(call.Callee.HasRequest(method));
        }
        Assert.Equal(before.Select(one => one.RemoteRtp), world.Relays.Values.Select(one => one.RemoteRtp));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "SEC-07")]
    [Trait("Clause", "SEC-15")]
    [MemberData(nameof(Impossible))]
    public void An_answer_with_one_ends_the_call_and_the_caller_hears_488(string address, int port, string rtcp)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept(sdp: Sdp(callee, address, port, rtcp));
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        a.SendAckToFailure(caller.NextStatus(488));
        Assert.Empty(world.Relays);
    }

    [Theory]
    [Trait("Clause", "SEC-07")]
    [MemberData(nameof(Impossible))]
    public void An_answer_to_a_change_with_one_refuses_the_change(string address, int port, string rtcp)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        NetEndpoint[] before = [.. world.Relays.Values.Select(one => one.RemoteRtp)];
        _ = call.A.Send("INVITE", body: call.Caller.Sdp(40100, 2));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: Sdp(call.Callee, address, port, rtcp));
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        Assert.Equal(before, world.Relays.Values.Select(one => one.RemoteRtp));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "SEC-07")]
    [MemberData(nameof(Impossible))]
    public void Nor_is_an_offer_in_a_200_or_an_answer_in_an_ack_believed(string address, int port, string rtcp)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        foreach (bool isOffer in (bool[])[true, false])
        {
            PhoneDialog a = caller.Invite("1002", "");
            PhoneDialog b = callee.Take();
            b.Accept(sdp: isOffer ? Sdp(callee, address, port, rtcp) : callee.Sdp(41000));
            if (isOffer)
            {
                a.SendAckToFailure(caller.NextStatus(488));
            }
            else
            {
                _ = a.Answered(Sdp(caller, address, port, rtcp));
                caller.Reply(caller.NextRequest("BYE"), 200);
            }
            _ = callee.NextRequest("ACK");
            callee.Reply(callee.NextRequest("BYE"), 200);
            Assert.DoesNotContain(world.Relays.Values, one => one.RemoteRtp.Port == port);
        }
    }

    [Theory]
    [Trait("Clause", "BUG-04")]
    [InlineData("c=IN IP4 phone.example\r\n")]
    [InlineData("c=IN IP6 phone.example\r\n")]
    [InlineData("")]
    public void A_host_name_or_no_address_is_no_hold(string connection)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        string sdp = caller.Sdp().Replace($"c=IN IP4 {caller.At.Address}\r\n", connection, StringComparison.Ordinal);
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: sdp);
        RelaySettings settings = Assert.Single(world.Relays.Values, one => one.RemoteRtp.Port == 40000);
        Assert.Equal((new NetEndpoint(default, 40000), caller.At.Address, true), (settings.RemoteRtp, settings.SignallingSource, settings.ExpectsMedia));
        RelaySettings other = Assert.Single(world.Relays.Values, one => one.RemoteRtp.Port == 41000);
        Assert.True(other.ExpectsMedia); // nobody holds
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "SEC-15")]
    [InlineData(1)]
    [InlineData(53)]
    [InlineData(1023)]
    public void To_the_port_of_a_service_nothing_is_sent_until_something_comes(int port)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: caller.Sdp(port));
        Assert.Contains(world.Relays.Values, one => one.RemoteRtp == new NetEndpoint(default, (ushort)port));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "BUG-31")]
    [InlineData("INVITE", true)]
    [InlineData("UPDATE", true)]
    [InlineData("UPDATE", false)]
    public void A_refresh_of_a_phone_opens_its_latch_and_no_other(string method, bool withSdp)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Engine.Context.Calls.Live.Single().Caller!.Media.Watch();
        world.Engine.Context.Calls.Live.Single().Callee!.Media.Watch();
        world.Measure(world.Relays.Keys.First(), default);
        Assert.DoesNotContain(world.Relays.Values, one => one.OpensLatch);
        _ = call.A.Send(method, body: withSdp ? call.A.Sdp : "");
        WireMessage ok = call.Caller.NextStatus(200);
        if (method == "INVITE")
        {
            call.A.Ack(cseq: ok.CSeq);
        }
        Assert.Equal([40000], world.Relays.Values.Where(one => one.OpensLatch).Select(one => (int)one.RemoteRtp.Port));
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "SEC-07")]
    public void The_relay_is_told_when_a_phone_is_where_our_own_sockets_are()
    {
        using var world = new PbxWorld();
        Phone caller = world.PhoneAt("1001", new NetEndpoint(FakeAddresses.BoxV4, 5070)); // on the box itself
        Phone callee = world.Phone("1002", 12);
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal([(40000, true), (41000, false)], world.Relays.Values.Select(one => ((int)one.RemoteRtp.Port, one.IsPeerHere)).Order());
        call.HangUp();
    }

    private static string Sdp(Phone phone, string address, int port, string rtcp) =>
        phone.Sdp(port, 2).Replace($"c=IN IP4 {phone.At.Address}", $"c=IN {(address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4")} {address}", StringComparison.Ordinal) + rtcp;
}
