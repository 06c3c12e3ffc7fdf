namespace EdgePbx.Core.Tests;

/// <summary>A call that is always recorded and finds no room is tried again until there is some: seldom, and one for all.</summary>
public class RecordingRetryScenarios
{
    private const string Full = "the file system is full";

    [Fact]
    public void A_call_that_finds_the_medium_full_is_recorded_from_when_there_is_room()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.RecorderProblem = Full;
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(600);
        Assert.Equal((1, 0), (world.Log.Count("recording_refused"), world.Log.Count("recording_started")));
        Assert.InRange(world.RecordingOrders.Count, 600 / 16, 4 + (600 / 16));
        Assert.Null(RecordedCall.TapOf(world, RecordedSide.Caller));

        world.RecorderProblem = "";
        world.Advance(16);
        Assert.Equal((1, 1), (world.Gauges.Recordings, world.Log.Count("recording_started")));
        Assert.Equal(1, world.RecordingOrders[^1].Part); // the others never were
        Assert.False(RecordedCall.TapOf(world, RecordedSide.Callee)!.Recording.IsNone);
        int orders = world.RecordingOrders.Count;
        world.Advance(100);
        Assert.Equal(orders, world.RecordingOrders.Count);
        call.HangUp();
        Assert.Equal(1, world.Log.Count("recording_stopped"));
    }

    [Fact]
    public void However_many_wait_one_tries_for_all_and_they_begin_together()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        (Phone caller, Phone callee) = world.TwoPhones();
        world.RecorderProblem = Full;
        ConnectedCall[] calls = [.. Enumerable.Range(0, 8).Select(_ => ConnectedCall.Begin(caller, callee))];
        world.Advance(160);
        Assert.InRange(world.RecordingOrders.Count, calls.Length + 10, calls.Length + 14);
        Assert.Equal(calls.Length, world.Log.Count("recording_refused")); // each call says it once
        world.RecorderProblem = "";
        world.Advance(16);
        Assert.Equal(calls.Length, world.Gauges.Recordings);
        Array.ForEach(calls, call => call.HangUp());
    }

    [Fact]
    public void A_call_that_came_while_too_many_waited_to_be_closed_is_recorded_when_they_are()
    {
        using PbxWorld world = RecordedCall.SlowWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < ClosingRecordings.Most; i++)
        {
            ConnectedCall.Begin(caller, callee).HangUp();
        }
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        world.Advance(60);
        Assert.Equal((0, 1), (world.Gauges.Recordings, world.Log.Count("recording_refused")));
        world.RecorderAnswersAtOnce = true;
        world.AnswerRecordings();
        world.Advance(16);
        Assert.Equal(1, world.Gauges.Recordings);
        call.HangUp();
    }

    [Fact]
    public void A_call_that_has_ended_meanwhile_is_not_tried_again()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.RecorderProblem = Full;
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        ConnectedCall other = ConnectedCall.Begin(call.Caller, call.Callee); // perhaps in the same slot
        int orders = world.RecordingOrders.Count;
        world.RecorderProblem = "";
        world.Advance(16);
        Assert.Equal((orders + 1, 1), (world.RecordingOrders.Count, world.Gauges.Recordings));
        other.HangUp();
    }

    [Fact]
    public void Nothing_but_the_pause_makes_it_try_again()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        world.RecorderProblem = Full;
        ConnectedCall call = ConnectedCall.Begin(world);
        for (int version = 2; version < 6; version++)
        {
            string codec = version % 2 == 0 ? "8" : "9";
            call.A.Send("INVITE", body: call.Caller.Sdp(version: version, formats: codec));
            PhoneDialog.FromInvite(call.Callee, call.Callee.NextRequest("INVITE")).Accept(sdp: call.Callee.Sdp(41000, version, formats: codec));
            _ = call.A.Answered();
        }
        Assert.Single(world.RecordingOrders);
        call.HangUp();
    }

    [Fact]
    public void Who_has_asked_by_the_code_asks_again()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        world.RecorderProblem = Full;
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Press(RecordedCall.PathOf(world, RecordedSide.Caller), "*1");
        world.RecorderProblem = "";
        world.Advance(100);
        Assert.Single(world.RecordingOrders);
        call.HangUp();
    }

    [Fact]
    public void A_recording_that_ends_because_the_medium_is_full_goes_on_in_a_next_part()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.Always);
        ConnectedCall call = ConnectedCall.Begin(world);
        world.RecorderProblem = Full;
        world.ReportRecording(new RecordingReport(RecordingReportKind.Closed, Assert.Single(world.Recordings).Key, "", Full));
        world.Advance(100);
        Assert.Equal((1, 1), (world.Log.Count("recording_failed"), world.Log.Count("recording_refused")));
        world.RecorderProblem = "";
        world.Advance(16);
        Assert.Equal((1, 2), (world.Gauges.Recordings, world.RecordingOrders[^1].Part));
        call.HangUp();
    }
}
