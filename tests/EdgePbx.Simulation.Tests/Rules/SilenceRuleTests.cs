namespace EdgePbx.Simulation.Tests;

public class SilenceRuleTests
{
    [Fact]
    public void After_its_own_bye_only_copies_of_that_and_acks_follow()
    {
        RuleBench Ended() => new RuleBench(new EndedDialogIsSilent()).Sends("BYE", 2, "z9hG4bK2", "peer");
        Ended().Sends("BYE", 2, "z9hG4bK2", "peer").Sends("ACK", 1, "z9hG4bK3", "peer").Sends("UPDATE", 2, "z9hG4bK4", "another").Holds();
        Ended().Sends("UPDATE", 3, "z9hG4bK5", "peer").IsBroken();
        Ended().Sends("BYE", 3, "z9hG4bK6", "peer").IsBroken();
        new RuleBench(new EndedDialogIsSilent()).Sends("UPDATE", 1, "z9hG4bK1", "peer").Sends("BYE", 2, "z9hG4bK2", "peer").Sends("UPDATE", 1, "z9hG4bK1", "peer").IsBroken();
    }

    [Fact]
    public void After_the_peers_bye_nothing_follows_but_copies_of_one_that_crossed()
    {
        new RuleBench(new EndedDialogIsSilent()).Responds(200, "BYE").Sends("ACK", 1, "z9hG4bK3", "peer").Holds();
        new RuleBench(new EndedDialogIsSilent()).Sends("BYE", 2, "z9hG4bK2", "peer").Responds(200, "BYE").Sends("BYE", 2, "z9hG4bK2", "peer").Holds();
        new RuleBench(new EndedDialogIsSilent()).Responds(200, "BYE").Sends("BYE", 2, "z9hG4bK2", "peer").IsBroken();
        new RuleBench(new EndedDialogIsSilent()).Responds(200, "BYE").Sends("INFO", 2, "z9hG4bK2", "peer").IsBroken();
    }

    [Fact]
    public void After_a_refusal_only_the_ack_follows_and_after_422_one_more_invite()
    {
        RuleBench Refused(int status) => new RuleBench(new RefusedInviteIsSilent()).Sends("INVITE").IsTold(180, "INVITE").IsTold(status, "INVITE").Sends("ACK", 1, "z9hG4bK1", "peer");
        Refused(486).Sends("ACK", 1, "z9hG4bK1", "peer").Holds();
        Refused(486).Sends("PRACK", 2, "z9hG4bK2", "peer").IsBroken();
        Refused(486).Sends("INVITE", 2, "z9hG4bK2").IsBroken();
        Refused(422).Sends("INVITE", 2, "z9hG4bK2").Holds();
        Refused(422).Sends("CANCEL", 1).IsBroken();
    }

    [Fact]
    public void After_a_cancel_only_its_copies_follow_and_what_a_2xx_needs()
    {
        RuleBench Cancelled() => new RuleBench(new RefusedInviteIsSilent()).Sends("INVITE").IsTold(180, "INVITE").Sends("CANCEL");
        Cancelled().Sends("CANCEL").IsTold(200, "INVITE").Sends("ACK", 1, "z9hG4bK2", "peer").Sends("BYE", 2, "z9hG4bK3", "peer").Holds();
        Cancelled().Sends("UPDATE", 2, "z9hG4bK3", "peer").IsBroken();
    }

    [Fact]
    public void Nothing_is_repeated_for_longer_than_32_seconds()
    {
        new RuleBench(new CopiesEndIn64T1()).Sends("BYE", 2, "z9hG4bK2", "peer").Wait(31.5).Sends("BYE", 2, "z9hG4bK2", "peer").Holds();
        new RuleBench(new CopiesEndIn64T1()).Sends("BYE", 2, "z9hG4bK2", "peer").Wait(33).Sends("BYE", 2, "z9hG4bK2", "peer").IsBroken();
        new RuleBench(new CopiesEndIn64T1()).Hears("INVITE").Responds(486, "INVITE").Wait(33).Responds(486, "INVITE").IsBroken();
        new RuleBench(new CopiesEndIn64T1()).Hears("INVITE").Responds(481, "INVITE").Wait(33).Hears("INVITE").Responds(481, "INVITE").Holds();
        new RuleBench(new CopiesEndIn64T1()).HearsGarbage("INVITE").Responds(400, "NVITE").Wait(40).HearsGarbage("INVITE").Responds(400, "NVITE").Holds();
        new RuleBench(new CopiesEndIn64T1()).HearsGarbage("INVITE").Responds(400, "NVITE").Wait(40).Responds(400, "NVITE").IsBroken();
        new RuleBench(new CopiesEndIn64T1()).Sends("ACK", 1, "z9hG4bK2", "peer").Wait(40).Sends("ACK", 1, "z9hG4bK2", "peer").Holds();
    }
}
