namespace EdgePbx.Simulation.Tests;

public class GoodbyeRuleTests
{
    [Fact]
    public void A_2xx_without_ack_is_found()
    {
        new RuleBench(new AcceptedInvitesAreAcknowledged()).Sends("INVITE").IsTold(200, "INVITE").Sends("ACK", 1, "z9hG4bK2", "peer").IsTold(200, "INVITE").Ends().Holds();
        new RuleBench(new AcceptedInvitesAreAcknowledged()).Sends("INVITE").IsTold(200, "INVITE").Ends().IsBroken();
        new RuleBench(new AcceptedInvitesAreAcknowledged()).Sends("INVITE").IsTold(200, "INVITE").Sends("ACK", 1, "z9hG4bK2", "peer").IsTold(200, "INVITE", to: "second").Ends().IsBroken();
    }

    [Fact]
    public void A_2xx_after_the_end_of_its_transaction_is_nobodys()
    {
        new RuleBench(new AcceptedInvitesAreAcknowledged()).Sends("INVITE").Wait(33).IsTold(200, "INVITE").Ends().Holds();
        new RuleBench(new AcceptedInvitesAreAcknowledged()).Sends("INVITE").IsTold(486, "INVITE").IsTold(200, "INVITE").Ends().Holds();
    }

    [Fact]
    public void A_phone_that_is_left_ringing_is_found()
    {
        new RuleBench(new NobodyIsLeftRinging()).Sends("INVITE").IsTold(180, "INVITE").Sends("CANCEL").Ends().Holds();
        new RuleBench(new NobodyIsLeftRinging()).Sends("INVITE").IsTold(180, "INVITE").IsTold(200, "INVITE").Ends().Holds();
        new RuleBench(new NobodyIsLeftRinging()).Sends("INVITE").Ends().Holds();
        new RuleBench(new NobodyIsLeftRinging()).Sends("INVITE").IsTold(180, "INVITE").Ends().IsBroken();
    }

    [Fact]
    public void A_dialog_without_bye_is_found_on_either_leg()
    {
        new RuleBench(new NobodyIsLeftInACall()).Sends("ACK", 1, "z9hG4bK2", "peer").Sends("BYE", 2, "z9hG4bK3", "peer").Ends().Holds();
        new RuleBench(new NobodyIsLeftInACall()).Sends("ACK", 1, "z9hG4bK2", "peer").Responds(200, "BYE").Ends().Holds();
        new RuleBench(new NobodyIsLeftInACall()).IsTold(486, "INVITE").Sends("ACK", 1, "z9hG4bK1", "peer").Ends().Holds();
        new RuleBench(new NobodyIsLeftInACall()).Sends("ACK", 1, "z9hG4bK2", "peer").Ends().IsBroken();
        new RuleBench(new NobodyIsLeftInACall()).Responds(200, "INVITE").Ends().IsBroken();
        new RuleBench(new NobodyIsLeftInACall()).Responds(200, "INVITE").Responds(200, "BYE").Ends().Holds();
    }
}
