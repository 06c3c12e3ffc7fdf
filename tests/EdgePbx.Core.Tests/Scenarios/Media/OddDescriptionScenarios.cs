namespace EdgePbx.Core.Tests;

/// <summary>Descriptions as odd phones write them, in calls: what their writers mean is what happens.</summary>
public class OddDescriptionScenarios
{
    /// <summary>Streams that the relay can't carry, in place of the voice.</summary>
    public static TheoryData<string> ForeignLines => new()
    {
        "m=image PORT udptl t38\r\na=T38FaxVersion:0\r\n",
        "m=audio PORT udptl t38\r\n",
        "m=application PORT UDP/BFCP *\r\n",
        "m=message PORT TCP/MSRP *\r\na=path:msrp://192.0.2.11:40000/1;tcp\r\n",
        "m=application PORT UDP/DTLS/SCTP webrtc-datachannel\r\n",
        "m=audio PORT tcp 0\r\n",
    };

    [Theory]
    [Trait("Clause", "BUG-02")]
    [MemberData(nameof(ForeignLines))]
    public void A_voice_that_shall_become_something_else_is_refused_and_goes_on(string line)
    {
        foreach (string method in new[] { "INVITE", "UPDATE" })
        {
            using var world = new PbxWorld();
            ConnectedCall call = ConnectedCall.Begin(world);
            Dictionary<RelayKey, RelaySettings> before = new(world.Relays);
            call.A.Send(method, body: Description(call.Caller, Foreign(line)));
            WireMessage refusal = call.Caller.NextStatus(488);
            if (method == "INVITE")
            {
                Assert.True(refusal.Has("Warning"));
                call.A.SendAckToFailure(refusal);
            }
            Assert.Empty(call.Callee.Inbox);
            Assert.Equal(before, world.Relays);
            Assert.Equal(4, world.Gauges.PortsInUse);
            call.A.Send("INVITE", body: call.Caller.Sdp(40000, 3, "sendonly")); // and can be changed as ever
            _ = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 3, "recvonly"));
            _ = call.Callee.NextRequest("ACK");
            _ = call.A.Answered();
            call.HangUp();
        }
    }

    [Theory]
    [Trait("Clause", "BUG-02")]
    [MemberData(nameof(ForeignLines))]
    public void Beside_a_voice_it_is_refused_in_its_place(string line)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: Description(call.Caller, Voice(40000) + Foreign(line)));
        WireMessage offer = call.Callee.NextRequest("INVITE");
        Assert.Equal("0", PortOf(offer, 1));
        call.Callee.Reply(offer, 200, body: Description(call.Callee, Voice(41000) + line.Replace("PORT", "0", StringComparison.Ordinal)));
        _ = call.Callee.NextRequest("ACK");
        WireMessage answer = call.A.Answered();
        Assert.NotEqual("0", PortOf(answer, 0));
        Assert.Equal("0", PortOf(answer, 1));
        Assert.Equal(4, world.Gauges.PortsInUse);
        call.HangUp();
    }

    /// <summary>The first of two voices becomes a fax: its path is not lent to that, and goes back.</summary>
    [Theory]
    [Trait("Clause", "BUG-02")]
    [MemberData(nameof(ForeignLines))]
    public void Of_two_voices_one_can_be_given_up_for_it_and_comes_back(string line)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: Description(caller, Voice(40000) + Voice(40004)), answer: Description(callee, Voice(41000) + Voice(41004)));
        call.A.Send("INVITE", body: Description(caller, Foreign(line) + Voice(40004)));
        WireMessage offer = callee.NextRequest("INVITE");
        Assert.Equal("0", PortOf(offer, 0));
        callee.Reply(offer, 200, body: Description(callee, line.Replace("PORT", "0", StringComparison.Ordinal) + Voice(41004)));
        _ = callee.NextRequest("ACK");
        Assert.Equal("0", PortOf(call.A.Answered(), 0));
        Assert.Equal(4, world.Gauges.PortsInUse);
        call.A.Send("INVITE", body: Description(caller, Voice(40000) + Voice(40004)));
        _ = callee.Takes("INVITE", body: Description(callee, Voice(41000) + Voice(41004)));
        _ = callee.NextRequest("ACK");
        Assert.NotEqual("0", PortOf(call.A.Answered(), 0));
        Assert.Equal(8, world.Gauges.PortsInUse);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "BUG-02")]
    [MemberData(nameof(ForeignLines))]
    public void A_voice_that_is_answered_with_something_else_is_refused(string line)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", Description(caller, Voice(40000) + Voice(40004)));
        string answered = Foreign(line).Replace("m=image", "m=audio", StringComparison.Ordinal).Replace("m=application", "m=audio", StringComparison.Ordinal).Replace("m=message", "m=audio", StringComparison.Ordinal);
        callee.Take().Accept(sdp: Description(callee, answered + Voice(41004)));
        _ = callee.NextRequest("ACK");
        WireMessage ok = a.Answered();
        Assert.Equal("0", PortOf(ok, 0));
        Assert.NotEqual("0", PortOf(ok, 1));
        Assert.Equal(4, world.Gauges.PortsInUse);
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Theory]
    [Trait("Clause", "BUG-02")]
    [MemberData(nameof(ForeignLines))]
    public void A_call_for_nothing_else_is_refused_at_once(string line)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", Description(caller, Foreign(line)));
        a.SendAckToFailure(caller.NextStatus(488));
        Assert.Empty(callee.Inbox);
    }

    [Theory]
    [Trait("Clause", "BUG-03")]
    [InlineData("18 101", "18 101\r\na=rtpmap:18 G729a/8000")]
    [InlineData("18", "18\r\na=rtpmap:18 G729AB/8000")]
    [InlineData("9", "9\r\na=rtpmap:9 G722/16000")]
    [InlineData("8", "8\r\na=rtpmap:8 G711A")]
    [InlineData("96\r\na=rtpmap:96 opus/48000/2", "96\r\na=rtpmap:96 opus/48000")]
    [InlineData("96\r\na=rtpmap:96 opus/48000/2", "111\r\na=rtpmap:111 OPUS/48000/1")]
    [InlineData("97\r\na=rtpmap:97 iLBC/8000", "97\r\na=rtpmap:97 ilbc20")]
    public void A_codec_by_another_name_makes_a_call_and_can_be_held_by_either_side(string offered, string answered)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        string Own(Phone phone, string formats, string direction) =>
            Description(phone, $"m=audio {(phone == caller ? 40000 : 41000)} RTP/AVP {formats}\r\na={direction}\r\n");
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: Own(caller, offered, "sendrecv"), answer: Own(callee, answered, "sendrecv"));
        call.B.Learn(call.B.Invitation!);
        call.B.RemoteAddress = call.B.Invitation!["From"];
        call.A.Send("INVITE", body: Own(caller, offered, "sendonly "));
        _ = callee.Takes("INVITE", body: Own(callee, answered, "recvonly"));
        _ = callee.NextRequest("ACK");
        _ = call.A.Answered();
        call.B.Send("INVITE", body: Own(callee, answered, "sendonly"));
        _ = caller.Takes("INVITE", body: Own(caller, offered, "recvonly"));
        _ = caller.NextRequest("ACK");
        _ = call.B.Answered();
        Assert.All(world.Relays.Values, path => Assert.NotEqual(default, path.Sink));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "BUG-03")]
    [InlineData(9, "G722/16000", 8000, RecordedCodec.G722)]
    [InlineData(96, "opus/48000", 48000, RecordedCodec.Opus)]
    [InlineData(96, "opus", 48000, RecordedCodec.Opus)]
    [InlineData(8, "G711A", 8000, RecordedCodec.Pcma)]
    [InlineData(0, "PCMU/16000", 8000, RecordedCodec.Pcmu)]
    public void It_is_measured_and_recorded_as_what_it_is(int number, string name, int clock, RecordedCodec recorded)
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        string formats = $"RTP/AVP {number}\r\na=rtpmap:{number} {name}\r\n";
        ConnectedCall call = ConnectedCall.Begin(caller, callee,
            sdp: Description(caller, $"m=audio 40000 {formats}"), answer: Description(callee, $"m=audio 41000 {formats}"));
        Assert.All(world.Relays.Values, path => Assert.Equal((clock, recorded), (path.ClockRate, path.Tap!.Codecs[number])));
        call.HangUp();
    }

    /// <summary>Held by sendonly, a phone that has never heard of directions says sendrecv; and one may choose not to send.</summary>
    [Theory]
    [Trait("Clause", "MUT-58")]
    [InlineData("sendonly", "sendrecv", true, false)]
    [InlineData("sendrecv", "recvonly", true, false)]
    [InlineData("recvonly", "sendrecv", false, true)]
    [InlineData("sendrecv", "sendrecv", true, true)]
    [InlineData("inactive", "sendrecv", false, false)]
    public void Who_is_expected_to_send_is_who_says_so_and_is_heard(string offer, string answer, bool caller, bool callee)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Send("INVITE", body: call.Caller.Sdp(40010, 2, offer));
        _ = call.Callee.Takes("INVITE", body: call.Callee.Sdp(41000, 2, answer));
        _ = call.Callee.NextRequest("ACK");
        _ = call.A.Answered();
        Assert.Equal((caller, callee), (PathTo(world, 40010).ExpectsMedia, PathTo(world, 41000).ExpectsMedia));
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "BUG-06")]
    [Trait("Clause", "BUG-32")]
    [InlineData("\0")]
    [InlineData("\r\n\0\0")]
    [InlineData("t=0 0\r\n")]
    [InlineData("y=0100000001\r\nf=v/////a/1/8/1\r\n")]
    [InlineData("a line that is none\r\n")]
    [InlineData("a=ptime:20 \t\r\n")]
    public void What_stands_below_a_description_does_not_cost_the_call(string tail)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: caller.Sdp() + tail, answer: callee.Sdp(41000) + tail);
        Assert.DoesNotContain("y=", call.Answer.Body, StringComparison.Ordinal);
        Assert.All(world.Relays.Values, path => Assert.True(path.ExpectsMedia));
        call.HangUp();
    }

    private static RelaySettings PathTo(PbxWorld world, int port) => world.Relays.Values.Single(path => path.RemoteRtp.Port == port);

    private static string Foreign(string line) => line.Replace("PORT", "40000", StringComparison.Ordinal);

    private static string Voice(int port) => $"m=audio {port} RTP/AVP 0\r\n";

    private static string Description(Phone phone, string media) =>
        $"v=0\r\no=- 77 {++_version} IN IP4 {phone.At.Address}\r\ns=-\r\nc=IN IP4 {phone.At.Address}\r\nt=0 0\r\n{media}";

    private static string PortOf(WireMessage message, int line) =>
        message.Body.Split("\r\n").Where(text => text.StartsWith("m=", StringComparison.Ordinal)).ElementAt(line).Split(' ')[1];

    [ThreadStatic]
    private static int _version;
}
