using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Answers and refreshes that fit into no message, in the middle of starting a timer.</summary>
[Trait("Clause", "ST-33")]
public class UndeliverableScenarios
{
    [Fact]
    [Trait("Clause", "race 9")]
    public void An_answer_that_fits_into_no_message_leaves_no_timer_armed()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        // what the answer copies from the request fills it nearly up; the description is too much
        string vias = string.Concat(Enumerable.Range(0, 7).Select(i => $"Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK{i};x={new string('x', 7900)}\r\n"));
        PhoneDialog a = caller.Invite("1002", extra: TimerCall.Expires(90, "uas") + vias);
        PhoneDialog b = callee.Take();
        var sdp = new StringBuilder(b.Sdp);
        for (int i = 0; i < 150; i++)
        {
            _ = sdp.Append(System.Globalization.CultureInfo.InvariantCulture, $"a=fmtp:0 {new string('y', 100)}{i}\r\n");
        }
        b.Accept("Session-Expires: 90;refresher=uac\r\n", sdp.ToString());
        _ = callee.NextRequest("ACK");
        a.SendAckToFailure(caller.NextStatus(500));
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.Equal((0, 0), (world.Gauges.Calls, world.Gauges.TimersSession));
        int sent = world.Sent.Count;
        world.Advance(31 * 60);
        Assert.Equal(sent, world.Sent.Count);
        Assert.DoesNotContain(caller.Inbox, message => !message.IsResponse); // refused: there is no dialog to say BYE in
        Assert.Equal((0, 0), (world.Log.Count("call_established"), world.Counters.CallsEstablished));
    }
}
