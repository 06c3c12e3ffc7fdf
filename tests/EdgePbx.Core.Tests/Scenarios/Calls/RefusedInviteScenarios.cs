namespace EdgePbx.Core.Tests;

/// <summary>Requests that become no call, and what the caller is told (RFC 3261 8.2).</summary>
public class RefusedInviteScenarios
{
    [Theory]
    [Trait("Clause", "C-08")]
    [InlineData("MESSAGE")]
    [InlineData("SUBSCRIBE")]
    [InlineData("REFER")]
    [InlineData("CHAT")]
    public void A_method_that_is_not_served_gets_405_and_the_list_of_those_that_are(string method)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        _ = phone.Ask(method, "sip:1002@office.example", "ask");
        WireMessage refusal = phone.NextStatus(405);
        Assert.Contains("INVITE", refusal["Allow"], StringComparison.Ordinal);
        Assert.DoesNotContain(method, refusal["Allow"], StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Clause", "C-08")]
    [Trait("Clause", "U-13")]
    [InlineData("REFER")]
    [InlineData("CHAT")]
    public void In_a_call_it_is_answered_as_well_and_the_call_goes_on(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        _ = call.A.Send(method, "Refer-To: <sip:1003@office.example>\r\n"); // U-13: no REFER is left to time out
        Assert.True(call.Caller.NextStatus(405).HasToken("Allow", "INVITE"));
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-09")]
    [InlineData("sip:4711@office.example", 404)]
    [InlineData("sip:office.example", 404)]
    [InlineData("sip:1003@office.example", 480)]
    [InlineData("tel:+4930123456", 416)]
    [InlineData("mailto:reception@office.example", 416)]
    public void Who_can_not_be_called_is_said_in_the_status(string uri, int status)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = NewCall(caller, uri);
        a.SendInvite();
        WireMessage answer = caller.Next();
        a.SendAckToFailure(answer);
        if (status != 416)
        {
            Assert.Equal(401, answer.Status);
            a.CSeq++;
            a.SendInvite(caller.Credentials(answer, "INVITE", uri));
            answer = caller.Next();
            a.SendAckToFailure(answer);
        }
        Assert.Equal(status, answer.Status);
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-48")]
    public void A_call_that_wants_TLS_on_each_hop_is_not_made_without()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = NewCall(caller, "sips:1002@office.example");
        a.SendInvite();
        a.SendAckToFailure(caller.NextStatus(416));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-10")]
    public void The_same_invite_by_another_way_is_merged()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        string firstBranch = a.LastBranch;
        string detour = a.LastInvite.Replace(firstBranch, caller.NewBranch(), StringComparison.Ordinal);
        caller.Send(detour);
        WireMessage loop = caller.NextStatus(482);
        caller.Send(caller.Request("ACK", a.Target, a.CallId, a.LocalAddress, loop["To"], a.CSeq, loop.Branch, "", ""));
        Assert.Empty(callee.Inbox);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-11")]
    public void What_is_required_and_unknown_is_named_in_420()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = NewCall(caller, "sip:1002@office.example");
        a.SendInvite("Require: foo, timer\r\nRequire: bar\r\n");
        WireMessage refusal = caller.NextStatus(420);
        Assert.Equal(["foo, bar"], refusal.All("Unsupported"));
        a.SendAckToFailure(refusal);
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-11")]
    public void Neither_ack_nor_cancel_is_refused_for_what_it_requires()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        caller.Send(caller.Request("CANCEL", a.Target, a.CallId, a.LocalAddress, a.RemoteAddress, a.CSeq, a.LastBranch, "Require: foo\r\n", ""));
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 420);
        WireMessage terminated = caller.NextStatus(487);
        caller.Send(caller.Request("ACK", a.Target, a.CallId, a.LocalAddress, terminated["To"], a.CSeq, a.LastBranch, "Require: foo\r\n", ""));
        world.Advance(5);
        Assert.Empty(caller.Inbox);
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
    }

    [Fact]
    [Trait("Clause", "C-45")]
    public void A_cancel_needs_no_credentials()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        _ = callee.Take();
        caller.Inbox.Clear();
        a.Cancel();
        Assert.Equal(["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"], caller.Inbox.Select(message => message.StartLine));
        a.SendAckToFailure(caller.NextStatus(487));
        Assert.Empty(caller.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-12")]
    public void A_body_that_nobody_can_read_gets_415_with_what_we_read()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = InviteWithBody(caller, "text/plain", "hello", "");
        WireMessage refusal = caller.NextStatus(415);
        Assert.Equal("application/sdp", refusal["Accept"]);
        a.SendAckToFailure(refusal);
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-12")]
    public void In_a_call_it_gets_415_too_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        foreach (string method in new[] { "INVITE", "UPDATE" })
        {
            call.A.CSeq++;
            string branch = call.Caller.NewBranch();
            call.Caller.Send(call.Caller.Request(method, call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, call.A.CSeq, branch,
                $"Contact: <{call.Caller.ContactUri}>\r\n", "hello", "text/plain"));
            WireMessage refusal = call.Caller.NextStatus(415);
            Assert.Equal("application/sdp", refusal["Accept"]);
            if (method == "INVITE")
            {
                call.Caller.Send(call.Caller.Request("ACK", call.A.Target, call.A.CallId, call.A.LocalAddress, refusal["To"], call.A.CSeq, branch, "", ""));
            }
        }
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-12")]
    public void A_body_that_may_be_passed_over_is_passed_over()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = InviteWithBody(caller, "text/plain", "hello", "Content-Disposition: render;handling=optional\r\n");
        PhoneDialog b = callee.Take();
        Assert.Equal("", b.Invitation!.Body);
        b.Reply(486);
        a.SendAckToFailure(caller.NextStatus(486));
    }

    [Fact]
    public void A_session_description_that_is_none_gets_400()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", "v=0\r\nthis is not SDP");
        a.SendAckToFailure(caller.NextStatus(400));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-04")]
    [Trait("Clause", "U-36")]
    public void A_call_that_has_made_all_its_hops_gets_483()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        caller.MaxForwards = 0;
        PhoneDialog a = caller.Invite("1002");
        a.SendAckToFailure(caller.NextStatus(483));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "U-36")]
    public void A_call_that_another_exchange_sends_back_again_and_again_comes_to_an_end()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone loop) = world.TwoPhones();
        caller.MaxForwards = 5;
        PhoneDialog a = caller.Invite("1002");
        List<PhoneDialog> taken = [];
        List<PhoneDialog> sent = [];
        while (loop.HasRequest("INVITE"))
        {
            taken.Add(loop.Take());
            loop.MaxForwards = int.Parse(taken[^1].Invitation!["Max-Forwards"], System.Globalization.CultureInfo.InvariantCulture);
            sent.Add(loop.Invite("1002"));
        }
        Assert.Equal(5, taken.Count);
        sent[^1].SendAckToFailure(loop.NextStatus(483));
        taken.Reverse();
        foreach (PhoneDialog dialog in taken)
        {
            dialog.Reply(483);
        }
        a.SendAckToFailure(caller.NextStatus(480));
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    public void Whoever_calls_as_somebody_else_gets_403()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = NewCall(caller, "sip:1002@office.example");
        a.LocalAddress = "<sip:1003@office.example>;tag=liar";
        a.SendInvite();
        WireMessage challenge = caller.NextStatus(401);
        a.SendAckToFailure(challenge);
        a.CSeq++;
        a.SendInvite(caller.Credentials(challenge, "INVITE", a.Target));
        a.SendAckToFailure(caller.NextStatus(403));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    public void Without_a_contact_there_is_no_dialog_to_be()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = NewCall(caller, "sip:1002@office.example");
        a.SendInvite();
        WireMessage challenge = caller.NextStatus(401);
        a.SendAckToFailure(challenge);
        caller.Send(caller.Request("INVITE", a.Target, a.CallId, a.LocalAddress, a.RemoteAddress, 2, caller.NewBranch(),
            caller.Credentials(challenge, "INVITE", a.Target), caller.Sdp()));
        WireMessage refusal = caller.NextStatus(400);
        caller.Send(caller.Request("ACK", a.Target, a.CallId, a.LocalAddress, refusal["To"], 2, refusal.Branch, "", ""));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-09")]
    [Trait("Clause", "U-40")]
    public void A_call_to_the_box_itself_is_not_relayed_to_itself()
    {
        using var world = new PbxWorld();
        (Phone caller, _) = world.TwoPhones();
        PhoneDialog a = NewCall(caller, "sip:192.0.2.1:5060");
        a.SendInvite();
        WireMessage challenge = caller.NextStatus(401);
        a.SendAckToFailure(challenge);
        a.CSeq++;
        a.SendInvite(caller.Credentials(challenge, "INVITE", a.Target));
        a.SendAckToFailure(caller.NextStatus(404));
        Assert.DoesNotContain(world.Sent, sent => !sent.Message.IsResponse);
    }

    [Fact]
    public void As_many_calls_as_allowed_are_served_and_the_next_gets_503_with_a_time()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { MaxCalls = 1 });
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone third = world.Phone("1003", 13);
        PhoneDialog refused = third.Invite("1002");
        WireMessage busy = third.NextStatus(503);
        Assert.NotEqual("", busy["Retry-After"]);
        refused.SendAckToFailure(busy);
        Assert.Equal(1, world.Counters.CallsRefusedTableFull);
        world.Advance(0.1); // the next one is not even looked at before
        call.HangUp();
        PhoneDialog again = third.Invite("1002");
        call.Callee.Take().Reply(486);
        again.SendAckToFailure(third.NextStatus(486));
    }

    private static PhoneDialog NewCall(Phone caller, string uri) => new(caller, isCaller: true)
    {
        CallId = "refused-" + caller.NewBranch(),
        LocalAddress = $"<{caller.Uri}>;tag=x{caller.Number}",
        RemoteAddress = $"<{uri}>",
        Target = uri,
        CSeq = 1,
        Sdp = caller.Sdp(),
    };

    private static PhoneDialog InviteWithBody(Phone caller, string contentType, string body, string extra)
    {
        PhoneDialog a = NewCall(caller, "sip:1002@office.example");
        a.SendInvite();
        WireMessage challenge = caller.NextStatus(401);
        a.SendAckToFailure(challenge);
        a.CSeq++;
        a.SendInvite(extra + caller.Credentials(challenge, "INVITE", a.Target), body, contentType);
        return a;
    }
}
