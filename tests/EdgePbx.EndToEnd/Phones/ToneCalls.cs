namespace EdgePbx.EndToEnd;

/// <summary>Phones of other people, which talk to each other in tones; each side's recording of the other is judged by its frequency.</summary>
public sealed class ToneCalls
{
    [Theory]
    [InlineData("")]
    [InlineData("--calls 2")]
    [InlineData("--calls 2 --hang b")]
    [InlineData("--transport tcp")]
    [Trait("Clause", "M-01")]
    [Trait("Clause", "M-04")]
    public Task Baresip_hears_baresip(string arguments) => TalkAsync("baresip_tone_call.py", new PbxOptions(), arguments);

    [Fact]
    [Trait("Clause", "O-05")]
    public Task Baresip_holds_and_resumes() => TalkAsync("baresip_tone_call.py", new PbxOptions(), "--hold --seconds 6");

    [Fact]
    [Trait("Clause", "M-06")]
    public Task Baresip_sends_digits() => TalkAsync("baresip_tone_call.py", new PbxOptions(), "--dtmf 159#");

    [Theory]
    [InlineData("--hang b")]
    [InlineData("--hold --seconds 6")]
    [InlineData("--transport tcp --calls 2")]
    [Trait("Clause", "M-01")]
    public Task Linphone_hears_linphone(string arguments) => TalkAsync("linphone_tone_call.py", new PbxOptions(), arguments);

    [Theory]
    [InlineData("uas")]
    [InlineData("uac")]
    [Trait("Clause", "ST-19")]
    [Trait("Clause", "ST-23")]
    [Trait("Clause", "ST-30")]
    public Task Linphone_calls_live_through_session_refreshes(string refresher) =>
        TalkAsync("linphone_tone_call.py", PbxOptions.ShortTimers, $"--se 10 --seconds 22 --refresher {refresher}");

    private static Task TalkAsync(string script, PbxOptions options, string arguments) => Sound.TogetherAsync(() => Pbx.RunAsync(
        options,
        async pbx =>
        {
            await ClientScript.RunAsync(script, pbx, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            int calls = pbx.Log.Count("call_established");
            _ = await pbx.WaitForEventAsync("call_quality", count: calls);
            Assert.Equal(calls, pbx.Log.Count("call_quality"));
            Assert.DoesNotContain(pbx.Log.All, e => e.Name == "one_way_audio" || e.Text.Contains("heard nothing", StringComparison.Ordinal));
        },
        $"{script} {arguments}"));
}
