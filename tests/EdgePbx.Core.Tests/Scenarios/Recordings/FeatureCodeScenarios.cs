namespace EdgePbx.Core.Tests;

/// <summary>A recording on demand: the code is dialled during the call, by RTP events or in INFO.</summary>
public class FeatureCodeScenarios
{
    [Fact]
    public void The_code_starts_a_recording_and_stops_it_again()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey path = RecordedCall.PathOf(world, RecordedSide.Caller);
        Assert.Equal((0, true), (world.Gauges.Recordings, RecordedCall.TapOf(world, RecordedSide.Caller)!.WantsDigits));
        Assert.True(RecordedCall.TapOf(world, RecordedSide.Caller)!.Recording.IsNone);
        world.Press(path, "5*1");
        Assert.Equal(1, world.Gauges.Recordings);
        Assert.False(RecordedCall.TapOf(world, RecordedSide.Callee)!.Recording.IsNone);
        world.Advance(10);
        world.Press(path, "*1");
        Assert.Equal(0, world.Gauges.Recordings);
        Assert.True(RecordedCall.TapOf(world, RecordedSide.Callee)!.Recording.IsNone);
        world.Advance(10);
        world.Press(path, "*1");
        Assert.Equal([1, 2], world.RecordingOrders.Select(order => order.Part));
        call.HangUp();
        Assert.Equal((2, 2), (world.Log.Count("recording_started"), world.Log.Count("recording_stopped")));
    }

    [Theory]
    [InlineData(RecordMode.Never, RecordMode.OnDemand, null, true, false)]
    [InlineData(RecordMode.Never, null, RecordMode.OnDemand, false, true)]
    [InlineData(RecordMode.OnDemand, null, RecordMode.Never, false, false)]
    [InlineData(RecordMode.Never, null, null, false, false)]
    [InlineData(RecordMode.OnDemand, null, null, true, true)]
    [InlineData(RecordMode.OnDemand, RecordMode.Always, null, false, false)]
    public void Only_a_phone_that_may_is_listened_to(RecordMode box, RecordMode? caller, RecordMode? callee, bool callerMay, bool calleeMay)
    {
        using PbxWorld world = RecordedCall.World(box, caller, callee);
        ConnectedCall call = ConnectedCall.Begin(world);
        int before = world.Gauges.Recordings;
        Assert.Equal((callerMay, calleeMay), (WantsDigits(world, RecordedSide.Caller), WantsDigits(world, RecordedSide.Callee)));
        world.Press(RecordedCall.PathOf(world, RecordedSide.Caller), "*1");
        Assert.Equal(before + (callerMay ? 1 : 0), world.Gauges.Recordings);
        world.Advance(5);
        world.Press(RecordedCall.PathOf(world, RecordedSide.Callee), "*1");
        Assert.Equal(before + (callerMay != calleeMay ? 1 : 0), world.Gauges.Recordings);
        call.HangUp();
    }

    [Fact]
    public void Digits_in_info_count_and_go_on_to_the_other_phone()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        ConnectedCall call = ConnectedCall.Begin(world);
        Info(call, "application/dtmf-relay", "Duration=160\r\nSignal = *\r\n");
        Info(call, "application/dtmf", "1");
        Assert.Equal(1, world.Gauges.Recordings);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "BUG-27")]
    [InlineData("audio/telephone-event", "*", "1")]
    [InlineData("audio/telephone-event", "\n\u0001\u0000 ", "\u0001\n\u0003 ")]
    [InlineData("audio/telephone-event", "d=*\r\n", "d=1")]
    [InlineData("Audio/Telephone-Event;rate=8000", "Signal=10\r\nDuration=160\r\n", "Signal=1\r\nDuration=160\r\n")]
    [InlineData("application/dtmf-relay", "d=10\r\nDuration=100\r\n", "Duration=100\r\nD = 1 \r\n")]
    [InlineData("application/dtmf", "Signal=*", "d=1\r\n\0")]
    [InlineData("application/vnd.nortelnetworks.digits", "p=Digit-Collection\r\ny=Digits\r\n\r\nd=*\r\n", "p=Digit-Collection\r\ny=Digits\r\n\r\nd=1\r\n")]
    public void So_do_those_that_come_in_other_words(string type, string star, string one)
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        ConnectedCall call = ConnectedCall.Begin(world);
        Info(call, type, star);
        Info(call, type, one);
        Assert.Equal(1, world.Gauges.Recordings);
        call.HangUp();
    }

    [Theory]
    [Trait("Clause", "BUG-27")]
    [InlineData("audio/telephone-event", "", "d=")]
    [InlineData("audio/telephone-event", "d=x", "\u0010\u0001 ")]
    [InlineData("text/plain", "*", "1")]
    [InlineData("application/dtmf-relay", "Duration=160\r\nSignal=16", "Signal=1 1")]
    public void What_is_no_key_is_none(string type, string first, string second)
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand, code: "11");
        ConnectedCall call = ConnectedCall.Begin(world);
        Info(call, type, first);
        Info(call, type, second);
        Info(call, "application/dtmf", "1");
        Assert.Equal(0, world.Gauges.Recordings);
        call.HangUp();
    }

    [Fact]
    public void A_phone_that_sends_its_keys_in_both_ways_means_them_once()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey path = RecordedCall.PathOf(world, RecordedSide.Caller);
        world.Press(path, "*");
        Info(call, "application/dtmf-relay", "Signal=10\r\n");
        world.Press(path, "1");
        Info(call, "application/dtmf-relay", "Signal=1\r\n");
        Assert.Equal(1, world.Gauges.Recordings);
        call.HangUp();
    }

    [Fact]
    public void Digits_that_come_slowly_are_no_code()
    {
        using PbxWorld world = RecordedCall.World(RecordMode.OnDemand);
        ConnectedCall call = ConnectedCall.Begin(world);
        RelayKey path = RecordedCall.PathOf(world, RecordedSide.Caller);
        world.Press(path, "*");
        world.Advance(5);
        world.Press(path, "1");
        Assert.Equal(0, world.Gauges.Recordings);
        call.HangUp();
    }

    [Theory]
    [InlineData("*1", "*1", true)]
    [InlineData("*1", "**1", true)]
    [InlineData("**5", "***5", true)]
    [InlineData("1212", "121212", true)]
    [InlineData("*1", "*21", false)]
    [InlineData("", "*1", false)]
    public void The_last_digits_count(string code, string keys, bool isCode)
    {
        var listener = new FeatureCode();
        var now = new Instant(TimeSpan.TicksPerHour);
        Assert.Equal(isCode, keys.Count(key => listener.Push(now, key, code)) == 1);
    }

    private static bool WantsDigits(PbxWorld world, RecordedSide side) => RecordedCall.TapOf(world, side)?.WantsDigits == true;

    private static void Info(ConnectedCall call, string type, string body)
    {
        call.A.CSeq++;
        call.Caller.Send(call.Caller.Request(
            "INFO", call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, call.A.CSeq, call.Caller.NewBranch(), "", body, type));
        WireMessage info = call.Callee.NextRequest("INFO");
        Assert.Equal(body, info.Body);
        call.Callee.Reply(info, 200);
        _ = call.Caller.NextStatus(200);
    }
}
