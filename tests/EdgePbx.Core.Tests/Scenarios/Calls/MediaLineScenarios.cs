namespace EdgePbx.Core.Tests;

/// <summary>Several streams, refused streams, other bodies beside the description, other address families (RFC 3264, 5621, 6157).</summary>
public class MediaLineScenarios
{
    [Fact]
    [Trait("Clause", "O-09")]
    [Trait("Clause", "O-02")]
    public void Audio_and_video_are_relayed_by_paths_of_their_own()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", WithVideo(caller, 40000, 40002));
        PhoneDialog b = callee.Take();
        Assert.Equal(["audio", "video"], Lines(b.Invitation!).Select(line => line[0]));
        Assert.Equal(2, Lines(b.Invitation!).Select(line => line[1]).Distinct().Count());
        b.Accept(sdp: WithVideo(callee, 41000, 41002));
        _ = callee.NextRequest("ACK");
        WireMessage ok = a.Answered();
        Assert.Equal(["audio", "video"], Lines(ok).Select(line => line[0]));
        Assert.Equal(4, world.Relays.Count);
        Assert.Equal(8, world.Gauges.PortsInUse);
        foreach ((int mine, int theirs) in new[] { (40000, 41000), (40002, 41002) })
        {
            RelaySettings path = world.Relays.Values.Single(relay => relay.RemoteRtp.Port == mine);
            Assert.Equal(theirs, world.Relays[path.Sink].RemoteRtp.Port);
        }
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-09")]
    [Trait("Clause", "O-02")]
    public void Video_that_the_callee_refuses_is_refused_in_its_place_and_its_ports_go_back()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", WithVideo(caller, 40000, 40002));
        callee.Take().Accept(sdp: WithVideo(callee, 41000, 0));
        _ = callee.NextRequest("ACK");
        List<string[]> lines = Lines(a.Answered());
        Assert.Equal(["audio", "video"], lines.Select(line => line[0]));
        Assert.NotEqual("0", lines[0][1]);
        Assert.Equal("0", lines[1][1]);
        Assert.Equal(4, world.Gauges.PortsInUse);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-09")]
    [Trait("Clause", "O-02")]
    [Trait("Clause", "BUG-09")]
    public void Lines_that_an_answer_leaves_out_are_refused_and_their_ports_go_back()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", WithVideo(caller, 40000, 40002));
        PhoneDialog b = callee.Take();
        b.Accept(sdp: callee.Sdp(41000));
        _ = callee.NextRequest("ACK");
        List<string[]> lines = Lines(a.Answered());
        Assert.Equal(["audio", "video"], lines.Select(line => line[0]));
        Assert.Equal(("0", 4), (lines[1][1], world.Gauges.PortsInUse));

        b.Learn(b.Invitation!);
        b.RemoteAddress = b.Invitation!["From"];
        a.Send("INVITE", body: WithVideo(caller, 40010, 40002, 2));
        callee.Reply(callee.NextRequest("INVITE"), 200, body: callee.Sdp(41000, 2)); // nor does it learn it later
        _ = callee.NextRequest("ACK");
        Assert.Equal("0", Lines(a.Answered())[1][1]);
        b.Send("INVITE", body: callee.Sdp(41000, 3, "sendonly"));
        caller.Reply(caller.NextRequest("INVITE"), 200, body: WithVideo(caller, 40010, 0, 3));
        _ = caller.NextRequest("ACK");
        Assert.Equal("audio", Assert.Single(Lines(b.Answered()))[0]);
        Assert.Equal(4, world.Gauges.PortsInUse);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-02")]
    public void An_answer_without_any_line_or_with_other_ones_is_none_and_ends_the_call_on_both_sides()
    {
        foreach (string lines in new[] { "", "m=video 41002 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n" })
        {
            using var world = new PbxWorld();
            (Phone caller, Phone callee) = world.TwoPhones();
            PhoneDialog a = caller.Invite("1002", WithVideo(caller, 40000, 40002));
            callee.Take().Accept(sdp: $"v=0\r\no=- 1 1 IN IP4 {callee.At.Address}\r\ns=-\r\nc=IN IP4 {callee.At.Address}\r\nt=0 0\r\n{lines}");
            _ = callee.NextRequest("ACK");
            callee.Reply(callee.NextRequest("BYE"), 200);
            a.SendAckToFailure(caller.NextStatus(488));
            Assert.Equal(0, world.Gauges.PortsInUse);
        }
    }

    [Fact]
    [Trait("Clause", "O-03")]
    [Trait("Clause", "O-09")]
    public void A_stream_that_is_dropped_stays_in_its_place_with_port_zero_and_may_come_back()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        call.A.Send("INVITE", body: WithVideo(caller, 40000, 40002, 2));
        Renegotiate(call, WithVideo(callee, 41000, 41002, 2), 2);
        Assert.Equal(8, world.Gauges.PortsInUse);
        call.A.Send("INVITE", body: WithVideo(caller, 40000, 0, 3));
        Renegotiate(call, WithVideo(callee, 41000, 0, 3), 2);
        Assert.Equal(4, world.Gauges.PortsInUse);
        call.B.Send("INVITE", body: callee.Sdp(41000, 4, "sendonly")); // a phone that forgets the line: the box does not
        WireMessage offer = caller.NextRequest("INVITE");
        Assert.Equal(["audio", "video"], Lines(offer).Select(line => line[0]));
        Assert.Equal("0", Lines(offer)[1][1]);
        caller.Reply(offer, 200, body: WithVideo(caller, 40000, 0, 4));
        _ = call.B.Answered();
        _ = caller.NextRequest("ACK");
        call.A.Send("INVITE", body: WithVideo(caller, 40000, 40006, 5));
        Renegotiate(call, WithVideo(callee, 41000, 41006, 5), 2);
        Assert.Equal(8, world.Gauges.PortsInUse);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-09")]
    [Trait("Clause", "C-30")]
    [Trait("Clause", "race 37")]
    public void Ports_of_a_stream_that_was_offered_and_refused_go_back()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: WithVideo(call.Caller, 40000, 40002, 2));
        Assert.Equal(8, world.Gauges.PortsInUse);
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 488);
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
        Assert.Equal(4, world.Gauges.PortsInUse);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-09")]
    [Trait("Clause", "race 37")]
    public void Without_ports_for_another_stream_the_offer_is_refused_and_the_call_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Ports.Left = 1;
        call.A.Send("INVITE", body: WithVideo(call.Caller, 40000, 40002, 2));
        Assert.Empty(call.Callee.Inbox);
        call.A.SendAckToFailure(call.Caller.NextStatus(500));
        Assert.Equal(4, world.Gauges.PortsInUse);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-09")]
    public void Addresses_of_the_session_and_of_each_stream_are_both_understood()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        string sdp = $"v=0\r\no=- 1 1 IN IP4 {caller.At.Address}\r\ns=-\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\nc=IN IP4 192.0.2.77\r\n";
        PhoneDialog a = caller.Invite("1002", sdp);
        PhoneDialog b = callee.Take();
        Assert.DoesNotContain("192.0.2.77", b.Invitation!.Body, StringComparison.Ordinal);
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.ToString() == "192.0.2.77:40000");
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "O-11")]
    public void A_description_among_other_parts_is_found_in_offer_and_answer()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", extra: "");
        callee.Take().Reply(486);
        a.SendAckToFailure(caller.NextStatus(486));

        const string type = "multipart/mixed;boundary=\"edge\"";
        string Parts(string sdp) => $"--edge\r\nContent-Type: text/plain\r\n\r\nhello\r\n--edge\r\nContent-Type: application/sdp\r\n\r\n{sdp}\r\n--edge--\r\n";
        var dialog = new PhoneDialog(caller, isCaller: true)
        {
            CallId = "multipart",
            LocalAddress = $"<{caller.Uri}>;tag=m",
            RemoteAddress = "<sip:1002@office.example>",
            Target = "sip:1002@office.example",
            CSeq = 1,
        };
        dialog.SendInvite("", Parts(caller.Sdp(40000)), type);
        WireMessage challenge = caller.NextStatus(401);
        dialog.SendAckToFailure(challenge);
        dialog.CSeq++;
        dialog.SendInvite(caller.Credentials(challenge, "INVITE", dialog.Target), Parts(caller.Sdp(40000)), type);
        PhoneDialog b = callee.Take();
        Assert.Equal("application/sdp", b.Invitation!["Content-Type"]);
        Assert.Equal("192.0.2.1", b.Invitation.Sdp("c=IN IP4 "));
        callee.Reply(b.Invitation, 200, b.LocalTag, body: Parts(callee.Sdp(41000)), contentType: type);
        _ = callee.NextRequest("ACK");
        Assert.Equal("192.0.2.1", dialog.Answered().Sdp("c=IN IP4 "));
        Assert.Equal([40000, 41000], world.Relays.Values.Select(relay => (int)relay.RemoteRtp.Port).Order());
        dialog.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Theory]
    [Trait("Clause", "O-12")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_phone_with_IPv6_and_one_with_IPv4_talk_through_the_box(bool callerHasIPv6)
    {
        using var world = new PbxWorld();
        var six = new NetEndpoint(NetAddress.TryParse("2001:db8::12", out NetAddress address) ? address : default, 5060);
        Phone caller = callerHasIPv6 ? world.PhoneAt("1001", six) : world.Phone("1001", 11);
        Phone callee = callerHasIPv6 ? world.Phone("1002", 12) : world.PhoneAt("1002", six);
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        (WireMessage toSix, WireMessage toFour) = callerHasIPv6 ? (call.Answer, call.B.Invitation!) : (call.B.Invitation!, call.Answer);
        Assert.Equal("2001:db8::1", toSix.Sdp("c=IN IP6 "));
        Assert.Contains("IN IP6 2001:db8::1", toSix.Sdp("o="), StringComparison.Ordinal);
        Assert.Contains("@[2001:db8::1]:5060", toSix["Contact"], StringComparison.Ordinal);
        Assert.Equal("192.0.2.1", toFour.Sdp("c=IN IP4 "));
        Assert.Contains("@192.0.2.1:5060", toFour["Contact"], StringComparison.Ordinal);
        Assert.Equal(2, world.Relays.Count);
        call.HangUp();
    }

    private static void Renegotiate(ConnectedCall call, string answer, int lines)
    {
        WireMessage offer = call.Callee.NextRequest("INVITE");
        Assert.Equal(lines, Lines(offer).Count);
        call.Callee.Reply(offer, 200, body: answer);
        _ = call.Callee.NextRequest("ACK");
        Assert.Equal(lines, Lines(call.A.Answered()).Count);
    }

    private static string WithVideo(Phone phone, int audio, int video, int version = 1) =>
        phone.Sdp(audio, version) + $"m=video {video} RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";

    private static List<string[]> Lines(WireMessage message) =>
        [.. message.Body.Split("\r\n").Where(line => line.StartsWith("m=", StringComparison.Ordinal)).Select(line => line[2..].Split(' '))];
}
