namespace EdgePbx.Core.Tests;

/// <summary>Hold in all its forms through the box (RFC 3264 8.4), and the o= line on the way (8).</summary>
public class HoldScenarios
{
    [Theory]
    [Trait("Clause", "O-05")]
    [InlineData("sendonly", "recvonly")]
    [InlineData("inactive", "inactive")]
    [InlineData("sendonly", "inactive")]
    [InlineData("recvonly", "sendonly")]
    public void Directions_cross_as_they_are(string offered, string answered)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        foreach (bool byCaller in new[] { true, false })
        {
            (Phone holder, PhoneDialog dialog, Phone held) = byCaller ? (call.Caller, call.A, call.Callee) : (call.Callee, call.B, call.Caller);
            (int port, int otherPort) = byCaller ? (40000, 41000) : (41000, 40000);
            dialog.Send("INVITE", body: holder.Sdp(port, 2, offered));
            WireMessage offer = held.NextRequest("INVITE");
            Assert.Equal(offered, offer.Direction);
            held.Reply(offer, 200, body: held.Sdp(otherPort, 2, answered));
            _ = held.NextRequest("ACK");
            Assert.Equal(answered, dialog.Answered().Direction);

            dialog.Send("INVITE", body: holder.Sdp(port, 3)); // and back
            WireMessage back = held.NextRequest("INVITE");
            Assert.Equal("sendrecv", back.Direction);
            held.Reply(back, 200, body: held.Sdp(otherPort, 3));
            _ = held.NextRequest("ACK");
            Assert.Equal("sendrecv", dialog.Answered().Direction);
        }
        Assert.Equal(2, world.Relays.Count);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-05")]
    public void The_old_form_with_the_address_zero_is_understood_and_shown_as_a_direction()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string hold = call.Caller.Sdp(40000, 2).Replace($"c=IN IP4 {call.Caller.At.Address}", "c=IN IP4 0.0.0.0", StringComparison.Ordinal);
        call.A.Send("INVITE", body: hold);
        WireMessage offer = call.Callee.NextRequest("INVITE");
        Assert.Equal("192.0.2.1", offer.Sdp("c=IN IP4 "));
        Assert.Equal("sendonly", offer.Direction);
        call.Callee.Reply(offer, 200, body: call.Callee.Sdp(41000, 2, "recvonly"));
        _ = call.A.Answered();
        _ = call.Callee.NextRequest("ACK");
        Assert.Contains(world.Relays.Values, relay => relay.RemoteRtp.Address.IsUnspecified); // the relay sends it nothing
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-05")]
    public void Hold_by_update_works_alike()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.B.Send("UPDATE", body: call.Callee.Sdp(41000, 2, "sendonly"));
        WireMessage offer = call.Caller.NextRequest("UPDATE");
        Assert.Equal("sendonly", offer.Direction);
        call.Caller.Reply(offer, 200, body: call.Caller.Sdp(40000, 2, "recvonly"));
        Assert.Equal("recvonly", call.Callee.NextStatus(200).Direction);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-05")]
    public void An_answer_that_says_more_than_the_hold_allows_is_narrowed()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, "sendonly"));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.Callee.Sdp(41000, 2)); // sendrecv, as some phones say
        _ = call.Callee.NextRequest("ACK");
        Assert.Equal("recvonly", call.A.Answered().Direction);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-04")]
    [Trait("Clause", "O-05")]
    public void Each_leg_keeps_its_session_id_and_raises_the_version_by_one_with_each_change()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        string[] first = call.B.Invitation!.Sdp("o=").Split(' ');
        ulong version = ulong.Parse(first[2], System.Globalization.CultureInfo.InvariantCulture);
        foreach (string direction in new[] { "sendonly", "inactive", "sendrecv" })
        {
            call.A.Send("INVITE", body: call.Caller.Sdp(40000, 2, direction));
            WireMessage offer = call.Callee.NextRequest("INVITE");
            string[] origin = offer.Sdp("o=").Split(' ');
            Assert.Equal(first[1], origin[1]);
            Assert.Equal(++version, ulong.Parse(origin[2], System.Globalization.CultureInfo.InvariantCulture));
            call.Callee.Reply(offer, 200, body: call.Callee.Sdp(41000, 2, direction == "sendonly" ? "recvonly" : direction));
            _ = call.Callee.NextRequest("ACK");
            _ = call.A.Answered();
        }
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "O-04")]
    [Trait("Clause", "ST-30")]
    public void The_same_offer_again_is_a_refresh_answered_here_with_the_same_words()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.A.Sdp);
        Assert.Equal(call.Answer.Body, call.A.Answered().Body);
        Assert.Empty(call.Callee.Inbox);
        call.HangUp();
    }
}
