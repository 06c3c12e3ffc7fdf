using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>Whoever has not shown who he is gets an answer, and nothing is remembered of him (RFC 3261 8.2.7, 26.3.2.4).</summary>
[Trait("Clause", "C-19")]
public class StrangerScenarios
{
    public static TheoryData<string, int> Requests => new()
    {
        { "INVITE", 401 }, { "REGISTER", 401 }, { "OPTIONS", 200 }, { "BYE", 481 }, { "CANCEL", 481 }, { "PRACK", 481 }, { "UPDATE", 481 }, { "INFO", 481 },
        { "MESSAGE", 405 }, { "SUBSCRIBE", 405 }, { "CHAT", 405 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_gets_one_answer_and_leaves_nothing(string method, int status)
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        string request = Ask(stranger, method, 1);
        stranger.Send(request);
        WireMessage answer = Assert.Single(stranger.Inbox);
        Assert.Equal(status, answer.Status);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
        stranger.Inbox.Clear();
        stranger.Send(request);
        WireMessage again = Assert.Single(stranger.Inbox);
        Assert.Equal(status, again.Status);
        Assert.NotEqual("", answer.ToTag);
        Assert.Equal(answer.ToTag, again.ToTag);
        stranger.Inbox.Clear();
        world.Advance(70);
        Assert.Empty(stranger.Inbox);
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("REGISTER")]
    public void Wrong_credentials_leave_nothing_either(string method)
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        stranger.Send(Ask(stranger, method, 1));
        string credentials = stranger.Credentials(stranger.NextStatus(401), method, "sip:1002@office.example");
        int secret = credentials.IndexOf("response=\"", StringComparison.Ordinal) + 10;
        string wrong = $"{credentials[..secret]}{(credentials[secret] == '0' ? '1' : '0')}{credentials[(secret + 1)..]}";
        stranger.Send(Ask(stranger, method, 2, wrong));
        Assert.Equal(401, Assert.Single(stranger.Inbox).Status);
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
    }

    [Fact]
    public void The_ack_to_such_an_answer_is_taken_in_silence()
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        string request = Ask(stranger, "INVITE", 1);
        stranger.Send(request);
        WireMessage answer = stranger.NextStatus(401);
        stranger.Send(stranger.Request("ACK", "sip:1002@office.example", "x1", "<sip:1001@office.example>;tag=f", answer["To"], 1, answer.Branch, "", ""));
        Assert.Empty(stranger.Inbox);
    }

    [Theory]
    [InlineData("INVITE", "Require: teleport\r\n", 420)]
    [InlineData("OPTIONS", "Require: teleport\r\n", 420)]
    public void What_he_requires_is_refused_without_a_memory_too(string method, string extra, int status)
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1001", 66);
        stranger.Send(Ask(stranger, method, 1, extra));
        WireMessage answer = Assert.Single(stranger.Inbox);
        Assert.Equal((status, "teleport"), (answer.Status, answer["Unsupported"]));
        Assert.Equal(new GaugeSnapshot(), world.Gauges);
    }

    [Fact]
    public void Ten_thousand_of_them_disturb_no_call()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        world.Advance(70);
        GaugeSnapshot before = world.Gauges;
        Phone stranger = world.Phone("1001", 66);
        int answered = 0;
        for (int i = 0; i < 10_000; i++)
        {
            stranger.Send(Ask(stranger, "INVITE", i));
            Assert.All(stranger.Inbox, answer => Assert.Equal(401, answer.Status));
            answered += stranger.Inbox.Count;
            stranger.Inbox.Clear();
        }
        Assert.InRange(answered, 10, 100); // all at one moment; the others get silence
        Assert.Equal(10_000 - answered, world.Counters.AnswersWithheld);
        Assert.Equal(before, world.Gauges);
        call.HangUp();
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Fact]
    public void A_flood_within_a_call_is_bounded_and_its_bye_is_answered()
    {
        var memory = MemoryBudget.Of(MemoryBudget.Least);
        using var world = new PbxWorld((PbxWorld.DefaultSettings with { Memory = memory }).WithoutShares());
        ConnectedCall call = ConnectedCall.Begin(world);
        for (int i = 0; i < memory.ServerTransactions; i++)
        {
            call.A.Send("OPTIONS");
        }
        Assert.Equal(memory.ServerTransactions, world.Gauges.ServerTransactions);
        _ = call.Caller.NextStatus(503);
        call.Caller.Inbox.Clear();
        call.HangUp();
    }

    private static string Ask(Phone stranger, string method, int number, string extra = "") => stranger.Request(method, "sip:1002@office.example",
        $"x{number.ToString(CultureInfo.InvariantCulture)}", "<sip:1001@office.example>;tag=f",
        method == "REGISTER" ? "<sip:1001@office.example>" : "<sip:1002@office.example>", 1, stranger.NewBranch(),
        $"Contact: <{stranger.ContactUri}>\r\n{extra}", "");
}
