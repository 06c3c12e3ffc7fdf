namespace EdgePbx.Core.Tests;

/// <summary>What each call says about itself when it is over.</summary>
public class ReceiptScenarios
{
    [Fact]
    public void A_call_opens_and_closes_the_same_of_every_kind()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(10);
        call.HangUp();
        CallRecord record = Assert.Single(world.Records);
        Assert.True(record.IsClean);
        Assert.All(record.Receipt.All(), one => Assert.Equal((one.Kind, one.Value.Opened), (one.Kind, one.Value.Closed)));
        Assert.Equal(new ReceiptCount(2, 2, 0), record.Receipt.Legs);
        Assert.Equal(new ReceiptCount(2, 2, 0), record.Receipt.Dialogs);
        Assert.Equal(new ReceiptCount(2, 2, 0), record.Receipt.Requests);
        Assert.Equal(new ReceiptCount(2, 2, 0), record.Receipt.MediaPaths);
        Assert.Equal(new ReceiptCount(4, 4, 0), record.Receipt.Ports);
        Assert.Equal(new ReceiptCount(4, 4, 0), record.Receipt.Sockets);
        Assert.Equal(new ReceiptCount(0, 0, 0), record.Receipt.Files);
    }

    [Fact]
    public void Transactions_that_outlive_the_call_are_counted_as_handed_over()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.HangUp();
        CallRecord record = Assert.Single(world.Records);
        // the INVITE and the BYE of each leg; RFC 3261 and 6026 keep all four for a while
        Assert.Equal(new ReceiptCount(4, 4, 4), record.Receipt.Transactions);
        Assert.True(record.Receipt.Buffers.Lingering > 0);
        AuditCount audit = world.Engine.Snapshot(world.Now).Ledger.Transactions;
        Assert.Equal((4, 4), (audit.Opened, audit.Closed + audit.Held));
        world.Advance(40);
        Assert.Equal(new AuditCount(4, 4, 0), world.Engine.Snapshot(world.Now).Ledger.Transactions);
    }

    [Fact]
    public void The_record_says_when_who_and_what()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Instant start = world.Now;
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.Advance(5);
        b.Accept(sdp: callee.Sdp(formats: "8 101"));
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        world.Advance(20);
        b.Bye();
        _ = callee.NextStatus(200);
        caller.Reply(caller.NextRequest("BYE"), 200);
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((0, 5, 25), (Seconds(record.Started), Seconds(record.Answered!.Value), Seconds(record.Ended)));
        Assert.Equal(("1001", "1002"), (record.Caller.Number, record.Callee.Number));
        Assert.Equal(("PCMA/8000", "PCMA/8000"), (record.Caller.Codec, record.Callee.Codec));
        Assert.Equal(("hung_up", "1002 hung up", "callee"), (record.EndCode, record.EndReason, record.EndedBy));
        Assert.Equal((a.CallId, b.CallId), (record.CallId, record.B2buaCallId));
        Assert.Equal((1800, "us", "UPDATE", 0), Timer(record.Callee));

        double Seconds(Instant moment) => (moment - start).TotalSeconds;
        static (int, string, string, int) Timer(LegRecord leg) =>
            (leg.SessionTimer!.IntervalSeconds, leg.SessionTimer.Refresher, leg.SessionTimer.Method, leg.SessionTimer.Refreshes);
    }

    [Fact]
    public void A_call_that_nobody_answers_has_a_record_too()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Reply(486);
        _ = callee.NextRequest("ACK");
        a.SendAckToFailure(caller.NextStatus(486));
        CallRecord record = Assert.Single(world.Records);
        Assert.Null(record.Answered);
        Assert.Equal(("callee", "the called phone is busy", "1002"), (record.EndedBy, record.EndReason, record.Callee.Number));
    }

    [Fact]
    public void The_last_calls_stay_in_the_status_with_their_reason()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 51; i++)
        {
            ConnectedCall.Begin(caller, callee).HangUp();
            world.Advance(1);
        }
        IReadOnlyList<EndedCallSnapshot> ended = world.Engine.Snapshot(world.Now).EndedCalls;
        Assert.Equal(50, ended.Count);
        Assert.Equal((1, "1001 hung up", true), (ended[0].SecondsAgo, ended[0].Reason, ended[0].Clean));
        Assert.Equal(50, ended[^1].SecondsAgo);
    }

    [Theory]
    [InlineData("uac", "1001 stopped refreshing the session; both legs were closed")]
    [InlineData("uas", "1001 stopped answering the session refresh; both legs were closed")]
    [Trait("Clause", "ST-28")]
    public void A_session_that_runs_out_says_whose_silence_it_was(string refresher, string sentence)
    {
        using var world = new PbxWorld();
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(90, refresher));
        call.KeepAlive(call.Callee);
        call.Caller.Answers = message => !message.IsResponse && message.Method == "UPDATE"; // heard, and not answered
        world.Advance(89);
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((sentence, "edgepbx"), (record.EndReason, record.EndedBy));
    }

    [Fact]
    [Trait("Clause", "C-27")]
    public void A_missing_ack_is_explained()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        _ = caller.Invite("1002");
        callee.Take().Accept();
        world.Advance(33);
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal(("no ACK from 1001 within 32 s: its Contact or a NAT is wrong", "edgepbx"), (record.EndReason, record.EndedBy));
    }

    /// <summary>Timers are counted by no receipt, so nothing but the failure itself says that one may still be armed.</summary>
    [Theory]
    [Trait("Clause", "MUT-86")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_of_which_a_release_failed_is_not_clean(bool isOfLeg)
    {
        using var world = new PbxWorld { EndsWithNothingOwned = false };
        ConnectedCall connected = ConnectedCall.Begin(world);
        Call call = world.Engine.Context.Calls.Live.Single();
        _ = new Stuck(isOfLeg ? call.Caller!.Scope : call.Scope);
        connected.HangUp();
        CallRecord record = Assert.Single(world.Records);
        Assert.Equal((false, "1 release(s) that failed"), (record.IsClean, record.Left));
        Assert.Equal((1, 0, 1), (world.Log.Count("release_failed"), world.Log.Count("cleanup_verified"), world.Log.Count("call_unclean")));
        Assert.Equal(1, world.Counters.CallsUnclean);
    }

    private sealed class Stuck(ResourceScope scope) : Owned(scope, ResourceKind.RingTimer)
    {
        internal override Release Release(Instant now) => throw new InvalidOperationException("it can't be cancelled");
    }
}
