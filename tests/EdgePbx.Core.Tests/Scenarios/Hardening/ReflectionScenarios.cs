using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Whoever writes another's address into his datagrams makes the box send little there: no long answers, and not many.</summary>
[Trait("Clause", "SEC-10")]
public class ReflectionScenarios
{
    private const string Head = "v:SIP/2.0/UDP h;branch=z9hG4bK1\r\nf:<sip:a@h>;tag=1\r\nt:<sip:b@h>\r\ni:1\r\n";

    /// <summary>The shortest request of each kind that anybody could think of, and what it would be answered with.</summary>
    public static TheoryData<string, int> Shortest => new()
    {
        { $"INVITE sip:b@h SIP/2.0\r\n{Head}CSeq:1 INVITE\r\nm:<sip:a@h>\r\n\r\n", 401 },
        { $"INVITE sip:b SIP/2.0\r\nv:SIP/2.0/UDP h\r\nf:<sip:a>\r\nt:<sip:b>\r\ni:1\r\nCSeq:1 INVITE\r\n\r\n", 401 },
        { $"REGISTER sip:h SIP/2.0\r\n{Head}CSeq:1 REGISTER\r\n\r\n", 401 },
        { $"REGISTER sip:h SIP/2.0\r\n{Head}CSeq:1 REGISTER\r\nAuthorization:Digest x\r\n\r\n", 400 },
        { $"OPTIONS sip:h SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\n\r\n", 200 },
        { "OPTIONS sip:h SIP/2.0\r\nv:SIP/2.0/UDP h\r\nf:<sip:a>\r\nt:<sip:b>\r\ni:1\r\nCSeq:1 OPTIONS\r\n\r\n", 200 },
        { $"MESSAGE sip:b@h SIP/2.0\r\n{Head}CSeq:1 MESSAGE\r\n\r\n", 405 },
        { $"X sip:b@h SIP/2.0\r\n{Head}CSeq:1 X\r\n\r\n", 405 },
        { $"OPTIONS sips:b@h SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\n\r\n", 416 },
        { $"OPTIONS tel:1 SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\n\r\n", 416 },
        { $"OPTIONS sip:b@h SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\nRequire:x\r\n\r\n", 420 },
        { $"INVITE sip:b@h SIP/2.0\r\n{Head}CSeq:1 INVITE\r\nRequire:a,b,c,d,e,f,g,h,i,j,k\r\n\r\n", 420 },
        { $"BYE sip:b@h SIP/2.0\r\n{Head}CSeq:1 BYE\r\n\r\n", 481 },
        { $"CANCEL sip:b@h SIP/2.0\r\n{Head}CSeq:1 CANCEL\r\n\r\n", 481 },
        { $"INFO sip:b@h SIP/2.0\r\n{Head.Replace("t:<sip:b@h>", "t:<sip:b@h>;tag=2", StringComparison.Ordinal)}CSeq:1 INFO\r\n\r\n", 481 },
        { $"OPTIONS sip:b@h SIP/7.0\r\n{Head}CSeq:1 OPTIONS\r\n\r\n", 505 },
        { "OPTIONS sip:b SIP/7.0\r\nv:SIP/2.0/UDP h\r\n\r\n", 505 },
        { $"OPTIONS sip:b@h SIP/2.0\r\n{Head}CSeq:1 BYE\r\n\r\n", 400 },
        { $"OPTIONS sip:b@h SIP/2.0\r\n{Head}\r\n\r\n", 400 },
        { "X sip:b SIP/2.0\r\nv:SIP/2.0/UDP h\r\n\r\n", 400 },
        { $"OPTIONS sip:b@h SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\nl:9\r\n\r\n", 400 },
        { $"OPTIONS sip:b@h SIP/2.0\r\n{Head}CSeq:99999999999 OPTIONS\r\n\r\n", 400 },
    };

    [Theory]
    [MemberData(nameof(Shortest))]
    public void The_answer_to_the_shortest_request_is_at_most_four_times_as_long(string request, int status)
    {
        foreach (bool isOverloaded in new[] { false, true })
        {
            using var world = new PbxWorld { NamesAreReused = true };
            if (isOverloaded)
            {
                world.Engine.ReportBacklog(world.Now, AdmissionControl.LongestBacklog);
            }
            world.Deliver(world.Phone("1001", 66).Flow, Encoding.ASCII.GetBytes(request));
            Assert.True(world.Sent.Count <= 1);
            foreach ((_, _, WireMessage answer) in world.Sent)
            {
                Assert.Contains(answer.Status, new[] { status, 503 });
                Assert.True(answer.Text.Length <= StrangerLimits.LongestAnswer * request.Length, $"{request.Length} bytes bring {answer.Text.Length}: {answer.Text}");
            }
            world.Advance(70);
            Assert.True(world.Sent.Count <= 1); // and never again
        }
    }

    [Theory]
    [MemberData(nameof(Shortest))]
    public void Such_a_request_is_answered_when_it_has_the_length_of_a_phones(string request, int status)
    {
        using var world = new PbxWorld { NamesAreReused = true };
        string usual = request.Replace("\r\n\r\n", $"\r\nUser-Agent: {new string('x', 150)}\r\n\r\n", StringComparison.Ordinal);
        world.Deliver(world.Phone("1001", 66).Flow, Encoding.ASCII.GetBytes(usual));
        Assert.Equal(status, Assert.Single(world.Sent).Message.Status);
    }

    [Theory]
    [InlineData("x,", 4000)]
    [InlineData("x\r\nRequire: ", 100)]
    [InlineData("averyveryverylongtag,", 380)]
    public void What_can_not_be_done_is_named_shortly(string tag, int times)
    {
        using var world = new PbxWorld { NamesAreReused = true };
        string request = $"OPTIONS sip:b@h SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\nRequire: {string.Concat(Enumerable.Repeat(tag, times))}z\r\n\r\n";
        world.Deliver(world.Phone("1001", 66).Flow, Encoding.ASCII.GetBytes(request));
        WireMessage answer = Assert.Single(world.Sent).Message;
        Assert.Equal(420, answer.Status);
        string named = Assert.Single(answer.All("Unsupported"));
        Assert.InRange(named.Split(", ").Length, 1, 8);
        Assert.True(named.Length <= 300 && answer.Text.Length < 700);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("timer, 100rel, a")]
    public void A_tag_of_any_length_is_cut(string first)
    {
        using var world = new PbxWorld { NamesAreReused = true };
        string request = $"OPTIONS sip:b@h SIP/2.0\r\n{Head}CSeq:1 OPTIONS\r\nRequire: {first}{new string('a', 5000)}\r\n\r\n";
        world.Deliver(world.Phone("1001", 66).Flow, Encoding.ASCII.GetBytes(request));
        Assert.InRange(Assert.Single(Assert.Single(world.Sent).Message.All("Unsupported")).Length, 1, 256);
    }

    [Fact]
    public void A_challenge_offers_both_algorithms_unless_it_would_be_too_long()
    {
        using var world = new PbxWorld { NamesAreReused = true };
        foreach ((int padding, int challenges) in new[] { (150, 2), (30, 2), (0, 1) })
        {
            string pad = padding == 0 ? "" : $"Subject: {new string('x', padding)}\r\n";
            string head = padding == 0 ? "v:SIP/2.0/UDP h\r\nf:<sip:a>\r\nt:<sip:b>\r\ni:1\r\n" : Head;
            world.Sent.Clear();
            world.Deliver(world.Phone("1001", (byte)(60 + challenges + (padding / 10))).Flow, Encoding.ASCII.GetBytes($"INVITE sip:b@h SIP/2.0\r\n{head}CSeq:1 INVITE\r\n{pad}\r\n"));
            Assert.Equal((padding, challenges), (padding, Assert.Single(world.Sent).Message.All("WWW-Authenticate").Count()));
        }
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("REGISTER")]
    [InlineData("INVITE")]
    [InlineData("MESSAGE")]
    [InlineData("BYE")]
    public void One_address_that_asks_ten_thousand_times_in_a_second_gets_a_hundred_answers_at_most(string method)
    {
        using var world = new PbxWorld();
        (Phone known, _) = world.TwoPhones();
        Phone stranger = world.Phone("1003", 66);
        world.Sent.Clear();
        for (int i = 0; i < 10_000; i++)
        {
            world.Advance(0.0001);
            stranger.Send(Ask(stranger, method, i));
        }
        Assert.InRange(world.Sent.Count, 10, 100);
        Assert.Equal(10_000 - world.Sent.Count, world.Counters.AnswersWithheld);
        int sent = world.Sent.Count;
        for (int i = 0; i < 500; i++)
        {
            known.Send(Ask(known, "OPTIONS", 20_000 + i)); // a phone that is registered is not meant
        }
        Assert.Equal(sent + 500, world.Sent.Count);
        world.Advance(10);
        Assert.Equal(1, world.Log.Count("flood_began"));
        Assert.Equal(1, world.Log.Count("flood_ended"));
    }

    [Fact]
    public void Over_a_stream_everybody_is_answered()
    {
        using var world = new PbxWorld();
        Phone stranger = world.Phone("1003", 66, SipTransport.Tcp);
        for (int i = 0; i < 1000; i++)
        {
            stranger.Send(Ask(stranger, "OPTIONS", i));
        }
        Assert.Equal(1000, world.Sent.Count);
    }

    private static string Ask(Phone phone, string method, int number) => phone.Request(method, "sip:1002@office.example",
        $"r{number}", "<sip:1003@office.example>;tag=f", "<sip:1003@office.example>", 1, phone.NewBranch(), $"Contact: <{phone.ContactUri}>\r\n", "");
}
