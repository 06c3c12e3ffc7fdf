namespace EdgePbx.Core.Tests;

/// <summary>A medium that stands still keeps files waiting, never calls: what has ended is the recorder's, and has a bound of its own.</summary>
public class SlowMediumScenarios
{
    [Fact]
    public void A_call_is_given_back_at_once_and_its_receipt_says_that_a_file_waits()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((new ReceiptCount(1, 1, 0), new ReceiptCount(1, 1, 1)), (record.Receipt.Recordings, record.Receipt.Files));
        Assert.True(record.IsClean);
        Assert.Equal(1, world.Engine.Snapshot(world.Now).Ledger.Files.Held); // in the sum of all calls it is open until it is closed
        world.Advance(120);
        Assert.Equal((0, 0, 1), (world.Log.Count("cleanup_overdue"), world.Log.Count("call_unclean"), world.Records.Count));
        world.AnswerRecordings();
        Assert.Equal((0, 0), (world.Engine.Snapshot(world.Now).Ledger.Files.Held, world.Gauges.RecordingsClosing));
        Assert.StartsWith($"call {record.Call}: ", Assert.Single(world.Log.Events, e => e.Name == "recording_stopped").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_calls_come_and_go_while_files_wait_and_beyond_the_bound_only_recordings_are_refused()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < ClosingRecordings.Most + 3; i++)
        {
            ConnectedCall call = ConnectedCall.Begin(caller, callee);
            Assert.Equal(1, world.Gauges.Calls);
            call.HangUp();
        }
        Assert.Equal((ClosingRecordings.Most, 0), (world.Gauges.RecordingsClosing, world.Gauges.Calls));
        Assert.Equal((ClosingRecordings.Most, 3), (world.RecordingOrders.Count, world.Log.Count("recording_refused")));
        Assert.Contains("wait to be closed", world.Log.Events.Last(e => e.Name == "recording_refused").Text, StringComparison.Ordinal);
        Assert.Equal(3, world.Counters.RecordingsFailed);

        world.AnswerRecordings();
        ConnectedCall last = ConnectedCall.Begin(caller, callee);
        Assert.Equal((0, 1), (world.Gauges.RecordingsClosing, world.Gauges.Recordings));
        last.HangUp();
    }

    [Fact]
    public void Who_is_refused_for_want_of_room_presses_the_code_once_more_and_nothing_begins_before_that()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        world.RecorderAnswersAtOnce = false;
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < ClosingRecordings.Most; i++)
        {
            ConnectedCall one = ConnectedCall.Begin(caller, callee);
            world.Press(RecordedCall.PathOf(world, RecordedSide.Caller), "*1");
            one.HangUp();
        }
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        RelayKey path = RecordedCall.PathOf(world, RecordedSide.Caller);
        world.Press(path, "*1");
        Assert.Equal((0, 1), (world.Gauges.Recordings, world.Log.Count("recording_refused")));
        world.AnswerRecordings();
        call.A.Send("INVITE", body: caller.Sdp(version: 2, formats: "8"));
        PhoneDialog.FromInvite(callee, callee.NextRequest("INVITE")).Accept(sdp: callee.Sdp(41000, 2, formats: "8"));
        _ = call.A.Answered();
        Assert.Equal(0, world.Gauges.Recordings);
        world.Advance(10);
        world.Press(path, "*1");
        Assert.Equal(1, world.Gauges.Recordings);
        call.HangUp();
        world.AnswerRecordings();
    }

    [Fact]
    public void A_call_whose_recording_changes_its_kind_is_refused_the_next_part_when_too_many_wait()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < ClosingRecordings.Most - 1; i++)
        {
            ConnectedCall.Begin(caller, callee).HangUp();
        }
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        foreach ((int version, string codec) in ((int, string)[])[(2, "9"), (3, "0")])
        {
            Assert.Equal((1, 0), (world.Gauges.Recordings, world.Log.Count("recording_refused")));
            call.A.Send("INVITE", body: caller.Sdp(version: version, formats: codec));
            PhoneDialog.FromInvite(callee, callee.NextRequest("INVITE")).Accept(sdp: callee.Sdp(41000, version, formats: codec));
            _ = call.A.Answered();
        }
        Assert.Equal((1, 0, 1), (world.Gauges.Calls, world.Gauges.Recordings, world.Log.Count("recording_refused")));
        Assert.Null(RecordedCall.TapOf(world, RecordedSide.Caller));
        call.HangUp();
    }

    [Fact]
    public void It_is_said_once_that_files_wait_and_once_that_they_do_not_any_more()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(4.9);
        Assert.Equal(0, world.Log.Count("recordings_overdue"));
        ConnectedCall.Begin(call.Caller, call.Callee).HangUp();
        world.Advance(20);
        Assert.Equal((1, 0), (world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
        world.AnswerRecordings();
        Assert.Equal((1, 1), (world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
        ConnectedCall.Begin(call.Caller, call.Callee).HangUp();
        world.Advance(6);
        Assert.Equal(2, world.Log.Count("recordings_overdue"));
        world.AnswerRecordings();
    }

    [Fact]
    public void Where_one_always_waits_a_little_it_is_over_when_none_waits_for_long_and_may_begin_anew()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int slow = 1; slow <= 2; slow++)
        {
            RecordingKey last = EndOne(world, caller, callee);
            world.Advance(6);
            Assert.Equal((slow, slow - 1), (world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
            for (int i = 0; i < 5; i++)
            {
                RecordingKey next = EndOne(world, caller, callee); // before the one before is closed
                Close(world, last);
                last = next;
                Assert.Equal((slow, slow), (world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
                world.Advance(3);
            }
            Close(world, last);
        }
        Assert.Equal((0, 2, 2), (world.Gauges.RecordingsClosing, world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
    }

    [Fact]
    public void A_medium_that_is_just_too_slow_says_so_once_and_not_with_each_file()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        var waiting = new Queue<RecordingKey>();
        for (int i = 0; i < 10; i++)
        {
            waiting.Enqueue(EndOne(world, caller, callee));
            world.Advance(2);
            if (waiting.Count > 3)
            {
                Close(world, waiting.Dequeue()); // has waited for eight seconds, and the next one for six
            }
        }
        Assert.Equal((1, 0), (world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
        while (waiting.TryDequeue(out RecordingKey key))
        {
            Close(world, key);
        }
        Assert.Equal((1, 1), (world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
    }

    [Fact]
    public void When_the_last_is_given_up_none_is_overdue_any_more()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        world.EndsWithNothingOwned = false;
        (Phone caller, Phone callee) = world.TwoPhones();
        RecordingKey first = EndOne(world, caller, callee);
        world.Advance(300);
        RecordingKey second = EndOne(world, caller, callee);
        world.Advance(300);
        Assert.Equal((1, 0), (world.Gauges.RecordingsClosing, world.Log.Count("recordings_caught_up"))); // the second goes on waiting
        world.Advance(300);
        Assert.Equal((0, 1, 1), (world.Gauges.RecordingsClosing, world.Log.Count("recordings_overdue"), world.Log.Count("recordings_caught_up")));
        Close(world, first);
        Close(world, second);
        RecordingKey third = EndOne(world, caller, callee);
        world.Advance(6);
        Assert.Equal((1, 2), (world.Gauges.RecordingsClosing, world.Log.Count("recordings_overdue")));
        Close(world, third);
    }

    [Fact]
    public void One_that_is_never_closed_is_given_up_after_ten_minutes_and_said_to_be_left()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        world.EndsWithNothingOwned = false;
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        world.Advance(599);
        Assert.Equal((1, 0), (world.Gauges.RecordingsClosing, world.Log.Count("gauge_not_at_baseline")));
        world.Advance(1);
        Assert.Equal((0, 1), (world.Gauges.RecordingsClosing, world.Log.Count("gauge_not_at_baseline")));
        Assert.Equal(("recordings_closing", 1), (world.Engine.Snapshot(world.Now).Leftovers[0].Gauge, world.Engine.Snapshot(world.Now).Leftovers[0].Count));
        world.AnswerRecordings(); // too late: it finds nothing
        world.AssertNothingIsOwned();
        Assert.Equal(0, world.Log.Count("recording_stopped"));
    }

    [Fact]
    [Trait("Clause", "race 33")]
    public void Files_that_are_closed_before_the_hand_over_is_heard_of_are_booked_once()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.HandsRecordingsOver = false;
        ConnectedCall call = ConnectedCall.Begin(world);
        RecordingKey key = Assert.Single(world.Recordings).Key;
        call.HangUp(); // the recorder closes at once
        Assert.Equal((0, 0, 1), (world.Gauges.Calls, world.Gauges.Recordings, world.Log.Count("recording_stopped")));
        world.ReportRecording(new RecordingReport(RecordingReportKind.HandedOver, key, "")); // what the relay said, later
        Assert.Equal(0, world.Gauges.RecordingsClosing);
        Assert.Equal(new ReceiptCount(1, 1, 0), Assert.Single(world.Records).Receipt.Files);
    }

    [Fact]
    public void A_hand_over_that_is_told_twice_or_of_a_recording_that_goes_on_changes_nothing()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.AnswerRecordings();
        RecordingKey key = Assert.Single(world.Recordings).Key;
        var handedOver = new RecordingReport(RecordingReportKind.HandedOver, key, "");
        world.ReportRecording(handedOver);
        Assert.Equal((1, 0), (world.Gauges.Recordings, world.Gauges.RecordingsClosing));
        call.HangUp();
        world.ReportRecording(handedOver);
        Assert.Equal((0, 1), (world.Gauges.Recordings, world.Gauges.RecordingsClosing));
        world.AnswerRecordings();
    }

    /// <summary>A call comes and goes; its recording waits.</summary>
    private static RecordingKey EndOne(PbxWorld world, Phone caller, Phone callee)
    {
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        RecordingKey key = RecordedCall.TapOf(world, RecordedSide.Caller)!.Recording;
        call.HangUp();
        return key;
    }

    private static void Close(PbxWorld world, RecordingKey key) =>
        world.ReportRecording(new RecordingReport(RecordingReportKind.Closed, key, "a.wav"));
}
