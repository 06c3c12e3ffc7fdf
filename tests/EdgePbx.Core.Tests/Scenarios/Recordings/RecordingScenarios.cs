namespace EdgePbx.Core.Tests;

/// <summary>A recording belongs to its call: it begins with the answer, ends with the call, and is closed exactly once.</summary>
public class RecordingScenarios
{
    [Fact]
    public void A_call_that_is_always_recorded_has_a_recording_from_the_answer_to_the_end()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        Assert.Equal(0, world.Gauges.Recordings); // who only rings is not recorded
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();

        RecordingOrder order = Assert.Single(world.RecordingOrders);
        Assert.Equal((RecordingFormat.Narrow, "1001", "1002", a.CallId, 1), (order.Format, order.From, order.To, order.CallId, order.Part));
        Assert.Equal(1, world.Gauges.Recordings);
        MediaTap tapA = RecordedCall.TapOf(world, RecordedSide.Caller)!;
        MediaTap tapB = RecordedCall.TapOf(world, RecordedSide.Callee)!;
        Assert.Equal((RecordedSide.Caller, RecordedSide.Callee), (tapA.Side, tapB.Side));
        Assert.Equal(tapA.Recording, tapB.Recording);
        Assert.Equal((RecordedCodec.Pcmu, RecordedCodec.Pcma, RecordedCodec.TelephoneEvent), (tapA.Codecs[0], tapA.Codecs[8], tapA.Codecs[101]));
        Assert.False(tapA.WantsDigits); // what is always recorded can't be stopped

        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.Equal(0, world.Gauges.Recordings);
        Assert.Equal((1, 1, 1), (world.Log.Count("recording_started"), world.Log.Count("recording_stopped"), world.Log.Count("cleanup_verified")));
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((new ReceiptCount(1, 1, 0), new ReceiptCount(1, 1, 0)), (record.Receipt.Recordings, record.Receipt.Files));
    }

    [Theory]
    [InlineData(RecordMode.Never, null, null, false)]
    [InlineData(RecordMode.OnDemand, null, null, false)]
    [InlineData(RecordMode.Never, RecordMode.Always, null, true)]
    [InlineData(RecordMode.Never, null, RecordMode.Always, true)]
    [InlineData(RecordMode.Never, RecordMode.OnDemand, RecordMode.Always, true)]
    [InlineData(RecordMode.Always, RecordMode.Never, null, false)]
    [InlineData(RecordMode.Never, RecordMode.Always, RecordMode.Never, false)]
    [InlineData(RecordMode.Always, RecordMode.OnDemand, null, true)]
    public void Who_wants_a_recording_gets_it_unless_the_other_one_says_never(RecordMode box, RecordMode? caller, RecordMode? callee, bool isRecorded)
    {
        using PbxWorld world = RecordedCall.World(box, caller, callee);
        ConnectedCall call = ConnectedCall.Begin(world);
        Assert.Equal(isRecorded ? 1 : 0, world.Gauges.Recordings);
        bool isForbidden = !isRecorded && (box == RecordMode.Always || caller == RecordMode.Always);
        Assert.Equal(isForbidden ? 1 : 0, world.Log.Count("recording_refused"));
        call.HangUp();
    }

    [Theory]
    [InlineData("0", RecordingFormat.Narrow)]
    [InlineData("8 101", RecordingFormat.Narrow)]
    [InlineData("9", RecordingFormat.Wide)]
    public void The_file_follows_from_the_codec(string formats, RecordingFormat wanted)
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: caller.Sdp(formats: formats), answer: callee.Sdp(41000, formats: formats));
        Assert.Equal(wanted, Assert.Single(world.RecordingOrders).Format);
        call.HangUp();
    }

    [Fact]
    public void Opus_becomes_two_files_and_its_numbers_may_differ_on_the_two_sides()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(
            caller, callee, sdp: caller.Sdp(formats: "96") + "a=rtpmap:96 opus/48000/2\r\n", answer: callee.Sdp(41000, formats: "111") + "a=rtpmap:111 opus/48000/2\r\n");
        Assert.Equal(RecordingFormat.Opus, Assert.Single(world.RecordingOrders).Format);
        Assert.Equal(RecordedCodec.Opus, RecordedCall.TapOf(world, RecordedSide.Caller)!.Codecs[96]);
        Assert.Equal(RecordedCodec.Opus, RecordedCall.TapOf(world, RecordedSide.Callee)!.Codecs[96]);
        Assert.Equal(RecordedCodec.Opus, RecordedCall.TapOf(world, RecordedSide.Callee)!.Codecs[111]);
        call.HangUp();
        Assert.Equal((new ReceiptCount(1, 1, 0), new ReceiptCount(2, 2, 0)), (world.Records[0].Receipt.Recordings, world.Records[0].Receipt.Files));
    }

    [Theory]
    [InlineData("RTP/AVP 18", "a=rtpmap:18 G729/8000\r\n", "G729/8000 can't be recorded")]
    [InlineData("RTP/SAVP 0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n", "encrypted")]
    public void What_cannot_be_recorded_is_said_once_and_the_call_goes_on(string media, string attributes, string reason)
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        string Sdp(Phone phone, int port) =>
            $"v=0\r\no=- 77 1 IN IP4 {phone.At.Address}\r\ns=-\r\nc=IN IP4 {phone.At.Address}\r\nt=0 0\r\nm=audio {port} {media}\r\n{attributes}";
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: Sdp(caller, 40000), answer: Sdp(callee, 41000));
        Assert.Equal(0, world.Gauges.Recordings);
        Assert.Contains(reason, Assert.Single(world.Log.Events, e => e.Name == "recording_refused").Text, StringComparison.Ordinal);
        call.A.Send("INVITE", body: Sdp(caller, 40010));
        PhoneDialog.FromInvite(callee, callee.NextRequest("INVITE")).Accept(sdp: Sdp(callee, 41000));
        _ = call.A.Answered();
        Assert.Equal(1, world.Log.Count("recording_refused"));
        call.HangUp();
    }

    [Fact]
    public void A_late_offer_is_recorded_when_its_answer_has_come()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002", "");
        PhoneDialog b = callee.Take();
        b.Accept();
        a.Learn(caller.NextStatus(200));
        Assert.Equal(0, world.Gauges.Recordings);
        a.Ack(caller.Sdp());
        Assert.Equal(1, world.Gauges.Recordings);
        Assert.NotNull(RecordedCall.TapOf(world, RecordedSide.Caller));
        _ = callee.NextRequest("ACK");
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void Another_codec_in_the_middle_of_the_call_is_another_file()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        ConnectedCall call = ConnectedCall.Begin(world);
        RecordingKey first = RecordedCall.TapOf(world, RecordedSide.Caller)!.Recording;
        call.A.Send("INVITE", body: call.Caller.Sdp(version: 2, formats: "9"));
        PhoneDialog.FromInvite(call.Callee, call.Callee.NextRequest("INVITE")).Accept(sdp: call.Callee.Sdp(41000, 2, formats: "9"));
        _ = call.A.Answered();

        Assert.Equal([(RecordingFormat.Narrow, 1), (RecordingFormat.Wide, 2)], world.RecordingOrders.Select(order => (order.Format, order.Part)));
        Assert.Equal(1, world.Gauges.Recordings);
        Assert.NotEqual(first, RecordedCall.TapOf(world, RecordedSide.Caller)!.Recording);
        Assert.Equal(RecordedCodec.G722, RecordedCall.TapOf(world, RecordedSide.Callee)!.Codecs[9]);
        call.HangUp();
    }

    [Fact]
    public void Hold_and_resume_are_one_recording()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        ConnectedCall call = ConnectedCall.Begin(world);
        foreach (string direction in (string[])["sendonly", "sendrecv"])
        {
            call.A.Send("INVITE", body: call.Caller.Sdp(version: 2, direction: direction));
            PhoneDialog.FromInvite(call.Callee, call.Callee.NextRequest("INVITE")).Accept(sdp: call.Callee.Sdp(41000, 2));
            _ = call.A.Answered();
        }
        _ = Assert.Single(world.RecordingOrders);
        Assert.NotNull(RecordedCall.TapOf(world, RecordedSide.Callee));
        call.HangUp();
    }

    [Fact]
    public void Video_is_not_recorded()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        const string Video = "m=video 40002 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";
        ConnectedCall call = ConnectedCall.Begin(caller, callee, sdp: caller.Sdp() + Video, answer: callee.Sdp(41000) + Video);
        Assert.Equal(2, world.Relays.Values.Count(settings => settings.Tap is not null));
        Assert.Equal(4, world.Relays.Count);
        call.HangUp();
    }
}
