namespace EdgePbx.Core.Tests;

/// <summary>The recorder is another thread with a slow medium: whatever it says whenever, each recording is released once and no call suffers.</summary>
public class RecordingRaceScenarios
{
    [Fact]
    [Trait("Clause", "race 33")]
    public void Hanging_up_before_the_recorder_has_opened_its_file_leaves_nothing()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        Assert.Equal((0, 0, 1), (world.Gauges.Calls, world.Gauges.Recordings, world.Log.Count("cleanup_verified")));
        Assert.Equal(1, world.Gauges.RecordingsClosing); // its file may be open
        world.AnswerRecordings();
        Assert.Equal(0, world.Gauges.RecordingsClosing);
        Assert.Equal((1, 1), (world.Log.Count("recording_started"), world.Log.Count("recording_stopped")));
    }

    [Fact]
    [Trait("Clause", "race 33")]
    public void Hanging_up_while_the_answer_is_not_acknowledged_leaves_no_recording()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        Assert.Equal(1, world.Gauges.Recordings);
        b.Bye(); // the caller's ACK is still under way
        Assert.Equal(0, world.Gauges.Recordings);
        _ = a.Answered();
        caller.Reply(caller.NextRequest("BYE"), 200);
        Assert.Equal((1, 1), (world.Log.Count("recording_started"), world.Log.Count("recording_stopped")));
    }

    [Fact]
    [Trait("Clause", "race 33")]
    public void The_code_and_the_hang_up_at_the_same_moment_leave_no_recording()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        world.RecorderAnswersAtOnce = false;
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey path = RecordedCall.PathOf(world, RecordedSide.Caller);
        world.Engine.DigitHeard(world.Now, path, '*');
        call.HangUp();
        world.Engine.DigitHeard(world.Now, path, '1'); // it was under way between the threads
        Assert.Empty(world.RecordingOrders);
        world.RecorderAnswersAtOnce = true;
    }

    [Fact]
    public void A_full_disk_costs_the_recording_and_not_the_call()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        ConnectedCall call = ConnectedCall.Begin(world);
        RecordingKey key = Assert.Single(world.Recordings).Key;
        world.ReportRecording(new RecordingReport(RecordingReportKind.Closed, key, "x.wav", "no space left on device") { Seconds = 12.5 });
        Assert.Equal((1, 0, 1), (world.Gauges.Calls, world.Gauges.Recordings, world.Log.Count("recording_failed")));
        Assert.Null(RecordedCall.TapOf(world, RecordedSide.Caller));
        _ = Assert.Single(world.RecordingOrders); // it is tried again for the next call
        call.HangUp();
        ConnectedCall next = ConnectedCall.Begin(call.Caller, call.Callee);
        Assert.Equal(2, world.RecordingOrders.Count);
        next.HangUp();
        Assert.Equal(1, world.Counters.RecordingsFailed);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_said_and_the_call_goes_on()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.RecorderProblem = "read-only file system";
        ConnectedCall call = ConnectedCall.Begin(world);
        Assert.Contains("read-only file system", Assert.Single(world.Log.Events, e => e.Name == "recording_refused").Text, StringComparison.Ordinal);
        Assert.Equal((1, 0), (world.Gauges.Calls, world.Gauges.Recordings));
        call.HangUp();
        Assert.Equal(0, world.Log.Count("recording_stopped"));
    }

    [Fact]
    public void Words_of_a_recording_that_is_gone_change_nothing()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        ConnectedCall call = ConnectedCall.Begin(world);
        RecordingKey old = Assert.Single(world.Recordings).Key;
        call.HangUp();
        ConnectedCall next = ConnectedCall.Begin(call.Caller, call.Callee);
        world.ReportRecording(new RecordingReport(RecordingReportKind.Started, old, "old.wav"));
        world.ReportRecording(new RecordingReport(RecordingReportKind.Closed, old, "old.wav", "late"));
        world.ReportRecording(new RecordingReport(RecordingReportKind.Closed, default, "", "nobody's"));
        Assert.Equal((1, 2, 0), (world.Gauges.Recordings, world.Log.Count("recording_started"), world.Log.Count("recording_failed")));
        next.HangUp();
    }

    [Fact]
    public void A_relay_that_does_not_hand_over_is_told_of_after_five_seconds_and_given_up_after_seventy()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.EndsWithNothingOwned = false;
        (world.RecorderAnswersAtOnce, world.HandsRecordingsOver) = (false, false);
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(6);
        Assert.Contains("Recording", Assert.Single(world.Log.Events, e => e.Name == "cleanup_overdue").Text, StringComparison.Ordinal);
        world.Advance(65);
        Assert.Equal((0, 0), (world.Gauges.Calls, world.Gauges.Recordings));
        Assert.Single(world.Log.Events, e => e.Name == "gauge_not_at_baseline" && e.Text.StartsWith("recordings", StringComparison.Ordinal));
        Assert.Equal(new ReceiptCount(1, 0, 0), Assert.Single(world.Records).Receipt.Recordings);
        world.AnswerRecordings(); // it finds nothing any more
        world.AssertNothingIsOwned();
    }

    [Fact]
    [Trait("Clause", "race 23")]
    public void A_shutdown_waits_for_the_recordings()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.RecorderAnswersAtOnce = false;
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Shutdown();
        call.Caller.Reply(call.Caller.NextRequest("BYE"), 200);
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
        Assert.False(world.Engine.IsQuiet);
        world.AnswerRecordings();
        Assert.True(world.Engine.IsQuiet);
    }
}
