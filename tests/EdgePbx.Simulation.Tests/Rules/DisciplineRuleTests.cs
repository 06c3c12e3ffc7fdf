namespace EdgePbx.Simulation.Tests;

public class DisciplineRuleTests
{
    [Fact]
    public void A_number_that_does_not_rise_is_found()
    {
        new RuleBench(new NumbersRise()).Sends("INVITE").Sends("INVITE").Sends("ACK", 1, "z9hG4bK2", "peer").Sends("BYE", 2, "z9hG4bK3", "peer").Sends("BYE", 2, "z9hG4bK3", "peer").Holds();
        new RuleBench(new NumbersRise()).Sends("INVITE").Sends("BYE", 1, "z9hG4bK3", "peer").IsBroken();
        new RuleBench(new NumbersRise()).Sends("INFO", 5, "z9hG4bK2", "peer").Sends("INFO", 5, "z9hG4bK3", "peer").IsBroken();
        new RuleBench(new NumbersRise()).Sends("INFO", 5, "z9hG4bK2", "peer").Sends("INFO", 6, "z9hG4bK2", "peer").IsBroken();
        new RuleBench(new NumbersRise()).Sends("INFO", 5, "old-branch", "peer").IsBroken();
    }

    [Fact]
    public void An_ack_or_cancel_that_belongs_to_no_invite_is_found()
    {
        new RuleBench(new NumbersRise()).Sends("INVITE").IsTold(180, "INVITE").Sends("CANCEL").Holds();
        new RuleBench(new NumbersRise()).Sends("INVITE").Sends("CANCEL").IsBroken();
        new RuleBench(new NumbersRise()).Sends("INVITE").IsTold(180, "INVITE").Sends("CANCEL", 2).IsBroken();
        new RuleBench(new NumbersRise()).Sends("INVITE").Sends("ACK", 2, "z9hG4bK2", "peer").IsBroken();
    }

    [Fact]
    public void An_origin_line_that_hides_a_change_is_found()
    {
        static string Sdp(int version, string word = "a", int session = 7) => $"v=0\r\no=- {session} {version} IN IP4 192.0.2.1\r\ns={word}\r\n";
        new RuleBench(new OriginLineTellsChanges()).Sends("INVITE", body: Sdp(1)).Sends("INVITE", body: Sdp(1)).Sends("INVITE", body: Sdp(2, "b")).Holds();
        new RuleBench(new OriginLineTellsChanges()).Sends("INVITE", body: Sdp(1)).Sends("INVITE", body: Sdp(1, "b")).IsBroken();
        new RuleBench(new OriginLineTellsChanges()).Sends("INVITE", body: Sdp(2)).Sends("INVITE", body: Sdp(1, "b")).IsBroken();
        new RuleBench(new OriginLineTellsChanges()).Sends("INVITE", body: Sdp(1)).Sends("UPDATE", body: Sdp(2, "b", session: 8)).IsBroken();
        new RuleBench(new OriginLineTellsChanges()).Sends("INVITE", body: "no description").IsBroken();
    }

    [Fact]
    public void A_header_field_of_the_session_timer_in_the_wrong_place_is_found()
    {
        const string Timer = "Supported: 100rel, timer\r\n";
        new RuleBench(new SessionTimerHeaders()).Sends("INVITE", extra: $"{Timer}Session-Expires: 90\r\nMin-SE: 90\r\n").Sends("ACK", 1, "z9hG4bK2", "peer")
            .Responds(200, "INVITE", extra: "Session-Expires: 90;refresher=uac\r\nRequire: timer\r\n").Responds(422, "INVITE", extra: "Min-SE: 90\r\n").Holds();
        new RuleBench(new SessionTimerHeaders()).Sends("BYE", 2, to: "peer").IsBroken();
        new RuleBench(new SessionTimerHeaders()).Responds(200, "INVITE", extra: "Min-SE: 90\r\n").IsBroken();
        new RuleBench(new SessionTimerHeaders()).Responds(422, "INVITE").IsBroken();
        new RuleBench(new SessionTimerHeaders()).Responds(200, "INVITE", extra: "Session-Expires: 90;refresher=uac\r\n").IsBroken();
        new RuleBench(new SessionTimerHeaders()).Sends("INVITE", extra: $"{Timer}Session-Expires: 90;refresher=uac\r\n").IsBroken();
        new RuleBench(new SessionTimerHeaders()).Sends("BYE", 2, to: "peer", extra: $"{Timer}Session-Expires: 90\r\n").IsBroken();
        new RuleBench(new SessionTimerHeaders()).Sends("INVITE", extra: $"{Timer}Min-SE: 30\r\n").IsBroken();
    }
}
