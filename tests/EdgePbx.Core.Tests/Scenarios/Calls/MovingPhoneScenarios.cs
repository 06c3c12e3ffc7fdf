namespace EdgePbx.Core.Tests;

/// <summary>A phone that registers from another place takes its calls along (RFC 5626), and one behind a proxy is reached past it.</summary>
public class MovingPhoneScenarios
{
    private const string Instance = ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\"";
    private static readonly NetAddress Nat = NetAddress.FromV4(203, 0, 113, 7);

    [Theory]
    [Trait("Clause", "PHONE-4")]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void When_a_nat_forgets_and_the_phone_registers_again_its_call_follows(bool isCaller, bool changesAddress)
    {
        using var world = new PbxWorld();
        var old = new NetEndpoint(Nat, 61000);
        var fresh = new NetEndpoint(changesAddress ? NetAddress.FromV4(198, 51, 100, 8) : Nat, 62000);
        Phone phone = Behind(world, isCaller ? "1001" : "1002", old);
        Phone other = world.Phone(isCaller ? "1002" : "1001", 12);
        phone.Register();
        other.Register();
        ConnectedCall call = isCaller ? ConnectedCall.Begin(phone, other) : ConnectedCall.Begin(other, phone);

        Phone again = Behind(world, phone.Number, fresh);
        again.Register();
        RelaySettings settings = world.Relays.Values.Single(one => one.SignallingSource == fresh.Address);
        Assert.True(settings.OpensLatch);
        Assert.Equal(1, world.Log.Count("phone_moved"));

        PhoneDialog dialog = isCaller ? call.B : call.A;
        _ = dialog.Send("INVITE", body: other.Sdp(isCaller ? 41000 : 40000, 2, "sendonly")); // hold is heard of
        WireMessage hold = again.NextRequest("INVITE");
        again.Reply(hold, 200, body: phone.Sdp(isCaller ? 40000 : 41000, 2, "recvonly"));
        _ = again.NextRequest("ACK");
        _ = dialog.Answered();
        dialog.Bye();
        _ = other.NextStatus(200);
        again.Reply(again.NextRequest("BYE"), 200);
        Assert.False(phone.HasRequest("BYE"));
    }

    [Theory]
    [Trait("Clause", "PHONE-4")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_phone_whose_contact_changes_too_is_known_by_its_instance(bool hasInstance)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = (world.Phone("1001", 11), Behind(world, "1002", new NetEndpoint(Nat, 61000)));
        caller.Register();
        string contact = hasInstance ? Instance : "";
        callee.ContactUri = "sip:1002@10.0.0.5:5060";
        Register(callee, contact);
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Phone again = Behind(world, "1002", new NetEndpoint(NetAddress.FromV4(198, 51, 100, 8), 5060));
        again.ContactUri = "sip:1002@10.9.9.9:5060";
        Register(again, contact);
        Assert.Equal(hasInstance ? 1 : 0, world.Log.Count("phone_moved"));
        call.A.Bye();
        _ = caller.NextStatus(200);
        Phone there = hasInstance ? again : callee;
        WireMessage bye = there.NextRequest("BYE");
        Assert.Equal(hasInstance ? "sip:1002@10.9.9.9:5060" : "sip:1002@10.0.0.5:5060", bye.RequestUri);
        there.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "PHONE-4")]
    public void What_was_sent_to_the_dead_port_goes_to_the_living_one_when_it_is_said_again()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = (world.Phone("1001", 11), Behind(world, "1002", new NetEndpoint(Nat, 61000)));
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        call.A.Bye(); // nobody is at the old port any more
        _ = caller.NextStatus(200);
        world.Advance(1);
        Phone again = Behind(world, "1002", new NetEndpoint(Nat, 62000));
        again.Register();
        world.Advance(5);
        WireMessage bye = again.NextRequest("BYE");
        again.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "PHONE-4")]
    public void A_ringing_phone_may_move_and_pick_up()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = (world.Phone("1001", 11), Behind(world, "1002", new NetEndpoint(Nat, 61000)));
        caller.Register();
        callee.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        Phone again = Behind(world, "1002", new NetEndpoint(NetAddress.FromV4(198, 51, 100, 8), 62000));
        again.Register();
        again.Reply(b.Invitation!, 200, b.LocalTag, body: again.Sdp(41000));
        _ = again.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        _ = caller.NextStatus(200);
        again.Reply(again.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "PHONE-4")]
    public void A_stream_that_breaks_and_comes_back_carries_the_call_on()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12, SipTransport.Tcp, 50001);
        callee.ContactUri = "sip:1002@10.0.0.5:5060;transport=tcp";
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        world.CloseStream(callee);
        Phone again = world.Phone("1002", 12, SipTransport.Tcp, 50002);
        again.ContactUri = callee.ContactUri;
        again.Register();
        call.A.Bye();
        _ = caller.NextStatus(200);
        again.Reply(again.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "PHONE-4")]
    public void A_refresh_of_the_registration_from_the_same_place_moves_nothing()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelaySettings[] before = [.. world.Relays.Values];
        call.Callee.Register();
        Phone other = world.Phone("1002", 77); // another phone of the same extension
        other.Register();
        Assert.Equal(before, world.Relays.Values);
        Assert.Equal(0, world.Log.Count("phone_moved"));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "PHONE-6")]
    [InlineData(true)]
    [InlineData(false)]
    public void Behind_a_proxy_that_steps_aside_the_ack_and_the_bye_go_to_the_contact(bool isCallee)
    {
        using var world = new PbxWorld();
        Phone plain = world.Phone(isCallee ? "1001" : "1002", 11);
        plain.Register();
        Phone proxy = world.PhoneAt(isCallee ? "1002" : "1001", new NetEndpoint(NetAddress.FromV4(192, 0, 2, 80), 5060));
        var at = new NetEndpoint(NetAddress.FromV4(192, 0, 2, 33), 5062);
        Phone phone = world.PhoneAt(proxy.Number, at);
        proxy.ContactUri = phone.ContactUri;
        Phone through = Proxied(proxy, at.ToString());
        through.Register();
        if (isCallee)
        {
            PhoneDialog a = plain.Invite(proxy.Number);
            PhoneDialog b = through.Take();
            b.Accept();
            _ = phone.NextRequest("ACK");
            _ = a.Answered();
            a.Bye();
            _ = plain.NextStatus(200);
            phone.Reply(phone.NextRequest("BYE"), 200);
        }
        else
        {
            PhoneDialog a = through.Invite(plain.Number);
            PhoneDialog b = plain.Take();
            b.Accept();
            _ = plain.NextRequest("ACK");
            a.Learn(through.NextStatus(200));
            new PhoneDialog(phone, isCaller: true) { CallId = a.CallId, LocalAddress = a.LocalAddress, RemoteAddress = a.RemoteAddress, Target = a.Target, CSeq = a.CSeq }.Ack(); // it goes straight to the box
            b.Bye();
            _ = plain.NextStatus(200);
            phone.Reply(phone.NextRequest("BYE"), 200);
        }
    }

    [Theory]
    [Trait("Clause", "PHONE-6")]
    [Trait("Clause", "SEC-14")]
    [InlineData("192.0.2.33:5062", "198.51.100.66:5060")]                  // the phone below the proxy is elsewhere
    [InlineData("192.0.2.33:5062", "192.0.2.33:25")]
    [InlineData("192.0.2.1:5060", "192.0.2.1:5060")]                       // the box
    [InlineData("127.0.0.1:5080", "127.0.0.1:5080")]
    [InlineData("224.0.0.251:5353", "224.0.0.251:5353")]
    [InlineData("198.51.100.66:80", "198.51.100.66:80;transport=tcp")]
    [InlineData("192.0.2.33:5062;received=203.0.113.9", "192.0.2.33:5062")] // and a NAT below the proxy
    public void But_not_to_one_that_the_phone_does_not_speak_from(string via, string contact)
    {
        using var world = new PbxWorld();
        Phone plain = world.Phone("1001", 11);
        plain.Register();
        Phone proxy = world.PhoneAt("1002", new NetEndpoint(NetAddress.FromV4(192, 0, 2, 80), 5060));
        Phone through = Proxied(proxy, via);
        through.ContactUri = $"sip:1002@{contact}";
        through.Register();
        PhoneDialog a = plain.Invite("1002");
        PhoneDialog b = through.Take();
        b.Accept();
        _ = through.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        _ = plain.NextStatus(200);
        through.Reply(through.NextRequest("BYE"), 200);
        Assert.All(world.Sent, sent => Assert.Contains(sent.To, new[] { plain.At, proxy.At }));
    }

    [Theory]
    [Trait("Clause", "PHONE-2")]
    [InlineData(true)]
    [InlineData(false)]
    public void Media_of_the_other_family_are_met_there(bool lateOffer)
    {
        using var world = new PbxWorld();
        Assert.True(NetAddress.TryParse("2001:db8::11", out NetAddress v6));
        Phone caller = world.PhoneAt("1001", new NetEndpoint(v6, 5060));
        Phone callee = world.Phone("1002", 12);
        caller.Register();
        callee.Register();
        string sdp = callee.Sdp(40000).Replace("192.0.2.12", "192.0.2.11", StringComparison.Ordinal);
        if (lateOffer)
        {
            PhoneDialog a = callee.Invite("1001", ""); // the phone on IPv6 makes the offer, of IPv4
            PhoneDialog b = caller.Take();
            b.Accept(sdp: sdp);
            _ = a.Answered(callee.Sdp(41000));
            Assert.Equal("192.0.2.1", caller.NextRequest("ACK").Sdp("c=IN IP4 "));
            a.Bye();
            _ = callee.NextStatus(200);
            caller.Reply(caller.NextRequest("BYE"), 200);
        }
        else
        {
            ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: sdp);
            Assert.Equal("192.0.2.1", call.Answer.Sdp("c=IN IP4 "));
            call.HangUp();
        }
    }

    [Fact]
    [Trait("Clause", "PHONE-2")]
    public void An_answer_of_another_family_than_it_was_asked_for_ends_the_call_with_words()
    {
        using var world = new PbxWorld();
        Assert.True(NetAddress.TryParse("2001:db8::12", out NetAddress v6));
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.PhoneAt("1002", new NetEndpoint(v6, 5060));
        caller.Register();
        callee.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept(sdp: caller.Sdp(41000).Replace("192.0.2.11", "192.0.2.12", StringComparison.Ordinal));
        _ = callee.NextRequest("ACK");
        callee.Reply(callee.NextRequest("BYE"), 200);
        a.SendAckToFailure(caller.NextStatus(488));
    }

    [Theory]
    [Trait("Clause", "PHONE-2")]
    [InlineData(true)]
    [InlineData(false)]
    public void Media_of_a_family_that_the_box_has_no_address_of_are_refused_at_once(bool bySession)
    {
        using var world = new PbxWorld();
        world.Addresses.HasV6 = false;
        (Phone caller, Phone callee) = world.TwoPhones();
        string sdp = caller.Sdp();
        PhoneDialog a = caller.Invite("1002", bySession
            ? sdp.Replace($"c=IN IP4 {caller.At.Address}", "c=IN IP6 2001:db8::77", StringComparison.Ordinal)
            : sdp.Replace("m=audio 40000 RTP/AVP 0 8 101\r\n", "m=audio 40000 RTP/AVP 0 8 101\r\nc=IN IP6 2001:db8::77\r\n", StringComparison.Ordinal));
        WireMessage refusal = caller.NextStatus(488);
        Assert.Contains("address", refusal["Warning"], StringComparison.Ordinal);
        a.SendAckToFailure(refusal);
        Assert.False(callee.HasRequest("INVITE"));
    }

    private static Phone Behind(PbxWorld world, string number, NetEndpoint seen)
    {
        Phone phone = world.PhoneAt(number, seen);
        phone.ContactUri = $"sip:{number}@10.0.0.5:5060"; // its own idea of where it is
        return phone;
    }

    private static Phone Proxied(Phone proxy, string below)
    {
        proxy.Below = $"Via: SIP/2.0/UDP {below};branch=z9hG4bK-below\r\n";
        return proxy;
    }

    private static void Register(Phone phone, string parameters)
    {
        string Build(int cseq, string extra) => phone.Request("REGISTER", "sip:office.example", $"reg-{phone.At}", $"<{phone.Uri}>;tag=r", $"<{phone.Uri}>", cseq, phone.NewBranch(),
            $"Contact: <{phone.ContactUri}>{parameters}\r\nExpires: 3600\r\n{extra}", "");
        phone.Send(Build(1, ""));
        phone.Send(Build(2, phone.Credentials(phone.NextStatus(401), "REGISTER", "sip:office.example")));
        _ = phone.NextStatus(200);
    }
}
