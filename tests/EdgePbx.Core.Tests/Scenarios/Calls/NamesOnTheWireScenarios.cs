namespace EdgePbx.Core.Tests;

/// <summary>What identifies dialogs, transactions and messages, as each phone sees it (RFC 3261 8.1.1, 8.2.6, 12).</summary>
public class NamesOnTheWireScenarios
{
    [Fact]
    [Trait("Clause", "C-01")]
    [Trait("Clause", "C-02")]
    public void The_callee_sees_no_name_that_the_caller_chose_and_each_call_has_its_own()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        HashSet<string> tags = [];
        HashSet<string> callIds = [];
        for (int i = 0; i < 4; i++)
        {
            ConnectedCall call = ConnectedCall.Begin(caller, callee);
            Assert.True(callIds.Add(call.A.CallId));
            Assert.True(callIds.Add(call.B.CallId));
            Assert.DoesNotContain(call.A.LocalTag, call.B.Invitation!.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(call.A.CallId, call.B.Invitation.Text, StringComparison.Ordinal);
            string toCaller = call.Answer.ToTag;
            string toCallee = call.B.Invitation.FromTag;
            Assert.True(tags.Add(toCaller) && tags.Add(toCallee));
            Assert.True(Convert.FromHexString(toCaller).Length >= 4 && Convert.FromHexString(toCallee).Length >= 4); // 32 bits
            call.HangUp();
        }
    }

    /// <summary>A phone may claim any identity there; whom it may be is what its credentials say.</summary>
    [Fact]
    [Trait("Clause", "U-24")]
    public void An_identity_that_a_phone_asserts_goes_no_further()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(
            caller, callee, "P-Asserted-Identity: <sip:boss@office.example>\r\nP-Preferred-Identity: <sip:boss@office.example>\r\n", "P-Asserted-Identity: <sip:boss@office.example>\r\n");
        Assert.DoesNotContain("boss", call.B.Invitation!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("boss", call.Answer.Text, StringComparison.Ordinal);
        Assert.Contains("<sip:1001@", call.B.Invitation["From"], StringComparison.Ordinal);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-03")]
    public void Each_new_request_of_a_dialog_has_the_next_number_and_ack_and_cancel_repeat_it()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        uint first = call.B.Invitation!.CSeq;
        Assert.Equal(first, call.Ack.CSeq);
        call.A.Send("INFO", body: "x");
        WireMessage info = call.Callee.NextRequest("INFO");
        Assert.Equal(first + 1, info.CSeq);
        call.Callee.Reply(info, 200);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        WireMessage reinvite = call.Callee.NextRequest("INVITE");
        Assert.Equal(first + 2, reinvite.CSeq);
        call.Callee.Reply(reinvite, 180);
        call.A.Cancel();
        WireMessage cancel = call.Callee.NextRequest("CANCEL");
        Assert.Equal(first + 2, cancel.CSeq);
        call.Callee.Reply(cancel, 200);
        call.Callee.Reply(reinvite, 487);
        Assert.Equal(first + 2, call.Callee.NextRequest("ACK").CSeq);
        call.A.SendAckToFailure(call.Caller.NextStatus(487));
        call.A.Bye();
        WireMessage bye = call.Callee.NextRequest("BYE");
        Assert.Equal(first + 3, bye.CSeq);
        call.Callee.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-04")]
    [Trait("Clause", "U-36")]
    public void Max_Forwards_falls_by_one_on_the_way_and_starts_at_70_in_requests_of_our_own()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        Assert.Equal("69", call.B.Invitation!["Max-Forwards"]);
        call.A.Bye();
        WireMessage bye = call.Callee.NextRequest("BYE");
        Assert.Equal("70", bye["Max-Forwards"]);
        call.Callee.Reply(bye, 200);
    }

    [Fact]
    [Trait("Clause", "C-05")]
    public void Every_request_has_a_branch_of_its_own_that_begins_with_the_cookie()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INFO", body: "x");
        call.Callee.Reply(call.Callee.NextRequest("INFO"), 200);
        call.HangUp();
        string[] branches = [.. world.Sent.Where(sent => !sent.Message.IsResponse).Select(sent => sent.Message.Branch)];
        Assert.All(branches, branch => Assert.StartsWith("z9hG4bK", branch, StringComparison.Ordinal));
        Assert.Equal(4, branches.Length); // INVITE, the ACK to its 2xx, INFO, BYE
        Assert.Equal(branches.Length, branches.Distinct().Count());
    }

    [Fact]
    [Trait("Clause", "C-06")]
    public void Exactly_one_contact_leads_to_the_box_over_the_transport_of_that_leg()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11, SipTransport.Tcp);
        Phone callee = world.Phone("1002", 12);
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal("<sip:1001@192.0.2.1:5060>", Assert.Single(call.B.Invitation!.All("Contact")));
        Assert.Equal("<sip:1002@192.0.2.1:5060;transport=tcp>", Assert.Single(call.Answer.All("Contact")));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-13")]
    public void All_responses_but_100_have_one_and_the_same_to_tag()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        b.Reply(183);
        b.Accept();
        _ = callee.NextRequest("ACK");
        WireMessage trying = caller.NextStatus(100);
        WireMessage ringing = caller.NextStatus(180);
        WireMessage progress = caller.NextStatus(183);
        WireMessage ok = a.Answered();
        Assert.Equal("", trying.ToTag);
        Assert.NotEqual("", ok.ToTag);
        Assert.Equal(ok.ToTag, ringing.ToTag);
        Assert.Equal(ok.ToTag, progress.ToTag);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "C-13")]
    [Trait("Clause", "C-15")]
    public void The_answers_to_cancel_and_to_its_invite_have_the_same_to_tag()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        WireMessage ringing = caller.NextStatus(180);
        a.Cancel();
        Assert.Equal(ringing.ToTag, caller.NextStatus(200).ToTag);
        WireMessage terminated = caller.NextStatus(487);
        Assert.Equal(ringing.ToTag, terminated.ToTag);
        a.SendAckToFailure(terminated);
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
    }

    [Theory]
    [Trait("Clause", "U-04")]
    [Trait("Clause", "C-42")]
    [InlineData(";rport", 6000, ";received=192.0.2.90;rport=6000")]
    [InlineData("", 5062, ";received=192.0.2.90")]
    public void A_response_goes_where_the_request_came_from_and_says_where_that_was(string rport, ushort port, string added)
    {
        using var world = new PbxWorld();
        Phone source = world.PhoneAt("1001", new NetEndpoint(NetAddress.FromV4(192, 0, 2, 90), 6000));
        Phone listener = port == 6000 ? source : world.PhoneAt("1001", new NetEndpoint(NetAddress.FromV4(192, 0, 2, 90), port));
        string text = source.Request("OPTIONS", "sip:office.example", "via", $"<{source.Uri}>;tag=o", "<sip:office.example>", 1, "z9hG4bKvia", "", "");
        source.Send(text.Replace("192.0.2.90:6000;rport", $"10.0.0.9:5062{rport}", StringComparison.Ordinal));
        Assert.Equal($"SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKvia{added}", listener.NextStatus(200)["Via"]);
    }

    [Fact]
    [Trait("Clause", "C-07")]
    public void A_response_with_two_vias_is_dropped()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring("Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKother\r\n");
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 180);
        b.Accept("Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKother\r\n");
        Assert.DoesNotContain(caller.Inbox, message => message.Status == 200);
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
    }
}
