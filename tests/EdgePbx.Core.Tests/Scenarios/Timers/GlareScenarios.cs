namespace EdgePbx.Core.Tests;

/// <summary>Both sides refresh at once (RFC 3261 14.1, 14.2).</summary>
[Trait("Clause", "ST-39")]
[Trait("Clause", "C-29")]
[Trait("Clause", "C-32")]
public class GlareScenarios
{
    public static TheoryData<string, bool> Sides => new() { { "INVITE", true }, { "INVITE", false }, { "UPDATE", true }, { "UPDATE", false } };

    [Theory]
    [MemberData(nameof(Sides))]
    public void Both_get_491_and_the_peers_second_try_is_the_only_refresh(string method, bool atCaller)
    {
        using var world = new PbxWorld();
        TimerCall call = Collide(world, method, atCaller, out Phone phone, out PhoneDialog dialog);
        _ = dialog.Send(method, TimerCall.Expires(90, "uac"), Body(method, dialog)); // before our own back-off is over
        _ = phone.NextStatus(200);
        if (method == "INVITE")
        {
            dialog.Ack();
        }
        world.Advance(44.999);
        Assert.Single(call.Requests(phone, method));
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void When_the_peer_lets_it_be_the_box_tries_once_more(string method, bool atCaller)
    {
        using var world = new PbxWorld();
        TimerCall call = Collide(world, method, atCaller, out Phone phone, out PhoneDialog dialog);
        call.KeepAlive(phone);
        world.Advance(44);
        double[] at = [.. call.Requests(phone, method).Select(request => request.At)];
        Assert.Equal(2, at.Length);
        if (atCaller)
        {
            Assert.InRange(at[1] - RefreshAt(atCaller), 0, 2.0);
        }
        else
        {
            Assert.InRange(at[1] - RefreshAt(atCaller), 2.1, 4.0); // the box chose the Call-ID there
        }
        Assert.Equal(1, world.Gauges.Calls);
        call.HangUp();
    }

    [Fact]
    public void The_waiting_time_has_the_bounds_and_steps_of_the_rule()
    {
        List<int> owner = [];
        List<int> other = [];
        for (int seed = 1; seed <= 60; seed++)
        {
            foreach (bool atCaller in (bool[])[true, false])
            {
                using var world = new PbxWorld(seed: seed);
                TimerCall call = Collide(world, "UPDATE", atCaller, out Phone phone, out _);
                call.KeepAlive(phone);
                world.Advance(5);
                double waited = call.Requests(phone, "UPDATE")[1].At - RefreshAt(atCaller);
                Assert.Equal(0, Math.Round(waited * 1000) % 10);
                (atCaller ? other : owner).Add((int)Math.Round(waited * 1000));
                call.HangUp();
            }
        }
        Assert.InRange(owner.Min(), 2100, 2400);
        Assert.InRange(owner.Max(), 3700, 4000);
        Assert.InRange(other.Min(), 0, 300);
        Assert.InRange(other.Max(), 1700, 2000);
    }

    [Theory]
    [MemberData(nameof(Sides))]
    [Trait("Clause", "ST-33")]
    public void A_bye_in_the_meantime_ends_the_waiting(string method, bool atCaller)
    {
        using var world = new PbxWorld();
        TimerCall call = Collide(world, method, atCaller, out Phone phone, out _);
        call.HangUp();
        world.Advance(1800);
        Assert.Single(call.Requests(phone, method));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    [Trait("Clause", "ST-29")]
    public void A_peer_that_always_answers_491_is_given_up_at_the_guard_time(string method, bool atCaller)
    {
        using var world = new PbxWorld();
        TimerCall call = Collide(world, method, atCaller, out Phone phone, out _);
        phone.Answers = message =>
        {
            if (!message.IsResponse && message.Method == method)
            {
                phone.Reply(message, 491);
            }
            return message.Method != "BYE";
        };
        world.Advance(60 - RefreshAt(atCaller) - 0.001);
        Assert.Equal(1, world.Gauges.Calls);
        world.Advance(0.001);
        Assert.InRange(call.Requests(phone, method).Count, 4, 60);
        call.TakeByes();
    }

    /// <summary>The box's refresh and the phone's cross on the wire.</summary>
    private static TimerCall Collide(PbxWorld world, string method, bool atCaller, out Phone phone, out PhoneDialog dialog)
    {
        string allow = method == "INVITE" ? TimerCall.NoUpdate : "INVITE, ACK, BYE, CANCEL, UPDATE";
        TimerCall call = TimerCall.Establish(world, TimerCall.Expires(atCaller ? 90 : 1800, "uas"), TimerCall.Expires(atCaller ? 1800 : 90, "uac"), allow);
        (phone, dialog) = atCaller ? (call.Caller, call.A) : (call.Callee, call.B);
        world.Advance(RefreshAt(atCaller));
        WireMessage ours = phone.NextRequest(method);
        _ = dialog.Send(method, TimerCall.Expires(90, "uac"), Body(method, dialog));
        WireMessage refusal = phone.NextStatus(491);
        if (method == "INVITE")
        {
            dialog.SendAckToFailure(refusal);
        }
        phone.Reply(ours, 491);
        return call;
    }

    /// <summary>Of a session of 90 s; the callee is refreshed a second earlier.</summary>
    private static double RefreshAt(bool atCaller) => atCaller ? 45 : 44;

    private static string Body(string method, PhoneDialog dialog) => method == "INVITE" ? dialog.Sdp : "";
}
