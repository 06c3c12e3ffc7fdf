namespace EdgePbx.Core.Tests;

/// <summary>The torture messages again, this time at the door of the whole engine: what it answers, and that it holds nothing afterwards.</summary>
public class TortureEngineTests
{
    private static readonly SipFlow Stranger = new(SipTransport.Udp, new NetEndpoint(NetAddress.FromV4(192, 0, 2, 66), 5060), new NetEndpoint(FakeAddresses.BoxV4, 5060), 0, 0);

    [Theory]
    [MemberData(nameof(Answered))]
    public void The_engine_answers_as_the_RFC_says(string name)
    {
        TortureCase torture = TortureCases.All.Single(each => each.Name == name);
        using var world = new PbxWorld();
        world.Deliver(Stranger, torture.Bytes);

        // who has not shown credentials hears that first, where the RFC's example has no secrets to keep
        HashSet<int> allowed = [.. torture.Engine!.Statuses, 401];
        List<WireMessage> responses = [.. world.Sent.Select(sent => sent.Message).Where(message => message.IsResponse && message.Status >= 200)];
        Assert.All(responses, response => Assert.Contains(response.Status, allowed));
        Assert.True(responses.Count > 0 || torture.Engine.Statuses.Length == 0, "nothing was answered");
        if (torture.Engine.Header is { } header)
        {
            Assert.All(responses.Where(response => response.Status != 401), response => Assert.True(response.Has(header), $"{response} has no {header}"));
        }
    }

    [Fact]
    public void All_torture_messages_one_after_the_other_leave_nothing_behind()
    {
        using var world = new PbxWorld();
        foreach (TortureCase torture in TortureCases.All)
        {
            world.Deliver(Stranger, torture.Bytes);
        }
        AssertStillAnswers(world);
    }

    [Fact]
    public void All_collected_messages_one_after_the_other_leave_nothing_behind()
    {
        using var world = new PbxWorld { NamesAreReused = true };
        foreach (string file in CollectedFiles())
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (bytes.Length <= SipLimits.MessageBytes)
            {
                world.Deliver(Stranger, bytes);
                world.Deliver(Stranger with { Transport = SipTransport.Tcp, Connection = 7 }, bytes);
            }
        }
        AssertStillAnswers(world);
    }

    [Theory]
    [InlineData("Via:\r\nVia: SIP/2.0/UDP 192.0.2.66;rport;branch=z9hG4bK1\r\n")]
    [InlineData("Via: ,\r\nVia: SIP/2.0/UDP 192.0.2.66;rport;branch=z9hG4bK1\r\n")]
    [InlineData("Via: , SIP/2.0/UDP 192.0.2.66;rport;branch=z9hG4bK1\r\n")]
    public void An_empty_via_before_the_top_one_does_no_harm(string vias)
    {
        using var world = new PbxWorld();
        world.Deliver(Stranger, System.Text.Encoding.UTF8.GetBytes($"OPTIONS sip:office.example SIP/2.0\r\n{vias}From: <sip:x@192.0.2.66>;tag=1\r\n"
            + "To: <sip:office.example>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"));
        Assert.All(world.Sent, sent => Assert.Contains(sent.Message.Status, new[] { 200, 400 }));
    }

    public static TheoryData<string> Answered() => [.. TortureCases.All.Where(each => each.Engine is not null).Select(each => each.Name)];

    private static void AssertStillAnswers(PbxWorld world)
    {
        Phone phone = world.Phone("1001", 11);
        phone.Register();
        phone.Register(expires: 0);
    }

    /// <summary>Messages of other projects, where their folder exists beside this one.</summary>
    private static IEnumerable<string> CollectedFiles()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string shared = Path.Combine(at.FullName, "shared");
            if (Directory.Exists(Path.Combine(shared, "torture")))
            {
                return Directory.EnumerateFiles(Path.Combine(shared, "torture"), "*.dat", SearchOption.AllDirectories)
                    .Concat(Directory.EnumerateFiles(Path.Combine(shared, "corpus"), "*", SearchOption.AllDirectories))
                    .Where(file => !file.EndsWith(".tsv", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal);
            }
        }
        return [];
    }
}
