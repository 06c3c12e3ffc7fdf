using System.Text.Json;

namespace EdgePbx.EndToEnd;

/// <summary>The file of call records, and the audit, of a real process.</summary>
public sealed class CallRecords
{
    [Fact]
    public Task A_call_leaves_one_line_with_who_when_why_and_its_receipt() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        await WaitForLinesAsync(pbx, 1);

        JsonElement record = Assert.Single(Read(pbx));
        Assert.Equal(("1001", "1002"), (Number(record, "caller"), Number(record, "callee")));
        Assert.True(record.GetProperty("start").GetDateTime() <= record.GetProperty("answer").GetDateTime());
        Assert.True(record.GetProperty("answer").GetDateTime() <= record.GetProperty("end").GetDateTime());
        Assert.EndsWith(" hung up", record.GetProperty("end_reason").GetString(), StringComparison.Ordinal);
        Assert.True(record.GetProperty("clean").GetBoolean());
        Assert.All(
            record.GetProperty("receipt").EnumerateObject(),
            kind => Assert.Equal(kind.Value.GetProperty("opened").GetInt64(), kind.Value.GetProperty("closed").GetInt64()));
        Assert.True(record.GetProperty("receipt").GetProperty("sockets").GetProperty("opened").GetInt64() >= 4);

        (int code, JsonElement audit) = await AuditAsync(pbx);
        Assert.Equal((0, 1, 0), (code, audit.GetProperty("calls").GetProperty("set_up").GetInt64(), audit.GetProperty("calls").GetProperty("unclean").GetInt64()));
        Assert.Equal(1, audit.GetProperty("calls").GetProperty("records_written").GetInt64());
        JsonElement ports = audit.GetProperty("kinds").GetProperty("ports");
        Assert.Equal((ports.GetProperty("opened").GetInt64(), 0), (ports.GetProperty("closed").GetInt64(), ports.GetProperty("held").GetInt64()));
    });

    [Fact]
    public Task A_kill_between_two_calls_loses_no_record() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        await WaitForLinesAsync(pbx, 1);
        await pbx.KillAndStartAgainAsync();
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        await WaitForLinesAsync(pbx, 2);

        Assert.Equal(2, Read(pbx).Select(record => record.GetProperty("id").GetString()).Distinct().Count());
    });

    [Fact]
    public Task A_torn_last_line_is_cut_off_at_the_next_start() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        await WaitForLinesAsync(pbx, 1);
        await pbx.KillAndStartAgainAsync(() => File.AppendAllText(RecordsOf(pbx), "{\"id\":\"17"));
        _ = await pbx.WaitForEventAsync("call_record_repaired");
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "call");
        await WaitForLinesAsync(pbx, 2);

        Assert.Equal(2, Read(pbx).Count);
        Assert.Equal("{\"id\":\"17", await File.ReadAllTextAsync(RecordsOf(pbx) + ".torn", TestContext.Current.CancellationToken));
    });

    private static string RecordsOf(EdgePbxProcess pbx) => Path.Combine(pbx.Folder, "calls.jsonl");

    private static List<JsonElement> Read(EdgePbxProcess pbx) => [.. File.ReadAllLines(RecordsOf(pbx)).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Number(JsonElement record, string leg) => record.GetProperty(leg).GetProperty("number").GetString();

    private static async Task WaitForLinesAsync(EdgePbxProcess pbx, int count)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (File.ReadAllLines(RecordsOf(pbx)).Length < count)
        {
            _ = await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<(int Code, JsonElement Audit)> AuditAsync(EdgePbxProcess pbx)
    {
        (int code, string output) = await ChildProcess.RunAsync(
            Repository.Binary, ["audit", "--json", "--config", pbx.ConfigFile], pbx.Folder, TimeSpan.FromSeconds(10));
        return (code, JsonDocument.Parse(output).RootElement);
    }
}
