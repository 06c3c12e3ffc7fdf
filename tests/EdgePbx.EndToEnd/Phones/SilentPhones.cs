namespace EdgePbx.EndToEnd;

/// <summary>Phones that fall silent, against the published binary.</summary>
public sealed class SilentPhones
{
    [Fact]
    [Trait("Clause", "M-15")]
    public Task Only_the_call_in_which_nobody_sends_anything_is_ended_and_it_says_why() => Pbx.RunAsync(new PbxOptions { MediaTimeout = 10 }, async pbx =>
    {
        await ClientScript.RunAsync("silence.py", pbx, "--timeout", "10");
        _ = await pbx.WaitForEventAsync("cleanup_verified", count: 5);
        const string Reason = "both phones fell silent for 10 s; both legs were closed";
        _ = Assert.Single(pbx.Log.All, ended => ended.Name == "cleanup_call_start" && ended.Text.Contains(Reason, StringComparison.Ordinal));
        _ = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(pbx.Folder, "calls.jsonl"), TestContext.Current.CancellationToken),
            line => line.Contains("\"end_code\":\"media_gone\"", StringComparison.Ordinal) && line.Contains(Reason, StringComparison.Ordinal));
        Assert.Equal(1, pbx.Log.Count("one_way_audio")); // of the call in which one talks
    });
}
