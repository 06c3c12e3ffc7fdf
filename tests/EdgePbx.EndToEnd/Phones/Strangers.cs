namespace EdgePbx.EndToEnd;

/// <summary>Strangers beside phones: each story of tests/clients/strangers.py with a PBX of its own.</summary>
public sealed class Strangers
{
    [Fact, Trait("Clause", "SEC-01")]
    public Task Bursts_that_are_no_load_make_it_refuse_nobody() => RunAsync("bursts", status =>
    {
        Assert.Equal(0, status.Counter("requests_refused_overload"));
    });

    [Fact, Trait("Clause", "SEC-18")]
    public Task In_a_flood_of_strangers_registered_phones_call() => RunAsync("flood", status =>
    {
        Assert.True(status.Counter("datagrams_dropped_strangers") > 0, "there was no flood");
    });

    [Fact, Trait("Clause", "SEC-10")]
    public Task One_address_gets_few_and_short_answers() => RunAsync("answers", status =>
    {
        Assert.True(status.Counter("answers_withheld") > 1000);
    });

    [Fact, Trait("Clause", "SEC-03")]
    public Task Strangers_connections_take_no_phones_connection() => RunAsync("connections", static _ => { });

    private static Task RunAsync(string story, Action<PbxStatus> look) => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("strangers.py", pbx, "--only", story);
        look(await pbx.StatusAsync());
    }, story);
}
