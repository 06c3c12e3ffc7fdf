namespace EdgePbx.Core.Tests;

/// <summary>Text of a peer that may not, or can not, stand in a message of ours: it costs its sender something, and nobody else.</summary>
public class UnwritableTextScenarios
{
    private const string Called = "sip:1002@192.0.2.12:5060";

    public static TheoryData<string> Contacts => new()
    {
        $"sip:{new string('9', 600)}@192.0.2.12",
        "tel:+4930123456",
    };

    public static TheoryData<string> Routes => new()
    {
        "Record-Route: <sip:p1.example;lr?a=b>\r\n",
        "Record-Route: <tel:+4930123456>\r\n",
        "Record-Route: certainly no address\r\n",
        "Record-Route: *\r\n",
        $"Record-Route: <sip:{new string('p', 600)}.example;lr>\r\n",
        string.Concat(Enumerable.Range(0, 17).Select(i => $"Record-Route: <sip:192.0.2.{100 + i};lr>\r\n")),
    };

    [Theory]
    [Trait("Clause", "C-23")]
    [MemberData(nameof(Contacts))]
    public void A_caller_that_could_not_be_called_back_gets_400(string contact)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        caller.ContactUri = contact;
        PhoneDialog a = caller.Invite("1002");
        a.SendAckToFailure(caller.NextStatus(400));
        Assert.Empty(callee.Inbox);
    }

    [Theory]
    [Trait("Clause", "C-21")]
    [MemberData(nameof(Routes))]
    public void So_does_one_whose_routes_can_not_be_taken(string routes)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: routes);
        a.SendAckToFailure(caller.NextStatus(400));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-21")]
    public void As_many_routes_as_are_taken_are_written_back()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        string routes = string.Concat(Enumerable.Range(0, 16).Select(i => $"Record-Route: <sip:192.0.2.11;lr;n={i}>\r\n"));
        ConnectedCall call = ConnectedCall.Begin(caller, callee, callerExtra: routes);
        call.B.Bye();
        WireMessage bye = caller.Takes("BYE");
        Assert.Equal(16, bye.All("Route").Count());
        Assert.Equal("<sip:192.0.2.11;lr;n=0>", bye["Route"]);
    }

    [Theory]
    [Trait("Clause", "C-23")]
    [MemberData(nameof(Contacts))]
    public void A_registration_with_such_a_contact_gets_400_and_changes_nothing(string contact)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1002", 12);
        string Build(int cseq, string extra) => phone.Request("REGISTER", "sip:office.example", "r1", $"<{phone.Uri}>;tag=r1", $"<{phone.Uri}>", cseq, phone.NewBranch(),
            $"Contact: <{contact}>\r\nExpires: 3600\r\n{extra}", "");
        phone.Send(Build(1, ""));
        phone.Send(Build(2, phone.Credentials(phone.NextStatus(401), "REGISTER", "sip:office.example")));
        _ = phone.NextStatus(400);
        Assert.Empty(world.Engine.Snapshot(world.Now).Registrations);
    }

    [Theory]
    [Trait("Clause", "C-23")]
    [MemberData(nameof(Contacts))]
    public void An_answer_with_such_a_contact_makes_a_call_all_the_same_at_the_address_that_was_called(string contact)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        callee.ContactUri = contact;
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal(Called, call.Ack.RequestUri);
        call.A.Send("INVITE", body: caller.Sdp(40000, 2, "sendonly"));
        WireMessage hold = callee.Takes("INVITE", body: callee.Sdp(41000, 2, "recvonly"));
        Assert.Equal(Called, hold.RequestUri);
        _ = callee.NextRequest("ACK");
        _ = call.A.Answered();
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-21")]
    [MemberData(nameof(Routes))]
    public void An_answer_with_such_routes_makes_one_too_and_nothing_is_routed(string routes)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, calleeExtra: routes);
        Assert.False(call.Ack.Has("Route"));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-25")]
    [MemberData(nameof(Contacts))]
    public void A_second_answer_with_such_a_contact_is_acknowledged_and_hung_up_where_the_phone_was_called(string contact)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.Callee.ContactUri = contact;
        call.Callee.Reply(call.B.Invitation!, 200, "second", body: call.Callee.Sdp(43000));
        Assert.Equal((Called, "second"), RequestOf(call.Callee.NextRequest("ACK")));
        Assert.Equal((Called, "second"), RequestOf(call.Callee.Takes("BYE")));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-25")]
    [MemberData(nameof(Routes))]
    public void So_is_one_with_routes_that_can_not_be_taken(string routes)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.Callee.Reply(call.B.Invitation!, 200, "second", routes, call.Callee.Sdp(43000));
        Assert.Equal((Called, "second"), RequestOf(call.Callee.NextRequest("ACK")));
        Assert.Equal((Called, "second"), RequestOf(call.Callee.Takes("BYE")));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "C-17")]
    [Trait("Clause", "race 26")]
    [MemberData(nameof(Contacts))]
    public void So_is_an_answer_that_crosses_the_cancel(string contact)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        _ = callee.Takes("CANCEL");
        callee.ContactUri = contact;
        b.Accept();
        Assert.Equal((Called, b.LocalTag), RequestOf(callee.NextRequest("ACK")));
        Assert.Equal((Called, b.LocalTag), RequestOf(callee.Takes("BYE")));
    }

    [Theory]
    [Trait("Clause", "C-23")]
    [MemberData(nameof(Contacts))]
    public void A_change_with_such_a_contact_leaves_the_phone_where_it_was(string contact)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.Callee.ContactUri = contact;
        call.B.Learn(call.B.Invitation!);
        call.B.RemoteAddress = call.B.Invitation!["From"];
        call.B.Send("UPDATE");
        _ = call.Callee.NextStatus(200);
        call.A.Bye();
        Assert.Equal(Called, call.Callee.Takes("BYE").RequestUri);
    }

    /// <summary>Names as long as a line may be, up to what is kept and past it: either 400, or a call that can be hung up.</summary>
    [Theory]
    [Trait("Clause", "C-34")]
    [InlineData(0, 20, 0, true)]
    [InlineData(2000, 900, 2000, true)]
    [InlineData(2010, 20, 0, true)]
    [InlineData(2100, 20, 0, false)]
    [InlineData(0, 20, 2100, false)]
    [InlineData(4000, 20, 0, false)]
    [InlineData(8000, 20, 0, false)]
    [InlineData(0, 940, 0, false)]
    [InlineData(0, 2000, 0, false)]
    [InlineData(0, 8000, 0, false)]
    [InlineData(0, 20, 8100, false)]
    public void Long_names_are_refused_or_can_be_written_in_every_later_request(int fromName, int tag, int toName, bool isTaken)
    {
        foreach (bool acknowledges in new[] { true, false })
        {
            using var world = new PbxWorld();
            (Phone caller, Phone callee) = world.TwoPhones();
            PhoneDialog a = Calling.Dial(caller, $"{Name(fromName)}<{caller.Uri}>;tag={new string('t', tag)}", $"{Name(toName)}<sip:1002@office.example>");
            if (!isTaken)
            {
                a.SendAckToFailure(caller.NextStatus(400));
                Assert.Empty(callee.Inbox);
                continue;
            }
            PhoneDialog b = callee.Take();
            b.Accept();
            _ = callee.NextRequest("ACK");
            b.Bye();
            _ = callee.NextStatus(200);
            Assert.False(caller.HasRequest("BYE"));
            if (acknowledges)
            {
                _ = a.Answered();
            }
            else
            {
                world.Advance(32.1);
            }
            WireMessage bye = caller.Takes("BYE");
            Assert.Equal(a.LocalTag, bye.ToTag);
        }
    }

    [Theory]
    [Trait("Clause", "C-25")]
    [InlineData(900)]
    [InlineData(1500)]
    [InlineData(3000)]
    [InlineData(8000)]
    public void An_answer_with_a_huge_tag_makes_no_call_or_one_that_works(int length)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        string tag = new('x', length);
        callee.Reply(b.Invitation!, 180, tag);
        callee.Reply(b.Invitation!, 200, tag, body: callee.Sdp(42000));
        if (length < 1000)
        {
            _ = callee.NextRequest("ACK");
            _ = a.Answered();
            a.Bye();
            Assert.Equal(tag, callee.Takes("BYE").ToTag);
        }
        else
        {
            a.SendAckToFailure(caller.NextStatus(500));
            callee.Reply(b.Invitation!, 200, tag, body: callee.Sdp(42000));
        }
    }

    [Theory]
    [Trait("Clause", "U-14")]
    [InlineData("Info-Package", 8000)]
    [InlineData("Content-Type", 8000)]
    public void An_info_whose_words_fill_a_line_is_passed_on_or_refused_and_the_call_goes_on(string name, int length)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.CSeq++;
        string type = name == "Content-Type" ? $"Content-Type: application/x;p={new string('p', length)}\r\n" : $"Content-Type: application/dtmf\r\n{name}: {new string('p', length)}\r\n";
        string info = call.Caller.Request("INFO", call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, call.A.CSeq, call.Caller.NewBranch(), type, "");
        call.Caller.Send(info.Replace("Content-Length: 0\r\n\r\n", "Content-Length: 1\r\n\r\n5", StringComparison.Ordinal));
        if (call.Callee.HasRequest("INFO"))
        {
            _ = call.Callee.Takes("INFO");
            _ = call.Caller.NextStatus(200);
        }
        else
        {
            Assert.InRange(call.Caller.Next().Status, 400, 599);
        }
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "C-34")]
    public void An_answer_that_fits_into_no_message_ends_the_call_with_500_and_bye()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: ManyRoutes);
        PhoneDialog b = callee.Take();
        b.Accept(sdp: LongDescription(callee));
        a.SendAckToFailure(caller.NextStatus(500));
        _ = callee.NextRequest("ACK");
        _ = callee.Takes("BYE");
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    [Trait("Clause", "C-26")]
    public void A_ringing_that_fits_into_no_message_is_not_told_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: ManyRoutes);
        PhoneDialog b = callee.Take();
        b.Reply(183, sdp: LongDescription(callee));
        Assert.DoesNotContain(caller.Inbox, message => message.Status > 100);
        b.Ring();
        _ = caller.NextStatus(180);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "U-06")]
    public void A_change_whose_answer_fits_into_no_message_gets_500_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string vias = string.Concat(Enumerable.Range(0, 3).Select(i => $"Via: SIP/2.0/UDP p{i}.example;branch=z9hG4bK{new string('v', 3000)}\r\n"));
        call.A.Send("UPDATE", vias, call.Caller.Sdp(40000, 2, "sendonly"));
        _ = call.Callee.Takes("UPDATE", body: LongDescription(call.Callee));
        _ = call.Caller.NextStatus(500);
        call.HangUp();
    }

    // the description fits with the callee's few lines, and not with what the caller's answer copies
    private static string ManyRoutes => string.Concat(Enumerable.Range(0, 16).Select(i => $"Record-Route: <sip:192.0.2.11;lr;n={i};p={new string('p', 450)}>\r\n"));

    private static string LongDescription(Phone phone) =>
        phone.Sdp(41000) + string.Concat(Enumerable.Range(0, 600).Select(_ => $"a=x-note:{new string('n', 90)}\r\n"));

    private static string Name(int length) => length == 0 ? "" : $"\"{new string('n', length)}\" ";

    private static (string Uri, string Tag) RequestOf(WireMessage message) => (message.RequestUri, message.ToTag);
}
