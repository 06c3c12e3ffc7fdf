namespace EdgePbx.Core.Tests;

/// <summary>The names of a dialog are no key: who speaks in it from elsewhere must show the secret of its own account first (RFC 3261 26.1.1).</summary>
[Trait("Clause", "AB-19")]
[Trait("Clause", "SEC-08")]
public class DialogStrangerScenarios
{
    public static TheoryData<string, bool> Requests
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (string method in (string[])["BYE", "INVITE", "UPDATE", "INFO", "PRACK", "OPTIONS", "REFER", "MESSAGE", "NOTIFY"])
            {
                all.Add(method, true);
                all.Add(method, false);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_from_an_address_that_the_dialog_does_not_know_is_challenged_and_changes_nothing(string method, bool asCaller)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelaySettings[] relays = [.. world.Relays.Values];
        Phone stranger = world.PhoneAt(asCaller ? "1001" : "1002", new NetEndpoint(NetAddress.FromV4(198, 51, 100, 66), 5060));
        PhoneDialog forged = Take(stranger, asCaller ? call.A : call.B);
        for (int i = 0; i < 3; i++)
        {
            _ = forged.Send(method, body: method is "INVITE" or "UPDATE" ? stranger.Sdp(6000, 9) : "");
            Assert.Contains("Digest", stranger.NextStatus(401)["WWW-Authenticate"], StringComparison.Ordinal);
        }
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
        Assert.Equal(relays, world.Relays.Values);
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp(); // what the box sends goes where it went before
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void The_secret_of_another_account_does_not_help(string method, bool asCaller)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        foreach (string number in (string[])["1003", asCaller ? "1002" : "1001"]) // a third one, and the other party
        {
            Phone stranger = world.PhoneAt(number, new NetEndpoint(NetAddress.FromV4(198, 51, 100, 66), 5060));
            PhoneDialog forged = Take(stranger, asCaller ? call.A : call.B);
            _ = forged.Send(method);
            _ = forged.Send(method, stranger.Credentials(stranger.NextStatus(401), method, forged.Target));
            _ = stranger.NextStatus(403);
        }
        Assert.Empty(call.Caller.Inbox);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_phone_that_moves_within_a_call_proves_itself_and_is_followed(bool asCaller)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        (PhoneDialog before, Phone other, PhoneDialog otherDialog) = asCaller ? (call.A, call.Callee, call.B) : (call.B, call.Caller, call.A);
        Phone moved = world.PhoneAt(asCaller ? "1001" : "1002", new NetEndpoint(NetAddress.FromV4(203, 0, 113, 5), 5062));
        PhoneDialog dialog = Take(moved, before);
        string sdp = moved.Sdp(7000, 2);
        _ = dialog.Send("INVITE", body: sdp);
        WireMessage challenge = moved.NextStatus(401);
        dialog.SendAckToFailure(challenge);
        _ = dialog.Send("INVITE", moved.Credentials(challenge, "INVITE", dialog.Target), sdp);
        WireMessage offer = other.NextRequest("INVITE");
        other.Reply(offer, 200, body: other.Sdp(asCaller ? 41000 : 40000, 2));
        _ = other.NextRequest("ACK");
        _ = dialog.Answered();
        RelaySettings settings = Assert.Single(world.Relays.Values, one => one.RemoteRtp.Port == 7000);
        Assert.Equal((moved.At.Address, true), (settings.SignallingSource, settings.OpensLatch));

        otherDialog.Bye();
        _ = other.NextStatus(200);
        moved.Reply(moved.NextRequest("BYE"), 200); // it arrives at the new place
    }

    [Theory]
    [InlineData("BYE")]
    [InlineData("INFO")]
    public void The_own_secret_is_enough_for_any_request(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone moved = world.PhoneAt("1001", new NetEndpoint(NetAddress.FromV4(203, 0, 113, 5), 5062));
        PhoneDialog dialog = Take(moved, call.A);
        _ = dialog.Send(method);
        _ = dialog.Send(method, moved.Credentials(moved.NextStatus(401), method, dialog.Target));
        WireMessage passed = call.Callee.NextRequest(method);
        call.Callee.Reply(passed, 200);
        _ = moved.NextStatus(200);
        if (method != "BYE")
        {
            call.A.CSeq = dialog.CSeq;
            call.HangUp();
        }
    }

    [Fact]
    public void Another_port_of_the_same_address_is_no_stranger()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone moved = world.PhoneAt("1001", call.Caller.At with { Port = 6999 });
        Take(moved, call.A).Bye();
        _ = moved.NextStatus(200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void Nor_is_an_address_where_the_account_is_registered()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone moved = world.PhoneAt("1001", new NetEndpoint(NetAddress.FromV4(203, 0, 113, 5), 5062));
        moved.Register();
        Take(moved, call.A).Bye();
        _ = moved.NextStatus(200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void An_answer_in_an_ack_is_taken_from_the_phone_alone()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", "");
        PhoneDialog b = callee.Take();
        b.Accept();
        WireMessage ok = caller.NextStatus(200);
        a.Learn(ok);
        Phone stranger = world.PhoneAt("1001", new NetEndpoint(NetAddress.FromV4(198, 51, 100, 66), 5060));
        Take(stranger, a).Ack(stranger.Sdp(6000));
        Take(stranger, a).Ack(); // it would end the call
        Assert.False(callee.HasRequest("ACK"));
        Assert.False(callee.HasRequest("BYE"));
        a.Ack(caller.Sdp());
        _ = callee.NextRequest("ACK");
        Assert.DoesNotContain(world.Relays.Values, one => one.RemoteRtp.Port == 6000);
        a.Bye();
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Theory]
    [InlineData(false, 6000, true)]
    [InlineData(true, 5060, false)]
    public void A_cancel_comes_from_where_the_invite_came_from(bool isElsewhere, int port, bool isTaken)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        _ = caller.NextStatus(180);
        NetAddress address = isElsewhere ? NetAddress.FromV4(198, 51, 100, 66) : caller.At.Address;
        Phone other = world.PhoneAt("1001", new NetEndpoint(address, (ushort)port));
        // the very bytes that the caller would send, its branch included
        other.Send(caller.Request("CANCEL", a.Target, a.CallId, a.LocalAddress, a.RemoteAddress, a.CSeq, a.LastBranch, "", ""));
        Assert.Equal(isTaken, callee.HasRequest("CANCEL"));
        if (!isTaken)
        {
            a.Cancel();
        }
        callee.Reply(callee.NextRequest("CANCEL"), 200, b.LocalTag);
        b.Reply(487);
        _ = callee.NextRequest("ACK");
        a.SendAckToFailure(caller.NextStatus(487));
    }

    [Theory]
    [InlineData(180)]
    [InlineData(200)]
    [InlineData(486)]
    [InlineData(603)]
    public void A_response_from_elsewhere_is_none(int status)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        Phone stranger = world.PhoneAt("1002", new NetEndpoint(NetAddress.FromV4(198, 51, 100, 66), 5060));
        stranger.Reply(b.Invitation!, status, "forged", body: status == 200 ? stranger.Sdp(6000) : "");
        Assert.Empty(world.Relays);
        Assert.DoesNotContain(caller.Inbox, message => message.Status > 100);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        _ = caller.NextStatus(200);
        stranger.Reply(b.Invitation!, 200, b.LocalTag); // nor to a BYE
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void A_stranger_in_a_dialog_leaves_nothing_behind()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(40);
        GaugeSnapshot before = world.Gauges;
        Phone stranger = world.PhoneAt("1001", new NetEndpoint(NetAddress.FromV4(198, 51, 100, 66), 5060));
        PhoneDialog forged = Take(stranger, call.A);
        for (int i = 0; i < 100; i++)
        {
            _ = forged.Send("INFO");
            _ = forged.Send("INVITE", body: stranger.Sdp());
        }
        Assert.Equal(before, world.Gauges);
        call.HangUp();
    }

    private static PhoneDialog Take(Phone phone, PhoneDialog dialog) => new(phone, dialog.IsCaller)
    {
        CallId = dialog.CallId,
        LocalAddress = dialog.LocalAddress,
        RemoteAddress = dialog.RemoteAddress,
        Target = dialog.Target,
        CSeq = dialog.CSeq,
        Sdp = dialog.Sdp,
    };
}
