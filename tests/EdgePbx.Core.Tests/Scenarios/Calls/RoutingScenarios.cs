namespace EdgePbx.Core.Tests;

/// <summary>Where requests within a dialog go: route sets and targets (RFC 3261 12.1, 12.2.1, 16.12).</summary>
public class RoutingScenarios
{
    private const string Near = "<sip:192.0.2.81;lr>";
    private const string Far = "<sip:192.0.2.82:5070;lr>";

    [Fact]
    [Trait("Clause", "C-21")]
    public void Towards_the_caller_the_routes_have_the_order_of_its_invite()
    {
        using var world = new PbxWorld();
        Phone proxy = By(world, "1001", 81); // what the caller says comes by it
        (Phone caller, Phone callee) = (proxy, world.Phone("1002", 12));
        proxy.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, $"Record-Route: {Near}, {Far}\r\n");
        Assert.Equal([$"{Near}, {Far}"], call.Answer.All("Record-Route"));
        call.B.Bye();
        WireMessage bye = proxy.NextRequest("BYE");
        Assert.Equal(call.Caller.ContactUri, bye.RequestUri);
        Assert.Equal([Near, Far], bye.All("Route"));
        proxy.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-21")]
    public void Towards_the_callee_the_routes_are_those_of_the_answer_in_reverse_order()
    {
        using var world = new PbxWorld();
        Phone proxy = By(world, "1002", 81);
        (Phone caller, Phone callee) = (world.Phone("1001", 11), proxy);
        caller.Register();
        proxy.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept($"Record-Route: {Far}\r\nRecord-Route: {Near}\r\n");
        WireMessage ack = proxy.NextRequest("ACK");
        Assert.Equal(callee.ContactUri, ack.RequestUri);
        Assert.Equal([Near, Far], ack.All("Route"));
        _ = a.Answered();
        a.Bye();
        WireMessage bye = proxy.NextRequest("BYE");
        Assert.Equal([Near, Far], bye.All("Route"));
        Assert.Equal(callee.ContactUri, bye.RequestUri);
        proxy.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-21")]
    public void A_strict_router_gets_its_own_address_in_the_request_line_and_the_target_comes_last()
    {
        using var world = new PbxWorld();
        Phone proxy = By(world, "1002", 83);
        (Phone caller, Phone callee) = (world.Phone("1001", 11), proxy);
        caller.Register();
        proxy.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept($"Record-Route: {Far}\r\nRecord-Route: <sip:192.0.2.83>\r\n");
        WireMessage ack = proxy.NextRequest("ACK");
        Assert.Equal("sip:192.0.2.83", ack.RequestUri);
        Assert.Equal([Far, $"<{callee.ContactUri}>"], ack.All("Route"));
        _ = a.Answered();
        a.Bye();
        WireMessage bye = proxy.NextRequest("BYE");
        Assert.Equal("sip:192.0.2.83", bye.RequestUri);
        proxy.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-21")]
    public void The_answer_sets_the_routes_anew_whatever_the_ringing_said()
    {
        using var world = new PbxWorld();
        Phone proxy = By(world, "1002", 81);
        (Phone caller, Phone callee) = (world.Phone("1001", 11), proxy);
        caller.Register();
        proxy.Register();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring($"Record-Route: {Far}\r\n");
        b.Accept($"Record-Route: {Near}\r\n");
        Assert.Equal([Near], proxy.NextRequest("ACK").All("Route"));
        _ = a.Answered();
        a.Bye();
        WireMessage bye = proxy.NextRequest("BYE");
        Assert.Equal([Near], bye.All("Route"));
        proxy.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-21")]
    [Trait("Clause", "C-23")]
    public void A_later_record_route_changes_nothing()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        call.A.Send("INVITE", $"Record-Route: {Near}\r\n", caller.Sdp(40000, 2, "sendonly"));
        WireMessage reinvite = callee.NextRequest("INVITE");
        callee.Reply(reinvite, 200, extra: $"Record-Route: {Far}\r\n", body: callee.Sdp(41000, 2, "recvonly"));
        Assert.Empty(callee.NextRequest("ACK").All("Route"));
        _ = call.A.Answered();
        call.B.Bye();
        WireMessage bye = caller.NextRequest("BYE");
        Assert.Empty(bye.All("Route"));
        caller.Reply(bye, 200);
    }

    [Theory]
    [Trait("Clause", "C-23")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void A_phone_that_moves_in_its_answer_is_followed(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone moved = world.PhoneAt("1002", call.Callee.At with { Port = 5062 });
        call.A.Send(method, body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage offer = call.Callee.NextRequest(method);
        call.Callee.ContactUri = moved.ContactUri;
        call.Callee.Reply(offer, 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        if (method == "INVITE")
        {
            Assert.Equal(moved.ContactUri, moved.NextRequest("ACK").RequestUri);
            _ = call.A.Answered();
        }
        call.A.Bye();
        WireMessage bye = moved.NextRequest("BYE");
        Assert.Equal(moved.ContactUri, bye.RequestUri);
        moved.Reply(bye, 200);
    }

    [Theory]
    [Trait("Clause", "C-23")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void A_phone_that_moves_in_its_request_is_followed(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone moved = world.PhoneAt("1001", call.Caller.At with { Port = 5061 });
        call.Caller.ContactUri = moved.ContactUri;
        call.A.Send(method, body: call.Caller.Sdp(40000, 1)); // nothing but a refresh: answered here
        call.A.Learn(call.Caller.NextStatus(200));
        if (method == "INVITE")
        {
            call.A.Ack();
        }
        call.B.Bye();
        WireMessage bye = moved.NextRequest("BYE");
        Assert.Equal(moved.ContactUri, bye.RequestUri);
        moved.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-23")]
    public void A_refused_offer_moves_nobody()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        string home = call.Callee.ContactUri;
        call.Callee.ContactUri = "sip:1002@192.0.2.62";
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 488);
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        call.A.Bye();
        WireMessage bye = call.Callee.NextRequest("BYE");
        Assert.Equal(home, bye.RequestUri);
        call.Callee.Reply(bye, 200);
    }

    [Fact]
    public void A_phone_behind_a_nat_is_reached_where_its_messages_come_from()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = world.Phone("1002", 12);
        callee.ContactUri = "sip:1002@10.0.0.7:5060";
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal("sip:1002@10.0.0.7:5060", call.B.Invitation!.RequestUri);
        Assert.Equal("sip:1002@10.0.0.7:5060", call.Ack.RequestUri);
        call.HangUp();
    }

    /// <summary>A phone at 192.0.2.30 whose messages go and come by a proxy.</summary>
    private static Phone By(PbxWorld world, string number, byte proxy)
    {
        Phone phone = world.PhoneAt(number, At(proxy));
        phone.ContactUri = $"sip:{number}@192.0.2.30:5060";
        return phone;
    }

    private static NetEndpoint At(byte host) => new(NetAddress.FromV4(192, 0, 2, host), 5060);
}
