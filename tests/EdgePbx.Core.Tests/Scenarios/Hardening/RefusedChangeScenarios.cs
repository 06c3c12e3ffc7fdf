namespace EdgePbx.Core.Tests;

/// <summary>A change of media that is refused leaves no trace in what the box says of the session afterwards (RFC 3261 14.1, RFC 3264 8).</summary>
[Trait("Clause", "C-30")]
public class RefusedChangeScenarios
{
    private const string Video = "m=video 40002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
    private const string NoVideo = "m=video 0 RTP/AVP 96\r\n";

    [Theory]
    [Trait("Clause", "ST-21")]
    [InlineData(488)]
    [InlineData(491)]
    [InlineData(500)]
    public void After_a_refused_hold_our_refresh_shows_the_agreed_session_on_both_legs(int status)
    {
        using var world = new PbxWorld();
        ConnectedCall call = Begin(world);
        string shownToCallee = Media(call.B.Invitation!);
        string shownToCaller = Media(call.Answer);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        Assert.NotEqual(shownToCallee, Media(call.Callee.Takes("INVITE", status)));
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(status));
        world.Advance(900);
        Assert.Equal(shownToCallee, Media(call.Callee.Takes("INVITE", body: call.B.Sdp)));
        Assert.Equal(shownToCaller, Media(call.Caller.Takes("INVITE", body: call.A.Sdp)));
        AcknowledgedOnBoth(call);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void A_line_that_was_refused_stays_refused_in_every_refresh()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        (caller.Allow, callee.Allow) = (Calling.NoUpdate, Calling.NoUpdate);
        PhoneDialog a = caller.Invite("1002", caller.Sdp() + Video);
        PhoneDialog b = callee.Take();
        Assert.DoesNotContain("m=video 0", b.Invitation!.Body, StringComparison.Ordinal);
        b.Sdp += NoVideo;
        b.Accept();
        _ = callee.NextRequest("ACK");
        WireMessage ok = a.Answered();
        Assert.Contains("m=video 0", ok.Body, StringComparison.Ordinal);
        Assert.Equal(4, world.Gauges.PortsInUse);
        for (int i = 0; i < 2; i++)
        {
            world.Advance(900);
            WireMessage towardsCallee = callee.Takes("INVITE", body: b.Sdp);
            Assert.Contains("m=video 0", towardsCallee.Body, StringComparison.Ordinal);
            Assert.Equal(b.Invitation.Sdp("m=audio "), towardsCallee.Sdp("m=audio "));
            Assert.Equal(ok.Body, caller.Takes("INVITE", extra: "Session-Expires: 1800;refresher=uac\r\n", body: a.Sdp).Body); // nothing changed there: not even the version
            _ = callee.NextRequest("ACK");
            _ = caller.NextRequest("ACK");
        }
        a.Bye();
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void A_line_that_was_never_agreed_is_no_open_port_in_our_refresh()
    {
        using var world = new PbxWorld();
        ConnectedCall call = Begin(world);
        string audio = call.B.Invitation!.Sdp("m=audio ");
        int ports = world.Gauges.PortsInUse;
        RefuseVideo(call);
        Assert.Equal(ports, world.Gauges.PortsInUse);
        world.Advance(900);
        WireMessage refresh = call.Callee.NextRequest("INVITE");
        Assert.Equal(audio, refresh.Sdp("m=audio "));
        Assert.True(refresh.Sdp("m=video ") is "" or "0 RTP/AVP 96");
        call.Callee.Reply(refresh, 200, body: call.B.Sdp + (refresh.Sdp("m=video ").Length > 0 ? NoVideo : ""));
        Assert.Equal(call.Answer.Body, call.Caller.Takes("INVITE", body: call.A.Sdp).Body);
        AcknowledgedOnBoth(call);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "ST-30")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void The_peers_own_refresh_after_it_is_answered_with_what_was_agreed(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = Begin(world);
        RefuseVideo(call);
        Refresh(call.Caller, call.A, method, call.A.Sdp, call.Answer.Body);
        call.B.RemoteAddress = call.B.Invitation!["From"];
        WireMessage answer = Refresh(call.Callee, call.B, method, call.B.Sdp, null);
        Assert.Equal(call.B.Invitation.Sdp("m=audio "), answer.Sdp("m=audio "));
        Assert.Equal("", answer.Sdp("m=video ")); // as many lines as its offer
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "ST-30")]
    [Trait("Clause", "O-04")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void On_hold_a_refresh_is_answered_as_the_hold_was_and_with_the_same_version(string method)
    {
        using var world = new PbxWorld();
        ConnectedCall call = Begin(world);
        string hold = call.Caller.Sdp(40000, 2, "sendonly");
        call.A.Send("INVITE", body: hold);
        _ = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.Callee.NextRequest("ACK");
        WireMessage held = call.A.Answered();
        Assert.Contains("a=recvonly", held.Body, StringComparison.Ordinal);
        Refresh(call.Caller, call.A, method, hold, held.Body);
        Refresh(call.Caller, call.A, method, hold, held.Body);
        call.B.RemoteAddress = call.B.Invitation!["From"];
        WireMessage answer = Refresh(call.Callee, call.B, method, call.Callee.Sdp(41000, 2, "recvonly"), null);
        Assert.Contains("a=sendonly", answer.Body, StringComparison.Ordinal);
        Assert.Equal(answer.Body, Refresh(call.Callee, call.B, method, call.Callee.Sdp(41000, 2, "recvonly"), answer.Body).Body);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-04")]
    public void The_side_that_was_asked_may_refresh_with_its_answer_when_a_line_is_refused()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", caller.Sdp() + Video);
        PhoneDialog b = callee.Take();
        b.Sdp += NoVideo;
        b.Accept();
        _ = callee.NextRequest("ACK");
        WireMessage ok = a.Answered();
        b.RemoteAddress = b.Invitation!["From"];
        WireMessage answer = Refresh(callee, b, "INVITE", b.Sdp, null);
        Assert.Equal(b.Invitation.Sdp("m=audio "), answer.Sdp("m=audio "));
        Assert.StartsWith("0 ", answer.Sdp("m=video "), StringComparison.Ordinal);
        Refresh(caller, a, "INVITE", caller.Sdp() + Video, ok.Body);
        a.Bye();
        _ = callee.Takes("BYE");
    }

    private static ConnectedCall Begin(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        (caller.Allow, callee.Allow) = (Calling.NoUpdate, Calling.NoUpdate);
        return ConnectedCall.Begin(caller, callee);
    }

    private static void RefuseVideo(ConnectedCall call)
    {
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2) + Video);
        WireMessage offer = call.Callee.Takes("INVITE", 488);
        Assert.NotEqual("", offer.Sdp("m=video "));
        _ = call.Callee.NextRequest("ACK");
        call.A.SendAckToFailure(call.Caller.NextStatus(488));
    }

    private static WireMessage Refresh(Phone phone, PhoneDialog dialog, string method, string sdp, string? expected)
    {
        dialog.Send(method, body: sdp);
        WireMessage answer = phone.NextStatus(200);
        if (method == "INVITE")
        {
            dialog.Ack();
        }
        Assert.True(expected is null || answer.Body == expected, $"{expected}\nbut\n{answer.Body}");
        return answer;
    }

    private static void AcknowledgedOnBoth(ConnectedCall call)
    {
        _ = call.Callee.NextRequest("ACK");
        _ = call.Caller.NextRequest("ACK");
    }

    /// <summary>A description without its o= line.</summary>
    private static string Media(WireMessage message) => string.Join('\n', message.Body.Split("\r\n").Where(line => !line.StartsWith("o=", StringComparison.Ordinal)));
}
