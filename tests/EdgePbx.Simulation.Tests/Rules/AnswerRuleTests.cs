namespace EdgePbx.Simulation.Tests;

public class AnswerRuleTests
{
    [Fact]
    public void A_response_to_nothing_is_found()
    {
        new RuleBench(new ResponsesHaveRequests()).Hears("INVITE").Responds(200, "INVITE").Holds();
        new RuleBench(new ResponsesHaveRequests()).Hears("INVITE").Responds(200, "INVITE", branch: "other").IsBroken();
        new RuleBench(new ResponsesHaveRequests()).Hears("INVITE").Responds(200, "BYE").IsBroken();
    }

    [Fact]
    public void A_request_without_a_final_response_is_found()
    {
        new RuleBench(new RequestsAreAnswered()).Hears("INVITE").Responds(100, "INVITE").Responds(200, "INVITE").Hears("ACK", branch: "p2").Ends().Holds();
        new RuleBench(new RequestsAreAnswered()).Hears("INVITE").Responds(180, "INVITE").Ends().IsBroken();
        new RuleBench(new RequestsAreAnswered()).Hears("BYE", to: "box").Ends().IsBroken();
    }

    [Fact]
    public void A_second_final_response_is_found()
    {
        RuleBench Refused() => new RuleBench(new OneFinalResponse()).Hears("INVITE").Responds(100, "INVITE", to: "").Responds(180, "INVITE").Responds(486, "INVITE");
        Refused().Wait(4).Responds(486, "INVITE").Holds();
        Refused().Responds(200, "INVITE").IsBroken();
        Refused().Responds(180, "INVITE").IsBroken();
        Refused().Responds(486, "INVITE", to: "another").IsBroken();
        Refused().Wait(40).Responds(401, "INVITE", to: "another").Holds();
        new RuleBench(new OneFinalResponse()).Responds(180, "INVITE").Responds(200, "INVITE", to: "another").IsBroken();
    }
}
