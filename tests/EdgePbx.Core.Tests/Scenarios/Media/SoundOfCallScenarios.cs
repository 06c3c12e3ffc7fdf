using Microsoft.Extensions.Logging;

namespace EdgePbx.Core.Tests;

/// <summary>What the relay sees becomes what people are told: who is not heard, when a call is dead, how it sounded.</summary>
public class SoundOfCallScenarios
{
    private static readonly MediaReport Flowing = new(new RtpStreamReport { Received = 500 }, MediaFlow.Flowing);
    private static readonly MediaReport Silent = new(new RtpStreamReport { Received = 500 }, MediaFlow.Silent);
    private static readonly MediaReport Dead = new(new RtpStreamReport { Received = 500 }, MediaFlow.Dead);

    [Fact]
    public void Phones_are_watched_from_the_answer_on()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(183, sdp: callee.Sdp(41000));
        Assert.All(world.Relays.Values, settings => Assert.False(settings.ExpectsMedia));
        b.Accept(sdp: callee.Sdp(41000));
        Assert.Equal(2, world.Relays.Count);
        Assert.All(world.Relays.Values, settings => Assert.Equal((true, 8000, TimeSpan.FromMinutes(5)), (settings.ExpectsMedia, settings.ClockRate, settings.DeadAfter)));
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Theory]
    [InlineData("sendonly", true, false)]
    [InlineData("inactive", false, false)]
    public void On_hold_only_he_is_watched_who_has_to_send(string direction, bool caller, bool callee)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        _ = call.A.Send("INVITE", body: call.Caller.Sdp(version: 2, direction: direction));
        string answer = direction switch { "sendonly" => "recvonly", _ => direction };
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.Callee.Sdp(41000, 2, answer));
        _ = call.A.Answered();
        Assert.Equal((caller, callee), (world.Relays[PathOf(world, call.Caller)].ExpectsMedia, world.Relays[PathOf(world, call.Callee)].ExpectsMedia));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "SEC-15")]
    public void That_nothing_is_sent_to_a_phone_any_more_is_said_once_also_when_it_need_not_speak()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        MediaReport cutOff = new(default, MediaFlow.Unwatched) { IsCutOff = true };
        world.Measure(PathOf(world, call.Callee), cutOff);
        world.Measure(PathOf(world, call.Callee), cutOff);
        (_, _, string text, _) = Assert.Single(world.Log.Events, one => one.Name == "one_way_audio");
        Assert.Contains("1002 is not heard yet; 1001 is not passed on to it any more", text, StringComparison.Ordinal);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "PHONE-3")]
    [InlineData(2, false)] // a phone that opens its way
    [InlineData(3, true)]
    [InlineData(5000, true)]
    public void Two_deaf_phones_are_told_of_when_what_they_send_is_refused(int refused, bool isTold)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        MediaReport deaf = new(default, MediaFlow.Silent) { Refused = refused };
        foreach (Phone phone in (Phone[])[call.Caller, call.Callee])
        {
            world.Measure(PathOf(world, phone), deaf);
            world.LastWords[PathOf(world, phone)] = deaf;
        }
        Assert.Equal(isTold ? 2 : 0, world.Log.Count("one_way_audio"));
        call.HangUp();
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((refused, refused), (record.Caller.Media!.Refused, record.Callee.Media!.Refused));
        Assert.Equal(isTold ? 1 : 0, world.Log.Events.Count(one => one.Name == "call_quality" && one.Text.Contains($"not passed {refused} packets", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void A_re_invite_with_another_description_is_told_to_the_relay_as_new_and_a_refresh_is_not()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Engine.Context.Calls.Live.Single().Caller!.Media.Watch();
        world.Measure(PathOf(world, call.Caller), Flowing);
        Assert.False(world.Relays[PathOf(world, call.Caller)].OpensLatch);
        _ = call.A.Send("INVITE", body: call.Caller.Sdp(40100, version: 2));
        call.Callee.Reply(call.Callee.NextRequest("INVITE"), 200, body: call.Callee.Sdp(41000));
        _ = call.A.Answered();
        Assert.True(world.Relays[PathOf(world, call.Caller)].OpensLatch);
        call.HangUp();
    }

    [Fact]
    public void One_way_audio_is_said_once_for_each_time_it_happens()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey callee = PathOf(world, call.Callee);
        world.Measure(PathOf(world, call.Caller), Flowing);
        for (int i = 0; i < 3; i++)
        {
            world.Measure(callee, Silent with { IsOtherSpeaking = true });
        }
        Assert.Equal(1, world.Log.Count("one_way_audio"));
        Assert.Contains(
            "1002 is not heard any more, 1001 is; media of 1002 is expected from 192.0.2.12:41000", world.Log.Events.Single(e => e.Name == "one_way_audio").Text, StringComparison.Ordinal);
        world.Measure(callee, Flowing);
        world.Measure(callee, Silent with { IsOtherSpeaking = true });
        Assert.Equal((2, 2), (world.Log.Count("one_way_audio"), world.Counters.OneWayAudio));
        call.HangUp();
    }

    [Fact]
    public void That_the_other_one_pauses_is_not_said_again_each_time()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey muted = PathOf(world, call.Callee);
        for (int spurt = 0; spurt < 5; spurt++)
        {
            world.Measure(muted, Silent with { IsOtherSpeaking = true });
            world.Measure(muted, Silent);
        }
        Assert.Equal(1, world.Log.Count("one_way_audio"));
        call.HangUp();
    }

    [Fact]
    public void Music_before_the_answer_is_no_call_that_anybody_heard()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(183, sdp: callee.Sdp(41000));
        world.LastWords[PathOf(world, callee)] = Flowing;
        a.Cancel();
        callee.Reply(callee.NextRequest("CANCEL"), 200);
        b.Reply(487);
        a.SendAckToFailure(caller.NextStatus(487));
        Assert.Equal(0, world.Log.Count("call_quality"));
        Assert.Null(Assert.Single(world.Records).Callee.Media);
    }

    [Fact]
    public void A_report_of_another_stream_or_one_that_is_cipher_text_changes_no_score()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.LastWords[PathOf(world, call.Caller)] = Flowing;
        world.LastWords[PathOf(world, call.Callee)] = Flowing with { Heard = new RtcpReportBlock(12345, 1, 400, 0, 0, default) };
        call.HangUp();
        Assert.Equal((0, 4.41), (Assert.Single(world.Records).Callee.Media!.HeardLossRatio, world.Records[0].Callee.Media!.Score));
    }

    [Fact]
    public void Two_phones_that_are_silent_together_are_no_one_way_audio()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Measure(PathOf(world, call.Caller), Silent);
        world.Measure(PathOf(world, call.Callee), Silent);
        Assert.Equal(0, world.Log.Count("one_way_audio"));
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void A_call_whose_phones_have_both_gone_is_ended_with_its_sentence()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Measure(PathOf(world, call.Caller), Dead);
        Assert.Equal(1, world.Gauges.Calls);
        world.Measure(PathOf(world, call.Callee), Dead);
        Assert.Equal("both phones fell silent for 300 s; both legs were closed", Assert.Single(world.Records).EndReason);
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void A_call_in_which_anybody_is_heard_or_held_goes_on()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        foreach (MediaReport other in (MediaReport[])[Flowing, Silent, new MediaReport(default, MediaFlow.Unwatched)])
        {
            world.Measure(PathOf(world, call.Caller), other);
            world.Measure(PathOf(world, call.Callee), Dead);
        }
        world.Measure(PathOf(world, call.Caller), Dead with { IsOtherSpeaking = true });
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "M-15")]
    public void Two_muted_phones_that_see_each_other_go_on()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        const string Video = "m=video 42000 RTP/AVP 31\r\n";
        PhoneDialog a = caller.Invite("1002", caller.Sdp() + Video);
        callee.Take().Accept(sdp: callee.Sdp(41000) + Video);
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        RelayKey[] sound = [.. world.Relays.Where(relay => relay.Value.RemoteRtp.Port != 42000).Select(relay => relay.Key)];
        RelayKey[] pictures = [.. world.Relays.Where(relay => relay.Value.RemoteRtp.Port == 42000).Select(relay => relay.Key)];
        Assert.Equal((2, 2), (sound.Length, pictures.Length));
        Array.ForEach(pictures, path => world.Measure(path, Flowing));
        Array.ForEach(sound, path => world.Measure(path, Dead));
        Assert.Equal(1, world.Gauges.Calls);
        Array.ForEach(pictures, path => world.Measure(path, Dead));
        Assert.Equal("media_gone", Assert.Single(world.Records).EndCode);
        caller.Reply(caller.NextRequest("BYE"), 200);
        callee.Reply(callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void A_limit_that_a_reload_takes_away_ends_no_call()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Engine.Reload(world.Now, world.Settings with { MediaTimeout = null });
        Assert.All(world.Relays.Keys.ToArray(), path => world.Measure(path, Dead));
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    [Fact]
    public void Without_a_limit_nothing_is_dead()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { MediaTimeout = null });
        ConnectedCall call = ConnectedCall.Begin(world);
        Assert.All(world.Relays.Values, settings => Assert.Null(settings.DeadAfter));
        call.HangUp();
    }

    [Fact]
    public void News_of_a_path_that_is_gone_mean_nothing()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey[] paths = [.. world.Relays.Keys];
        call.HangUp();
        Assert.All(paths, path => world.Measure(path, Dead));
        Assert.Equal(0, world.Log.Count("one_way_audio"));
    }

    /// <summary>Counted by hand: 950 of 1000 packets came to the box; the callee told that it missed 80 of them all.</summary>
    [Fact]
    [Trait("Clause", "M-14")]
    public void The_record_says_how_each_person_heard_the_other()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.LastWords[PathOf(world, call.Caller)] = new MediaReport(
            new RtpStreamReport { Ssrc = 1, Received = 950, Lost = 50, Reordered = 3, Duplicated = 2, MaxJitter = TimeSpan.FromMilliseconds(12.34), LargestGap = TimeSpan.FromMilliseconds(240), Silence = TimeSpan.FromMilliseconds(440) }, MediaFlow.Flowing);
        world.LastWords[PathOf(world, call.Callee)] = new MediaReport(new RtpStreamReport { Received = 1000 }, MediaFlow.Flowing)
        {
            RoundTrip = TimeSpan.FromMilliseconds(40),
            Heard = new RtcpReportBlock(1, 0.05, 80, 0, 0, default),
        };
        call.HangUp();
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal(new MediaRecord { Received = 950, Lost = 50, Reordered = 3, Duplicated = 2, JitterMs = 12.3, LargestGapMs = 240, SilenceMs = 440, Score = 4.41 }, record.Caller.Media);
        // Ie,eff = 95 * 8 / (8 + 25.1) = 22.96; R = 70.24
        Assert.Equal(new MediaRecord { Received = 1000, RoundTripMs = 40, HeardLossRatio = 0.08, Score = 3.61 }, record.Callee.Media);
        (LogLevel level, _, string text, _) = world.Log.Events.Single(e => e.Name == "call_quality");
        Assert.Equal(LogLevel.Warning, level);
        Assert.Equal("cleanup_verified", world.Log.Events[^1].Name); // the call's last word
        Assert.EndsWith("1001 heard 4.4, 1002 heard 3.6 of 4.5: 1002 missed 8 % of the packets", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_agreed_on_is_foreign()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        PayloadSet foreign = world.Relays[PathOf(world, call.Caller)].ForeignPayloads;
        string offered = call.Caller.Sdp().Split('\n').Single(line => line.StartsWith("m=audio", StringComparison.Ordinal));
        int[] agreed = [.. offered.Trim().Split(' ')[3..].Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(agreed.Order(), Enumerable.Range(0, 128).Where(number => !foreign.Contains(number)));
        call.HangUp();
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void Two_seconds_of_a_codec_that_was_not_agreed_on_are_the_wrong_codec(long packets, bool isWrong)
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.LastWords[PathOf(world, call.Caller)] = Flowing with { Foreign = packets, ForeignType = 9 };
        world.LastWords[PathOf(world, call.Callee)] = Flowing;
        call.HangUp();
        string text = world.Log.Events.Single(e => e.Name == "call_quality").Text;
        Assert.Equal(isWrong, text.EndsWith(
            $"1002 was sent {packets} packets of payload type 9, which was not agreed on (wrong codec)", StringComparison.Ordinal));
        Assert.Equal((packets, 9), (Assert.Single(world.Records).Caller.Media!.Foreign, world.Records[0].Caller.Media!.ForeignType));
    }

    [Fact]
    public void A_call_that_sounded_well_says_so_and_one_without_media_says_nothing()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.LastWords[PathOf(world, call.Caller)] = world.LastWords[PathOf(world, call.Callee)] = Flowing;
        call.HangUp();
        (LogLevel level, _, string text, _) = world.Log.Events.Single(e => e.Name == "call_quality");
        Assert.Equal(LogLevel.Information, level);
        Assert.EndsWith("1001 heard 4.4, 1002 heard 4.4 of 4.5", text, StringComparison.Ordinal);
        ConnectedCall.Begin(call.Caller, call.Callee).HangUp();
        Assert.Equal(1, world.Log.Count("call_quality"));
    }

    [Fact]
    public void Whoever_heard_nothing_is_named()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.LastWords[PathOf(world, call.Caller)] = Flowing;
        call.HangUp();
        Assert.EndsWith(
            "1001 heard nothing, 1002 heard 4.4 of 4.5: 1001 heard nothing (one-way audio)", world.Log.Events.Single(e => e.Name == "call_quality").Text, StringComparison.Ordinal);
        Assert.Null(Assert.Single(world.Records).Caller.Media!.Score);
    }

    [Fact]
    public void Status_shows_it_while_the_call_is_up()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Measure(PathOf(world, call.Caller), Flowing);
        Assert.Equal(500, world.Engine.Snapshot(world.Now).Calls[0].Legs.Single(leg => leg.Role == "caller").Media!.Received);
        call.HangUp();
    }

    private static RelayKey PathOf(PbxWorld world, Phone phone) => world.Relays.Single(relay => relay.Value.RemoteRtp.Address == phone.At.Address).Key;
}
